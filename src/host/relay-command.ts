/**
 * Runs a command in a session, or picks up one that is known, and relays it to the caller: output and acknowledgements,
 * input, Ctrl-C. The caller may come back after any break with the same command id and what it has written.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createError } from '../powershell/error-ids.ts';
import { type Conversation, ConversationLost } from '../protocol/conversation.ts';
import { FrameKind } from '../protocol/frame.ts';
import type { HostMethods } from '../protocol/host-methods.ts';
import type { ItemOf, RequestOf } from '../protocol/method.ts';
import type { RelayResult } from '../protocol/model.ts';
import type { Exchange } from '../protocol/server.ts';
import type { Clock } from '../common/clock.ts';
import type { Trace } from '../common/trace.ts';
import type { ProcessFacts } from '../common/process-identity.ts';
import { killCommand } from './kill-command.ts';
import { Delivery, type DeliveryRange } from './delivery.ts';
import { CommandInput } from './command-input.ts';
import { describeSession, sessionTarget } from './session-description.ts';
import type { Session } from './session.ts';
import type { CommandRecord } from './session-record.ts';

export interface RelayDependencies {
  readonly clock: Clock;
  readonly trace: Trace;
  readonly facts: ProcessFacts;
}

type InvokeRequest = RequestOf<HostMethods, 'invoke'>;
type RelayExchange = Exchange<ItemOf<HostMethods, 'invoke'>>;

/** Starts the command unless its id is known, then relays it; without `relay` it disconnects the session instead. */
export async function invokeCommand(
  session: Session,
  request: InvokeRequest,
  exchange: RelayExchange,
  dependencies: RelayDependencies,
): Promise<RelayResult> {
  const known = session.commands.byId(request.command.id);
  if (known === undefined) requireAvailable(session, request.holder.id);
  using receiver = session.attachReceiver(exchange.signal, { takeOver: known !== undefined });
  const input = request.command.hasInput
    ? new CommandInput(session, known?.number ?? session.record.nextCommand, dependencies.facts)
    : undefined;
  const command = known ?? (await session.beginCommand(request.command.id, request.command.label));
  await exchange.item({ kind: 'started', instanceId: session.instanceId, from: command.from });
  if (known === undefined || session.waitsToBegin(known))
    await start(session, command, request, input, exchange.conversation);
  if (!request.relay) {
    receiver[Symbol.dispose]();
    return { status: null, reason: null, session: session.disconnect(request.holder, {}) };
  }
  const range: DeliveryRange = { kind: 'command', number: command.number, from: command.from };
  await deliver(session, range, { request, exchange, signal: receiver.signal, input, dependencies });
  return resultOf(session, command);
}

/** Connects if need be and relays what nobody has received, to the end of the command that runs. */
export async function receiveSession(
  session: Session,
  request: RequestOf<HostMethods, 'receive'>,
  exchange: RelayExchange,
  dependencies: RelayDependencies,
): Promise<RelayResult> {
  const { state } = session;
  const isOver = state.kind === 'closed' || state.kind === 'broken';
  if (state.kind === 'opened' && state.holder.id !== request.holder.id) {
    throw createError('sessionNotReceivable', describeSession(session.record), {
      target: { name: session.name, type: 'PSSession' },
    });
  }
  if (!isOver) session.connect(request.holder, { force: false });
  using receiver = session.attachReceiver(exchange.signal, { takeOver: request.written !== undefined });
  const command = session.commands.last;
  await exchange.item({ kind: 'started', instanceId: session.instanceId, from: { out: 0, err: 0 } });
  const droppedBytes = session.buffer.cursor.takeUnreportedDrops();
  if (droppedBytes > 0) await exchange.item({ kind: 'dropped', bytes: droppedBytes });
  // a receiver that had the last byte and not the status, because somebody died, gets the status now
  const isOwed = command !== undefined && (command.isReported !== true || request.written !== undefined);
  await deliver(
    session,
    { kind: 'undelivered', until: command?.number ?? 0 },
    { request, exchange, signal: receiver.signal, input: undefined, dependencies },
  );
  const result = isOwed ? resultOf(session, command) : { status: 0, reason: null };
  if (isOver) await session.end('received to its end');
  return result;
}

