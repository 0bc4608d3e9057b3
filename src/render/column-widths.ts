/** Shares the width of a terminal among columns. Pure arithmetic; all numbers are terminal cells. */

/** What one column would like. */
export interface WidthWish {
  /** The widest of its label and cells. */
  readonly content: number;
  /** The width it has while there is room. */
  readonly preferred: number;
  /** Gives up its width last. */
  readonly isKey: boolean;
}

/**
 * The widths of columns with one blank between two of them.
 *
 * Without a limit each column has its preferred width, or its content's. On a narrow terminal columns first give up their
 * padding, then the widest one gives way cell by cell; no column ever gets less than one cell, so none disappears.
 *
 * @param available the width of the terminal; undefined when there is none.
 */
export function shareWidth(wishes: readonly WidthWish[], available: number | undefined): readonly number[] {
  const widths = wishes.map((wish) => Math.max(wish.preferred, wish.content, 1));
  let excess = sum(widths) + widths.length - 1 - (available ?? Infinity);
  const take = (floor: (index: number) => number, rank: (index: number) => number): void => {
    while (excess > 0) {
      const index = highest(widths.length, (each) => (widths[each] ?? 0) > floor(each), rank);
      if (index === undefined) return;
      widths[index] = (widths[index] ?? 0) - 1;
      excess--;
    }
  };
  const content = (index: number): number => Math.max(wishes[index]?.content ?? 0, 1);
  const width = (index: number): number => widths[index] ?? 0;
  take(content, (index) => width(index) - content(index));
  take((index) => (wishes[index]?.isKey === true ? content(index) : 1), width);
  take(() => 1, width);
  return widths;
}

/** The last index with the highest rank among those that are eligible. */
function highest(
  count: number,
  isEligible: (index: number) => boolean,
  rank: (index: number) => number,
): number | undefined {
  let best: number | undefined;
  for (let index = 0; index < count; index++) {
    if (isEligible(index) && (best === undefined || rank(index) >= rank(best))) best = index;
  }
  return best;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
