/**
 * One session: a shell that outlives its clients, its output and its clock.
 *
 *              connect                        shell ends
 *   disconnected ⇄ opened{holder} ───────────────────────▶ closed{status}    status known
 *        │  disconnect  │                     │
 *        │              │ another boot, or    └──────────▶ broken{reason}    status unknown, never success
 *        ▼ expiry       ▼ remove                                 │
 *      gone           gone                            received or expired ▶ gone
 *
 * The record on disk is written before an answer leaves, so a daemon that dies forgets nothing it has promised.
 */
import { rmSync } from 'node:fs';
import type { Clock } from '../common/clock.ts';
import { firstOf } from '../common/deferred.ts';
import { limits } from '../common/limits.ts';
import type { Trace } from '../common/trace.ts';
import { createError } from '../powershell/error-ids.ts';
import type { OutputBufferingMode } from '../powershell/session-option.ts';
import type { Holder, SessionFacts, SessionState } from '../protocol/model.ts';
import { CommandLog } from './command-log.ts';
import { HolderWatch } from './holder-watch.ts';
import type { OutputBuffer } from './output-buffer.ts';
import { describeSession, sessionTarget } from './session-description.ts';
import { type CommandRecord, type SessionRecord, writeSessionRecord } from './session-record.ts';
import type { ShellEvent, ShellProcess } from './shell-process.ts';

export interface SessionDependencies {
  readonly clock: Clock;
  readonly trace: Trace;
  /** Something that whoever asks for the daemon's status should know. */
  readonly onProblem: (problem: string) => void;
  /** Called once, when the session is gone for good. */
  readonly onGone: (session: Session) => void;
}

export class Session {
  readonly directory: string;
  readonly buffer: OutputBuffer;
  readonly #record: SessionRecord;
  readonly #commands: CommandLog;
  readonly #dependencies: SessionDependencies;
  #shell: ShellProcess | undefined;
  #isDrained = false;
  #timer: Disposable | undefined;
  #holderWatch: HolderWatch | undefined;
  #ending: Promise<void> | undefined;
  /** The conversation that receives now; at most one. */
  #receiver: AbortController | undefined;

