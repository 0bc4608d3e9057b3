/** The range operator: `1..5` is 1 2 3 4 5, `5..1` counts down, as in PowerShell. */
import { limits } from '../common/limits.ts';

/** The bounds of PowerShell's Int32. */
export const int32 = { minimum: -(2 ** 31), maximum: 2 ** 31 - 1 } as const;

/** Why a text is not a list of Int32 numbers. */
export type RangeProblem = 'notANumber' | 'outOfInt32' | 'tooLong';

/** Numbers, or the reason why there are none. */
export type RangeResult =
  { readonly ok: true; readonly numbers: readonly number[] } | { readonly ok: false; readonly problem: RangeProblem };

/** True for what reads as one whole number or a range of them, whether or not it fits into an Int32. */
export function looksLikeRange(text: string): boolean {
  return rangeForm.test(text.trim());
}

/** Reads one whole number, or a range with or without parentheses: `3`, `-1`, `1..5`, `(5..1)`. */
export function parseRange(text: string): RangeResult {
  const match = rangeForm.exec(text.trim());
  if (match === null) return { ok: false, problem: 'notANumber' };
  const from = Number(match[1] ?? match[3]);
  const to = match[2] === undefined && match[4] === undefined ? from : Number(match[2] ?? match[4]);
  if (!isInt32(from) || !isInt32(to)) return { ok: false, problem: 'outOfInt32' };
  const length = Math.abs(to - from) + 1;
  if (length > limits.rangeLength) return { ok: false, problem: 'tooLong' };
  const step = to < from ? -1 : 1;
  return { ok: true, numbers: Array.from({ length }, (_, index) => from + index * step) };
}

function isInt32(number: number): boolean {
  return Number.isInteger(number) && number >= int32.minimum && number <= int32.maximum;
}

const rangeForm = /^(?:\(\s*([+-]?\d+)(?:\s*\.\.\s*([+-]?\d+))?\s*\)|([+-]?\d+)(?:\s*\.\.\s*([+-]?\d+))?)$/u;
