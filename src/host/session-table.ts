/**
 * The sessions whose shells run on this computer: made, adopted from disk, looked up, counted against quotas.
 */
import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { v4 as uuid } from 'uuid';
import type { Clock } from '../common/clock.ts';
import { limits } from '../common/limits.ts';
import type { Trace } from '../common/trace.ts';
import { createError } from '../powershell/error-ids.ts';
import { PSSessionError } from '../powershell/error-record.ts';
import type { HostMethods } from '../protocol/host-methods.ts';
import type { RequestOf } from '../protocol/method.ts';
import { readConfiguration, type SessionConfiguration } from './configuration.ts';
import { DeliveryCursor } from './delivery-cursor.ts';
import { OutputBuffer } from './output-buffer.ts';
import { Session } from './session.ts';
import { readSessionRecord, type SessionRecord, writeSessionRecord } from './session-record.ts';
import type { ShellDeps, ShellEvent, ShellProcess } from './shell-process.ts';
import { adoptShell, startShell } from './shell-start.ts';
import { Spool } from './spool.ts';

export interface SessionTableOptions {
  readonly sessionsDirectory: string;
  readonly configurationsDirectory: string;
  /** The account's login shell, home and environment for new shells. */
  readonly account: {
    readonly shellPath: string;
    readonly home: string;
    readonly environment: Readonly<Record<string, string>>;
  };
  readonly clock: Clock;
  readonly trace: Trace;
  readonly shell: Omit<ShellDeps, 'onEvent'>;
  /** Called when the last session is gone. */
  readonly onEmpty: () => void;
}

export class SessionTable {
  readonly #sessions = new Map<string, Session>();
  /** What could not be taken over, in words; `daemon status` tells. */
  readonly problems: string[] = [];
  #opening = 0;

  constructor(readonly options: SessionTableOptions) {}

  get size(): number {
    return this.#sessions.size + this.#opening;
  }

  all(): Session[] {
    return [...this.#sessions.values()];
  }

  /** @throws PSSessionConnectFailed when the session is gone */
  get(instanceId: string): Session {
    const session = this.#sessions.get(instanceId);
    if (session !== undefined) return session;
    throw createError('sessionGone', {
      name: instanceId,
      computer: 'localhost',
      reason: 'it was removed or has expired.',
    });
  }

  /** Makes a session with its shell at its first prompt. @throws PSSessionOpenFailed and kin */
  async create(request: RequestOf<HostMethods, 'create'>): Promise<Session> {
    const configuration = readConfiguration(
      this.options.configurationsDirectory,
      request.configurationName,
      this.options.account.shellPath,
    );
    requireValidName(request.name);
    this.#requireQuota(configuration);
    this.#opening += 1;
    try {
      return await this.#create(request, configuration);
    } finally {
      this.#opening -= 1;
    }
  }

  #requireQuota(configuration: SessionConfiguration): void {
    const open =
      this.all().filter((session) => session.record.configurationName === configuration.name).length + this.#opening;
    const limit = Math.min(configuration.maxShells, configuration.maxShellsPerUser);
    if (open < limit) return;
    throw createError('sessionQuotaExceeded', {
      computer: 'localhost',
      configuration: configuration.name,
      limit: `${limit} sessions`,
      quota: configuration.maxShells <= configuration.maxShellsPerUser ? 'MaxShells' : 'MaxShellsPerUser',
    });
  }

