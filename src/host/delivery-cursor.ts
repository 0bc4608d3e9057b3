/**
 * What of a session's output has been delivered, durable against the death of any process: one small file, replaced in
 * place by a single write after each acknowledgement. After a power failure the shell is gone and a torn file only means
 * that output is delivered again.
 */
import { closeSync, constants, openSync, readFileSync, statSync, writeSync } from 'node:fs';
import * as v from 'valibot';
import type { StreamName } from '../protocol/frame.ts';
import { ByteRanges } from './byte-ranges.ts';

const streamCursor = v.object({ ranges: v.array(v.tuple([v.number(), v.number()])), endedCommand: v.number() });
const cursorFile = v.object({
  version: v.literal(1),
  out: streamCursor,
  err: streamCursor,
  droppedBytes: v.number(),
  reportedDrops: v.number(),
});

export interface StreamCursor {
  readonly delivered: ByteRanges;
  /** The highest command whose end mark a reader has passed in this stream. */
  endedCommand: number;
}

export class DeliveryCursor {
  readonly out: StreamCursor;
  readonly err: StreamCursor;
  /** Bytes that Drop has discarded since the session began. */
  droppedBytes: number;
  #reportedDrops: number;
  readonly #path: string;
  #descriptor: number | undefined;
  #fileBytes: number;

  constructor(path: string) {
    this.#path = path;
    const saved = read(path);
    this.#fileBytes = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
    this.out = { delivered: new ByteRanges(saved?.out.ranges), endedCommand: saved?.out.endedCommand ?? 0 };
    this.err = { delivered: new ByteRanges(saved?.err.ranges), endedCommand: saved?.err.endedCommand ?? 0 };
    this.droppedBytes = saved?.droppedBytes ?? 0;
    this.#reportedDrops = saved?.reportedDrops ?? 0;
  }

  of(stream: StreamName): StreamCursor {
    return stream === 'out' ? this.out : this.err;
  }

  /** Dropped bytes nobody has been told of; telling is the caller's duty now. */
  takeUnreportedDrops(): number {
    const bytes = this.droppedBytes - this.#reportedDrops;
    this.#reportedDrops = this.droppedBytes;
    if (bytes > 0) this.save();
    return bytes;
  }

  /** One synchronous write; when it returns, the death of this process cannot undo it. */
  save(): void {
    const facts = {
      version: 1,
      out: { ranges: this.out.delivered.ranges, endedCommand: this.out.endedCommand },
      err: { ranges: this.err.delivered.ranges, endedCommand: this.err.endedCommand },
      droppedBytes: this.droppedBytes,
      reportedDrops: this.#reportedDrops,
    };
    this.#descriptor ??= openSync(this.#path, constants.O_RDWR | constants.O_CREAT, 0o600);
    const text = JSON.stringify(facts);
    // never shorter than before: there is no moment at which an old tail follows new text
    this.#fileBytes = Math.max(this.#fileBytes, text.length);
    writeSync(this.#descriptor, text.padEnd(this.#fileBytes), 0);
  }

  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }
}

function read(path: string): v.InferOutput<typeof cursorFile> | undefined {
  try {
    return v.parse(cursorFile, JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return undefined; // absent or torn: nothing counts as delivered, so nothing can be lost
  }
}
