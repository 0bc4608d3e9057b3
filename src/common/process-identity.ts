/**
 * Tells a living process from a recycled pid: a process is its pid, its start time and the boot it belongs to.
 *
 * Linux reads /proc. Elsewhere (macOS, untested) `ps` and `sysctl` are asked through an injected function, because only
 * the host and `main` may start processes.
 */
import { closeSync, openSync, readFileSync, readSync } from 'node:fs';

export interface ProcessIdentity {
  readonly pid: number;
  /** Opaque: clock ticks since boot on Linux, a UTC date from `ps` elsewhere. Only ever compared. */
  readonly startTime: string;
  readonly bootId: string;
}

/** What identities are read from; tests replace parts of it. */
export interface ProcessFacts {
  readonly hasProc: boolean;
  readBootId(): string;
  /** The standard output of a program, or undefined when it failed. Used only where there is no /proc. */
  run(command: string, args: readonly string[]): string | undefined;
}

/**
 * The facts of this computer.
 *
 * @param run needed where there is no /proc; the default knows nothing, and then every process counts as gone.
 */
export function systemFacts(run: ProcessFacts['run'] = () => undefined): ProcessFacts {
  const hasProc = process.platform === 'linux';
  return {
    hasProc,
    run,
    readBootId: () =>
      hasProc
        ? readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim()
        : (run('sysctl', ['-n', 'kern.bootsessionuuid'])?.trim() ?? ''),
  };
}

/** The identity of a process that is alive now; undefined when there is none (a zombie counts as none). */
export function readIdentity(pid: number, facts: ProcessFacts): ProcessIdentity | undefined {
  const startTime = facts.hasProc ? startTimeFromProc(pid) : startTimeFromPs(pid, facts);
  return startTime === undefined ? undefined : { pid, startTime, bootId: facts.readBootId() };
}

/** Whether this very process still runs. */
export function isAlive(identity: ProcessIdentity, facts: ProcessFacts): boolean {
  const now = readIdentity(identity.pid, facts);
  return now !== undefined && now.startTime === identity.startTime && now.bootId === identity.bootId;
}

/** The fields of /proc/PID/stat we use. */
export interface ProcessStat {
  readonly state: string;
  readonly parentPid: number;
  readonly groupId: number;
  readonly sessionId: number;
  /** The group in the foreground of its terminal; -1 without one. */
  readonly foregroundGroupId: number;
  readonly startTime: string;
}

/** Parses /proc/PID/stat; the command name in it may hold blanks and parentheses, so the last `)` ends it. */
export function parseProcessStat(text: string): ProcessStat | undefined {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [state, parentPid, groupId, sessionId, , foregroundGroupId] = fields;
  const startTime = fields[19];
  if (state === undefined || startTime === undefined) return undefined;
  return {
    state,
    parentPid: Number(parentPid),
    groupId: Number(groupId),
    sessionId: Number(sessionId),
    foregroundGroupId: Number(foregroundGroupId),
    startTime: startTime.trim(),
  };
}

/** Reads and parses /proc/PID/stat; undefined when the process is gone. */
export function readProcessStat(pid: number): ProcessStat | undefined {
  let descriptor: number | undefined;
  try {
    // one read of a small buffer: thousands of these are read when a session ends, and readFileSync takes twice as long
    descriptor = openSync(`/proc/${pid}/stat`, 'r');
    const bytes = Buffer.allocUnsafe(statBytes);
    return parseProcessStat(bytes.toString('latin1', 0, readSync(descriptor, bytes)));
  } catch {
    return undefined; // gone: ENOENT before, ESRCH during the read
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

/** 52 numbers and a name of 16 bytes fit well. */
const statBytes = 1024;

/** Zombies (Z) and processes being reaped (X) hold a pid but run nothing. */
export function isDefunct(state: string): boolean {
  return state.startsWith('Z') || state.startsWith('X');
}

function startTimeFromProc(pid: number): string | undefined {
  const stat = readProcessStat(pid);
  return stat === undefined || isDefunct(stat.state) ? undefined : stat.startTime;
}

function startTimeFromPs(pid: number, facts: ProcessFacts): string | undefined {
  // TZ and LC_ALL pinned: the same process must give the same text to everybody who asks
  const line = facts.run('env', ['TZ=UTC', 'LC_ALL=C', 'ps', '-o', 'state=,lstart=', '-p', String(pid)])?.trim();
  const match = line === undefined ? null : /^(\S+)\s+(.+)$/.exec(line);
  return match?.[1] === undefined || isDefunct(match[1]) ? undefined : match[2]?.replace(/\s+/g, ' ');
}
