import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatTimeSpan, parseTimeSpan } from '../../../src/powershell/time-span.ts';

describe('time-span', () => {
  it.each([
    ['172800000', 172_800_000],
    ['-1', -1],
    ['0', 0],
    ['1.6', 2],
    ['00:03:00', 180_000],
    ['01:30', 5_400_000],
    ['1.12:00:00', 129_600_000],
    ['-00:00:00.0010000', -1],
    ['00:00:01.5', 1500],
    [' 00:01:00 ', 60_000],
  ])('reads %j', (text, milliseconds) => {
    expect(parseTimeSpan(text)).toBe(milliseconds);
  });

  it.each(['', 'x', '25:00:00', '00:60:00', '00:00:60', '1:2:3:4', '1h', '1e3', '9'.repeat(30)])(
    'refuses %j',
    (text) => {
      expect(parseTimeSpan(text)).toBeUndefined();
    },
  );

  it.each([
    [180_000, '00:03:00'],
    [-1, '-00:00:00.0010000'],
    [129_600_000, '1.12:00:00'],
    [0, '00:00:00'],
  ])('prints %d as .NET does', (milliseconds, text) => {
    expect(formatTimeSpan(milliseconds)).toBe(text);
  });

  it('reads back what it prints', () => {
    fc.assert(
      fc.property(fc.integer({ min: -(10 ** 12), max: 10 ** 12 }), (milliseconds) => {
        expect(parseTimeSpan(formatTimeSpan(milliseconds))).toBe(milliseconds);
      }),
    );
  });
});
