/** A console in memory. */
import { PassThrough, Writable } from 'node:stream';
import type { Console } from '../../src/cli/console.ts';

/** What the fake should look like; everything is a pipe unless said otherwise. */
export interface FakeConsoleOptions {
  readonly stdin?: string;
  readonly isTerminal?: boolean;
  readonly columns?: number;
}

/** A console whose output can be read back. */
export class FakeConsole implements Console {
  readonly stdin = new PassThrough();
  readonly stdout: Writable;
  readonly stderr: Writable;
  readonly isStdinTerminal: boolean;
  readonly isStdoutTerminal: boolean;
  readonly isStderrTerminal: boolean;
  readonly hasPipelineInput: boolean;
  readonly #columns: number | undefined;
  readonly #written: Record<'out' | 'err', Buffer[]> = { out: [], err: [] };

  constructor(options: FakeConsoleOptions = {}) {
    const isTerminal = options.isTerminal ?? false;
    this.isStdinTerminal = isTerminal;
    this.isStdoutTerminal = isTerminal;
    this.isStderrTerminal = isTerminal;
    this.hasPipelineInput = options.stdin !== undefined;
    this.#columns = options.columns ?? (isTerminal ? 80 : undefined);
    this.stdin.end(options.stdin ?? '');
    this.stdout = collector(this.#written.out);
    this.stderr = collector(this.#written.err);
  }

  /** What was written to standard output so far. */
  get out(): string {
    return Buffer.concat(this.#written.out).toString();
  }

  /** What was written to standard error so far. */
  get err(): string {
    return Buffer.concat(this.#written.err).toString();
  }

  windowSize(): { columns: number; rows: number } | undefined {
    return this.#columns === undefined ? undefined : { columns: this.#columns, rows: 24 };
  }
}

function collector(chunks: Buffer[]): Writable {
  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(chunk);
      done();
    },
  });
}
