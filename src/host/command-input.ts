/**
 * Standard input of one command: a file the daemon appends to, so that each byte is accepted once whatever dies. Input
 * that ends at once is read from that file; input that goes on is followed by GNU `tail`, which ends with its sentinel.
 */
import { execFileSync, spawn } from 'node:child_process';
import { closeSync, constants, openSync, readFileSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { readIdentity, type ProcessFacts, type ProcessIdentity } from '../common/process-identity.ts';
import type { Conversation } from '../protocol/conversation.ts';
import { decodePositioned, encodePositioned, FrameKind, type Frame } from '../protocol/frame.ts';
import { instanceIdVariable, signalProcess } from './process-tree.ts';

export class CommandInput implements Disposable {
  readonly #path: string;
  readonly #pipe: string;
  /** Which process is the sentinel, for whoever takes over from a daemon that died. */
  readonly #sentinelPath: string;
  #descriptor: number;
  #isComplete = false;

  constructor(
    readonly session: { readonly directory: string; readonly instanceId: string },
    number: number,
    readonly facts: ProcessFacts,
  ) {
    const { directory } = session;
    this.#path = join(directory, `input${number}`);
    this.#pipe = join(directory, `pipe${number}`);
    this.#sentinelPath = join(directory, `sentinel${number}`);
    this.#descriptor = openSync(this.#path, constants.O_CREAT | constants.O_WRONLY | constants.O_APPEND, 0o600);
  }

  /** Waits until it is clear how the input comes. Resolves to what the command's stdin is to be opened from. */
  async begin(conversation: Conversation): Promise<string> {
    const canFollow = hasFollowingTail();
    for (;;) {
      const frame = await conversation.next();
      if (frame === undefined) throw new Error('the caller left before the command was started');
      await this.take(frame, conversation);
      if (this.#hasEnded()) return this.#path;
      if (canFollow) return this.#follow();
    }
  }

  #hasEnded(): boolean {
    return this.#isComplete;
  }

  /** Takes Input and InputEnd frames; other kinds are not for it. */
  async take(frame: Frame, conversation: Conversation): Promise<void> {
    if (frame.kind === FrameKind.InputEnd) this.#complete();
    if (frame.kind !== FrameKind.Input || this.#isComplete) return;
    const { position, bytes } = decodePositioned(frame);
    const accepted = statSync(this.#path).size;
    const news = bytes.subarray(Math.max(0, accepted - position));
    if (news.length > 0) writeSync(this.#descriptor, news);
    await conversation.write(encodePositioned(FrameKind.InputAck, 'out', accepted + news.length));
  }

  #complete(): void {
    this.#isComplete = true;
    const sentinel = readSentinel(this.#sentinelPath);
    if (sentinel !== undefined) signalProcess(sentinel, 'SIGKILL', this.facts);
  }

  #follow(): string {
    execFileSync('mkfifo', ['-m', '600', this.#pipe]);
    // both outlive the daemon and end with their session at the latest
    const start = (...words: string[]) => {
      const variable = `${instanceIdVariable}=${this.session.instanceId}`;
      const child = spawn('env', [variable, ...words], { detached: true, stdio: 'ignore' });
      child.unref();
      return child.pid ?? 0;
    };
    const sentinel = start('sleep', '2147483647');
    const identity = readIdentity(sentinel, this.facts);
    if (identity === undefined) throw new Error('no process could be started for its standard input');
    writeFileSync(this.#sentinelPath, JSON.stringify(identity), { mode: 0o600 });
    const script = 'exec tail -s 0.05 -c +1 -f --pid="$1" -- "$2" >"$3"';
    start('sh', '-c', script, 'sh', String(sentinel), this.#path, this.#pipe);
    return this.#pipe;
  }

  [Symbol.dispose](): void {
    this.#complete();
    closeSync(this.#descriptor);
    this.#descriptor = -1;
  }
}

function readSentinel(path: string): ProcessIdentity | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as ProcessIdentity;
  } catch {
    return undefined; // the input was never followed
  }
}

/** GNU tail ends with a process (`--pid`); others cannot, and input is then collected before the command starts. */
function hasFollowingTail(): boolean {
  try {
    return execFileSync('tail', ['--version'], { stdio: ['ignore', 'pipe', 'ignore'] }).includes('GNU');
  } catch {
    return false;
  }
}
