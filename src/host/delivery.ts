/**
 * Delivers a session's output to one receiver: spool → marks taken out → Output frames; and back: Ack → durable cursor →
 * Confirm. The cursor moves only for what the receiver says it has written, so the death of a daemon or a link in
 * between neither loses nor doubles a byte.
 */
import { firstOf } from '../common/deferred.ts';
import { limits } from '../common/limits.ts';
import type { Conversation } from '../protocol/conversation.ts';
import {
  decodePositioned,
  encodePositioned,
  FrameKind,
  type Frame,
  streamNames,
  type StreamName,
} from '../protocol/frame.ts';
import type { Positions } from '../protocol/model.ts';
import { MarkScanner } from './mark-scanner.ts';
import type { OutputBuffer } from './output-buffer.ts';

/** Which part of a stream a receiver gets. */
export type DeliveryRange =
  /** The output of one command, from its begin mark on. */
  | { readonly kind: 'command'; readonly number: number; readonly from: Positions }
  /** Everything nobody has received, up to the end of command `until` (0: of what is there now). */
  | { readonly kind: 'undelivered'; readonly until: number };

export interface DeliveryOptions {
  readonly buffer: OutputBuffer;
  readonly markToken: string;
  readonly conversation: Conversation;
  readonly range: DeliveryRange;
  /** True when no process can write any more: the end of the spool is the end. */
  readonly isDrained: () => boolean;
  /** Aborts the delivery: caller gone, taken over, session removed. */
  readonly signal: AbortSignal;
}

interface StreamProgress {
  /** Sent and not acknowledged, oldest first. */
  readonly unacknowledged: [start: number, end: number][];
  /** Where the receiver has written to. */
  written: number;
}

export class Delivery {
  readonly #progress: Record<StreamName, StreamProgress>;

  constructor(
    readonly options: DeliveryOptions,
    written: Positions | undefined,
  ) {
    this.#progress = { out: { unacknowledged: [], written: 0 }, err: { unacknowledged: [], written: 0 } };
    if (written !== undefined) for (const stream of streamNames) this.#progress[stream].written = written[stream];
  }

  /** Resolves when all has been sent and acknowledged. @throws the signal's reason */
  async run(): Promise<void> {
    using _attached = this.options.buffer.attach();
    await Promise.all(streamNames.map((stream) => this.#sendAll(stream)));
    for (;;) {
      const next = this.options.buffer.changed.next;
      this.options.signal.throwIfAborted();
      if (streamNames.every((stream) => this.#progress[stream].unacknowledged.length === 0)) return;
      await firstOf(next, this.options.signal);
    }
  }

  /** Takes an Ack frame of the receiver. */
  async acknowledge(frame: Frame): Promise<void> {
    const { stream, position } = decodePositioned(frame);
    const { buffer, conversation } = this.options;
    const progress = this.#progress[stream];
    const { delivered } = buffer.cursor.of(stream);
    for (
      let first = progress.unacknowledged[0];
      first !== undefined && first[0] < position;
      first = progress.unacknowledged[0]
    ) {
      const end = Math.min(position, first[1]);
      delivered.add(first[0], end);
      if (end < first[1]) {
        first[0] = end;
        break;
      }
      progress.unacknowledged.shift();
    }
    buffer.cursor.save();
    await conversation.write(encodePositioned(FrameKind.Confirm, stream, position));
    if (buffer.blocked !== null || this.#passedSegment(stream, position)) buffer.check();
    else buffer.changed.beat();
  }

  #passedSegment(stream: StreamName, position: number): boolean {
    const first = this.options.buffer.spool(stream).complete()[0];
    return first !== undefined && position >= first.end;
  }

  /** An Output frame without bytes tells the receiver that a held-back last line can go. */
  async #sendAll(stream: StreamName): Promise<void> {
    await this.#send(stream);
    const end = this.#progress[stream].unacknowledged.at(-1)?.[1];
    if (end !== undefined) await this.options.conversation.write(encodePositioned(FrameKind.Output, stream, end));
  }

  async #send(stream: StreamName): Promise<void> {
    const { buffer, range, signal } = this.options;
    const spool = buffer.spool(stream);
    spool.refresh();
    const sizeAtStart = spool.end;
    const wanted = range.kind === 'command' ? range.from[stream] : buffer.cursor.of(stream).delivered.firstGap(0);
    let position = Math.max(wanted, spool.start);
    // a begin mark that is no longer on disk was freed together with what it began
    let collecting = range.kind === 'undelivered' || position > wanted;
    const scanner = new MarkScanner(this.options.markToken, position);
    while (!this.#isOver(stream, position, sizeAtStart)) {
      signal.throwIfAborted();
      const next = buffer.changed.next;
      const chunk = spool.read(position, limits.outputChunkBytes);
      if (chunk.length === 0) {
        spool.refresh();
        if (spool.end > position) continue;
        if (this.options.isDrained()) {
          for (const piece of scanner.flush())
            if (piece.kind === 'bytes') await this.#output(stream, piece.position, piece.bytes);
          return;
        }
        await firstOf(next, this.options.signal);
        continue;
      }
      position += chunk.length;
      for (const piece of scanner.push(chunk)) {
        if (piece.kind === 'bytes') {
          if (collecting) await this.#output(stream, piece.position, piece.bytes);
          continue;
        }
        this.#passMark(stream, piece);
        if (range.kind === 'command' && piece.number === range.number) {
          if (piece.edge === 'end') return;
          collecting = true;
        }
      }
    }
  }

  /** A mark holds nothing to receive: it counts as delivered at once. */
  #passMark(stream: StreamName, mark: { position: number; end: number; edge: 'begin' | 'end'; number: number }): void {
    const cursor = this.options.buffer.cursor.of(stream);
    cursor.delivered.add(mark.position, mark.end);
    if (mark.edge === 'end') cursor.endedCommand = Math.max(cursor.endedCommand, mark.number);
    this.options.buffer.cursor.save();
  }

  #isOver(stream: StreamName, position: number, sizeAtStart: number): boolean {
    const { range, buffer } = this.options;
    return (
      range.kind === 'undelivered' && buffer.cursor.of(stream).endedCommand >= range.until && position >= sizeAtStart
    );
  }

  /** Sends what of these bytes nobody has; what the receiver says it has written counts as delivered. */
  async #output(stream: StreamName, start: number, bytes: Buffer): Promise<void> {
    const { delivered } = this.options.buffer.cursor.of(stream);
    const end = start + bytes.length;
    const { written } = this.#progress[stream];
    if (written > start && delivered.gapBytes(start, Math.min(end, written)) > 0) {
      delivered.add(start, Math.min(end, written));
      this.options.buffer.cursor.save();
    }
    for (let from = delivered.firstGap(start); from < end;) {
      const to = Math.min(end, delivered.nextMember(from) ?? end);
      await this.#roomToSend();
      this.#progress[stream].unacknowledged.push([from, to]);
      this.options.signal.throwIfAborted();
      await this.options.conversation.write(
        encodePositioned(FrameKind.Output, stream, from, bytes.subarray(from - start, to - start)),
      );
      from = delivered.firstGap(to);
    }
  }

  /** Waits while the receiver is far behind: what is sent ahead lies in memory on the way. */
  async #roomToSend(): Promise<void> {
    for (;;) {
      const { next } = this.options.buffer.changed;
      const ahead = streamNames.flatMap((stream) => this.#progress[stream].unacknowledged);
      if (ahead.reduce((sum, [from, to]) => sum + to - from, 0) < limits.sendAheadBytes) return;
      this.options.signal.throwIfAborted();
      await firstOf(next, this.options.signal);
    }
  }
}
