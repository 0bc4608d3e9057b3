/**
 * The output of one session: its two spools, what of them has been delivered, and what happens when they are full.
 *
 * Block stops the holders (SIGSTOP) at the limit, so that the producer blocks in `write`, and wakes them when half of it
 * has been delivered. Drop unlinks whole oldest segments; while a receiver is attached, or may be on its way back after
 * the death of a daemon, nothing is dropped and the producer waits for it instead. A nearly full disk blocks in both
 * modes. The holders write whether or not a daemon lives; only the limit needs one.
 *
 *        ┌────────┐  full, or disk low   ┌─────────┐
 *        │ flowing │ ──────────────────▶ │ blocked │
 *        └────────┘ ◀────────────────── └─────────┘  room again, mode changed to Drop, receiver detached under Drop
 */
import { statfsSync, watch, type FSWatcher } from 'node:fs';
import type { Clock } from '../common/clock.ts';
import { Pulse } from '../common/deferred.ts';
import { limits } from '../common/limits.ts';
import type { Trace } from '../common/trace.ts';
import { streamNames, type StreamName } from '../protocol/frame.ts';
import type { DeliveryCursor } from './delivery-cursor.ts';
import { markBytes, MarkScanner } from './mark-scanner.ts';
import type { Spool } from './spool.ts';

/** The processes between the shell and the spool. */
export interface Holders {
  pause(stream: StreamName): void;
  resume(stream: StreamName): void;
}

export interface OutputBufferOptions {
  readonly spoolDirectory: string;
  readonly out: Spool;
  readonly err: Spool;
  readonly cursor: DeliveryCursor;
  readonly holders: Holders;
  /** The session's mark token, to find marks among what is dropped. */
  readonly markToken: string;
  readonly clock: Clock;
  readonly trace: Trace;
  readonly freeDiskBytes?: (directory: string) => number;
}

/** Others fill the disk too, so what this session wrote says nothing; asking costs some microseconds. */
const diskCheckMs = 100;
const diskRetryMs = 2_000;
/** A receiver whose daemon died comes back within this; until then it counts as attached. */
const redialGraceMs = 5_000;

export class OutputBuffer {
  readonly changed = new Pulse();
  mode: 'Drop' | 'Block';
  limitBytes: number;
  #receivers = 0;
  #blocked: 'buffer' | 'disk' | null = null;
  #watcher: FSWatcher | undefined;
  #diskTimer: Disposable | undefined;
  #graceTimer: Disposable | undefined;
  #diskCheckedAt = Number.NEGATIVE_INFINITY;

  constructor(
    readonly options: OutputBufferOptions,
    settings: { readonly mode: 'Drop' | 'Block'; readonly limitBytes: number },
  ) {
    this.mode = settings.mode;
    this.limitBytes = settings.limitBytes;
  }

  get cursor(): DeliveryCursor {
    return this.options.cursor;
  }

  get blocked(): 'buffer' | 'disk' | null {
    return this.#blocked;
  }

  /** True when the holders are stopped at the limit and enough has been delivered since to let them go on. */
  get hasRoomAgain(): boolean {
    return this.#blocked === 'buffer' && this.bufferedBytes < this.limitBytes / 2;
  }

  spool(stream: StreamName): Spool {
    return stream === 'out' ? this.options.out : this.options.err;
  }

  /** Bytes on disk that nobody has received. */
  get bufferedBytes(): number {
    return streamNames.reduce((sum, stream) => {
      const spool = this.spool(stream);
      return sum + this.cursor.of(stream).delivered.gapBytes(spool.start, spool.end);
    }, 0);
  }

