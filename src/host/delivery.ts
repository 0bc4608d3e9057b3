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
import { MarkScanner, type Piece } from './mark-scanner.ts';
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

/** A part of a stream on its way: bytes that wait for their acknowledgement, or a mark that waits for the bytes before it. */
interface Part {
  start: number;
  readonly end: number;
  readonly mark?: { readonly edge: 'begin' | 'end'; readonly number: number };
}

interface StreamProgress {
  /** Passed and not yet counted as delivered, oldest first. Never begins with a mark. */
  readonly pending: Part[];
  /** Where the receiver had written to before this delivery began. */
  readonly written: number;
  /** The highest command whose end mark has been passed, acknowledged or not. */
  passedEnd: number;
}

export class Delivery {
  readonly #progress: Record<StreamName, StreamProgress>;

  constructor(
    readonly options: DeliveryOptions,
    written: Positions | undefined,
  ) {
    const progressOf = (stream: StreamName): StreamProgress => ({
      pending: [],
      written: written?.[stream] ?? 0,
      passedEnd: options.buffer.cursor.of(stream).endedCommand,
    });
    this.#progress = { out: progressOf('out'), err: progressOf('err') };
  }

  /** Resolves when all has been sent and acknowledged. @throws the signal's reason */
  async run(): Promise<void> {
    using _attached = this.options.buffer.attach();
    await Promise.all(streamNames.map((stream) => this.#sendAll(stream)));
    for (;;) {
      const next = this.options.buffer.changed.next;
      this.options.signal.throwIfAborted();
      if (streamNames.every((stream) => this.#progress[stream].pending.length === 0)) return;
      await firstOf(next, this.options.signal);
    }
  }

  /** Takes an Ack frame of the receiver. */
  async acknowledge(frame: Frame): Promise<void> {
    const { stream, position } = decodePositioned(frame);
    const { buffer, conversation } = this.options;
    this.#settle(stream, position);
    buffer.cursor.save();
    await conversation.write(encodePositioned(FrameKind.Confirm, stream, position));
    if (buffer.hasRoomAgain || this.#passedSegment(stream, position)) buffer.check();
    else buffer.changed.beat();
  }

  /** Everything before `position` is with the receiver: counts it, and the marks that follow it, as delivered. */
  #settle(stream: StreamName, position: number): void {
    const { pending } = this.#progress[stream];
    const cursor = this.options.buffer.cursor.of(stream);
    for (let first = pending[0]; first !== undefined; first = pending[0]) {
      const end = first.mark === undefined ? Math.min(position, first.end) : first.end;
      if (end <= first.start) return;
      cursor.delivered.add(first.start, end);
      if (first.mark?.edge === 'end') cursor.endedCommand = Math.max(cursor.endedCommand, first.mark.number);
      first.start = end;
      if (end < first.end) return;
      pending.shift();
    }
  }

  #passedSegment(stream: StreamName, position: number): boolean {
    const first = this.options.buffer.spool(stream).complete()[0];
    return first !== undefined && position >= first.end;
  }

  /** An Output frame without bytes tells the receiver that a held-back last line can go. */
  async #sendAll(stream: StreamName): Promise<void> {
    await this.#send(stream);
    const end = this.#progress[stream].pending.findLast(({ mark }) => mark === undefined)?.end;
    if (end !== undefined) await this.options.conversation.write(encodePositioned(FrameKind.Output, stream, end));
  }

  async #send(stream: StreamName): Promise<void> {
    const { buffer, range, signal, markToken } = this.options;
    const spool = buffer.spool(stream);
    spool.refresh();
    const sizeAtStart = spool.end;
    let position = range.kind === 'command' ? range.from[stream] : buffer.cursor.of(stream).delivered.firstGap(0);
    let collecting = range.kind === 'undelivered';
    let scanner = new MarkScanner(markToken, position);
    const take = async (pieces: Piece[]): Promise<'over' | undefined> => {
      for (const piece of pieces) {
        if (piece.kind === 'bytes') {
          if (collecting) await this.#output(stream, piece.position, piece.bytes);
          continue;
        }
        this.#passMark(stream, piece);
        if (range.kind === 'command' && piece.number === range.number) {
          if (piece.edge === 'end') return 'over';
          collecting = true;
        }
      }
      return undefined;
    };
    while (!this.#isOver(stream, position, sizeAtStart)) {
      signal.throwIfAborted();
      const next = buffer.changed.next;
      const chunk = spool.read(position, limits.outputChunkBytes);
      if (chunk.length > 0) {
        position += chunk.length;
        if ((await take(scanner.push(chunk))) === 'over') return;
        continue;
      }
      spool.refresh();
      const onDisk = spool.firstOnDisk(position);
      if (onDisk === position) continue;
      if (onDisk !== undefined) {
        // what lay between is delivered or dropped, and freed; a mark went with what it began or ended
        await take(scanner.flush());
        if (range.kind === 'command' && buffer.cursor.of(stream).endedCommand >= range.number) return;
        position = onDisk;
        collecting = true;
        scanner = new MarkScanner(markToken, position);
        continue;
      }
      if (this.options.isDrained()) {
        await take(scanner.flush());
        return;
      }
      await firstOf(next, signal);
    }
  }

  /** A mark holds nothing to receive: it counts as delivered as soon as the bytes before it do. */
  #passMark(stream: StreamName, { position, end, edge, number }: Extract<Piece, { kind: 'mark' }>): void {
    const progress = this.#progress[stream];
    if (edge === 'end') progress.passedEnd = Math.max(progress.passedEnd, number);
    progress.pending.push({ start: position, end, mark: { edge, number } });
    if (progress.pending.length > 1) return;
    this.#settle(stream, position);
    this.options.buffer.cursor.save();
  }

  #isOver(stream: StreamName, position: number, sizeAtStart: number): boolean {
    const { range } = this.options;
    return range.kind === 'undelivered' && this.#progress[stream].passedEnd >= range.until && position >= sizeAtStart;
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
      this.#progress[stream].pending.push({ start: from, end: to });
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
      let aheadBytes = 0;
      for (const stream of streamNames) {
        for (const { start, end } of this.#progress[stream].pending) aheadBytes += end - start;
      }
      if (aheadBytes < limits.sendAheadBytes) return;
      this.options.signal.throwIfAborted();
      await firstOf(next, this.options.signal);
    }
  }
}
