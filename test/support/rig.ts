/**
 * Runs the built program as its users do: real processes, a real daemon, a PSSESSION_HOME of its own. Disposing removes the
 * sessions, stops the daemon and fails when a process, a socket or a session is left.
 */
import { type ChildProcess, execFileSync, spawn, type StdioOptions } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pathsFrom, type Paths } from '../../src/common/paths.ts';
import { endedProcesses, leftFiles } from './leak-check.ts';
import { checkout } from './planted-tree.ts';

export const programPath = join(checkout, 'bin', 'pssession.js');

/** For waits that should never be needed; who meets it says what it had seen. */
const patienceMs = 30_000;

export interface RunOptions {
  /** Standard input through a pipe; without it /dev/null. */
  readonly input?: string | Buffer;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** The "terminal" it runs in; null leaves PSSESSION_SCOPE out. */
  readonly scope?: string | null;
  readonly cwd?: string;
}

export interface SpawnOptions extends RunOptions {
  /** Keeps standard input open: `stdin` of the child can be written to. */
  readonly openInput?: boolean;
  readonly stdio?: StdioOptions;
  /** A process session of its own, as a terminal window has. */
  readonly detached?: boolean;
}

export interface Finished {
  readonly stdout: Buffer;
  readonly stderr: string;
  /** The exit code; null after a signal. */
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A session as the JSON output has it. */
export interface SessionJson {
  readonly Id: number;
  readonly Name: string;
  readonly InstanceId: string;
  readonly State: string;
  readonly Availability: string;
  readonly IdleTimeout: number;
  readonly OutputBufferingMode: string;
  readonly DisconnectedOn: string | null;
  readonly ExpiresOn: string | null;
  readonly Command: string | null;
  readonly Holder: string | null;
  readonly Reason: string | null;
}

/** A program that runs. */
export class Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Finished>;
  readonly #chunks: Record<'stdout' | 'stderr', Buffer[]> = { stdout: [], stderr: [] };
  readonly #listeners = new Set<() => void>();
  #isEnded = false;

  constructor(child: ChildProcess) {
    this.child = child;
    this.#collect('stdout', child.stdout);
    this.#collect('stderr', child.stderr);
    child.stdin?.on('error', () => undefined); // it ended without reading everything
    this.ended = new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (status, signal) => {
        this.#isEnded = true;
        for (const listener of this.#listeners) listener();
        resolve({ stdout: this.stdout, stderr: this.stderr, status, signal });
      });
    });
    this.ended.catch(() => undefined); // whoever waits for it is told
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  get stdout(): Buffer {
    return Buffer.concat(this.#chunks.stdout);
  }

  get stderr(): string {
    return Buffer.concat(this.#chunks.stderr).toString();
  }

  /** Resolves when the output holds `pattern`. @throws Error when the program ends, or patience does, before. */
  async seen(pattern: string | RegExp, stream: 'stdout' | 'stderr' = 'stdout'): Promise<void> {
    const fits = () => {
      const text = this[stream].toString();
      return typeof pattern === 'string' ? text.includes(pattern) : pattern.test(text);
    };
    await this.#until(
      () => fits() || this.#isEnded,
      () => `no ${String(pattern)}`,
    );
    if (!fits()) throw new Error(`it ended without ${String(pattern)}: ${this.#told()}`);
  }

  /** Resolves at the end; a program that does not come to it is killed. */
  async finished(): Promise<Finished> {
    await this.#until(
      () => this.#isEnded,
      () => 'no end',
    );
    return this.ended;
  }

  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  #collect(name: 'stdout' | 'stderr', stream: Readable | null): void {
    stream?.on('data', (chunk: Buffer) => {
      this.#chunks[name].push(chunk);
      for (const listener of this.#listeners) listener();
    });
    stream?.on('error', () => undefined); // a close follows
  }

  #until(fits: () => boolean, missing: () => string): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#listeners.delete(look);
        this.child.kill('SIGKILL');
        reject(new Error(`${missing()} within ${patienceMs / 1000} s: ${this.#told()}`));
      }, patienceMs);
      const look = () => {
        if (!fits()) return;
        clearTimeout(timer);
        this.#listeners.delete(look);
        resolve();
      };
      this.#listeners.add(look);
      look();
    });
  }

  #told(): string {
    return JSON.stringify({
      args: this.child.spawnargs.slice(1),
      stdout: this.stdout.toString().slice(-2000),
      stderr: this.stderr.slice(-2000),
    });
  }
}

/** A place at which a command waits until the test lets it go on. */
export interface Gate {
  /** The command for sh and its kin that waits. */
  readonly wait: string;
  /** Lets one waiting command through; waits for it to come. */
  open(): Promise<void>;
}

export interface RigOptions {
  /** Where PSSESSION_HOME is, below the rig's own directory. */
  readonly home?: string;
  readonly shell?: string;
}

export class Rig implements AsyncDisposable {
  /** Removed at the end; tests put their files here. */
  readonly root = mkdtempSync(join(tmpdir(), 'pss-'));
  readonly home: string;
  readonly paths: Paths;
  readonly #shell: string;
  readonly #running = new Set<Running>();
  readonly #otherHomes = new Set<string>();

  constructor(options: RigOptions = {}) {
    this.home = join(this.root, options.home ?? 'h');
    this.#shell = options.shell ?? '/bin/bash';
    this.paths = pathsFrom({ PSSESSION_HOME: this.home }, this.root, process.getuid?.() ?? 0);
    mkdirSync(join(this.root, 'account'), { mode: 0o700 });
  }

