/**
 * The calling side of a method table: one request over one Duplex.
 */
import type { Duplex } from 'node:stream';
import * as v from 'valibot';
import { type ErrorRecord, PSSessionError } from '../powershell/error-record.ts';
import { Conversation, ConversationLost } from './conversation.ts';
import { decodeJson, FrameKind, type Frame } from './frame.ts';
import type { ItemOf, MethodTable, RequestOf, ResultOf } from './method.ts';

export interface CallHandlers<Item> {
  readonly onItem?: (item: Item) => void | Promise<void>;
  /** An error record of one of several targets. */
  readonly onError?: (record: ErrorRecord) => void | Promise<void>;
  /** Output, Confirm and InputAck frames of a relayed command. */
  readonly onFrame?: (frame: Frame) => void | Promise<void>;
}

/** An open request; the caller may write Ack and Input frames to `conversation` while it runs. */
export interface Call<Result> {
  readonly conversation: Conversation;
  /** Settles with the End frame, or throws what the other side failed with. */
  readonly result: Promise<Result>;
}

export class ProtocolClient<T extends MethodTable> {
  constructor(
    readonly methods: T,
    readonly product: string,
  ) {}

  /** Sends one request. @throws PSSessionError as the other side failed; ConversationLost, ProtocolMismatch */
  open<M extends keyof T & string>(
    duplex: Duplex,
    method: M,
    request: RequestOf<T, M>,
    handlers: CallHandlers<ItemOf<T, M>> = {},
  ): Call<ResultOf<T, M>> {
    const conversation = new Conversation(duplex);
    return { conversation, result: this.#run(conversation, method, request, handlers) };
  }

  async call<M extends keyof T & string>(
    duplex: Duplex,
    method: M,
    request: RequestOf<T, M>,
    handlers: CallHandlers<ItemOf<T, M>> = {},
  ): Promise<ResultOf<T, M>> {
    return this.open(duplex, method, request, handlers).result;
  }

  async #run<M extends keyof T & string>(
    conversation: Conversation,
    method: M,
    request: RequestOf<T, M>,
    handlers: CallHandlers<ItemOf<T, M>>,
  ): Promise<ResultOf<T, M>> {
    const spec = this.methods[method];
    if (spec === undefined) throw new Error(`no method ${method}`);
    try {
      // both are on their way before the caller can write a frame of its own
      await Promise.all([
        conversation.hello(this.product),
        conversation.json(FrameKind.Request, { method, params: request }),
      ]);
      await conversation.expectHello();
      for (;;) {
        const frame = await conversation.next();
        if (frame === undefined) throw new ConversationLost();
        switch (frame.kind) {
          case FrameKind.Item:
            await handlers.onItem?.(v.parse(spec.item, decodeJson(frame)) as ItemOf<T, M>);
            break;
          case FrameKind.Error:
            await handlers.onError?.(decodeJson(frame) as ErrorRecord);
            break;
          case FrameKind.End:
            return v.parse(spec.result, decodeJson(frame)) as ResultOf<T, M>;
          case FrameKind.Fail:
            throw PSSessionError.fromRecord(decodeJson(frame) as ErrorRecord);
          default:
            await handlers.onFrame?.(frame);
        }
      }
    } finally {
      conversation.end();
      conversation[Symbol.dispose]();
    }
  }
}
