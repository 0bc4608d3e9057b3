import { type Clock, deadlineOn, delayOn } from '../../src/common/clock.ts';

/** A clock that stands still until the test advances it; timers fire in order of their time, each at its own moment. */
export class ManualClock implements Clock {
  #now: number;
  readonly #timers = new Set<{ dueMs: number; callback: () => void }>();

  constructor(startMs = 1_800_000_000_000) {
    this.#now = startMs;
  }

  get pendingTimers(): number {
    return this.#timers.size;
  }

  now(): number {
    return this.#now;
  }

  monotonic(): number {
    return this.#now;
  }

  setTimer(delayMs: number, callback: () => void): Disposable {
    const timer = { dueMs: this.#now + delayMs, callback };
    this.#timers.add(timer);
    return { [Symbol.dispose]: () => void this.#timers.delete(timer) };
  }

  delay(delayMs: number, options: { signal?: AbortSignal } = {}): Promise<void> {
    return delayOn(this, delayMs, options.signal);
  }

  deadline(delayMs: number): AbortSignal {
    return deadlineOn(this, delayMs);
  }

  advance(ms: number): void {
    const untilMs = this.#now + ms;
    for (;;) {
      const next = [...this.#timers].filter(({ dueMs }) => dueMs <= untilMs).sort((a, b) => a.dueMs - b.dueMs)[0];
      if (next === undefined) break;
      this.#timers.delete(next);
      this.#now = Math.max(this.#now, next.dueMs);
      next.callback();
    }
    this.#now = untilMs;
  }
}
