import { appendFileSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fileName, Spool, type SpoolGeneration } from '../../src/host/spool.ts';

/** Writes as `split -b` does: a segment is full before the next one is made. */
class FakeHolder {
  constructor(
    readonly directory: string,
    readonly segmentBytes: number,
    public segment: number,
  ) {}

  write(bytes: Buffer): void {
    for (let at = 0; at < bytes.length;) {
      const room = this.segmentBytes - this.#size();
      if (room === 0) this.segment += 1;
      else {
        appendFileSync(this.#path(), bytes.subarray(at, at + room));
        at += room;
      }
    }
  }

  #path(): string {
    return join(this.directory, fileName('out', this.segment));
  }

  #size(): number {
    return statSync(this.#path(), { throwIfNoEntry: false })?.size ?? 0;
  }
}

const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('write' as const), bytes: fc.integer({ min: 1, max: 90 }) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('refresh' as const) }) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('read' as const), at: fc.double({ min: 0, max: 1, noNaN: true }) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('free' as const), which: fc.nat(5) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('adopt' as const) }) },
  // the new holder may have written before its generation is noted
  { weight: 1, arbitrary: fc.record({ do: fc.constant('restart' as const), early: fc.integer({ min: 0, max: 40 }) }) },
);

describe('Spool', () => {
  test('reads at every position what was written there, whatever was freed, restarted or adopted', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), fc.array(step, { maxLength: 40 }), (segmentBytes, steps) => {
        const directory = mkdtempSync(join(tmpdir(), 'pss-spool-'));
        try {
          play(directory, segmentBytes, steps);
        } finally {
          rmSync(directory, { recursive: true, force: true });
        }
      }),
      { numRuns: 300 },
    );
  });

  test('a whole stream is read once, in order, while it is written and freed behind the reader', () => {
    const chunks = fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 15 });
    fc.assert(
      fc.property(
        fc.integer({ min: 8, max: 200 }),
        fc.integer({ min: 1, max: 100 }),
        chunks,
        (segmentBytes, most, sizes) => {
          const directory = mkdtempSync(join(tmpdir(), 'pss-spool-'));
          try {
            const holder = new FakeHolder(directory, segmentBytes, 0);
            const spool = new Spool(directory, 'out', segmentBytes, []);
            let written = 0;
            let position = 0;
            for (const size of sizes) {
              holder.write(numbered(written, size));
              written += size;
              spool.refresh();
              for (let read = spool.read(position, most); read.length > 0; read = spool.read(position, most)) {
                expect(read).toEqual(numbered(position, read.length));
                position += read.length;
              }
              for (const { number, end } of spool.complete()) if (end <= position) spool.unlink(number);
              expect(position).toBe(written);
              expect(spool.complete()).toEqual([]);
            }
            spool.close();
          } finally {
            rmSync(directory, { recursive: true, force: true });
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

function play(directory: string, segmentBytes: number, steps: readonly Step[]): void {
  const generations: SpoolGeneration[] = [];
  let holder = new FakeHolder(directory, segmentBytes, 0);
  let spool = new Spool(directory, 'out', segmentBytes, generations);
  let written = 0;
  let seen = 0;
  const freed: [number, number][] = [];
  const isFreed = (position: number) => freed.some(([start, end]) => position >= start && position < end);
  for (const one of steps) {
    switch (one.do) {
      case 'write':
        holder.write(numbered(written, one.bytes));
        written += one.bytes;
        break;
      case 'refresh':
        spool.refresh();
        seen = written;
        expect(spool.end).toBe(written);
        break;
      case 'adopt':
        spool.close();
        spool = new Spool(directory, 'out', segmentBytes, generations);
        seen = written;
        break;
      case 'restart': {
        const segment = holder.segment + (written === 0 ? 0 : 1);
        holder = new FakeHolder(directory, segmentBytes, segment);
        holder.write(numbered(written, one.early));
        spool.beginGeneration(segment);
        written += one.early;
        seen = written;
        expect(spool.end).toBe(written);
        break;
      }
      case 'free': {
        const segment = spool.complete()[one.which];
        if (segment === undefined) break;
        spool.unlink(segment.number);
        freed.push([segment.start, segment.end]);
        break;
      }
      case 'read': {
        const position = Math.floor(one.at * (seen + 1));
        const read = spool.read(position, 30);
        expect(read).toEqual(numbered(position, read.length));
        if (position < seen && !isFreed(position)) expect(read.length).toBeGreaterThan(0);
        const next = spool.firstOnDisk(position);
        for (let at = position; at < (next ?? seen); at++) expect(isFreed(at)).toBe(true);
        if (next !== undefined) expect(isFreed(next)).toBe(false);
        break;
      }
    }
  }
  spool.close();
}

/** Bytes that tell their position, as far as a byte can. */
function numbered(position: number, length: number): Buffer {
  return Buffer.from(
    Array.from({ length }, (_, index) => ((position + index) * 167 + ((position + index) >> 8)) & 0xff),
  );
}
