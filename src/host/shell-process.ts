/**
 * One session's shell and its terminal, seen from the daemon: type, interrupt, resize, end; and tell what happened. The
 * processes and files are made by `shell-start.ts` and outlive this object: dropping it (or the whole daemon) ends nothing,
 * `adoptShell` makes a new one.
 *
 * ```
 *   starting ──ready──▶ idle ◀──commandEnded── running        life's end of file, from any state ──▶ exited
 *                        └──────runCommand──────▲
 * ```
 *
 * Costs while idle: this object and one reader on `life`.
 */
import { execFile } from 'node:child_process';
import { rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { promisify } from 'node:util';
import type { Clock } from '../common/clock.ts';
import { Deferred, Pulse } from '../common/deferred.ts';
import type { ProcessFacts, ProcessIdentity } from '../common/process-identity.ts';
import { hasMissedInterrupt } from './foreground.ts';
import { watchWriters, type OpenFifo } from './fifo.ts';
import { ControlLog, type ControlLine } from './control-log.ts';
import { Holders, readRole, type HeldStream } from './holders.ts';
import type { ProcessScanner } from './process-tree.ts';
import { endSessionProcesses } from './session-end.ts';
import type { ShellKind } from './shells/shell-kind.ts';

export type ShellEvent =
  | { readonly kind: 'ready' }
  | { readonly kind: 'commandEnded'; readonly number: number; readonly status: number }
  /** The shell is gone. Status undefined: unknown (the wrapper was killed too, or the computer went down). */
  | { readonly kind: 'exited'; readonly status: number | undefined };

export interface ShellDeps {
  readonly clock: Clock;
  readonly facts: ProcessFacts;
  /** Shared by all sessions, which end together at times. */
  readonly scanner?: ProcessScanner;
  readonly openFifo: OpenFifo;
  /** Called for each event, in order, never before the object exists. */
  onEvent(event: ShellEvent): void;
}

export interface ShellFacts {
  readonly directory: string;
  readonly instanceId: string;
  readonly kind: ShellKind;
  /** Commands up to this number were reported before; their ends are not reported again. */
  readonly reportedCommand: number;
}

/** A process that Ctrl-C ends is gone by then. */
const lostInterruptMs = 200;
const interruptTries = 3;
const interruptByte = Buffer.from([3]);
const discardLineByte = '\x15';

export class ShellProcess implements AsyncDisposable {
  readonly directory: string;
  readonly instanceId: string;
  readonly holders: Holders;
  readonly #kind: ShellKind;
  readonly #deps: ShellDeps;
  readonly #control: ControlLog;
  readonly #life: Disposable;
  #terminal: Duplex | undefined;
  /** Somebody typed at the prompt, so there may be half a line. */
  #mayHoldText: boolean;
  #isReady = false;
  readonly #ready = new Deferred<void>();
  #begun = 0;
  #ended: number;
  #wanted = 0;
  readonly #progress = new Pulse();
  #endedStatus: number | undefined;
  #isExited = false;
  readonly #exit = new Deferred<{ status: number | undefined }>();

  constructor(facts: ShellFacts, deps: ShellDeps) {
    this.directory = facts.directory;
    this.instanceId = facts.instanceId;
    this.#kind = facts.kind;
    this.#deps = deps;
    this.#ended = facts.reportedCommand;
    this.#mayHoldText = facts.reportedCommand > 0;
    this.holders = new Holders(facts.directory, deps.facts);
    this.#control = new ControlLog(join(facts.directory, 'control'), (line) => this.#take(line));
    this.#life = watchWriters(join(facts.directory, 'life'), deps.openFifo, () => this.#onLifeEnded());
  }

  /** Begins to report. Apart from the constructor so that the caller holds the object at the first event. */
  watch(): void {
    this.#control.watch();
    // an adoption reads the past line by line, and between two commands of it the shell looks idle
    if (!this.#isIdle) this.#control.watch();
  }

  get isReady(): boolean {
    return this.#isReady;
  }

  /** Resolves at the first prompt, once the profile has been read; never when the shell ends before. */
  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  get isExited(): boolean {
    return this.#isExited;
  }

  /** The command that began last and has not ended. */
  get runningCommand(): number | undefined {
    return this.#begun > this.#ended ? this.#begun : undefined;
  }

  /** The number of the last command that the shell has begun; 0 before the first. */
  get begunCommand(): number {
    return this.#begun;
  }

  /** Resolves when the shell is gone. */
  get exited(): Promise<{ readonly status: number | undefined }> {
    return this.#exit.promise;
  }

  /** The shell itself, wherever it got so far. */
  get shellIdentity(): ProcessIdentity | undefined {
    return readRole(this.directory, 'shell')?.identity;
  }

  holderPid(stream: HeldStream): number | undefined {
    return this.holders.find(stream)?.pid;
  }

  /**
   * Runs a command: resolves when it is typed, not when it ended. Only one at a time, numbers ascending. Calling it again
   * with a number that has begun runs nothing twice, so after an adoption it may be repeated.
   *
   * @param options.inputFile what the command reads as its standard input (a file or a FIFO); nothing when omitted.
   * @throws Error when the shell is gone, or an argument holds a NUL byte.
   */
  async runCommand(
    number: number,
    options: { text: string | Uint8Array; args: readonly string[]; inputFile?: string },
  ): Promise<void> {
    if (this.#isExited) throw new Error('the shell of this session has ended');
    if (options.args.some((argument) => argument.includes('\0'))) throw new Error('an argument holds a NUL byte');
    const text = typeof options.text === 'string' ? Buffer.from(options.text) : options.text;
    for (const [name, content] of Object.entries(this.#kind.commandFiles(number, text, options.args))) {
      writeFileSync(join(this.directory, name), content, { mode: 0o600 });
    }
    const input = join(this.directory, `i${number}`);
    rmSync(input, { force: true });
    if (options.inputFile !== undefined) symlinkSync(options.inputFile, input);
    this.#wanted = Math.max(this.#wanted, number);
    this.#control.watch();
    const discard = this.#mayHoldText ? discardLineByte : '';
    this.#mayHoldText = false;
    await this.#write(Buffer.from(`${discard}${this.#kind.typedLine(number, options.inputFile !== undefined)}\r`));
  }

  /**
   * Ctrl-C. For a command that was typed and has not begun, waits until it has: the terminal throws its input away at
   * Ctrl-C, and the command would never end. A Ctrl-C that provably went astray is repeated; apart from that it is the
   * command's affair what it does about it.
   */
  async interrupt(): Promise<void> {
    while (this.#begun < this.#wanted && !this.#isExited) await this.#progress.next;
    if (this.#isExited) return;
    const number = this.runningCommand;
    await this.#write(interruptByte);
    for (let tries = 0; tries < interruptTries && this.#isRunning(number); tries++) {
      await Promise.race([this.#progress.next, this.#deps.clock.delay(lostInterruptMs)]);
      if (this.#isRunning(number) && hasMissedInterrupt(this.shellIdentity?.pid)) await this.#write(interruptByte);
    }
  }

  /** Types `bytes` as they are; resolves when the terminal has taken them. */
  async writeTerminal(bytes: Uint8Array): Promise<void> {
    this.#mayHoldText = true;
    await this.#write(bytes);
  }

  async resize(columns: number, rows: number): Promise<void> {
    const terminal = readRole(this.directory, 'shell')?.terminal;
    if (terminal === undefined || this.#isExited) return;
    const flag = process.platform === 'linux' ? '-F' : '-f';
    await promisify(execFile)('stty', [flag, terminal, 'rows', String(rows), 'cols', String(columns)]);
  }

  /**
   * Ends the shell and everything it ever started: SIGHUP, and after `graceMs` SIGKILL. The holders are given the same
   * time to write out what they hold.
   *
   * @returns pids that could not be ended (another user's, or stuck in the kernel).
   */
  async end(graceMs: number): Promise<number[]> {
    const { directory, instanceId } = this;
    return endSessionProcesses({ directory, instanceId, graceMs }, this.#deps);
  }

  /** Resolves when the holders have ended too, so that the spool holds all there will ever be. */
  async drained(): Promise<void> {
    await this.#exit.promise;
    const drained = new Deferred<void>();
    watchWriters(join(this.directory, 'drain'), this.#deps.openFifo, drained.resolve);
    await drained.promise;
  }

  /** Stops watching. Ends no process. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#control.unwatch();
    this.#isExited = true; // nothing is reported any more
    this.#life[Symbol.dispose]();
    this.#terminal?.destroy();
    this.#progress.beat();
  }

  #isRunning(number: number | undefined): boolean {
    return number !== undefined && number === this.runningCommand && !this.#isExited;
  }

  #write(bytes: Uint8Array): Promise<void> {
    if (this.#terminal === undefined) {
      const terminal = this.#deps.openFifo(join(this.directory, 'terminal.in'), 'write');
      terminal.on('error', () => undefined); // told to each writer by its own callback
      terminal.once('close', () => (this.#terminal = undefined));
      this.#terminal = terminal;
    }
    const terminal = this.#terminal;
    return new Promise((resolve, reject) => terminal.write(bytes, (error) => (error ? reject(error) : resolve())));
  }

  #take(line: ControlLine): void {
    switch (line.kind) {
      case 'ready':
        if (this.#isReady) return;
        this.#isReady = true;
        this.#ready.resolve();
        this.#emit({ kind: 'ready' });
        break;
      case 'begin':
        this.#begun = Math.max(this.#begun, line.number);
        break;
      case 'end':
        if (line.number <= this.#ended) return;
        this.#ended = line.number;
        this.#begun = Math.max(this.#begun, line.number);
        for (const name of ['c', 'a', 'i']) rmSync(join(this.directory, `${name}${line.number}`), { force: true });
        this.#emit({ kind: 'commandEnded', number: line.number, status: line.status });
        break;
      case 'ended':
        this.#endedStatus = line.status; // reported when `life` ends: the shell's processes are gone only then
        break;
    }
    this.#progress.beat();
    this.#unwatchWhenIdle();
  }

  get #isIdle(): boolean {
    return this.#isReady && this.#ended >= Math.max(this.#wanted, this.#begun);
  }

  #unwatchWhenIdle(): void {
    if (this.#isIdle) this.#control.unwatch();
  }

  #onLifeEnded(): void {
    if (this.#isExited) return;
    this.#control.read();
    this.#control.unwatch();
    this.#isExited = true;
    this.#terminal?.destroy();
    this.#progress.beat();
    this.#exit.resolve({ status: this.#endedStatus });
    this.#emit({ kind: 'exited', status: this.#endedStatus });
  }

  #emit(event: ShellEvent): void {
    this.#deps.onEvent(event);
  }
}
