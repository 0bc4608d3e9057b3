/** A set of byte positions as sorted, disjoint, non-touching ranges `[start, end)`: what of a stream has been delivered. */
export type ByteRange = readonly [start: number, end: number];

export class ByteRanges {
  #ranges: ByteRange[];

  constructor(ranges: readonly ByteRange[] = []) {
    this.#ranges = [];
    for (const [start, end] of ranges) this.add(start, end);
  }

  get ranges(): readonly ByteRange[] {
    return this.#ranges;
  }

  add(start: number, end: number): void {
    if (end <= start) return;
    const last = this.#ranges.at(-1);
    if (last !== undefined && start >= last[0] && start <= last[1]) {
      if (end > last[1]) this.#ranges[this.#ranges.length - 1] = [last[0], end];
      return;
    }
    const before = this.#ranges.filter((range) => range[1] < start);
    const after = this.#ranges.filter((range) => range[0] > end);
    const touching = this.#ranges.filter((range) => range[1] >= start && range[0] <= end);
    const merged: ByteRange = [
      Math.min(start, ...touching.map(([from]) => from)),
      Math.max(end, ...touching.map(([, to]) => to)),
    ];
    this.#ranges = [...before, merged, ...after];
  }

  /** The first position at or after `position` that is not in the set. */
  firstGap(position: number): number {
    const range = this.#ranges.find(([start, end]) => start <= position && position < end);
    return range === undefined ? position : range[1];
  }

  /** The first position after `position` that is in the set, or undefined. */
  nextMember(position: number): number | undefined {
    return this.#ranges.find(([, end]) => end > position)?.[0];
  }

  /** How many positions of `[start, end)` are not in the set. */
  gapBytes(start: number, end: number): number {
    let missing = Math.max(0, end - start);
    for (const [from, to] of this.#ranges) missing -= Math.max(0, Math.min(to, end) - Math.max(from, start));
    return missing;
  }
}
