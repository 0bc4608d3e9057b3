/**
 * The answering side of a method table: reads hello and one request from a Duplex, runs the handler, writes how it ended.
 */
import type { Duplex } from 'node:stream';
import * as v from 'valibot';
import type { Trace } from '../common/trace.ts';
import { createError } from '../powershell/error-ids.ts';
import { type ErrorRecord, PSSessionError, toErrorRecord } from '../powershell/error-record.ts';
import { Conversation, ConversationLost, ProtocolMismatch } from './conversation.ts';
import { decodeJson, encodeJson, FrameKind } from './frame.ts';
import type { ItemOf, MethodTable, RequestOf, ResultOf } from './method.ts';
import { protocolVersion } from './version.ts';

/** What a handler may say while it runs. */
export interface Exchange<Item> {
  readonly conversation: Conversation;
  /** Aborts when the caller is gone. */
  readonly signal: AbortSignal;
  item(item: Item): Promise<void>;
  /** Many at once, in one write. */
  items(items: readonly Item[]): Promise<void>;
  /** Writes an error record of one of several targets; the request goes on. */
  error(error: unknown): Promise<void>;
}

export type Handlers<T extends MethodTable> = {
  readonly [M in keyof T]: (
    request: RequestOf<T, M>,
    exchange: Exchange<ItemOf<T, M>>,
  ) => Promise<ResultOf<T, M> | Handled>;
};

/** A handler that has passed the conversation on and must not have it ended here. */
export const handled = Symbol('handled');
export type Handled = typeof handled;

export class ProtocolServer<T extends MethodTable> {
  constructor(
    readonly methods: T,
    readonly handlers: Handlers<T>,
    readonly options: { readonly product: string; readonly trace: Trace },
  ) {}

  /** Serves one conversation; never throws. */
  async serve(duplex: Duplex): Promise<void> {
    const conversation = new Conversation(duplex);
    try {
      await conversation.hello(this.options.product);
      await conversation.expectHello();
      const outcome = await this.#answer(conversation);
      if (outcome === handled) return;
      await conversation.json(FrameKind.End, outcome);
    } catch (error) {
      if (!(error instanceof ConversationLost)) await this.#fail(conversation, error);
    }
    conversation.end();
  }

  async #answer(conversation: Conversation): Promise<unknown> {
    const frame = await conversation.next();
    if (frame === undefined) throw new ConversationLost();
    const { method, params } = decodeJson(frame) as { method: string; params: unknown };
    const spec = this.methods[method];
    const handler = this.handlers[method];
    if (frame.kind !== FrameKind.Request || spec === undefined || handler === undefined) {
      throw new Error(`no such request: ${method}`);
    }
    return handler(v.parse(spec.request, params) as never, {
      conversation,
      signal: conversation.closed,
      item: (item) => conversation.json(FrameKind.Item, item),
      items: (items) => conversation.write(Buffer.concat(items.map((item) => encodeJson(FrameKind.Item, item)))),
      error: (error) => conversation.json(FrameKind.Error, this.#record(error)),
    });
  }

  #record(error: unknown): ErrorRecord {
    if (!(error instanceof PSSessionError)) this.options.trace.unexpected(error);
    return toErrorRecord(error);
  }

  async #fail(conversation: Conversation, error: unknown): Promise<void> {
    const known =
      error instanceof ProtocolMismatch
        ? createError('protocolVersionMismatch', {
            side: `The caller (pssession ${error.theirs.product})`,
            theirs: error.theirs.protocol,
            ours: protocolVersion,
            advice: "Install the same version on both sides, then run 'pssession daemon restart'.",
          })
        : error;
    try {
      await conversation.json(FrameKind.Fail, this.#record(known));
    } catch {
      // the caller left before it could be told
    }
  }
}