  environment({ env = {}, scope = 'rig' }: RunOptions = {}): NodeJS.ProcessEnv {
    const { PATH, LANG } = process.env;
    return {
      PATH,
      LANG: LANG ?? 'C.UTF-8',
      HOME: join(this.root, 'account'),
      SHELL: this.#shell,
      PSSESSION_HOME: this.home,
      ...(scope !== null && { PSSESSION_SCOPE: scope }),
      ...env,
    };
  }

  /** Starts `pssession ARGS`. */
  spawn(args: readonly string[], options: SpawnOptions = {}): Running {
    return this.spawnCommand(process.execPath, [programPath, ...args], options);
  }

  /** Starts any program in the rig's environment; `pssession` is on its PATH. */
  spawnCommand(command: string, args: readonly string[], options: SpawnOptions = {}): Running {
    const isPiped = options.input !== undefined || options.openInput === true;
    const env = this.environment(options);
    if (env['PSSESSION_HOME'] !== undefined) this.#otherHomes.add(env['PSSESSION_HOME']);
    const child = spawn(command, [...args], {
      env,
      cwd: options.cwd ?? this.root,
      detached: options.detached ?? false,
      stdio: options.stdio ?? [isPiped ? 'pipe' : 'ignore', 'pipe', 'pipe'],
    });
    const running = new Running(child);
    this.#running.add(running);
    running.ended.then(
      () => this.#running.delete(running),
      () => this.#running.delete(running),
    );
    if (options.input !== undefined) child.stdin?.end(options.input);
    return running;
  }

  /** Runs `pssession ARGS` to its end. */
  run(args: readonly string[], options: RunOptions = {}): Promise<Finished> {
    return this.spawn(args, options).finished();
  }

  /** Runs a line of sh, in which `pssession` is the program. */
  shell(line: string, options: SpawnOptions = {}): Running {
    const definition = `pssession() { ${quote(process.execPath)} ${quote(programPath)} "$@"; }`;
    return this.spawnCommand('/bin/sh', ['-c', `${definition}; ${line}`], options);
  }

  /** Runs it and wants status 0; its standard output as text. */
  async ok(args: readonly string[], options: RunOptions = {}): Promise<string> {
    const { status, stdout, stderr } = await this.run(args, options);
    if (status !== 0) throw new Error(`pssession ${args.join(' ')} ended with ${status ?? 'a signal'}: ${stderr}`);
    return stdout.toString();
  }

  /** Runs a cmdlet that yields sessions. */
  async sessions(args: readonly string[], options: RunOptions = {}): Promise<SessionJson[]> {
    return JSON.parse(await this.ok([...args, '-o', 'json'], options)) as SessionJson[];
  }

  /** `State/Availability` of a session as a scope sees it through the computer. */
  async stateOf(name: string, scope = 'rig'): Promise<string> {
    const sessions = await this.sessions(['get-session', '-ComputerName', 'localhost', '-Name', name], { scope });
    return sessions.map(({ State, Availability }) => `${State}/${Availability}`).join(' ');
  }

  /** Makes a session. */
  async newSession(name: string, options: RunOptions = {}): Promise<SessionJson> {
    const [session] = await this.sessions(['new-session', '-Name', name], options);
    if (session === undefined) throw new Error(`no session ${name} was made`);
    return session;
  }

  async daemonPid(): Promise<number> {
    return (JSON.parse(await this.ok(['daemon', 'status', '--json'])) as { pid: number }).pid;
  }

  gate(name = 'gate'): Gate {
    const path = join(this.root, name);
    execFileSync('mkfifo', [path]);
    return { wait: `read -r _ <${quote(path)}`, open: () => writeFile(path, '\n') };
  }

  /** Writes a file below the rig's directory; its path. */
  file(name: string, content: string | Buffer, mode = 0o644): string {
    const path = join(this.root, name);
    writeFileSync(path, content);
    chmodSync(path, mode);
    return path;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const problems: string[] = [];
    for (const running of this.#running) running.kill('SIGKILL');
    await Promise.allSettled([...this.#running].map(({ ended }) => ended));
    if (existsSync(this.paths.daemonLog)) {
      for (const args of [
        ['remove-session', '-ComputerName', 'localhost', '-Force'],
        ['daemon', 'stop'],
      ]) {
        await this.run(args, { scope: 'rig-end' }).catch((error: unknown) => problems.push(String(error)));
      }
    }
    for (const home of [this.home, ...this.#otherHomes]) {
      for (const { pid, commandLine } of await endedProcesses('PSSESSION_HOME', home))
        problems.push(`process ${pid}: ${commandLine}`);
    }
    problems.push(...leftFiles({ absent: [this.paths.socket], empty: [this.paths.sessions, this.paths.runtime] }));
    rmSync(this.root, { recursive: true, force: true });
    if (!this.paths.socket.startsWith(this.root))
      rmSync(join(this.paths.socket, '..'), { recursive: true, force: true });
    if (problems.length > 0) throw new Error(`left behind:\n${problems.join('\n')}`);
  }
}

/** A word for sh. */
export function quote(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

export function startRig(options: RigOptions = {}): Promise<Rig> {
  return Promise.resolve(new Rig(options));
}
