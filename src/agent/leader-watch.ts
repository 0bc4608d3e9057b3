/**
 * Notices the end of the scopes' leaders. A stranger's end has no event, so the leaders are looked at, once a second and
 * at each request.
 */
import type { Clock } from '../common/clock.ts';
import { limits } from '../common/limits.ts';
import { isAlive, type ProcessFacts } from '../common/process-identity.ts';
import type { Scope } from '../protocol/model.ts';

export interface LeaderWatchOptions {
  readonly clock: Clock;
  readonly facts: ProcessFacts;
  readonly onEnded: (scope: Scope) => Promise<void>;
}

export class LeaderWatch implements Disposable {
  readonly #scopes = new Map<string, Scope>();
  #timer: Disposable | undefined;

  constructor(readonly options: LeaderWatchOptions) {}

  /** A scope asks. Ended ones are ended first, so that no request sees what they have left. */
  async add(scope: Scope): Promise<void> {
    if (scope.leader !== null) this.#scopes.set(scope.id, scope);
    await this.look();
  }

  /** Ends the scopes whose leader is gone. */
  async look(): Promise<void> {
    this.#timer?.[Symbol.dispose]();
    const ended = [...this.#scopes.values()].filter(
      ({ leader }) => leader !== null && !isAlive(leader, this.options.facts),
    );
    for (const { id } of ended) this.#scopes.delete(id);
    if (this.#scopes.size > 0) this.#timer = this.options.clock.setTimer(limits.leaderCheckMs, () => void this.look());
    await Promise.all(ended.map((scope) => this.options.onEnded(scope)));
  }

  [Symbol.dispose](): void {
    this.#timer?.[Symbol.dispose]();
    this.#scopes.clear();
  }
}
