import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DeliveryCursor } from '../../src/host/delivery-cursor.ts';
import { OutputBuffer } from '../../src/host/output-buffer.ts';
import { fileName, Spool } from '../../src/host/spool.ts';
import { type StreamName, streamNames } from '../../src/protocol/frame.ts';
import { ManualClock } from '../support/manual-clock.ts';

const token = 'fedcba9876543210fedcba9876543210';
const segmentBytes = 64;

/**
 * Two holders and a buffer without processes. A holder that is not paused writes at most `burst` bytes before the buffer
 * looks: that is what a daemon that is late lets through.
 */
class Model implements Disposable {
  readonly directory = mkdtempSync(join(tmpdir(), 'pss-buffer-'));
  readonly written: Record<StreamName, Buffer> = { out: Buffer.alloc(0), err: Buffer.alloc(0) };
  readonly isPaused: Record<StreamName, boolean> = { out: false, err: false };
  readonly clock = new ManualClock();
  freeBytes = Number.MAX_SAFE_INTEGER;
  readonly buffer: OutputBuffer;

  constructor(mode: 'Drop' | 'Block', limitBytes: number) {
    const spoolDirectory = join(this.directory, 'spool');
    mkdirSync(spoolDirectory);
    this.buffer = new OutputBuffer(
      {
        spoolDirectory,
        out: new Spool(spoolDirectory, 'out', segmentBytes, []),
        err: new Spool(spoolDirectory, 'err', segmentBytes, []),
        cursor: new DeliveryCursor(join(this.directory, 'cursor')),
        holders: {
          pause: (stream) => void (this.isPaused[stream] = true),
          resume: (stream) => void (this.isPaused[stream] = false),
        },
        markToken: token,
        clock: this.clock,
        trace: { event: () => undefined, unexpected: (error) => expect(error).toBeUndefined() },
        freeDiskBytes: () => this.freeBytes,
      },
      { mode, limitBytes },
    );
  }

