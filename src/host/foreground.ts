/**
 * Who is in the foreground of a session's terminal. Linux only; elsewhere we know nothing and do nothing.
 */
import { readFileSync } from 'node:fs';
import { isDefunct, readProcessStat } from '../common/process-identity.ts';

/**
 * Whether a Ctrl-C typed a moment ago went astray: the process in the foreground would have died of it and lives. That
 * happens while a shell starts a child: the signal reaches the shell, which acts on it when the child has ended, or the
 * child's copy of the shell, which forgets it by becoming the program.
 */
export function hasMissedInterrupt(shellPid: number | undefined): boolean {
  const shell = shellPid === undefined ? undefined : readProcessStat(shellPid);
  if (shell === undefined || shell.foregroundGroupId <= 0 || shell.foregroundGroupId === shell.groupId) return false;
  const leader = readProcessStat(shell.foregroundGroupId);
  return leader !== undefined && !isDefunct(leader.state) && diesOfInterrupt(shell.foregroundGroupId);
}

const interruptMask = 1n << 1n; // SIGINT is 2, signal masks begin with 1

/** Whether it neither handles, ignores nor blocks SIGINT. */
function diesOfInterrupt(pid: number): boolean {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'latin1');
    const masks = [...status.matchAll(/^Sig(?:Blk|Ign|Cgt):\s*([0-9a-f]+)$/gm)];
    return masks.length === 3 && masks.every((mask) => (BigInt(`0x${mask[1] ?? '0'}`) & interruptMask) === 0n);
  } catch {
    return false; // gone
  }
}
