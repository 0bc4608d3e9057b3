/**
 * A real session in a directory of its own: its shell, its spool, its events. Disposing ends it and asserts that no process
 * with its instance id is left.
 */
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import {
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  watch,
  writeFileSync,
} from 'node:fs';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { SystemClock } from '../../../src/common/clock.ts';
import { Deferred, Pulse } from '../../../src/common/deferred.ts';
import { systemFacts } from '../../../src/common/process-identity.ts';
import { findSessionProcesses } from '../../../src/host/process-tree.ts';
import type { HeldStream } from '../../../src/host/holders.ts';
import type { ShellDeps, ShellEvent, ShellProcess } from '../../../src/host/shell-process.ts';
import { startShell, type ShellLaunch, type ShellName } from '../../../src/host/shell-start.ts';

export const facts = systemFacts();
export const clock = new SystemClock();
export const markToken = 'f0'.repeat(16);
/** For waits that should never be needed; a test that meets it says what it had seen. */
const patienceMs = 10_000;

export interface InstalledShell {
  readonly name: ShellName;
  readonly path: string | undefined;
  /** For a test's title; says so when the shell is missing. */
  readonly title: string;
}

/**
 * The four shells; one without a path is not installed here, and says so aloud. PSS_TEST_SH names another sh, such as
 * busybox ash or a link to bash (likewise PSS_TEST_BASH …).
 */
export function installedShells(): InstalledShell[] {
  return (['bash', 'zsh', 'sh', 'fish'] as const).map((name) => {
    let path: string | undefined;
    try {
      path = execFileSync(
        'sh',
        ['-c', 'command -v "$1"', 'sh', process.env[`PSS_TEST_${name.toUpperCase()}`] ?? name],
        { encoding: 'utf8' },
      ).trim();
    } catch {
      console.warn(`shell tests: ${name} IS NOT INSTALLED, its tests are skipped`);
    }
    return { name, path, title: path === undefined ? `${name} (SKIPPED: NOT INSTALLED HERE)` : name };
  });
}

export function openFifo(path: string, access: 'read' | 'write'): Socket {
  const isRead = access === 'read';
  const fd = openSync(path, (isRead ? constants.O_RDONLY : constants.O_WRONLY) | constants.O_NONBLOCK);
  return new Socket({ fd, readable: isRead, writable: !isRead });
}

/** Collects events; `wait` resolves at the first one, past or future, that fits. */
export class EventLog {
  readonly events: ShellEvent[] = [];
  readonly #pulse = new Pulse();

  readonly take = (event: ShellEvent): void => {
    this.events.push(event);
    this.#pulse.beat();
  };

  async wait<K extends ShellEvent['kind']>(
    kind: K,
    fits: (event: Extract<ShellEvent, { kind: K }>) => boolean = () => true,
  ): Promise<Extract<ShellEvent, { kind: K }>> {
    type Wanted = Extract<ShellEvent, { kind: K }>;
    const find = () => this.events.find((event) => event.kind === kind && fits(event as Wanted)) as Wanted | undefined;
    await waitUntil(
      this.#pulse,
      () => find() !== undefined,
      () => `no event ${kind} in ${JSON.stringify(this.events)}`,
    );
    return find()!;
  }
}

/** Looks again at each beat. */
async function waitUntil(pulse: Pulse, fits: () => boolean, complaint: () => string): Promise<void> {
  const late = new Deferred<never>();
  late.promise.catch(() => undefined);
  using _timer = clock.setTimer(patienceMs, () => late.reject(new Error(complaint())));
  for (;;) {
    const next = pulse.next;
    if (fits()) return;
    await Promise.race([next, late.promise]);
  }
}

export interface RigOptions extends Partial<ShellLaunch> {
  /** Files of the home directory. */
  readonly home?: Readonly<Record<string, string>>;
  readonly deadlineMs?: number;
}

export interface Result {
  readonly status: number;
  readonly out: Buffer;
  readonly err: Buffer;
}

export class ShellRig implements AsyncDisposable {
  readonly root = mkdtempSync(join(tmpdir(), 'pss-shell-'));
  readonly directory = join(this.root, 'a session');
  readonly home = join(this.root, 'home');
  readonly instanceId = randomUUID();
  readonly log = new EventLog();
  readonly deps: ShellDeps = { clock, facts, openFifo, onEvent: this.log.take };
  #shell: ShellProcess | undefined;
  #number = 0;

  static async start(shell: InstalledShell, options: RigOptions = {}): Promise<ShellRig> {
    const rig = new ShellRig();
    try {
      await rig.#start(shell, options);
    } catch (error) {
      await rig[Symbol.asyncDispose]();
      throw error;
    }
    return rig;
  }

