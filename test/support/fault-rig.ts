/**
 * A home of its own for the built programs, and ways to hurt what runs in it: kill the daemon, a receiver, a holder.
 *
 * Nothing here sleeps: it waits for a file to change, a process to end or bytes to come, with a limit that only a broken
 * test meets. Disposing ends every process of the home, wanted or not.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { createConnection } from 'node:net';
import { mkdtempSync, readdirSync, readFileSync, rmSync, watch } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SystemClock } from '../../src/common/clock.ts';
import { Deferred, Pulse } from '../../src/common/deferred.ts';
import { pathsFrom, type Paths } from '../../src/common/paths.ts';
import { isAlive, systemFacts, type ProcessIdentity } from '../../src/common/process-identity.ts';
import { readRole, type SessionRole } from '../../src/host/holders.ts';

export const facts = systemFacts();
export const clock = new SystemClock();
/** The long run bundles this file elsewhere and says where the programs are. */
const checkout = process.env['PSSESSION_CHECKOUT'] ?? join(import.meta.dirname, '..', '..');
/** For waits that should never be needed; whoever meets it says what it had seen. */
export const patienceMs = 60_000;

export interface Finished {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: Buffer;
  readonly err: string;
}

/** A session as `-o json` prints it; the properties that the tests look at. */
export interface ListedSession {
  readonly Id: number;
  readonly Name: string;
  readonly InstanceId: string;
  readonly State: string;
  readonly Availability: string;
  readonly BufferedBytes: number;
  readonly DroppedBytes: number;
  readonly Blocked: string | null;
  readonly Command: string | null;
  readonly Reason: string | null;
}

export interface DaemonStatus {
  readonly pid: number;
  readonly sessions: number;
  readonly residentBytes: number;
  readonly problems: readonly string[];
}

/** One run of the command line, seen while it runs. */
export class Program {
  readonly #finished: Promise<Finished>;
  readonly #out: Buffer[] = [];
  readonly #err: Buffer[] = [];
  readonly #changed = new Pulse();
  /** Replaces the collecting of output: gets each chunk as it comes. */
  onChunk: ((stream: 'out' | 'err', chunk: Buffer) => void) | undefined;

