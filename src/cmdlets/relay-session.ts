/**
 * Relays one command of one session to an output sink, over as many daemons and links as it takes.
 *
 *   dial ─▶ request ─▶ frames ─▶ End ─▶ result
 *    ▲                    │ connection lost
 *    └────────────────────┘ say what has been written, go on from there
 */
import { createError } from '../powershell/error-ids.ts';
import { PSSessionError } from '../powershell/error-record.ts';
import type { AgentMethods } from '../protocol/agent-methods.ts';
import type { Call } from '../protocol/client.ts';
import { ConversationLost } from '../protocol/conversation.ts';
import { decodePositioned, encodeFrame, encodePositioned, FrameKind, type Frame } from '../protocol/frame.ts';
import type { RequestOf } from '../protocol/method.ts';
import type { Positions, PSSessionInfo, RelayResult } from '../protocol/model.ts';
import { limits } from '../common/limits.ts';
import type { CmdletContext } from './cmdlet.ts';
import type { OutputSink } from './output-sink.ts';
import type { StdinPump } from './stdin-pump.ts';

export type RelayRequest =
  | { readonly method: 'invokeCommand'; readonly request: RequestOf<AgentMethods, 'invokeCommand'> }
  | { readonly method: 'receiveSession'; readonly request: RequestOf<AgentMethods, 'receiveSession'> };

export interface RelayOptions {
  readonly session: PSSessionInfo;
  readonly sink: OutputSink;
  readonly input?: StdinPump;
  /** What Ctrl-C does: stops the command, or only this receiver. */
  readonly onInterrupt: 'stop-command' | 'stop-receiving';
}

/** @throws PSSessionError as host or agent failed; OutputClosed; the signal's reason when receiving was stopped */
export async function relaySession(
  context: CmdletContext,
  relay: RelayRequest,
  options: RelayOptions,
): Promise<RelayResult> {
  let outageSince: number | undefined;
  let startFailures = 0;
  for (let isRedial = false; ; isRedial = true) {
    const attempt = new Attempt(context, relay, options);
    try {
      return await attempt.run(isRedial);
    } catch (error) {
      const isStartFailure = isRedial && error instanceof PSSessionError && error.id === startFailedId;
      if (!isStartFailure && !(error instanceof ConversationLost)) throw error;
      if (options.onInterrupt === 'stop-receiving') context.signal.throwIfAborted();
      const now = context.clock.monotonic();
      if (outageSince === undefined || attempt.lastedMs() > limits.redialPauseMs) outageSince = now;
      if (now - outageSince > limits.redialMs) {
        throw createError('daemonConnectionLost', { reason: 'it did not come back.' }, { cause: error });
      }
      options.sink.restart();
      startFailures = isStartFailure ? startFailures + 1 : 0;
      if (startFailures === startFailuresToTell)
        context.writeWarning(`${error.message} Trying again for ${redialMinutes} minutes.`);
      else context.writeVerbose('The daemon ended; going on with the next one.');
      if (isRedial) await context.clock.delay(isStartFailure ? limits.redialPauseMs : limits.redialPauseMs / 10);
    }
  }
}

const redialMinutes = limits.redialMs / 60_000;
/** A daemon that is killed while it starts: the next one may do better. */
const startFailedId = 'DaemonStartFailed';
/** MaxConnectionRetryCount of New-PSSessionOption. */
const startFailuresToTell = 5;

class Attempt {
  readonly #gone = new AbortController();
  readonly #queue: Frame[] = [];
  #writing: Promise<void> | undefined;
  #failure: Error | undefined;
  #call: Call<RelayResult> | undefined;
  #dialedAt: number | undefined;

  constructor(
    readonly context: CmdletContext,
    readonly relay: RelayRequest,
    readonly options: RelayOptions,
  ) {}

  /** How long the daemon has been there; 0 when it never was. */
  lastedMs(): number {
    return this.#dialedAt === undefined ? 0 : this.context.clock.monotonic() - this.#dialedAt;
  }

  async run(isRedial: boolean): Promise<RelayResult> {
    const { context, options } = this;
    const duplex = await context.dialAgent();
    this.#dialedAt = context.clock.monotonic();
    const written = options.sink.written ?? (isRedial ? { out: 0, err: 0 } : undefined);
    const call = this.#open(duplex, written);
    this.#call = call;
    const interrupt = () => this.#interrupt();
    context.signal.addEventListener('abort', interrupt, { once: true });
    if (context.signal.aborted) interrupt();
    using _insisting = context.onInsist(interrupt);
    try {
      options.input?.attach(call.conversation);
      const result = await call.result;
      await this.#writing;
      if (this.#failure !== undefined) throw this.#failure;
      return result;
    } catch (error) {
      if (this.#failure !== undefined) throw this.#failure;
      throw error;
    } finally {
      context.signal.removeEventListener('abort', interrupt);
      this.#gone.abort(new ConversationLost());
      await this.#writing;
    }
  }

  #open(duplex: Awaited<ReturnType<CmdletContext['dialAgent']>>, written: Positions | undefined): Call<RelayResult> {
    const { client } = this.context;
    const { relay } = this;
    const resumed = written === undefined ? {} : { written };
    const handlers = {
      onItem: (item: { kind: string; bytes?: number }) => {
        if (item.kind === 'dropped') {
          this.context.writeWarning(
            `${String(item.bytes)} bytes of output were dropped because the buffer was full (OutputBufferingMode Drop).`,
          );
        }
      },
      onFrame: (frame: Frame) => this.#take(frame),
    };
    return relay.method === 'invokeCommand'
      ? client.open(duplex, 'invokeCommand', { ...relay.request, ...resumed }, handlers)
      : client.open(duplex, 'receiveSession', { ...relay.request, ...resumed }, handlers);
  }

  #interrupt(): void {
    if (this.options.onInterrupt === 'stop-receiving') this.#call?.conversation[Symbol.dispose]();
    else this.#call?.conversation.write(encodeFrame(FrameKind.Interrupt, Buffer.alloc(0))).catch(() => undefined);
  }

  /** Never waits: the host bounds what it sends ahead, and a confirmation may stand behind output that waits for it. */
  #take(frame: Frame): void {
    switch (frame.kind) {
      case FrameKind.Output:
        this.#queue.push(frame);
        this.#writing ??= this.#drain();
        break;
      case FrameKind.Confirm: {
        const { stream, position } = decodePositioned(frame);
        this.options.sink.confirm(stream, position);
        break;
      }
      case FrameKind.InputAck:
        this.options.input?.acknowledge(decodePositioned(frame).position);
        break;
      default:
        break; // a kind of a later version
    }
  }

  async #drain(): Promise<void> {
    const { sink } = this.options;
    try {
      for (let frame = this.#queue.shift(); frame !== undefined; frame = this.#queue.shift()) {
        const { stream, position, bytes } = decodePositioned(frame);
        const acknowledge = (upTo: number) => this.#acknowledge(stream, upTo);
        if (bytes.length > 0) await sink.write(stream, position, bytes, acknowledge, this.#gone.signal);
        else await sink.finish(stream, acknowledge, this.#gone.signal);
      }
    } catch (error) {
      if (!this.#gone.signal.aborted) {
        this.#failure = error as Error;
        this.#call?.conversation[Symbol.dispose]();
      }
    } finally {
      this.#writing = undefined;
    }
  }

  async #acknowledge(stream: 'out' | 'err', position: number): Promise<void> {
    await this.#call?.conversation.write(encodePositioned(FrameKind.Ack, stream, position));
  }
}
