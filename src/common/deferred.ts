/** A promise with its resolvers at hand (Node 20 has no `Promise.withResolvers`). */
export class Deferred<T> {
  readonly promise: Promise<T>;
  resolve!: (value: T) => void;
  reject!: (reason: unknown) => void;

  constructor() {
    this.promise = new Promise<T>((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
  }
}

/** Wakes everybody who waits for the next change of something; a change before the wait is not remembered. */
export class Pulse {
  #next = new Deferred<void>();

  /** Resolves at the next `beat`. Take it before reading the state you wait on. */
  get next(): Promise<void> {
    return this.#next.promise;
  }

  beat(): void {
    const waiting = this.#next;
    this.#next = new Deferred<void>();
    waiting.resolve();
  }
}

/** Resolves when the promise does or the signal aborts, whichever comes first; leaves no listener behind. */
export async function firstOf(promise: Promise<void>, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  const aborted = new Deferred<void>();
  const abort = () => aborted.resolve();
  signal.addEventListener('abort', abort, { once: true });
  try {
    await Promise.race([promise, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
