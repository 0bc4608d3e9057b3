/**
 * A rig whose parts can be hurt: kills the daemon, a receiver or a holder at a chosen byte, and looks at what lies on disk.
 *
 * Nothing here sleeps: it waits for a file to change, a process to end or bytes to come, with a limit that only a broken
 * test meets.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, watch } from 'node:fs';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { SystemClock } from '../../src/common/clock.ts';
import { Deferred, Pulse } from '../../src/common/deferred.ts';
import { isAlive, systemFacts, type ProcessIdentity } from '../../src/common/process-identity.ts';
import { readRole, type SessionRole } from '../../src/host/holders.ts';
import { programPath, Rig, type RunOptions, type SessionJson } from './rig.ts';

export const facts = systemFacts();
const clock = new SystemClock();
/** For waits that should never be needed; whoever meets it says what it had seen. */
const patienceMs = 60_000;

/** What the JSON output tells of a session's output. */
export interface BufferedSession extends SessionJson {
  readonly BufferedBytes: number;
  readonly DroppedBytes: number;
  readonly Blocked: string | null;
}

export interface DaemonStatus {
  readonly pid: number;
  readonly sessions: number;
  readonly residentBytes: number;
  readonly problems: readonly string[];
}

export interface ReceiverEnd {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** One run of the command line that gets more bytes than a test wants to keep. */
export class Receiver {
  /** Resolves when it has ended and its pipes are read to the end. */
  readonly ended: Promise<ReceiverEnd>;

  constructor(
    readonly child: ChildProcess,
    onChunk: (stream: 'out' | 'err', chunk: Buffer) => void,
  ) {
    child.stdout?.on('data', (chunk: Buffer) => onChunk('out', chunk));
    child.stderr?.on('data', (chunk: Buffer) => onChunk('err', chunk));
    this.ended = once(child, 'close').then(([status, signal]) => ({
      status: status as number | null,
      signal: signal as NodeJS.Signals | null,
    }));
  }

  /** SIGKILL; false when it has ended before. */
  kill(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null && this.child.kill('SIGKILL');
  }
}

export class FaultRig extends Rig {
  /** Starts `pssession ARGS`; each chunk it writes goes to `onChunk` and is not kept. */
  receive(args: readonly string[], onChunk: (stream: 'out' | 'err', chunk: Buffer) => void): Receiver {
    const child = spawn(process.execPath, [programPath, ...args], {
      env: this.environment(),
      cwd: this.root,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return new Receiver(child, onChunk);
  }

  /** The session as this scope sees it; undefined when there is none. */
  async session(name: string, options?: RunOptions): Promise<BufferedSession | undefined> {
    const all = await this.sessions(['get-session', '-ComputerName', 'localhost'], options);
    return all.find((session) => session.Name === name) as BufferedSession | undefined;
  }

  async status(): Promise<DaemonStatus> {
    return JSON.parse(await this.ok(['daemon', 'status', '--json'])) as DaemonStatus;
  }

  /** What the daemons have noted last, for messages. */
  logTail(): string {
    return `\ndaemon.log ends with:\n${this.#log().split('\n').slice(-15).join('\n')}`;
  }

  #log(): string {
    try {
      return readFileSync(this.paths.daemonLog, 'utf8');
    } catch {
      return 'there is no log';
    }
  }

  /** Resolves when the daemons have noted `text`. */
  noted(text: string): Promise<void> {
    return this.changed(
      this.paths.state,
      () => this.#log().includes(text),
      () => `no ${text}`,
    );
  }

  /** How often the daemons have noted an event. */
  countOf(event: string): number {
    return this.#log().split(`"event":"${event}"`).length - 1;
  }

  /** The daemon that holds the lock and lives. */
  daemon(): ProcessIdentity | undefined {
    try {
      const owner = JSON.parse(readFileSync(this.paths.daemonLock, 'utf8')) as ProcessIdentity;
      return isAlive(owner, facts) ? owner : undefined;
    } catch {
      return undefined; // none, or being written
    }
  }

  /** SIGKILL for the daemon that runs now; false when none does. Returns at once. */
  killDaemon(): boolean {
    const daemon = this.daemon();
    if (daemon !== undefined) process.kill(daemon.pid, 'SIGKILL');
    return daemon !== undefined;
  }

  /** SIGKILL for the daemon, and waits until its end shows: its end of a connection closes. */
  async killDaemonAndWait(): Promise<void> {
    const connection = createConnection(this.paths.socket);
    connection.on('error', () => undefined); // a close follows
    const closed = once(connection, 'close');
    await Promise.race([once(connection, 'connect'), closed]);
    connection.resume();
    if (!this.killDaemon()) throw new Error(`there is no daemon to kill${this.logTail()}`);
    await within(closed, () => 'the killed daemon does not go away');
  }

  /** Calls back once when another daemon than `than` has taken the lock. */
  onNextDaemon(than: number | undefined, act: () => void): Disposable {
    const watcher = watch(this.paths.state, () => {
      const daemon = this.daemon();
      if (daemon === undefined || daemon.pid === than) return;
      watcher.close();
      act();
    });
    return { [Symbol.dispose]: () => watcher.close() };
  }

  sessionDirectory({ InstanceId }: SessionJson): string {
    return join(this.paths.sessions, InstanceId);
  }

  /** A living process of a session. */
  process(session: SessionJson, role: SessionRole): ProcessIdentity | undefined {
    const identity = readRole(this.sessionDirectory(session), role)?.identity;
    return identity !== undefined && isAlive(identity, facts) ? identity : undefined;
  }

  /** Resolves when `fits` holds; looks again at each change in `directory`. */
  async changed(directory: string, fits: () => boolean, seen: () => string): Promise<void> {
    const pulse = new Pulse();
    const watcher = watch(directory, () => pulse.beat());
    try {
      for (;;) {
        const { next } = pulse;
        if (fits()) return;
        await within(next, () => `nothing fitting in ${directory}: ${seen()}${this.logTail()}`);
      }
    } finally {
      watcher.close();
    }
  }
}

/** The promise, or an error that says what was seen, when it takes longer than anybody's patience. */
export async function within<T>(promise: Promise<T>, seen: () => string): Promise<T> {
  const late = new Deferred<never>();
  using _timer = clock.setTimer(patienceMs, () => late.reject(new Error(`after ${patienceMs / 1000} s: ${seen()}`)));
  return await Promise.race([promise, late.promise]);
}
