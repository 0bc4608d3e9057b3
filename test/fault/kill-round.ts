/**
 * One round of "kill anything": a session prints, somebody receives, and at moments that a seed chose the daemon, the
 * receiver or both get SIGKILL. The moments are counts of received bytes, or "as soon as the next daemon is there".
 */
import { CountedBytes, Receipt } from '../support/counted-bytes.ts';
import { type FaultRig, type Receiver, type ReceiverEnd, within } from '../support/fault-rig.ts';
import type { SessionJson } from '../support/rig.ts';
import { limits } from '../../src/common/limits.ts';

export interface Kill {
  /** Bytes received so far, both streams together. */
  readonly at: number;
  readonly victim: 'daemon' | 'receiver' | 'both';
  /** So many daemons after that die as soon as they hold the lock; only while the receiver lives. */
  readonly again: number;
}

export interface RoundPlan {
  readonly seed: number;
  readonly cmdlet: 'invoke-command' | 'receive-session';
  readonly out: number;
  readonly err: number;
  readonly kills: readonly Kill[];
}

export interface RoundReport {
  readonly bytes: number;
  readonly daemonKills: number;
  readonly receiverKills: number;
  /** Most bytes that one killed receiver's successor got again. */
  readonly mostRepeated: number;
}

export interface PlanWishes {
  /** Lines of both streams together, about. */
  readonly lines: number;
  readonly kills: number;
}

/** The same seed gives the same plan. */
export function planRound(seed: number, wishes: PlanWishes): RoundPlan {
  const random = randomFrom(seed);
  const hasErr = random() < 0.4;
  const lines = Math.ceil(wishes.lines * (0.7 + 0.3 * random()));
  const err = hasErr ? Math.floor(lines * random() * 0.8) : 0;
  const total = lines * 11;
  const kills = Array.from({ length: wishes.kills }, (): Kill => {
    const who = random();
    return {
      at: Math.floor(random() * total),
      victim: who < 0.55 ? 'daemon' : who < 0.8 ? 'receiver' : 'both',
      again: random() < 0.2 ? 1 + Math.floor(random() * 2) : 0,
    };
  }).sort((a, b) => a.at - b.at);
  const cmdlet = random() < 0.5 ? 'invoke-command' : 'receive-session';
  return { seed, cmdlet, out: lines - err, err, kills };
}

/** Mulberry32: small, seeded, good enough to choose moments. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const exitStatus = 7;

/** @throws Error that says which byte broke the promise, or what else was wrong. */
export async function runRound(rig: FaultRig, plan: RoundPlan): Promise<RoundReport> {
  const name = `round${plan.seed}`;
  const session = await rig.newSession(name);
  const round = new Round(rig, plan, session);
  try {
    await round.run();
  } finally {
    round[Symbol.dispose]();
  }
  await rig.ok(['remove-session', '-Name', name]);
  return round.report;
}

class Round implements Disposable {
  readonly #out: Receipt;
  readonly #err: Receipt;
  readonly #kills: Kill[];
  #received = 0;
  #daemonKills = 0;
  #receiverKills = 0;
  #mostRepeated = 0;
  /** Daemon kills that wait for a daemon to be there. */
  #due = 0;
  #failure: Error | undefined;
  readonly #watchers: Disposable[] = [];

  constructor(
    readonly rig: FaultRig,
    readonly plan: RoundPlan,
    readonly session: SessionJson,
  ) {
    this.#out = new Receipt('stdout', new CountedBytes(1_000_000_000, plan.out));
    this.#err = new Receipt('stderr', new CountedBytes(5_000_000_000, plan.err));
    this.#kills = [...plan.kills];
  }

  get report(): RoundReport {
    return {
      bytes: this.#received,
      daemonKills: this.#daemonKills,
      receiverKills: this.#receiverKills,
      mostRepeated: this.#mostRepeated,
    };
  }

  async run(): Promise<void> {
    const { plan, rig } = this;
    const { Name } = this.session;
    let words = ['receive-session', '-Name', Name];
    if (plan.cmdlet === 'invoke-command') words = ['invoke-command', '-Name', Name, this.#command()];
    else await rig.ok(['invoke-command', '-Name', Name, '-InDisconnectedSession', this.#command()]);
    for (;;) {
      const end = await this.#receive(words);
      if (this.#failure !== undefined) throw this.#failure;
      if (end.signal !== 'SIGKILL') {
        this.#requireEnd(end);
        return;
      }
      words = ['receive-session', '-Name', Name];
      for (const receipt of [this.#out, this.#err]) receipt.nextReceiver();
    }
  }

  /** Both streams at once; the status says that the command's own end came through. */
  #command(): string {
    const both = `(${this.#err.expected.command} >&2 & ${this.#out.expected.command}; wait)`;
    return `${this.plan.err > 0 ? both : this.#out.expected.command}; exit ${exitStatus}`;
  }

  async #receive(words: readonly string[]): Promise<ReceiverEnd> {
    const receiver = this.rig.receive(words, (stream, chunk) => {
      try {
        (stream === 'out' ? this.#out : this.#err).take(chunk);
      } catch (error) {
        this.#failure ??= error as Error;
        receiver.kill();
      }
      this.#received += chunk.length;
      this.#killWhatIsDue(receiver);
    });
    try {
      return await within(receiver.ended, () => `${this.#received} bytes came and then nothing${this.rig.logTail()}`);
    } finally {
      receiver.kill();
    }
  }

  #killWhatIsDue(receiver: Receiver): void {
    for (let next = this.#kills[0]; next !== undefined && next.at <= this.#received; next = this.#kills[0]) {
      this.#kills.shift();
      if (next.victim !== 'receiver') this.#due += 1;
      if (next.victim === 'daemon') {
        if (next.again > 0) this.#killNext(next.again);
      } else if (receiver.kill()) {
        this.#receiverKills += 1;
        this[Symbol.dispose](); // a new receiver may fail when the daemon that it starts is killed
      }
    }
    // between the death of one daemon and the start of the next bytes still come out of the receiver
    if (this.#due > 0 && this.rig.killDaemon()) {
      this.#due -= 1;
      this.#daemonKills += 1;
    }
  }

  #killNext(times: number): void {
    const watcher = this.rig.onNextDaemon(this.rig.daemon()?.pid, () => {
      if (this.rig.killDaemon()) this.#daemonKills += 1;
      if (times > 1) this.#killNext(times - 1);
    });
    this.#watchers.push(watcher);
  }

  [Symbol.dispose](): void {
    for (const watcher of this.#watchers.splice(0)) watcher[Symbol.dispose]();
  }

  #requireEnd({ status, signal }: ReceiverEnd): void {
    for (const receipt of [this.#out, this.#err]) receipt.end();
    // a receiver killed between the last byte and its exit has had the status; its successor finds nothing more
    if (status !== exitStatus && !(status === 0 && this.#receiverKills > 0)) {
      throw new Error(`the receiver ended with ${status ?? signal ?? ''} instead of ${exitStatus}`);
    }
    for (const [seam, out] of this.#out.repeated.entries()) {
      const repeated = out + (this.#err.repeated[seam] ?? 0);
      this.#mostRepeated = Math.max(this.#mostRepeated, repeated);
      if (repeated > limits.unconfirmedBytes) {
        throw new Error(`${repeated} bytes came again after receiver ${seam + 1} was killed`);
      }
    }
  }
}
