/** Looks for what a test has left behind: processes by their environment, sockets and sessions by their files. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

export interface LeftProcess {
  readonly pid: number;
  readonly commandLine: string;
}

/** Processes that carry `NAME=value` in their environment, ourselves excluded. Linux only; elsewhere none are found. */
export function processesWith(name: string, value: string): LeftProcess[] {
  if (!existsSync('/proc/self/environ')) return [];
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/u.test(entry) && Number(entry) !== process.pid)
    .flatMap((pid) => {
      try {
        const variables = `\0${readFileSync(`/proc/${pid}/environ`, 'latin1')}`;
        if (!variables.includes(`\0${name}=${value}\0`)) return [];
        const commandLine = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
        return [{ pid: Number(pid), commandLine }];
      } catch {
        return []; // gone meanwhile, or another user's
      }
    });
}

/** What may be on its way out when a test is over gets this long. */
const graceMs = 5000;
const lookMs = 20;

/**
 * Waits for the processes with `NAME=value` to be gone: a stranger's end has no event, so it looks again and again.
 *
 * @returns those that stayed; they have been killed.
 */
export async function endedProcesses(name: string, value: string): Promise<LeftProcess[]> {
  const dueMs = performance.now() + graceMs;
  for (;;) {
    const left = processesWith(name, value);
    if (left.length === 0) return [];
    if (performance.now() > dueMs) {
      for (const { pid } of left) kill(pid);
      return left;
    }
    await delay(lookMs);
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // it ended by itself
  }
}

/** Which of these paths are there although they should not be; of a directory, what lies in it. */
export function leftFiles(paths: { readonly absent: readonly string[]; readonly empty: readonly string[] }): string[] {
  return [
    ...paths.absent.filter((path) => existsSync(path)),
    ...paths.empty.flatMap((path) => (existsSync(path) ? readdirSync(path).map((name) => `${path}/${name}`) : [])),
  ];
}
