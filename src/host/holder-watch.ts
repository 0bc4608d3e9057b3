/**
 * Notices holders that somebody killed and starts new ones. A stranger's end has no event, so they are looked at before a
 * command starts and once a second while one runs. What a dead holder had read and not written is lost and said so.
 */
import type { Clock } from '../common/clock.ts';
import { limits } from '../common/limits.ts';
import type { Trace } from '../common/trace.ts';
import { streamNames } from '../protocol/frame.ts';
import type { Holders } from './holders.ts';
import type { OutputBuffer } from './output-buffer.ts';

export interface HolderWatchOptions {
  readonly holders: Pick<Holders, 'find' | 'restart'>;
  readonly buffer: OutputBuffer;
  readonly clock: Clock;
  readonly trace: Trace;
  /** Called after a restart, with what may have been lost; the new generation has to be saved. */
  readonly onRestarted: (problem: string) => void;
}

export class HolderWatch implements Disposable {
  #timer: Disposable | undefined;
  #isDisposed = false;

  constructor(readonly options: HolderWatchOptions) {}

  /** Looks now, and again every second until `stop`. @throws Error when a holder cannot be started */
  async start(): Promise<void> {
    await this.#look();
    this.#again();
  }

  stop(): void {
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
  }

  #again(): void {
    this.stop();
    if (this.#isDisposed) return;
    this.#timer = this.options.clock.setTimer(limits.holderCheckMs, () => {
      this.start().catch(this.options.trace.unexpected);
    });
  }

  async #look(): Promise<void> {
    const { holders, buffer, trace, onRestarted } = this.options;
    for (const stream of streamNames) {
      if (this.#isDisposed || holders.find(stream) !== undefined) continue;
      const segment = await holders.restart(stream);
      if (segment === undefined) continue;
      buffer.spool(stream).beginGeneration(segment);
      trace.event('holder.restarted', { stream, segment });
      onRestarted(
        `the process that kept std${stream} was killed; up to 128 KiB of its output may be lost, what follows is kept`,
      );
      buffer.check();
    }
  }

  [Symbol.dispose](): void {
    this.#isDisposed = true;
    this.stop();
  }
}
