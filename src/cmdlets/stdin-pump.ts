/**
 * Carries this process's standard input to a command. Each part has its position and is kept until the host has it on
 * disk, so that a redial neither loses nor doubles it.
 */
import type { Readable } from 'node:stream';
import type { Clock } from '../common/clock.ts';
import { Pulse } from '../common/deferred.ts';
import { limits } from '../common/limits.ts';
import type { Conversation } from '../protocol/conversation.ts';
import { encodeFrame, encodePositioned, FrameKind } from '../protocol/frame.ts';

export class StdinPump {
  readonly #parts: { readonly position: number; readonly bytes: Buffer }[] = [];
  readonly #changed = new Pulse();
  #position = 0;
  #isComplete = false;
  #conversation: Conversation | undefined;

  constructor(
    readonly source: Readable,
    readonly clock: Clock,
  ) {}

  /** Reads to the end; send what comes to whatever conversation is attached. */
  async run(signal: AbortSignal): Promise<void> {
    using _silence = this.clock.setTimer(limits.silentInputMs, () => void this.#send(Buffer.alloc(0), this.#position));
    try {
      for await (const chunk of this.source as AsyncIterable<Buffer>) {
        while (this.#parts.length > 16) await this.#changed.next;
        if (signal.aborted) return;
        const part = { position: this.#position, bytes: chunk };
        this.#position += chunk.length;
        this.#parts.push(part);
        await this.#send(part.bytes, part.position);
      }
    } catch {
      // standard input that cannot be read is standard input that has ended
    }
    this.#isComplete = true;
    await this.#sendEnd();
  }

  /** A conversation is there: what the host has not confirmed goes first. */
  async attach(conversation: Conversation): Promise<void> {
    this.#conversation = conversation;
    for (const { bytes, position } of [...this.#parts]) await this.#send(bytes, position);
    if (this.#isComplete) await this.#sendEnd();
  }

  acknowledge(position: number): void {
    while (this.#parts[0] !== undefined && this.#parts[0].position + this.#parts[0].bytes.length <= position)
      this.#parts.shift();
    this.#changed.beat();
  }

  async #send(bytes: Buffer, position: number): Promise<void> {
    await this.#write(encodePositioned(FrameKind.Input, 'out', position, bytes));
  }

  async #sendEnd(): Promise<void> {
    await this.#write(encodeFrame(FrameKind.InputEnd, Buffer.alloc(0)));
  }

  async #write(frame: Buffer): Promise<void> {
    try {
      await this.#conversation?.write(frame);
    } catch {
      // the link broke: the part is kept and goes out again with the next attach
    }
  }
}
