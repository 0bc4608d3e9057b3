/**
 * The file `control` of a session: what the shell's hooks and the wrapper report, one line each, only ever appended. It
 * outlives the daemon; whoever comes next reads it from the start.
 *
 * It is watched only while a report is expected: an idle session costs no watch. A last line without its end is left for
 * the next read; lines we do not know are skipped.
 */
import { closeSync, openSync, readSync, watch, type FSWatcher } from 'node:fs';

export type ControlLine =
  | { readonly kind: 'ready' }
  | { readonly kind: 'begin'; readonly number: number }
  | { readonly kind: 'end'; readonly number: number; readonly status: number }
  | { readonly kind: 'ended'; readonly status: number };

const readBytes = 64 * 1024;

export class ControlLog {
  #offset = 0;
  #watcher: FSWatcher | undefined;

  /** @param report gets each line once, in order. */
  constructor(
    readonly path: string,
    readonly report: (line: ControlLine) => void,
  ) {}

  get isWatched(): boolean {
    return this.#watcher !== undefined;
  }

  /** Reports what is there and what comes, until `unwatch`. */
  watch(): void {
    if (this.#watcher === undefined) {
      this.#watcher = watch(this.path, () => this.read());
      this.#watcher.on('error', () => this.unwatch()); // the file is gone, and the session with it: `life` tells
    }
    this.read();
  }

  unwatch(): void {
    this.#watcher?.close();
    this.#watcher = undefined;
  }

  /** Reports the lines written since the last read. */
  read(): void {
    for (;;) {
      const text = this.#readChunk();
      const end = text.lastIndexOf('\n');
      if (end === -1) return;
      this.#offset += end + 1; // before reporting: a report may read again
      for (const line of text.slice(0, end).split('\n')) {
        const parsed = parseControlLine(line);
        if (parsed !== undefined) this.report(parsed);
      }
    }
  }

  #readChunk(): string {
    let descriptor: number;
    try {
      descriptor = openSync(this.path, 'r');
    } catch {
      return ''; // deleted: nothing more will come from it
    }
    try {
      const bytes = Buffer.allocUnsafe(readBytes);
      return bytes.toString('latin1', 0, readSync(descriptor, bytes, 0, readBytes, this.#offset));
    } finally {
      closeSync(descriptor);
    }
  }
}

/** One line of `control`; undefined when it is none of ours. */
export function parseControlLine(line: string): ControlLine | undefined {
  if (line === 'ready') return { kind: 'ready' };
  const one = /^(begin|ended) (\d{1,9})$/.exec(line);
  if (one !== null)
    return one[1] === 'begin' ? { kind: 'begin', number: Number(one[2]) } : { kind: 'ended', status: Number(one[2]) };
  const end = /^end (\d{1,9}) (\d{1,9})$/.exec(line);
  return end === null ? undefined : { kind: 'end', number: Number(end[1]), status: Number(end[2]) };
}
