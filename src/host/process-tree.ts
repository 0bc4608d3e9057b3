/**
 * All processes of a session, wherever they went: children of its processes, members of its terminal session, and whoever
 * carries `PSSESSION_INSTANCE_ID` in its environment (background children with a `setsid` of their own; Linux only).
 *
 * A process that dropped its parent, its terminal session and its environment is out of reach; nothing short of a cgroup
 * would find it.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { access } from 'node:fs/promises';
import {
  isAlive,
  isDefunct,
  readProcessStat,
  type ProcessFacts,
  type ProcessIdentity,
} from '../common/process-identity.ts';

export const instanceIdVariable = 'PSSESSION_INSTANCE_ID';

export interface TreeProcess extends ProcessIdentity {
  readonly parentPid: number;
}

interface Candidate extends TreeProcess {
  readonly sessionId: number;
}

/** Candidates looked at between two turns of the event loop. */
const sliceLength = 100;

/** What was there at one look: all processes, and by pid what their environments say, read when first asked for. */
interface Look {
  readonly candidates: readonly Candidate[];
  readonly instanceIds: Map<number, string | undefined>;
}

/** Looks at the processes of this computer, once for everybody who asks meanwhile: sessions that end together share it. */
export class ProcessScanner {
  #running: Promise<unknown> = Promise.resolve();
  #next: Promise<Look> | undefined;

  constructor(readonly facts: ProcessFacts) {}

  /** A look that begins after this call. */
  look(): Promise<Look> {
    this.#next ??= this.#running.then(() => {
      this.#next = undefined;
      const look = this.#look();
      this.#running = look.catch(() => undefined);
      return look;
    });
    return this.#next;
  }

  async #look(): Promise<Look> {
    const { facts } = this;
    const candidates = facts.hasProc ? await candidatesFromProc(facts) : candidatesFromPs(facts);
    return { candidates, instanceIds: new Map() };
  }
}

/**
 * Finds them, our own process excluded.
 *
 * @param roots known processes of the session; those that still live lend their children and terminal session.
 */
export async function findSessionProcesses(
  instanceId: string,
  roots: readonly ProcessIdentity[],
  facts: ProcessFacts,
  scanner = new ProcessScanner(facts),
): Promise<TreeProcess[]> {
  const look = await scanner.look();
  const { candidates } = look;
  const found = new Map<number, Candidate>();
  const byParent = new Map<number, Candidate[]>();
  for (const candidate of candidates) {
    const siblings = byParent.get(candidate.parentPid);
    if (siblings === undefined) byParent.set(candidate.parentPid, [candidate]);
    else siblings.push(candidate);
  }
  const addWithChildren = (candidate: Candidate) => {
    if (found.has(candidate.pid)) return;
    found.set(candidate.pid, candidate);
    for (const child of byParent.get(candidate.pid) ?? []) addWithChildren(child);
  };

  const rootKeys = new Set(roots.filter((root) => isAlive(root, facts)).map((root) => root.pid));
  const bornBefore = bornBeforeAll(roots, facts);
  let looked = 0;
  for (const candidate of candidates) {
    const isMember = rootKeys.has(candidate.pid) || rootKeys.has(candidate.sessionId);
    if (isMember || (!bornBefore(candidate) && instanceIdOf(candidate.pid, look) === instanceId))
      addWithChildren(candidate);
    if (++looked % sliceLength === 0) await takeTurn();
  }
  found.delete(process.pid);
  return [...found.values()].map(({ pid, startTime, bootId, parentPid }) => ({ pid, startTime, bootId, parentPid }));
}

/** Sends a signal to exactly this process; false when it is gone or not ours to signal. */
export function signalProcess(identity: ProcessIdentity, signal: NodeJS.Signals, facts: ProcessFacts): boolean {
  if (identity.pid <= 1 || identity.pid === process.pid || !isAlive(identity, facts)) return false;
  try {
    return process.kill(identity.pid, signal);
  } catch {
    return false; // ended in between, or runs as another user by now
  }
}

/** Spares reading the environment of processes that are older than the session; where there is none to read, of all. */
function bornBeforeAll(roots: readonly ProcessIdentity[], facts: ProcessFacts): (one: ProcessIdentity) => boolean {
  if (!facts.hasProc) return () => true;
  const bootId = facts.readBootId();
  const births = roots.filter((root) => root.bootId === bootId).map((root) => Number(root.startTime));
  const first = births.length === 0 ? 0 : Math.min(...births);
  return (one) => Number(one.startTime) < first;
}

function instanceIdOf(pid: number, { instanceIds }: Look): string | undefined {
  if (!instanceIds.has(pid)) instanceIds.set(pid, readInstanceId(pid));
  return instanceIds.get(pid);
}

function readInstanceId(pid: number): string | undefined {
  try {
    const variables = `\0${readFileSync(`/proc/${pid}/environ`, 'latin1')}`;
    const start = `\0${instanceIdVariable}=`;
    const at = variables.indexOf(start);
    return at === -1 ? undefined : variables.slice(at + start.length, variables.indexOf('\0', at + 1));
  } catch {
    return undefined; // gone, or another user's
  }
}

async function candidatesFromProc(facts: ProcessFacts): Promise<Candidate[]> {
  const bootId = facts.readBootId();
  const candidates: Candidate[] = [];
  let looked = 0;
  for (const name of readdirSync('/proc')) {
    const pid = Number(name);
    if (!Number.isInteger(pid)) continue;
    const stat = readProcessStat(pid);
    if (stat !== undefined && !isDefunct(stat.state)) {
      const { startTime, parentPid, sessionId } = stat;
      candidates.push({ pid, startTime, bootId, parentPid, sessionId });
    }
    if (++looked % sliceLength === 0) await takeTurn();
  }
  return candidates;
}

/** macOS, untested. Its `ps` prints no usable session id, so the process group stands in. */
function candidatesFromPs(facts: ProcessFacts): Candidate[] {
  const bootId = facts.readBootId();
  const table = facts.run('env', ['TZ=UTC', 'LC_ALL=C', 'ps', '-axo', 'pid=,ppid=,pgid=,state=,lstart=']) ?? '';
  return table.split('\n').flatMap((line) => {
    const [pid, parentPid, groupId, state, ...start] = line.trim().split(/\s+/);
    if (pid === undefined || state === undefined || isDefunct(state)) return [];
    return [
      {
        pid: Number(pid),
        parentPid: Number(parentPid),
        sessionId: Number(groupId),
        startTime: start.join(' '),
        bootId,
      },
    ];
  });
}

/** Lets the event loop go round once: a computer with thousands of processes must not hold up the sessions. */
async function takeTurn(): Promise<void> {
  await access('/');
}
