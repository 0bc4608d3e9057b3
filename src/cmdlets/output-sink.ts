/**
 * Where relayed bytes go: this process's stdout and stderr. It tells how far it has written, and never writes more than
 * the delivery promise allows ahead of the host's confirmation (design §3, Delivery).
 */
import type { Writable } from 'node:stream';
import { firstOf, Pulse } from '../common/deferred.ts';
import { limits } from '../common/limits.ts';
import type { StreamName } from '../protocol/frame.ts';
import type { Positions } from '../protocol/model.ts';

/** The reader of our output has gone: quiet end, as any Unix filter. */
export class OutputClosed extends Error {}

/** Turns the bytes of one stream into what is written; returns how much of the input that covers. */
export interface Shape {
  /** `position` is that of the first byte. The rest of the bytes comes again with the next call. */
  take(stream: StreamName, position: number, bytes: Buffer): { readonly text: Uint8Array; readonly taken: number };
  /** What is left when nothing follows. */
  rest(stream: StreamName, position: number, bytes: Buffer): Uint8Array;
}

const sliceBytes = limits.unconfirmedBytes / 2;

export class OutputSink {
  readonly #held: Record<StreamName, { position: number; bytes: Buffer }> = {
    out: { position: 0, bytes: Buffer.alloc(0) },
    err: { position: 0, bytes: Buffer.alloc(0) },
  };
  readonly #written: { out: number; err: number } = { out: 0, err: 0 };
  readonly #changed = new Pulse();
  /** Written and not confirmed, oldest first. */
  #unconfirmed: { readonly stream: StreamName; readonly end: number; readonly bytes: number }[] = [];

  constructor(
    readonly targets: { readonly out: Writable; readonly err: Writable },
    readonly shape: Shape,
  ) {}

  /** Raw positions up to which everything has been written; undefined before the first byte. */
  get written(): Positions | undefined {
    return this.#written.out === 0 && this.#written.err === 0 ? undefined : { ...this.#written };
  }

  /** After a redial: what was received and not written comes again. */
  restart(): void {
    for (const stream of ['out', 'err'] as const) this.#held[stream].bytes = Buffer.alloc(0);
    this.#unconfirmed = [];
    this.#changed.beat();
  }

  confirm(stream: StreamName, position: number): void {
    this.#unconfirmed = this.#unconfirmed.filter((part) => part.stream !== stream || part.end > position);
    this.#changed.beat();
  }

  /** Writes bytes of a stream; calls `acknowledge` for each part that is out. @throws OutputClosed */
  async write(
    stream: StreamName,
    position: number,
    bytes: Buffer,
    acknowledge: (position: number) => Promise<void>,
    signal: AbortSignal,
  ): Promise<void> {
    const held = this.#held[stream];
    if (held.bytes.length === 0 || held.position + held.bytes.length !== position) {
      held.position = position;
      held.bytes = bytes;
    } else {
      held.bytes = Buffer.concat([held.bytes, bytes]);
    }
    while (held.bytes.length > 0) {
      const slice = held.bytes.subarray(0, sliceBytes);
      const { text, taken } = this.shape.take(stream, held.position, slice);
      if (taken === 0) return; // an unfinished line; its rest comes, or the end does
      await this.#emit(stream, held, text, taken, acknowledge, signal);
    }
  }

  /** Writes what was held back for its line's end: nothing follows in this stream. */
  async finish(
    stream: StreamName,
    acknowledge: (position: number) => Promise<void>,
    signal: AbortSignal,
  ): Promise<void> {
    const held = this.#held[stream];
    if (held.bytes.length === 0) return;
    const text = this.shape.rest(stream, held.position, held.bytes);
    await this.#emit(stream, held, text, held.bytes.length, acknowledge, signal);
  }

  async #emit(
    stream: StreamName,
    held: { position: number; bytes: Buffer },
    text: Uint8Array,
    taken: number,
    acknowledge: (position: number) => Promise<void>,
    signal: AbortSignal,
  ): Promise<void> {
    for (;;) {
      const { next } = this.#changed;
      signal.throwIfAborted();
      const ahead = this.#unconfirmed.reduce((sum, part) => sum + part.bytes, 0);
      if (ahead === 0 || ahead + taken <= limits.unconfirmedBytes) break;
      await firstOf(next, signal);
    }
    await writeAll(this.targets[stream], text);
    held.position += taken;
    held.bytes = held.bytes.subarray(taken);
    this.#written[stream] = held.position;
    this.#unconfirmed.push({ stream, end: held.position, bytes: taken });
    await acknowledge(held.position);
  }
}

/** Bytes as they are. */
export const plainShape: Shape = {
  take: (_stream, _position, bytes) => ({ text: bytes, taken: bytes.length }),
  rest: (_stream, _position, bytes) => bytes,
};

function writeAll(target: Writable, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    target.write(bytes, (error) => {
      if (error === null || error === undefined) resolve();
      else if ((error as NodeJS.ErrnoException).code === 'EPIPE') reject(new OutputClosed());
      else reject(error);
    });
  });
}
