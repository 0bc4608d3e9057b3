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

export interface ClientOptions {
  /**
   * The other side is of this account and computer, so one of the same version is this very program: its items fit their
   * types, and are not checked one by one. Checking a thousand of them takes longer than all the rest of a listing.
   */
  readonly trustsSameVersion?: boolean;
}

export class ProtocolClient<T extends MethodTable> {
  constructor(
    readonly methods: T,
    readonly product: string,
    readonly options: ClientOptions = {},
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
      const { product } = await conversation.expectHello();
      const isTrusted = this.options.trustsSameVersion === true && product === this.product;
      for (;;) {
        const frame = await conversation.next();
        if (frame === undefined) throw new ConversationLost();
        switch (frame.kind) {
          case FrameKind.Item:
            await handlers.onItem?.(
              (isTrusted ? decodeJson(frame) : v.parse(spec.item, decodeJson(frame))) as ItemOf<T, M>,
            );
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