  async #start(shell: InstalledShell, options: RigOptions): Promise<void> {
    const { home = {}, deadlineMs = patienceMs, ...launch } = options;
    mkdirSync(this.directory, { mode: 0o700 });
    mkdirSync(this.home, { mode: 0o700 });
    for (const [name, content] of Object.entries({ '.zshrc': '', ...home })) {
      mkdirSync(dirname(join(this.home, name)), { recursive: true });
      writeFileSync(join(this.home, name), content);
    }
    this.#shell = await startShell(
      {
        directory: this.directory,
        instanceId: this.instanceId,
        shell: shell.name,
        shellPath: shell.path ?? '',
        environment: {
          HOME: this.home,
          USER: 'tester',
          LOGNAME: 'tester',
          SHELL: shell.path ?? '',
          PATH: process.env['PATH'] ?? '',
          LANG: 'C.UTF-8',
          TERM: 'xterm-256color',
        },
        workingDirectory: this.home,
        noProfile: false,
        columns: 100,
        rows: 30,
        segmentBytes: 4 * 1024 * 1024,
        markToken,
        ...launch,
      },
      this.deps,
      { deadlineMs },
    );
  }

  get shell(): ShellProcess {
    if (this.#shell === undefined) throw new Error('the shell was never started');
    return this.#shell;
  }

  /** The object that ends the session at last, after an adoption. */
  set shell(adopted: ShellProcess) {
    this.#shell = adopted;
  }

  /** Types a command; its number. */
  async type(text: string | Uint8Array, args: readonly string[] = [], inputFile?: string): Promise<number> {
    const number = ++this.#number;
    await this.shell.runCommand(number, { text, args, ...(inputFile === undefined ? {} : { inputFile }) });
    return number;
  }

  /** Runs a command to its end. */
  async run(text: string | Uint8Array, args: readonly string[] = [], inputFile?: string): Promise<Result> {
    return this.result(await this.type(text, args, inputFile));
  }

  async result(number: number): Promise<Result> {
    const { status } = await this.log.wait('commandEnded', (event) => event.number === number);
    const [out, err] = await Promise.all([this.output('out', number), this.output('err', number)]);
    return { status, out, err };
  }

  /** What lies between the marks of a command, once the second is in the spool. */
  async output(stream: 'out' | 'err', number: number): Promise<Buffer> {
    const digits = String(number).padStart(8, '0');
    const [begin, end] = ['+', '-'].map((edge) => Buffer.from(`\x1e${markToken}${edge}${digits}\x1e`));
    const spool = await this.waitForSpool(stream, (bytes) => bytes.includes(end!));
    return spool.subarray(spool.indexOf(begin!) + begin!.length, spool.indexOf(end!));
  }

  spool(stream: HeldStream): Buffer {
    const directory = join(this.directory, 'spool');
    const names = readdirSync(directory)
      .filter((name) => name.startsWith(`${stream}.`))
      .sort();
    return Buffer.concat(names.map((name) => readFileSync(join(directory, name))));
  }

  async waitForSpool(stream: HeldStream, fits: (bytes: Buffer) => boolean): Promise<Buffer> {
    await this.waitForFiles(
      join(this.directory, 'spool'),
      () => fits(this.spool(stream)),
      () => this.spool(stream).toString(),
    );
    return this.spool(stream);
  }

  async waitForFile(path: string): Promise<string> {
    await this.waitForFiles(
      this.home,
      () => existsSync(path) && readFileSync(path, 'utf8').endsWith('\n'),
      () => path,
    );
    return readFileSync(path, 'utf8');
  }

  async waitForFiles(directory: string, fits: () => boolean, seen: () => string): Promise<void> {
    const pulse = new Pulse();
    const watcher = watch(directory, () => pulse.beat());
    try {
      await waitUntil(pulse, fits, () => `nothing fitting in ${directory}: ${seen().slice(-2000)}`);
    } finally {
      watcher.close();
    }
  }

  processes(): Promise<{ pid: number }[]> {
    return findSessionProcesses(this.instanceId, [], facts);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#shell?.end(300);
    await this.#shell?.[Symbol.asyncDispose]();
    const left = await this.processes();
    for (const { pid } of left) process.kill(pid, 'SIGKILL');
    rmSync(this.root, { recursive: true, force: true });
    if (left.length > 0) throw new Error(`processes left behind: ${left.map((one) => one.pid).join(' ')}`);
  }
}
