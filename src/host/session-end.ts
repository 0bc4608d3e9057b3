/**
 * Ends all processes of a session. First the shell and everything it started, so that what they still say reaches the spool;
 * the wrapper, `script` and the holders then end by themselves, and are killed only when they do not.
 */
import type { Clock } from '../common/clock.ts';
import { isAlive, type ProcessFacts } from '../common/process-identity.ts';
import { heldStreams, readRole, sessionRoles } from './holders.ts';
import { findSessionProcesses, type ProcessScanner, signalProcess, type TreeProcess } from './process-tree.ts';

export interface SessionEnd {
  readonly directory: string;
  readonly instanceId: string;
  /** Between SIGHUP and SIGKILL, and again for the holders. */
  readonly graceMs: number;
}

export interface SessionEndDeps {
  readonly clock: Clock;
  readonly facts: ProcessFacts;
  /** Shared by all sessions of a host. */
  readonly scanner?: ProcessScanner;
}

/** Between two looks: there is no event for the end of a stranger's process. */
const shortestLookMs = 2;
const longestLookMs = 50;
/** After SIGKILL only the kernel is in the way; longer than this means a process nobody can end. */
const killMs = 2000;

/** @returns pids that are still there. */
export async function endSessionProcesses(end: SessionEnd, deps: SessionEndDeps): Promise<number[]> {
  const { clock, facts } = deps;
  const find = () => findSessionProcesses(end.instanceId, sessionRoles(end.directory), facts, deps.scanner);
  const findWorkers = async () => {
    const all = await find();
    return { workers: withoutMachinery(end.directory, all), all };
  };

  /** Tells each worker once and waits for its end; finds again until there is none, or the time is over. */
  const endWorkers = async (signals: NodeJS.Signals[], ms: number) => {
    const dueMs = clock.monotonic() + ms;
    const told = new Set<number>();
    for (;;) {
      const found = await findWorkers();
      signalAll(
        found.workers.filter(({ pid }) => !told.has(pid)),
        signals,
        facts,
      );
      for (const { pid } of found.workers) told.add(pid);
      const left = await waitForEnd(found.workers, dueMs, deps);
      if (found.workers.length === 0 || left.length > 0 || clock.monotonic() >= dueMs) return { ...found, left };
    }
  };

  // SIGCONT: a stopped process (Ctrl-Z) takes no SIGHUP before
  let found = await endWorkers(['SIGHUP', 'SIGCONT'], end.graceMs);
  if (found.workers.length > 0) found = await endWorkers(['SIGKILL'], killMs);
  // without workers nobody starts anything any more, so what was found last is all there is; a holder may be paused
  signalAll(found.all, ['SIGCONT'], facts);
  const slow = await waitForEnd(found.all, clock.monotonic() + end.graceMs, deps);
  signalAll(slow, ['SIGKILL'], facts);
  const left = await waitForEnd(slow, clock.monotonic() + killMs, deps);
  return left.map((one) => one.pid);
}

function signalAll(processes: readonly TreeProcess[], signals: readonly NodeJS.Signals[], facts: ProcessFacts): void {
  for (const one of processes) for (const signal of signals) signalProcess(one, signal, facts);
}

/** @returns those that live when the time is over. */
async function waitForEnd(
  processes: readonly TreeProcess[],
  dueMs: number,
  deps: SessionEndDeps,
): Promise<TreeProcess[]> {
  let left = [...processes];
  for (let waitMs = shortestLookMs; ; waitMs = Math.min(2 * waitMs, longestLookMs)) {
    left = left.filter((one) => isAlive(one, deps.facts));
    if (left.length === 0 || deps.clock.monotonic() >= dueMs) return left;
    await deps.clock.delay(waitMs);
  }
}

/** Without wrapper, holders and `script` (the wrapper's child). */
function withoutMachinery(directory: string, all: TreeProcess[]): TreeProcess[] {
  const pids = new Set((['wrapper', ...heldStreams] as const).map((role) => readRole(directory, role)?.identity.pid));
  const wrapperPid = readRole(directory, 'wrapper')?.identity.pid;
  return all.filter((one) => !pids.has(one.pid) && one.parentPid !== wrapperPid);
}