  /** What a holder writes of these bytes; none when it is stopped. */
  write(stream: StreamName, bytes: Buffer): void {
    if (this.isPaused[stream]) return;
    for (let at = 0; at < bytes.length;) {
      const position = this.written[stream].length;
      const part = bytes.subarray(at, at + segmentBytes - (position % segmentBytes));
      appendFileSync(this.#path(stream, Math.floor(position / segmentBytes)), part);
      this.written[stream] = Buffer.concat([this.written[stream], part]);
      at += part.length;
    }
  }

  /** A receiver takes and acknowledges up to `most` bytes. */
  receive(stream: StreamName, most: number): Buffer {
    const spool = this.buffer.spool(stream);
    const { delivered } = this.buffer.cursor.of(stream);
    const position = delivered.firstGap(spool.start);
    const bytes = spool.read(position, most);
    delivered.add(position, position + bytes.length);
    expect(bytes).toEqual(this.written[stream].subarray(position, position + bytes.length));
    return bytes;
  }

  /** Every byte on disk, by its position. */
  onDisk(stream: StreamName): { start: number; bytes: Buffer } {
    const names = readdirSync(join(this.directory, 'spool')).filter((name) => name.startsWith(`${stream}.`));
    const numbers = names.map((name) => Number(name.slice(stream.length + 1))).sort((a, b) => a - b);
    const bytes = Buffer.concat(numbers.map((number) => readFileSync(this.#path(stream, number))));
    return { start: (numbers[0] ?? 0) * segmentBytes, bytes };
  }

  undelivered(stream: StreamName): number {
    return this.buffer.cursor.of(stream).delivered.gapBytes(0, this.written[stream].length);
  }

  get undeliveredBytes(): number {
    return this.undelivered('out') + this.undelivered('err');
  }

  #path(stream: StreamName, number: number): string {
    return join(this.directory, 'spool', fileName(stream, number));
  }

  segmentSizes(stream: StreamName): number[] {
    const names = readdirSync(join(this.directory, 'spool')).filter((name) => name.startsWith(`${stream}.`));
    return names.map((name) => statSync(join(this.directory, 'spool', name)).size);
  }

  [Symbol.dispose](): void {
    this.buffer[Symbol.dispose]();
    rmSync(this.directory, { recursive: true, force: true });
  }
}

const burst = 200;
const stream = fc.constantFrom<StreamName>('out', 'err');
const write = fc.record({ do: fc.constant('write' as const), stream, bytes: fc.integer({ min: 1, max: burst }) });
const receive = fc.record({ do: fc.constant('receive' as const), stream, bytes: fc.integer({ min: 1, max: 150 }) });
const limit = fc.integer({ min: 16, max: 1500 });

describe('OutputBuffer in mode Block', () => {
  test('never holds more than the limit and what came before it could look', () => {
    fc.assert(
      fc.property(limit, fc.array(fc.oneof(write, receive), { maxLength: 40 }), (limitBytes, steps) => {
        using model = new Model('Block', limitBytes);
        for (const step of steps) {
          if (step.do === 'write') model.write(step.stream, filled(step.bytes));
          else model.receive(step.stream, step.bytes);
          model.buffer.check();
          expect(model.buffer.bufferedBytes).toBe(model.undeliveredBytes);
          expect(model.buffer.bufferedBytes).toBeLessThan(limitBytes + burst);
        }
      }),
      { numRuns: 150 },
    );
  });

  test('loses no byte, stops the writers at the limit, and lets them go on when half of it is free', () => {
    fc.assert(
      fc.property(limit, fc.array(fc.oneof(write, receive), { maxLength: 40 }), (limitBytes, steps) => {
        using model = new Model('Block', limitBytes);
        const received = { out: Buffer.alloc(0), err: Buffer.alloc(0) };
        for (const step of steps) {
          if (step.do === 'write') model.write(step.stream, filled(step.bytes));
          else received[step.stream] = Buffer.concat([received[step.stream], model.receive(step.stream, step.bytes)]);
          model.buffer.check();
          const { undeliveredBytes } = model;
          if (undeliveredBytes >= limitBytes) expect(model.isPaused).toEqual({ out: true, err: true });
          if (undeliveredBytes < limitBytes / 2) expect(model.isPaused).toEqual({ out: false, err: false });
          expect(model.buffer.blocked).toBe(model.isPaused.out ? 'buffer' : null);
        }
        for (const name of streamNames) {
          for (let rest = model.receive(name, 999); rest.length > 0; rest = model.receive(name, 999))
            received[name] = Buffer.concat([received[name], rest]);
          expect(received[name]).toEqual(model.written[name]);
        }
        expect(model.buffer.cursor.droppedBytes).toBe(0);
      }),
      { numRuns: 150 },
    );
  });

  test('frees what has been delivered', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(write, receive), { maxLength: 40 }), (steps) => {
        using model = new Model('Block', 100_000);
        for (const step of steps) {
          if (step.do === 'write') model.write(step.stream, filled(step.bytes));
          else model.receive(step.stream, step.bytes);
          model.buffer.check();
          for (const name of streamNames) {
            const room = model.segmentSizes(name).reduce((sum, size) => sum + size, 0);
            // besides the undelivered bytes there are the rest of a segment in front and the one being written
            expect(room).toBeLessThanOrEqual(model.undelivered(name) + 2 * segmentBytes);
          }
        }
      }),
      { numRuns: 100 },
    );
  });
});

