/**
 * Carries this process's standard input to a command. Each part has its position and is kept until the host has it on
 * disk, so that a redial neither loses nor doubles it. One sender at a time: parts leave in the order of their positions.
 */
import type { Readable } from 'node:stream';
import type { Clock } from '../common/clock.ts';
import { Pulse } from '../common/deferred.ts';
import { limits } from '../common/limits.ts';
import type { Conversation } from '../protocol/conversation.ts';
import { encodeFrame, encodePositioned, FrameKind } from '../protocol/frame.ts';

interface Part {
  readonly position: number;
  readonly bytes: Buffer;
}

export class StdinPump {
  /** Read and not confirmed, oldest first. */
  readonly #parts: Part[] = [];
  readonly #changed = new Pulse();
  #position = 0;
  #isComplete = false;
  #conversation: Conversation | undefined;
  /** Up to where the attached conversation has been sent everything. */
  #sent = 0;
  #isEndSent = false;
  #isSending = false;
  /** Nothing has come for a while: the host need not wait for more before it starts the command. */
  #isSilent = false;

  constructor(
    readonly source: Readable,
    readonly clock: Clock,
  ) {}

  /** Reads to the end; sends what comes to whatever conversation is attached. */
  async run(signal: AbortSignal): Promise<void> {
    using _silence = this.clock.setTimer(limits.silentInputMs, () => {
      this.#isSilent = true;
      void this.#send();
    });
    try {
      for await (const chunk of this.source as AsyncIterable<Buffer>) {
        while (this.#parts.length > 16) await this.#changed.next;
        if (signal.aborted) return;
        this.#parts.push({ position: this.#position, bytes: chunk });
        this.#position += chunk.length;
        void this.#send();
      }
    } catch {
      // standard input that cannot be read is standard input that has ended
    }
    this.#isComplete = true;
    void this.#send();
  }

  /** A conversation is there: what the host has not confirmed goes first. */
  attach(conversation: Conversation): void {
    this.#conversation = conversation;
    this.#sent = this.#parts[0]?.position ?? this.#position;
    this.#isEndSent = false;
    void this.#send();
  }

  acknowledge(position: number): void {
    while (this.#parts[0] !== undefined && endOf(this.#parts[0]) <= position) this.#parts.shift();
    this.#changed.beat();
  }

  /** Sends what is there to send; never throws: what a broken link has not taken goes out again with the next attach. */
  async #send(): Promise<void> {
    if (this.#isSending) return;
    this.#isSending = true;
    for (let conversation = this.#conversation; conversation !== undefined; conversation = this.#conversation) {
      const frame = this.#nextFrame();
      if (frame === undefined) break;
      try {
        await conversation.write(frame);
      } catch {
        if (this.#conversation === conversation) this.#conversation = undefined;
      }
    }
    this.#isSending = false;
  }

  #nextFrame(): Buffer | undefined {
    const part = this.#parts.find(({ position }) => position >= this.#sent);
    if (part !== undefined) {
      this.#sent = endOf(part);
      return frameOf(part);
    }
    if (this.#isComplete) {
      if (this.#isEndSent) return undefined;
      this.#isEndSent = true;
      return encodeFrame(FrameKind.InputEnd, Buffer.alloc(0));
    }
    if (!this.#isSilent) return undefined;
    this.#isSilent = false;
    return frameOf({ position: this.#position, bytes: Buffer.alloc(0) });
  }
}

function endOf({ position, bytes }: Part): number {
  return position + bytes.length;
}

function frameOf({ position, bytes }: Part): Buffer {
  return encodePositioned(FrameKind.Input, 'out', position, bytes);
}
