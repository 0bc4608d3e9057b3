/**
 * One output stream of a session on disk: segments of equal size that a holder process (`split -b`) writes and this
 * object reads and frees. A position is the number of bytes since the stream began; segment files carry consecutive
 * numbers, so a position names its segment without an index. Only a holder that was restarted breaks that rhythm; each
 * restart is a generation with its first segment and that segment's position.
 */
import { closeSync, openSync, readdirSync, readSync, statSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { StreamName } from '../protocol/frame.ts';

/** Where the numbering begins anew: `segment` starts at `position`. */
export interface SpoolGeneration {
  readonly segment: number;
  readonly position: number;
}

interface Segment {
  readonly number: number;
  readonly start: number;
  size: number;
}

export class Spool {
  #segments: Segment[] = [];
  #open: { number: number; descriptor: number } | undefined;

  constructor(
    readonly directory: string,
    readonly stream: StreamName,
    readonly segmentBytes: number,
    readonly generations: SpoolGeneration[],
  ) {
    const prefix = `${stream}.`;
    const numbers = readdirSync(directory)
      .filter((file) => file.startsWith(prefix))
      .map((file) => Number(file.slice(prefix.length)))
      .sort((a, b) => a - b);
    this.#segments = numbers.map((number) => ({ number, start: this.#startOf(number), size: this.#sizeOf(number) }));
  }

  /** Raw position of the oldest byte still on disk. */
  get start(): number {
    return this.#segments[0]?.start ?? this.end;
  }

  /** Raw position after the newest byte on disk, as of the last `refresh`. */
  get end(): number {
    const last = this.#segments.at(-1);
    return last === undefined ? (this.generations.at(-1)?.position ?? 0) : last.start + last.size;
  }

  /** Looks what the holder has written since. */
  refresh(): void {
    for (;;) {
      const last = this.#segments.at(-1);
      if (last !== undefined) last.size = this.#sizeOf(last.number);
      const next = last === undefined ? (this.generations.at(-1)?.segment ?? 0) : last.number + 1;
      const isDone = last !== undefined && last.size < this.segmentBytes && !this.#beginsGeneration(next);
      if (isDone || !this.#exists(next)) return;
      this.#segments.push({ number: next, start: this.#startOf(next), size: 0 });
    }
  }

  /**
   * Reads at most `maxBytes` at `position`, never past its segment; empty where nothing is on disk.
   *
   * @param into of at least `maxBytes`: whoever reads much and keeps nothing spares the memory.
   */
  read(position: number, maxBytes: number, into?: Buffer): Buffer {
    const segment = this.#segments.find(({ start, size }) => position >= start && position < start + size);
    if (segment === undefined) return Buffer.alloc(0);
    const offset = position - segment.start;
    const length = Math.min(maxBytes, segment.size - offset);
    const buffer = into ?? Buffer.allocUnsafe(length);
    const read = readSync(this.#descriptorOf(segment.number), buffer, 0, length, offset);
    return buffer.subarray(0, read);
  }

  /** The first position at or after `position` that is on disk as of the last `refresh`; undefined at the end. */
  firstOnDisk(position: number): number | undefined {
    const segment = this.#segments.find(({ start, size }) => position < start + size);
    return segment === undefined ? undefined : Math.max(position, segment.start);
  }

  /** The segments before the one being written, oldest first. */
  complete(): readonly { readonly number: number; readonly start: number; readonly end: number }[] {
    return this.#segments.slice(0, -1).map(({ number, start, size }) => ({ number, start, end: start + size }));
  }

  /** Frees one complete segment. */
  unlink(number: number): void {
    if (this.#open?.number === number) this.close();
    unlinkSync(join(this.directory, fileName(this.stream, number)));
    this.#segments = this.#segments.filter((segment) => segment.number !== number);
  }

  /** A restarted holder writes from segment `segment` on; what the old one wrote ends there. */
  beginGeneration(segment: number): void {
    this.refresh();
    // the old one's last segment may be full, and the new one's then already taken for its continuation
    this.#segments = this.#segments.filter(({ number }) => number < segment);
    this.generations.push({ segment, position: this.end });
    this.refresh();
  }

  close(): void {
    if (this.#open !== undefined) closeSync(this.#open.descriptor);
    this.#open = undefined;
  }

  #descriptorOf(number: number): number {
    if (this.#open?.number !== number) {
      this.close();
      this.#open = { number, descriptor: openSync(join(this.directory, fileName(this.stream, number)), 'r') };
    }
    return this.#open.descriptor;
  }

  #generationOf(number: number): SpoolGeneration {
    return this.generations.findLast(({ segment }) => segment <= number) ?? { segment: 0, position: 0 };
  }

  #beginsGeneration(number: number): boolean {
    return this.generations.some(({ segment }) => segment === number);
  }

  #startOf(number: number): number {
    const generation = this.#generationOf(number);
    return generation.position + (number - generation.segment) * this.segmentBytes;
  }

  #sizeOf(number: number): number {
    return statSync(join(this.directory, fileName(this.stream, number)), { throwIfNoEntry: false })?.size ?? 0;
  }

  #exists(number: number): boolean {
    return statSync(join(this.directory, fileName(this.stream, number)), { throwIfNoEntry: false }) !== undefined;
  }
}

export function fileName(stream: string, number: number): string {
  return `${stream}.${String(number).padStart(9, '0')}`;
}
