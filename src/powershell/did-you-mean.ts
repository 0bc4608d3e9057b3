/** Finds what somebody who mistyped a word probably meant. */

/**
 * The candidate nearest to the word, or undefined when none is near.
 *
 * Near means at most one edit for every three letters of the word (an edit inserts, deletes, replaces or swaps), without
 * regard to case and hyphens.
 */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  const wanted = plain(word);
  let best: { readonly candidate: string; readonly distance: number } | undefined;
  for (const candidate of candidates) {
    const whole = plain(candidate);
    // A mistyped beginning is a mistake too: -Computr for -ComputerName. The whole word counts a little more.
    const distance = Math.min(
      editDistance(wanted, whole),
      editDistance(wanted, whole.slice(0, wanted.length)) + 0.5,
      editDistance(wanted, whole.slice(0, wanted.length + 1)) + 0.5,
    );
    if (best === undefined || distance < best.distance) best = { candidate, distance };
  }
  return best !== undefined && best.distance <= Math.ceil(wanted.length / 3) && best.distance < wanted.length
    ? best.candidate
    : undefined;
}

function plain(word: string): string {
  return word.toLowerCase().replaceAll('-', '').slice(0, 64);
}

/** Optimal string alignment distance: Levenshtein plus swaps of neighbours. */
function editDistance(left: string, right: string): number {
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let row = 1; row <= left.length; row++) {
    const current = [row];
    for (let column = 1; column <= right.length; column++) {
      const same = left[row - 1] === right[column - 1];
      let distance = Math.min(
        (previous[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (previous[column - 1] ?? 0) + (same ? 0 : 1),
      );
      if (row > 1 && column > 1 && left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1]) {
        distance = Math.min(distance, (beforePrevious[column - 2] ?? 0) + 1);
      }
      current.push(distance);
    }
    beforePrevious = previous;
    previous = current;
  }
  return previous[right.length] ?? 0;
}
