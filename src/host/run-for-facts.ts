import { execFileSync } from 'node:child_process';

/** Runs `ps` and kin where there is no /proc; undefined when it failed, which means: no such process. */
export function runForFacts(command: string, args: readonly string[]): string | undefined {
  try {
    return execFileSync(command, [...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  } catch {
    return undefined;
  }
}