  constructor(
    readonly child: ChildProcess,
    readonly words: readonly string[],
  ) {
    this.#listen('out', this.#out);
    this.#listen('err', this.#err);
    child.stdin?.on('error', () => undefined); // the program may end without reading it
    this.#finished = once(child, 'close').then(([status, signal]) => ({
      status: status as number | null,
      signal: signal as NodeJS.Signals | null,
      out: Buffer.concat(this.#out),
      err: Buffer.concat(this.#err).toString(),
    }));
    this.#finished.then(
      () => this.#changed.beat(),
      () => this.#changed.beat(),
    );
  }

  #listen(stream: 'out' | 'err', collected: Buffer[]): void {
    (stream === 'out' ? this.child.stdout : this.child.stderr)?.on('data', (chunk: Buffer) => {
      if (this.onChunk === undefined) collected.push(chunk);
      else this.onChunk(stream, chunk);
      this.#changed.beat();
    });
  }

  get out(): string {
    return Buffer.concat(this.#out).toString();
  }

  get err(): string {
    return Buffer.concat(this.#err).toString();
  }

  /** Resolves when it has ended and its pipes are read to the end. */
  finished(): Promise<Finished> {
    return within(this.#finished, () => `${this.words.join(' ')} does not end; it said ${this.#tail()}`);
  }

  /** The same without the patience: for a program that is meant to run long. */
  get end(): Promise<Finished> {
    return this.#finished;
  }

  /** Resolves when what was printed so far fits. */
  async printed(fits: (program: this) => boolean): Promise<void> {
    const gone = this.#finished.then(() => 'gone' as const);
    for (;;) {
      const { next } = this.#changed;
      if (fits(this)) return;
      const outcome = await within(Promise.race([next, gone]), () => `it only said ${this.#tail()}`);
      if (outcome === 'gone' && !fits(this)) throw new Error(`it ended and only said ${this.#tail()}`);
    }
  }

  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  #tail(): string {
    return JSON.stringify({ out: this.out.slice(-500), err: this.err.slice(-2000) });
  }
}

export interface StartOptions {
  readonly scope?: string;
  /** What its standard input is: nothing, a pipe of ours, or this text. */
  readonly stdin?: 'nothing' | 'pipe' | { readonly text: string };
  readonly environment?: Readonly<Record<string, string>>;
}

export class FaultRig implements AsyncDisposable {
  readonly paths: Paths;
  readonly environment: NodeJS.ProcessEnv;

  private constructor(
    readonly home: string,
    readonly ownsHome: boolean,
  ) {
    this.environment = {
      ...process.env,
      PSSESSION_HOME: home,
      PSSESSION_SCOPE: 'faults',
      SHELL: '/bin/bash',
      NO_COLOR: '1',
    };
    delete this.environment['PSSESSION_OUTPUT'];
    this.paths = pathsFrom(this.environment, home, process.getuid?.() ?? 0);
  }

  /** @param home a directory to use; without one a new one is made, and removed at the end. */
  static create(home?: string): FaultRig {
    return new FaultRig(home ?? mkdtempSync(join(tmpdir(), 'pss-fault-')), home === undefined);
  }

  /** Starts the command line and lets it run. */
  start(words: readonly string[], options: StartOptions = {}): Program {
    const { stdin = 'nothing', scope } = options;
    const child = spawn(process.execPath, [join(checkout, 'bin', 'pssession.js'), ...words], {
      env: {
        ...this.environment,
        ...(scope !== undefined && { PSSESSION_SCOPE: scope }),
        ...options.environment,
      },
      stdio: [stdin === 'nothing' ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    });
    if (typeof stdin === 'object') child.stdin?.end(stdin.text);
    return new Program(child, words);
  }

  run(words: readonly string[], options: StartOptions = {}): Promise<Finished> {
    return this.start(words, options).finished();
  }

  /** Runs it and expects success. */
  async ok(words: readonly string[], options: StartOptions = {}): Promise<Finished> {
    const finished = await this.run(words, options);
    if (finished.status === 0) return finished;
    throw new Error(
      `${words.join(' ')} ended with ${finished.status ?? finished.signal ?? ''}: ${finished.err}${this.log()}`,
    );
  }

  async newSession(name: string, ...more: string[]): Promise<ListedSession> {
    const { out } = await this.ok(['new-session', '-Name', name, ...more, '-o', 'jsonl']);
    return JSON.parse(out.toString()) as ListedSession;
  }

  /** The session as this scope sees it; undefined when there is none. */
  async session(name: string): Promise<ListedSession | undefined> {
    const { out } = await this.ok(['get-session', '-ComputerName', 'localhost', '-o', 'jsonl']);
    const all = out
      .toString()
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as ListedSession);
    return all.find((session) => session.Name === name);
  }

  async status(): Promise<DaemonStatus> {
    const { out } = await this.ok(['daemon', 'status', '--json']);
    return JSON.parse(out.toString()) as DaemonStatus;
  }

  /** What the daemons have noted, for messages. */
  log(): string {
    try {
      return `\ndaemon.log ends with:\n${readFileSync(this.paths.daemonLog, 'utf8').split('\n').slice(-15).join('\n')}`;
    } catch {
      return '\nno daemon.log';
    }
  }

  events(): { readonly event: string; readonly [fact: string]: unknown }[] {
    return readFileSync(this.paths.daemonLog, 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as { event: string });
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
    if (!this.killDaemon()) throw new Error(`there is no daemon to kill${this.log()}`);
    await within(closed, () => 'the killed daemon does not go away');
  }

  /** Calls back once when another daemon than `than` has taken the lock. */
  onNextDaemon(than: number | undefined, act: (daemon: ProcessIdentity) => void): Disposable {
    const watcher = watch(this.paths.state, () => {
      const daemon = this.daemon();
      if (daemon === undefined || daemon.pid === than) return;
      watcher.close();
      act(daemon);
    });
    return { [Symbol.dispose]: () => watcher.close() };
  }

  sessionDirectory(session: ListedSession): string {
    return join(this.paths.sessions, session.InstanceId);
  }

  /** A living process of a session. */
  process(session: ListedSession, role: SessionRole): ProcessIdentity | undefined {
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
        await within(next, () => `nothing fitting in ${directory}: ${seen()}${this.log()}`);
      }
    } finally {
      watcher.close();
    }
  }

  /** Resolves when the daemons have noted such an event. */
  noted(event: string): Promise<void> {
    const isNoted = () => readFileSync(this.paths.daemonLog, 'utf8').includes(`"event":"${event}"`);
    return this.changed(this.paths.state, isNoted, () => `no ${event}`);
  }

  /** Every process that carries this home in its environment. */
  processes(): { readonly pid: number; readonly command: string }[] {
    const mark = `PSSESSION_HOME=${this.home}\0`;
    return readdirSync('/proc').flatMap((name) => {
      const pid = Number(name);
      if (!Number.isInteger(pid) || pid === process.pid) return [];
      try {
        if (!readFileSync(`/proc/${name}/environ`, 'latin1').includes(mark)) return [];
        return [{ pid, command: readFileSync(`/proc/${name}/cmdline`, 'latin1').replaceAll('\0', ' ') }];
      } catch {
        return []; // ended meanwhile, or not ours
      }
    });
  }

  /** Ends whatever is left, and the home. Tests that leave sessions behind on purpose lose nothing by it. */
  [Symbol.asyncDispose](): Promise<void> {
    for (let left = this.processes(); left.length > 0; left = this.processes()) {
      for (const { pid } of left) {
        try {
          process.kill(pid, 'SIGKILL');
        } catch {
          // it has ended meanwhile
        }
      }
    }
    if (this.ownsHome) rmSync(this.home, { recursive: true, force: true });
    return Promise.resolve();
  }
}

/** The promise, or an error that says what was seen, when it takes longer than anybody's patience. */
export async function within<T>(promise: Promise<T>, seen: () => string): Promise<T> {
  const late = new Deferred<never>();
  using _timer = clock.setTimer(patienceMs, () => late.reject(new Error(`after ${patienceMs / 1000} s: ${seen()}`)));
  return Promise.race([promise, late.promise]);
}
