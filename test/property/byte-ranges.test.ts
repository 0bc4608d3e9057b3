import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ByteRanges } from '../../src/host/byte-ranges.ts';

const size = 60;
const range = fc.tuple(fc.nat(size), fc.nat(size));
const ranges = fc.array(range, { maxLength: 30 });

/** The same set, one boolean for each position. */
class NaiveRanges {
  readonly #has = new Array<boolean>(size + 1).fill(false);

  add(start: number, end: number): void {
    for (let position = start; position < end; position++) this.#has[position] = true;
  }

  has(position: number): boolean {
    return this.#has[position] ?? false;
  }

  firstGap(position: number): number {
    while (this.has(position)) position++;
    return position;
  }

  nextMember(position: number): number | undefined {
    for (; position <= size; position++) if (this.has(position)) return position;
    return undefined;
  }

  gapBytes(start: number, end: number): number {
    let missing = 0;
    for (let position = start; position < end; position++) if (!this.has(position)) missing++;
    return missing;
  }
}

function both(added: readonly (readonly [number, number])[]): { real: ByteRanges; naive: NaiveRanges } {
  const real = new ByteRanges();
  const naive = new NaiveRanges();
  for (const [start, end] of added) {
    real.add(start, end);
    naive.add(start, end);
  }
  return { real, naive };
}

describe('ByteRanges', () => {
  test('is the set of what was added, in whatever order', () => {
    fc.assert(
      fc.property(ranges, fc.nat(size + 5), (added, position) => {
        const { real, naive } = both(added);
        expect(real.firstGap(position)).toBe(naive.firstGap(position));
      }),
      { numRuns: 2000 },
    );
  });

  test('counts what is missing between two positions', () => {
    fc.assert(
      fc.property(ranges, range, (added, [start, end]) => {
        const { real, naive } = both(added);
        expect(real.gapBytes(start, end)).toBe(naive.gapBytes(start, end));
      }),
      { numRuns: 2000 },
    );
  });

  test('finds the next member after a gap', () => {
    fc.assert(
      fc.property(ranges, fc.nat(size), (added, from) => {
        const { real, naive } = both(added);
        const gap = real.firstGap(from);
        expect(real.nextMember(gap)).toBe(naive.nextMember(gap));
      }),
      { numRuns: 2000 },
    );
  });

  test('keeps its ranges sorted and apart, so that a cursor file stays small', () => {
    fc.assert(
      fc.property(ranges, (added) => {
        const { real } = both(added);
        let last = -1;
        for (const [start, end] of real.ranges) {
          expect(start).toBeGreaterThan(last);
          expect(end).toBeGreaterThan(start);
          last = end;
        }
      }),
      { numRuns: 2000 },
    );
  });

  test('is the same after it was saved and read', () => {
    fc.assert(
      fc.property(ranges, (added) => {
        const { real } = both(added);
        expect(new ByteRanges(real.ranges).ranges).toEqual(real.ranges);
      }),
    );
  });
});
