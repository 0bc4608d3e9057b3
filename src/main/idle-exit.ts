/** Ends a daemon that nobody talks to and that has no session. */
import type { Clock } from '../common/clock.ts';

export class IdleExit {
  #conversations = 0;
  #timer: Disposable | undefined;
  #hasNoSessions: (() => boolean) | undefined;

  constructor(
    readonly clock: Clock,
    readonly idleMs: number,
    readonly stop: () => void,
  ) {}

  start(hasNoSessions: () => boolean): void {
    this.#hasNoSessions = hasNoSessions;
    this.check();
  }

  /** Counts a conversation as long as it is not disposed. */
  conversation(): Disposable {
    this.#conversations += 1;
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
    return {
      [Symbol.dispose]: () => {
        this.#conversations -= 1;
        this.check();
      },
    };
  }

  /** Starts the clock when there is nothing to do. */
  check(): void {
    if (this.#conversations > 0 || this.#timer !== undefined || this.#hasNoSessions?.() !== true) return;
    this.#timer = this.clock.setTimer(this.idleMs, () => {
      this.#timer = undefined;
      if (this.#conversations === 0 && this.#hasNoSessions?.() === true) this.stop();
    });
  }
}
