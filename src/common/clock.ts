/**
 * Time as the rest of the code may see it. Only this file touches `Date` and timers, so that tests can hand in a clock
 * they advance themselves. A delay longer than Node's 2^31-1 ms (which would fire at once) is split here.
 */
import { Deferred } from './deferred.ts';

export interface Clock {
  /** Wall-clock time in ms since 1970; for display and for deadlines that survive a restart. */
  now(): number;
  /** Monotonic ms; for durations. */
  monotonic(): number;
  /** Calls `callback` once after `delayMs` (any length); disposing cancels it. Never keeps the process alive alone. */
  setTimer(delayMs: number, callback: () => void): Disposable;
  /** Resolves after `delayMs`; rejects with the signal's reason when it aborts first. */
  delay(delayMs: number, options?: { signal?: AbortSignal }): Promise<void>;
  /** A signal that aborts with a TimeoutError after `delayMs`. */
  deadline(delayMs: number): AbortSignal;
}

const longestNodeTimerMs = 2 ** 31 - 1;

export class SystemClock implements Clock {
  now(): number {
    return Date.now();
  }

  monotonic(): number {
    return performance.now();
  }

  setTimer(delayMs: number, callback: () => void): Disposable {
    const dueMs = this.monotonic() + delayMs;
    let timer: NodeJS.Timeout;
    const arm = () => {
      const leftMs = Math.max(0, dueMs - this.monotonic());
      timer = setTimeout(
        () => (leftMs > longestNodeTimerMs ? arm() : callback()),
        Math.min(leftMs, longestNodeTimerMs),
      );
    };
    arm();
    return { [Symbol.dispose]: () => clearTimeout(timer) };
  }

  delay(delayMs: number, options: { signal?: AbortSignal } = {}): Promise<void> {
    return delayOn(this, delayMs, options.signal);
  }

  deadline(delayMs: number): AbortSignal {
    return deadlineOn(this, delayMs);
  }
}

/** `Clock.delay` for any clock that has timers. */
export async function delayOn(clock: Pick<Clock, 'setTimer'>, delayMs: number, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted();
  const done = new Deferred<void>();
  using _timer = clock.setTimer(delayMs, () => done.resolve());
  const abort = () => done.reject(signal?.reason);
  signal?.addEventListener('abort', abort, { once: true });
  try {
    await done.promise;
  } finally {
    signal?.removeEventListener('abort', abort);
  }
}

/** `Clock.deadline` for any clock that has timers. */
export function deadlineOn(clock: Pick<Clock, 'setTimer'>, delayMs: number): AbortSignal {
  const controller = new AbortController();
  clock.setTimer(delayMs, () => controller.abort(new DOMException('The time is over.', 'TimeoutError')));
  return controller.signal;
}

/** ISO 8601 in UTC of a wall-clock time in ms. */
export function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}

/** Wall-clock ms of an ISO 8601 time; NaN when the text is none. */
export function timeOf(iso: string): number {
  return Date.parse(iso);
}
