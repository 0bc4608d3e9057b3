/**
 * Ends all processes of a session. First the shell and everything it started, so that what they still say reaches the spool;
 * the wrapper, `script` and the holders then end by themselves, and are killed only when they do not.
 */
import type { Clock } from '../common/clock.ts';
import type { ProcessFacts } from '../common/process-identity.ts';
import { heldStreams, readRole, sessionRoles } from './holders.ts';
import { findSessionProcesses, signalProcess, type TreeProcess } from './process-tree.ts';

export interface SessionEnd {
  readonly directory: string;
  readonly instanceId: string;
  /** Between SIGHUP and SIGKILL, and again for the holders. */
  readonly graceMs: number;
}

/** Between two looks: there is no event for the end of a stranger's process. */
const lookMs = 20;
/** After SIGKILL only the kernel is in the way; longer than this means a process nobody can end. */
const killMs = 2000;

/** @returns pids that are still there. */
export async function endSessionProcesses(
  end: SessionEnd,
  deps: { readonly clock: Clock; readonly facts: ProcessFacts },
): Promise<number[]> {
  const { clock, facts } = deps;
  const find = async () => {
    return findSessionProcesses(end.instanceId, sessionRoles(end.directory), facts);
  };
  /** Looks until nothing of `select` is left or the time is over; tells each process once with `signal`. */
  const endThose = async (select: (all: TreeProcess[]) => TreeProcess[], signals: NodeJS.Signals[], ms: number) => {
    const told = new Set<number>();
    const dueMs = clock.monotonic() + ms;
    for (;;) {
      const left = select(await find());
      for (const one of left) {
        if (told.has(one.pid)) continue;
        told.add(one.pid);
        for (const signal of signals) signalProcess(one, signal, facts);
      }
      if (left.length === 0 || clock.monotonic() >= dueMs) return left;
      await clock.delay(lookMs);
    }
  };

  const workers = (all: TreeProcess[]) => withoutMachinery(end.directory, all);
  // SIGCONT: a stopped process (Ctrl-Z, a blocked holder) takes no SIGHUP before
  const stubborn = await endThose(workers, ['SIGHUP', 'SIGCONT'], end.graceMs);
  if (stubborn.length > 0) await endThose(workers, ['SIGKILL'], killMs);
  const machinery = await endThose((all) => all, ['SIGCONT'], end.graceMs);
  if (machinery.length === 0) return [];
  return (await endThose((all) => all, ['SIGKILL'], killMs)).map((one) => one.pid);
}

/** Without wrapper, holders and `script` (the wrapper's child). */
function withoutMachinery(directory: string, all: TreeProcess[]): TreeProcess[] {
  const pids = new Set((['wrapper', ...heldStreams] as const).map((role) => readRole(directory, role)?.identity.pid));
  const wrapperPid = readRole(directory, 'wrapper')?.identity.pid;
  return all.filter((one) => !pids.has(one.pid) && one.parentPid !== wrapperPid);
}