  /** Begins to follow the spool directory. */
  start(): void {
    this.#watcher = watch(this.options.spoolDirectory, () => this.check());
    this.#watcher.on('error', (error) => this.options.trace.event('spool.watch-failed', { error: String(error) }));
    if (this.bufferedBytes > 0) {
      const redialling = this.attach();
      this.#graceTimer = this.options.clock.setTimer(redialGraceMs, () => redialling[Symbol.dispose]());
    }
    this.check();
    // the daemon before this one may have died with the holders stopped
    if (this.#blocked === null) for (const stream of streamNames) this.options.holders.resume(stream);
  }

  /** While a receiver is attached nothing is dropped. */
  attach(): Disposable {
    this.#receivers += 1;
    return {
      [Symbol.dispose]: () => {
        this.#receivers -= 1;
        this.check();
      },
    };
  }

  /** Looks at the spools, enforces the limit, frees what has been delivered, and wakes readers. */
  check(): void {
    for (const stream of streamNames) {
      this.spool(stream).refresh();
      this.#free(stream);
    }
    if (this.mode === 'Drop' && this.#receivers === 0) this.#drop();
    this.#enforce();
    this.changed.beat();
  }

  #free(stream: StreamName): void {
    const { delivered } = this.cursor.of(stream);
    const spool = this.spool(stream);
    for (const { number, start, end } of spool.complete()) {
      if (delivered.gapBytes(start, end) === 0) spool.unlink(number);
    }
  }

  /** Unlinks oldest segments, of the longer stream first, until the limit holds. */
  #drop(): void {
    let droppedBytes = 0;
    while (this.bufferedBytes > this.limitBytes) {
      const stream =
        streamNames.toSorted(
          (a, b) => this.spool(b).end - this.spool(b).start - (this.spool(a).end - this.spool(a).start),
        )[0] ?? 'out';
      const spool = this.spool(stream);
      const oldest = spool.complete()[0];
      if (oldest === undefined) break;
      this.#dropMarks(stream, oldest);
      const { delivered } = this.cursor.of(stream);
      droppedBytes += delivered.gapBytes(oldest.start, oldest.end);
      delivered.add(oldest.start, oldest.end);
      spool.unlink(oldest.number);
    }
    if (droppedBytes === 0) return;
    this.cursor.droppedBytes += droppedBytes;
    this.cursor.save();
    this.options.trace.event('output.dropped', { bytes: droppedBytes });
  }

  /** Marks that begin here go as marks: whole, not counted as output, and whoever waits for one waits no longer. */
  #dropMarks(stream: StreamName, { start, end }: { readonly start: number; readonly end: number }): void {
    const spool = this.spool(stream);
    const cursor = this.cursor.of(stream);
    const scanner = new MarkScanner(this.options.markToken, start);
    const buffer = Buffer.allocUnsafe(limits.outputChunkBytes);
    for (let position = start; position < end + markBytes - 1;) {
      const wanted = position < end ? buffer.length : end + markBytes - 1 - position;
      const chunk = spool.read(position, wanted, buffer);
      if (chunk.length === 0) return;
      position += chunk.length;
      for (const piece of scanner.push(chunk)) {
        if (piece.kind === 'bytes') continue;
        cursor.delivered.add(piece.position, piece.end);
        if (piece.edge === 'end') cursor.endedCommand = Math.max(cursor.endedCommand, piece.number);
      }
    }
  }

  #enforce(): void {
    const bytes = this.bufferedBytes;
    if (this.#isDiskLow()) {
      this.#block('disk');
      this.#diskTimer ??= this.options.clock.setTimer(diskRetryMs, () => {
        this.#diskTimer = undefined;
        this.#diskCheckedAt = Number.NEGATIVE_INFINITY;
        this.check();
      });
      return;
    }
    const mayFill = this.mode === 'Drop' && this.#receivers === 0;
    const resumeBelow = this.#blocked === null ? this.limitBytes : this.limitBytes / 2;
    if (!mayFill && bytes >= resumeBelow) this.#block('buffer');
    else this.#flow();
  }

  #isDiskLow(): boolean {
    if (this.#diskTimer !== undefined) return true;
    const now = this.options.clock.monotonic();
    if (now - this.#diskCheckedAt < diskCheckMs) return false;
    this.#diskCheckedAt = now;
    return (this.options.freeDiskBytes ?? freeBytes)(this.options.spoolDirectory) < limits.diskReserveBytes;
  }

  #block(reason: 'buffer' | 'disk'): void {
    if (this.#blocked === null) for (const stream of streamNames) this.options.holders.pause(stream);
    if (this.#blocked !== reason) this.options.trace.event('output.blocked', { reason });
    this.#blocked = reason;
  }

  #flow(): void {
    if (this.#blocked === null) return;
    this.#blocked = null;
    for (const stream of streamNames) this.options.holders.resume(stream);
    this.options.trace.event('output.resumed');
  }

  /** Lets the holders run on without a daemon, and stops watching. */
  [Symbol.dispose](): void {
    this.#watcher?.close();
    this.#diskTimer?.[Symbol.dispose]();
    this.#graceTimer?.[Symbol.dispose]();
    for (const stream of streamNames) this.spool(stream).close();
    this.cursor.close();
    this.changed.beat();
  }
}

function freeBytes(directory: string): number {
  const { bavail, bsize } = statfsSync(directory);
  return bavail * bsize;
}
