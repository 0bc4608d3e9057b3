import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limits } from '../../../src/common/limits.ts';
import { looksLikeRange, parseRange } from '../../../src/powershell/range.ts';

describe('range', () => {
  it.each([
    ['3', [3]],
    ['-1', [-1]],
    ['+2', [2]],
    ['0', [0]],
    ['1..5', [1, 2, 3, 4, 5]],
    ['5..1', [5, 4, 3, 2, 1]],
    ['-1..1', [-1, 0, 1]],
    ['(1..3)', [1, 2, 3]],
    ['( 1 .. 3 )', [1, 2, 3]],
    ['7..7', [7]],
    ['2147483647', [2147483647]],
  ])('reads %j', (text, numbers) => {
    expect(parseRange(text)).toEqual({ ok: true, numbers });
    expect(looksLikeRange(text)).toBe(true);
  });

  it.each([
    ['', 'notANumber'],
    ['a', 'notANumber'],
    ['1.5', 'notANumber'],
    ['1..', 'notANumber'],
    ['..2', 'notANumber'],
    ['1...2', 'notANumber'],
    ['(1', 'notANumber'],
    ['1)', 'notANumber'],
    ['2147483648', 'outOfInt32'],
    ['-2147483649', 'outOfInt32'],
    ['99999999999', 'outOfInt32'],
    ['1..99999999999', 'outOfInt32'],
    [`1..${limits.rangeLength + 1}`, 'tooLong'],
    ['-2147483648..2147483647', 'tooLong'],
  ])('refuses %j as %s', (text, problem) => {
    expect(parseRange(text)).toEqual({ ok: false, problem });
  });

  it('reads the longest range that is allowed', () => {
    const range = parseRange(`1..${limits.rangeLength}`);
    expect(range.ok && range.numbers.length).toBe(limits.rangeLength);
  });

  it('goes from the first bound to the second in steps of one', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1000, max: 1000 }), fc.integer({ min: -1000, max: 1000 }), (from, to) => {
        const range = parseRange(`${from}..${to}`);
        const numbers = range.ok ? range.numbers : [];
        expect([numbers[0], numbers.at(-1), numbers.length]).toEqual([from, to, Math.abs(to - from) + 1]);
        expect(new Set(numbers).size).toBe(numbers.length);
      }),
    );
  });
});