  constructor(
    parts: {
      readonly directory: string;
      readonly record: SessionRecord;
      readonly buffer: OutputBuffer;
      readonly shell: ShellProcess | undefined;
    },
    dependencies: SessionDependencies,
  ) {
    this.directory = parts.directory;
    this.buffer = parts.buffer;
    this.#record = parts.record;
    this.#commands = new CommandLog(parts.record);
    this.#shell = parts.shell;
    this.#dependencies = dependencies;
    this.#isDrained = parts.shell === undefined;
    this.buffer.start();
    this.#armTimer();
    if (this.#commands.running !== undefined) this.#watchHolders().catch(dependencies.trace.unexpected);
  }

  /** Before a command and while it runs. */
  async #watchHolders(): Promise<void> {
    const { clock, trace, onProblem } = this.#dependencies;
    if (this.#shell === undefined || this.#shell.isExited) return;
    this.#holderWatch ??= new HolderWatch({
      holders: this.#shell.holders,
      buffer: this.buffer,
      clock,
      trace,
      onRestarted: (problem) => {
        this.save({ durable: false });
        onProblem(`session ${this.name}: ${problem}`);
      },
    });
    await this.#holderWatch.start();
  }

  get instanceId(): string {
    return this.#record.instanceId;
  }

  get name(): string {
    return this.#record.name;
  }

  get state(): SessionState {
    return this.#record.state;
  }

  get record(): Readonly<SessionRecord> {
    return this.#record;
  }

  get commands(): CommandLog {
    return this.#commands;
  }

  /** True when no process can add output any more. */
  get isDrained(): boolean {
    return this.#isDrained;
  }

  facts(): SessionFacts {
    const record = this.#record;
    return {
      instanceId: record.instanceId,
      name: record.name,
      state: record.state,
      configurationName: record.configurationName,
      shell: record.shell,
      idleTimeoutMs: record.idleTimeoutMs,
      maxIdleTimeoutMs: record.maxIdleTimeoutMs,
      outputBufferingMode: record.outputBufferingMode,
      bufferedBytes: this.buffer.bufferedBytes,
      droppedBytes: this.buffer.cursor.droppedBytes,
      blocked: this.buffer.blocked,
      command: this.#commands.running?.label ?? null,
    };
  }

  /** @throws PSSessionConnectFailed unless it is disconnected, held by the same holder, or `force` is set */
  connect(
    holder: Holder,
    options: { force: boolean; outputBufferingMode?: OutputBufferingMode | undefined },
  ): SessionFacts {
    this.#throwIfEnding();
    const { state } = this.#record;
    const isMine = state.kind === 'opened' && state.holder.id === holder.id;
    if (state.kind === 'closed' || state.kind === 'broken' || (state.kind === 'opened' && !isMine && !options.force)) {
      throw createError('sessionNotConnectable', describeSession(this.#record), sessionTarget(this.#record));
    }
    if (!isMine) {
      this.#receiver?.abort(
        createError(
          'sessionHeldElsewhere',
          { ...describeSession(this.#record), holder: holder.description },
          sessionTarget(this.#record),
        ),
      );
      this.#setState({ kind: 'opened', holder: { ...holder, since: this.#dependencies.clock.now() } });
    }
    this.#setMode(options.outputBufferingMode);
    return this.facts();
  }

  /** @throws CannotDisconnectSessionWhenNotOpened, CannotDisconnectSessionWithInvalidIdleTimeout */
  disconnect(
    holder: Holder,
    options: { idleTimeoutMs?: number | undefined; outputBufferingMode?: OutputBufferingMode | undefined },
  ): SessionFacts {
    this.#throwIfEnding();
    const { state } = this.#record;
    if (state.kind === 'disconnected') return this.facts();
    if (state.kind !== 'opened' || state.holder.id !== holder.id) {
      throw createError('sessionNotOpened', describeSession(this.#record), sessionTarget(this.#record));
    }
    const idleTimeoutMs = options.idleTimeoutMs ?? this.#record.idleTimeoutMs;
    if (idleTimeoutMs < limits.minIdleTimeoutMs || idleTimeoutMs > this.#record.maxIdleTimeoutMs) {
      throw createError(
        'idleTimeoutOutOfRange',
        {
          name: this.name,
          wanted: Math.floor(idleTimeoutMs / 1000),
          maximum: Math.floor(this.#record.maxIdleTimeoutMs / 1000),
          minimum: limits.minIdleTimeoutMs / 1000,
        },
        sessionTarget(this.#record),
      );
    }
    this.#record.idleTimeoutMs = idleTimeoutMs;
    this.#setMode(options.outputBufferingMode);
    this.leave();
    return this.facts();
  }

  /** The holder is gone, or has let go: the idle clock starts. A receiver that is still there is cut off. */
  leave(): void {
    if (this.#record.state.kind !== 'opened') return;
    this.#receiver?.abort(
      createError('sessionDisconnectFailed', { name: this.name, reason: 'it was disconnected meanwhile.' }),
    );
    const since = this.#dependencies.clock.now();
    this.#setState({ kind: 'disconnected', since, expiresAt: since + this.#record.idleTimeoutMs });
  }

  /** The holder's client has ended (design §4): what runs or holds output is kept, what is idle and read is removed. */
  async abandon(holder: Holder): Promise<void> {
    const { state } = this.#record;
    if (state.kind !== 'opened' || state.holder.id !== holder.id) return;
    if (this.#commands.hasUnreceived(this.buffer.cursor)) this.leave();
    else await this.end('left by its client');
  }

  /** Resolves when nobody else holds the session. @throws WaitTimeoutExpired */
  async released(holder: Holder, options: { clock: Clock; waitMs: number | null; signal: AbortSignal }): Promise<void> {
    const deadline =
      options.waitMs === null
        ? options.signal
        : AbortSignal.any([options.signal, options.clock.deadline(options.waitMs)]);
    for (;;) {
      const next = this.buffer.changed.next;
      const { state } = this.#record;
      if (state.kind !== 'opened' || state.holder.id === holder.id) return;
      if (deadline.aborted) {
        options.signal.throwIfAborted();
        throw createError(
          'waitExpired',
          { ...describeSession(this.#record), seconds: (options.waitMs ?? 0) / 1000 },
          sessionTarget(this.#record),
        );
      }
      await firstOf(next, deadline);
    }
  }

  /** Ends shell and children and forgets the session. @throws InvalidOperation when somebody else holds it */
  async remove(holder: Holder, options: { force: boolean }): Promise<SessionFacts> {
    const { state } = this.#record;
    if (state.kind === 'opened' && state.holder.id !== holder.id && !options.force) {
      throw createError(
        'sessionHeldElsewhere',
        { ...describeSession(this.#record), holder: state.holder.description },
        sessionTarget(this.#record),
      );
    }
    const facts = this.facts();
    await this.end('removed');
    return facts;
  }

  /** Ends shell and children, deletes the directory. Idempotent. */
  end(why: string): Promise<void> {
    this.#ending ??= this.#end(why);
    return this.#ending;
  }

  async #end(why: string): Promise<void> {
    this.#dependencies.trace.event('session.ending', { session: this.name, instanceId: this.instanceId, why });
    this.#timer?.[Symbol.dispose]();
    this.#holderWatch?.[Symbol.dispose]();
    this.#receiver?.abort(
      createError(
        'sessionBroke',
        { ...describeSession(this.#record), reason: `it was ${why}.` },
        sessionTarget(this.#record),
      ),
    );
    await this.#shell?.end(limits.hangupGraceMs);
    await this.#shell?.[Symbol.asyncDispose]();
    this.buffer[Symbol.dispose]();
    rmSync(this.directory, { recursive: true, force: true });
    this.#dependencies.onGone(this);
  }

  /** What the shell says. */
  onShellEvent(event: ShellEvent): void {
    const now = this.#dependencies.clock.now();
    switch (event.kind) {
      case 'ready':
        break;
      case 'commandEnded':
        if (!this.#commands.end(event.number, event.status, now)) break;
        this.#holderWatch?.stop();
        this.save({ durable: false });
        break;
      case 'exited':
        this.#shellExited(event.status, now);
        break;
    }
    this.buffer.changed.beat();
  }

  #shellExited(status: number | undefined, now: number): void {
    this.#drain().catch(this.#dependencies.trace.unexpected);
    if (this.#ending !== undefined || this.#record.state.kind === 'closed' || this.#record.state.kind === 'broken')
      return;
    if (this.#commands.running !== undefined) this.#commands.end(this.#commands.running.number, status ?? null, now);
    const expiresAt = now + this.#record.idleTimeoutMs;
    this.#setState(
      status === undefined
        ? { kind: 'broken', reason: 'its shell is gone and nobody knows how it ended', since: now, expiresAt }
        : { kind: 'closed', status, since: now, expiresAt },
    );
    this.buffer.check();
  }

  /** The shell is gone; what it wrote may still be on its way through the holders. */
  async #drain(): Promise<void> {
    await this.#shell?.drained();
    this.#isDrained = true;
    this.#holderWatch?.[Symbol.dispose]();
    if (this.#ending === undefined) this.buffer.check();
  }

  /** Records a new command; what follows types it. */
  async beginCommand(id: string, label: string): Promise<CommandRecord> {
    await this.#watchHolders();
    this.#throwIfEnding();
    for (const stream of ['out', 'err'] as const) this.buffer.spool(stream).refresh();
    const command = this.#commands.begin({
      id,
      label,
      from: { out: this.buffer.spool('out').end, err: this.buffer.spool('err').end },
      startedAt: this.#dependencies.clock.now(),
    });
    this.save({ durable: false });
    return command;
  }

  /** The shell, while it lives. @throws InvokeCommandCommandInvalidSessionState */
  shell(): ShellProcess {
    this.#throwIfEnding();
    if (this.#shell === undefined || this.#shell.isExited) {
      throw createError('sessionStateInvalid', describeSession(this.#record), sessionTarget(this.#record));
    }
    return this.#shell;
  }

  /** The daemon before this one recorded the command and died before the shell began it; typing it twice runs it once. */
  waitsToBegin({ number, ended }: CommandRecord): boolean {
    return ended === undefined && this.#shell !== undefined && this.#shell.begunCommand < number;
  }

  /** The command's exit status for its receiver; from now on it counts as told. */
  reportCommand(number: number): number | null | undefined {
    const command = this.#commands.byNumber(number);
    if (command === undefined) return undefined;
    command.isReported = true;
    this.save({ durable: false });
    return command.ended?.status;
  }

  /** Makes this conversation the receiver. @throws ReceivePSSessionCannotConnectSession when there is one */
  attachReceiver(signal: AbortSignal, options: { takeOver: boolean }): Disposable & { readonly signal: AbortSignal } {
    this.#throwIfEnding();
    if (this.#receiver !== undefined) {
      if (!options.takeOver) {
        const advice = 'Another cmdlet is receiving its output; wait for it, or stop it.';
        throw createError(
          'sessionNotReceivable',
          { ...describeSession(this.#record), availability: 'being received', advice },
          sessionTarget(this.#record),
        );
      }
      this.#receiver.abort(
        createError('sessionHeldElsewhere', {
          ...describeSession(this.#record),
          holder: 'the same receiver, redialled',
        }),
      );
    }
    const receiver = new AbortController();
    this.#receiver = receiver;
    return {
      signal: AbortSignal.any([receiver.signal, signal]),
      [Symbol.dispose]: () => {
        if (this.#receiver === receiver) this.#receiver = undefined;
      },
    };
  }

  /** Resolves when the command has its status, or never will. @throws the signal's reason */
  async commandSettled(number: number, signal: AbortSignal): Promise<void> {
    for (;;) {
      const next = this.buffer.changed.next;
      if (this.#commands.byNumber(number)?.ended !== undefined) return;
      signal.throwIfAborted();
      await firstOf(next, signal);
    }
  }

  save(options: { durable: boolean }): void {
    if (this.#ending === undefined) writeSessionRecord(this.directory, this.#record, options);
  }

  #throwIfEnding(): void {
    if (this.#ending === undefined) return;
    throw createError(
      'sessionGone',
      { ...describeSession(this.#record), reason: 'it is being removed.' },
      sessionTarget(this.#record),
    );
  }

  #setMode(mode: OutputBufferingMode | undefined): void {
    if (mode === undefined || mode === 'None' || mode === this.#record.outputBufferingMode) return;
    this.#record.outputBufferingMode = mode;
    this.buffer.mode = mode;
    this.save({ durable: true });
    this.buffer.check();
  }

  #setState(state: SessionState): void {
    this.#record.state = state;
    this.save({ durable: true });
    this.#dependencies.trace.event('session.changed', {
      session: this.name,
      instanceId: this.instanceId,
      state: state.kind,
    });
    this.#armTimer();
    this.buffer.changed.beat();
  }

  /** One timer per session, for the state's deadline; a deadline is a wall-clock time. */
  #armTimer(): void {
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
    const { state } = this.#record;
    if (state.kind === 'opened') return;
    const { clock, trace } = this.#dependencies;
    this.#timer = clock.setTimer(Math.max(0, state.expiresAt - clock.now()), () => {
      if (clock.now() < state.expiresAt) this.#armTimer();
      else void this.end('expired').catch(trace.unexpected);
    });
  }

  /** Stops watching; shell and files stay as they are. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#timer?.[Symbol.dispose]();
    this.#holderWatch?.[Symbol.dispose]();
    this.#receiver?.abort(new Error('the daemon stops'));
    await this.#shell?.[Symbol.asyncDispose]();
    this.buffer[Symbol.dispose]();
  }
}