  async #create(request: RequestOf<HostMethods, 'create'>, configuration: SessionConfiguration): Promise<Session> {
    const record = newRecord(request, configuration, this.options.clock.now());
    const directory = join(this.options.sessionsDirectory, record.instanceId);
    mkdirSync(directory, { mode: 0o700 });
    try {
      const relay = new EventRelay();
      const shell = await startShell(
        {
          directory,
          instanceId: record.instanceId,
          shell: record.shell,
          shellPath: configuration.shellPath,
          environment: { ...this.options.account.environment, ...cultureVariables(request.wishes.culture) },
          workingDirectory: this.options.account.home,
          noProfile: request.wishes.noProfile ?? false,
          columns: 80,
          rows: 24,
          segmentBytes: record.segmentBytes,
          markToken: record.markToken,
        },
        { ...this.options.shell, onEvent: relay.push },
        { deadlineMs: limits.openTimeoutMs },
      );
      writeSessionRecord(directory, record, { durable: true });
      return this.#add(directory, record, shell, relay);
    } catch (error) {
      rmSync(directory, { recursive: true, force: true });
      if (error instanceof PSSessionError) throw error;
      throw createError(
        'sessionOpenFailed',
        { computer: 'localhost', reason: (error as Error).message },
        { cause: error },
      );
    }
  }

  /** Takes over what is on disk; a part that cannot be read is reported and left where it is. */
  async adoptAll(): Promise<void> {
    for (const name of readdirSync(this.options.sessionsDirectory)) {
      try {
        await this.#adopt(join(this.options.sessionsDirectory, name));
      } catch (error) {
        this.#problem(
          `the session in ${join(this.options.sessionsDirectory, name)} could not be taken over: ${(error as Error).message}`,
        );
      }
    }
  }

  async #adopt(directory: string): Promise<void> {
    const reading = readSessionRecord(directory);
    if (reading.kind === 'absent') {
      // a session that was never answered for: its maker died before its shell was ready
      const relay = new EventRelay();
      const shell = await adoptShell(directory, { ...this.options.shell, onEvent: relay.push }, { reportedCommand: 0 });
      if (!('gone' in shell)) await shell.end(limits.hangupGraceMs);
      rmSync(directory, { recursive: true, force: true });
      return;
    }
    if (reading.kind === 'unreadable') {
      this.#problem(createError('stateUnreadable', reading).message);
      return;
    }
    const relay = new EventRelay();
    const reportedCommand = Math.max(
      0,
      ...reading.record.commands.filter(({ ended }) => ended).map(({ number }) => number),
    );
    const shell = await adoptShell(directory, { ...this.options.shell, onEvent: relay.push }, { reportedCommand });
    const isGone = 'gone' in shell;
    const session = this.#add(directory, reading.record, isGone ? undefined : shell, relay);
    if (isGone) session.onShellEvent({ kind: 'exited', status: shell.endedStatus });
    this.options.trace.event('session.adopted', {
      session: session.name,
      instanceId: session.instanceId,
      state: session.state.kind,
    });
  }

  #add(directory: string, record: SessionRecord, shell: ShellProcess | undefined, relay: EventRelay): Session {
    const spoolDirectory = join(directory, 'spool');
    const { clock, trace } = this.options;
    const buffer = new OutputBuffer(
      {
        spoolDirectory,
        out: new Spool(spoolDirectory, 'out', record.segmentBytes, record.generations.out),
        err: new Spool(spoolDirectory, 'err', record.segmentBytes, record.generations.err),
        cursor: new DeliveryCursor(join(directory, 'cursor')),
        holders: {
          pause: (stream) => shell?.holders.pause(stream),
          resume: (stream) => shell?.holders.resume(stream),
        },
        markToken: record.markToken,
        clock,
        trace,
      },
      { mode: record.outputBufferingMode, limitBytes: record.outputBufferBytes },
    );
    const session = new Session(
      { directory, record, buffer, shell },
      { clock, trace, onGone: (gone) => this.#remove(gone), onProblem: (problem) => void this.problems.push(problem) },
    );
    this.#sessions.set(session.instanceId, session);
    relay.connect((event) => session.onShellEvent(event));
    return session;
  }

  #remove(session: Session): void {
    this.#sessions.delete(session.instanceId);
    if (this.size === 0) this.options.onEmpty();
  }

  #problem(text: string): void {
    this.problems.push(text);
    this.options.trace.event('state.unreadable', { problem: text });
  }

  /** Lets all sessions run on without this process. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.all().map((session) => session[Symbol.asyncDispose]()));
    this.#sessions.clear();
  }
}

/** Keeps what a shell says until its session is there to hear it. */
class EventRelay {
  #waiting: ShellEvent[] = [];
  #listener: ((event: ShellEvent) => void) | undefined;

  readonly push = (event: ShellEvent): void => {
    if (this.#listener === undefined) this.#waiting.push(event);
    else this.#listener(event);
  };

  connect(listener: (event: ShellEvent) => void): void {
    this.#listener = listener;
    for (const event of this.#waiting.splice(0)) listener(event);
  }
}

function newRecord(
  request: RequestOf<HostMethods, 'create'>,
  configuration: SessionConfiguration,
  now: number,
): SessionRecord {
  const { wishes } = request;
  const outputBufferBytes = wishes.outputBufferBytes ?? configuration.outputBufferBytes;
  const mode = wishes.outputBufferingMode ?? 'None';
  return {
    version: 1,
    instanceId: uuid(),
    name: request.name,
    createdAt: now,
    configurationName: configuration.name,
    shell: configuration.shell,
    idleTimeoutMs: wishes.idleTimeoutMs ?? configuration.idleTimeoutMs,
    maxIdleTimeoutMs: configuration.maxIdleTimeoutMs,
    outputBufferingMode: mode === 'None' ? configuration.outputBufferingMode : mode,
    outputBufferBytes,
    cancelTimeoutMs: wishes.cancelTimeoutMs ?? limits.cancelTimeoutMs,
    segmentBytes: Math.min(
      limits.segmentBytes,
      Math.max(limits.smallestSegmentBytes, Math.floor(outputBufferBytes / 16)),
    ),
    markToken: randomBytes(16).toString('hex'),
    generations: { out: [], err: [] },
    state: { kind: 'opened', holder: { ...request.holder, since: now } },
    nextCommand: 1,
    commands: [],
  };
}

function cultureVariables(culture: string | undefined): Record<string, string> {
  return culture === undefined ? {} : { LANG: `${culture.replace('-', '_')}.UTF-8` };
}

/** @throws SessionCreateFailedInvalidName,PSSessionOpenFailed */
function requireValidName(name: string): void {
  const reason =
    name.length === 0
      ? 'it is empty.'
      : name.length > limits.nameLength
        ? `it has ${name.length} characters, ${limits.nameLength} are allowed.`
        : /\p{Cc}/u.test(name)
          ? 'it holds control characters.'
          : undefined;
  if (reason !== undefined) throw createError('sessionNameInvalid', { name: name.slice(0, 40), reason });
}
