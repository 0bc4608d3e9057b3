import type { Readable, Writable } from 'node:stream';

/** The three streams and the terminal's size: all of the outside world that a command line may use. Tests hand in a fake. */
export interface Console {
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable;
  readonly isStdinTerminal: boolean;
  readonly isStdoutTerminal: boolean;
  readonly isStderrTerminal: boolean;
  /**
   * True when standard input can hold pipeline objects: a pipe, a socket or a file. Not a terminal, not /dev/null, not closed.
   */
  readonly hasPipelineInput: boolean;
  /** The terminal's size in cells as it is now; undefined when neither output stream is a terminal. */
  windowSize(): { readonly columns: number; readonly rows: number } | undefined;
}