describe('OutputBuffer in mode Drop', () => {
  test('keeps the newest whole segments, and no more than the limit', () => {
    fc.assert(
      fc.property(limit, fc.array(write, { maxLength: 40 }), (limitBytes, steps) => {
        using model = new Model('Drop', limitBytes);
        for (const step of steps) {
          model.write(step.stream, filled(step.bytes));
          model.buffer.check();
          expect(model.isPaused).toEqual({ out: false, err: false });
          for (const name of streamNames) {
            const { start, bytes } = model.onDisk(name);
            expect(start % segmentBytes).toBe(0);
            expect(bytes).toEqual(model.written[name].subarray(start));
          }
          // what is being written stays, whatever the limit says
          expect(model.buffer.bufferedBytes).toBeLessThanOrEqual(Math.max(limitBytes, 2 * segmentBytes));
        }
      }),
      { numRuns: 150 },
    );
  });

  test('drops only what it has to, and counts it', () => {
    fc.assert(
      fc.property(limit, fc.array(write, { maxLength: 40 }), (limitBytes, steps) => {
        using model = new Model('Drop', limitBytes);
        for (const step of steps) {
          const before = model.buffer.cursor.droppedBytes;
          model.write(step.stream, filled(step.bytes));
          model.buffer.check();
          const kept = model.buffer.bufferedBytes;
          const gone = model.written.out.length + model.written.err.length - kept;
          expect(model.buffer.cursor.droppedBytes).toBe(gone);
          if (gone > before) expect(kept).toBeGreaterThan(limitBytes - segmentBytes);
        }
        expect(model.buffer.cursor.takeUnreportedDrops()).toBe(model.buffer.cursor.droppedBytes);
        expect(model.buffer.cursor.takeUnreportedDrops()).toBe(0);
      }),
      { numRuns: 150 },
    );
  });

  test('drops nothing and stops the writers while a receiver is attached', () => {
    fc.assert(
      fc.property(limit, fc.array(fc.oneof(write, receive), { maxLength: 40 }), (limitBytes, steps) => {
        using model = new Model('Drop', limitBytes);
        using _receiver = model.buffer.attach();
        for (const step of steps) {
          if (step.do === 'write') model.write(step.stream, filled(step.bytes));
          else model.receive(step.stream, step.bytes);
          model.buffer.check();
          expect(model.buffer.bufferedBytes).toBeLessThan(limitBytes + burst);
        }
        expect(model.buffer.cursor.droppedBytes).toBe(0);
      }),
      { numRuns: 100 },
    );
  });

  test('a mark goes as a whole and is no output: not counted, and its rest is not delivered', () => {
    const piece = fc.oneof(
      write,
      fc.record({ do: fc.constant('mark' as const), stream, number: fc.integer({ min: 1, max: 99 }) }),
    );
    fc.assert(
      fc.property(limit, fc.array(piece, { maxLength: 40 }), (limitBytes, steps) => {
        using model = new Model('Drop', limitBytes);
        const marks: Record<StreamName, { start: number; end: number; number: number }[]> = { out: [], err: [] };
        let plain = 0;
        for (const step of steps) {
          const text = step.do === 'mark' ? markText(step.number) : filled(step.bytes);
          const start = model.written[step.stream].length;
          model.write(step.stream, text);
          if (step.do === 'mark') marks[step.stream].push({ start, end: start + text.length, number: step.number });
          else plain += text.length;
          model.buffer.check();
        }
        let kept = 0;
        for (const name of streamNames) {
          const { delivered, endedCommand } = model.buffer.cursor.of(name);
          const { start: firstOnDisk } = model.onDisk(name);
          const gone = marks[name].filter(({ start }) => start < firstOnDisk);
          for (const { start, end } of gone) expect(delivered.gapBytes(start, end)).toBe(0);
          expect(endedCommand).toBe(Math.max(0, ...gone.map(({ number }) => number)));
          const whole = marks[name].filter(({ start }) => start >= firstOnDisk);
          kept += delivered.gapBytes(0, model.written[name].length) - whole.length * markText(1).length;
        }
        expect(model.buffer.cursor.droppedBytes).toBe(plain - kept);
      }),
      { numRuns: 150 },
    );
  });
});

describe('OutputBuffer on a nearly full disk', () => {
  test.each(['Block', 'Drop'] as const)('stops the writers in mode %s until there is room', (mode) => {
    using model = new Model(mode, 1000);
    model.freeBytes = 1024 * 1024;
    model.write('out', filled(10));
    model.buffer.check();
    expect(model.buffer.blocked).toBe('disk');
    expect(model.isPaused).toEqual({ out: true, err: true });
    model.clock.advance(60_000);
    expect(model.buffer.blocked).toBe('disk');
    model.freeBytes = Number.MAX_SAFE_INTEGER;
    model.clock.advance(60_000);
    expect(model.buffer.blocked).toBeNull();
    expect(model.isPaused).toEqual({ out: false, err: false });
  });

  test('notices that somebody else fills it, however little this session writes', () => {
    using model = new Model('Block', 1000);
    model.buffer.check();
    expect(model.buffer.blocked).toBeNull();
    model.freeBytes = 0;
    model.clock.advance(1000);
    model.write('out', filled(1));
    model.buffer.check();
    expect(model.buffer.blocked).toBe('disk');
  });
});

function filled(length: number): Buffer {
  return Buffer.from(Array.from({ length }, (_, index) => 0x61 + (index % 26)));
}

function markText(number: number): Buffer {
  return Buffer.from(`\x1e${token}-${String(number).padStart(8, '0')}\x1e`, 'latin1');
}