function requireAvailable(session: Session, holderId: string): void {
  const { state } = session;
  const target = sessionTarget(session.record);
  if (state.kind !== 'opened' || state.holder.id !== holderId) {
    throw createError('sessionStateInvalid', describeSession(session.record), target);
  }
  const { running } = session.commands;
  if (running === undefined) return;
  const advice = `It runs '${running.label}'; 'receive-session' follows it.`;
  throw createError(
    'sessionAvailabilityInvalid',
    { name: session.name, computer: 'localhost', availability: 'Busy', advice },
    target,
  );
}

async function start(
  session: Session,
  command: CommandRecord,
  request: InvokeRequest,
  input: CommandInput | undefined,
  conversation: Conversation,
): Promise<void> {
  const { text, arguments: words, isFile } = request.command;
  try {
    const inputFile = await input?.begin(conversation);
    await session.shell().runCommand(command.number, {
      text: isFile ? scriptFileCommand(session, command.number, text) : text,
      args: words,
      ...(inputFile !== undefined && { inputFile }),
    });
  } catch (error) {
    session.onShellEvent({ kind: 'commandEnded', number: command.number, status: 255 });
    throw createError(
      'commandNotStarted',
      { name: session.name, reason: (error as Error).message },
      { target: { name: session.name, type: 'PSSession' }, cause: error },
    );
  }
}

interface Relay {
  readonly request: { readonly written?: { out: number; err: number } | undefined };
  readonly exchange: RelayExchange;
  readonly signal: AbortSignal;
  readonly input: CommandInput | undefined;
  readonly dependencies: RelayDependencies;
}

async function deliver(session: Session, range: DeliveryRange, relay: Relay): Promise<void> {
  const { exchange, signal, input, dependencies } = relay;
  const { conversation } = exchange;
  const delivery = new Delivery(
    {
      buffer: session.buffer,
      markToken: session.record.markToken,
      conversation,
      range,
      isDrained: () => session.isDrained,
      signal,
    },
    relay.request.written,
  );
  using insistence = new Insistence(session, dependencies);
  const listen = async () => {
    for (let frame = await conversation.next(); frame !== undefined; frame = await conversation.next()) {
      if (frame.kind === FrameKind.Ack) await delivery.acknowledge(frame);
      else if (frame.kind === FrameKind.Interrupt) insistence.interrupt();
      else await input?.take(frame, conversation);
    }
  };
  listen().catch((error: unknown) => {
    if (!(error instanceof ConversationLost)) dependencies.trace.unexpected(error);
  });
  await delivery.run();
  input?.[Symbol.dispose]();
  await session.commandSettled(range.kind === 'command' ? range.number : range.until, signal);
}

/** Ctrl-C: asked once it is byte 3 on the terminal; asked again, or after CancelTimeout, the command's processes are killed. */
class Insistence implements Disposable {
  #timer: Disposable | undefined;

  constructor(
    readonly session: Session,
    readonly dependencies: RelayDependencies,
  ) {}

  interrupt(): void {
    if (this.session.commands.running === undefined) return;
    if (this.#timer !== undefined) {
      this.#kill();
      return;
    }
    this.session.shell().interrupt().catch(this.dependencies.trace.unexpected);
    this.#timer = this.dependencies.clock.setTimer(this.session.record.cancelTimeoutMs, () => this.#kill());
  }

  #kill(): void {
    killCommand(this.session, this.dependencies.facts).catch(this.dependencies.trace.unexpected);
  }

  [Symbol.dispose](): void {
    this.#timer?.[Symbol.dispose]();
  }
}

function resultOf(session: Session, { number }: CommandRecord): RelayResult {
  const status = session.reportCommand(number) ?? null;
  if (status !== null) return { status, reason: null };
  return { status: null, reason: describeSession(session.record).advice };
}

/** Keeps the script beside the session and gives the command that runs it by its `#!` interpreter, else by sh. */
function scriptFileCommand(session: Session, number: number, text: string): string {
  const path = join(session.directory, `f${number}`);
  writeFileSync(path, text, { mode: 0o700 });
  const quoted = `'${path.replaceAll("'", `'\\''`)}'`;
  const words = session.record.shell === 'fish' ? '$argv' : '"$@"';
  return `${text.startsWith('#!') ? '' : 'sh '}${quoted} ${words}`;
}
