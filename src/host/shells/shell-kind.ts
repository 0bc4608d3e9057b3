/**
 * What differs from shell to shell: how it is started with our hooks, how a command is handed to it, and how it says that
 * the command ended. Everything else is in `shell-process.ts`.
 *
 * The hooks' side of the contract, the same for all shells (`N` is a command's number, ascending; files are in the
 * session's directory):
 *
 * - `control` gets a line `ready` at the first prompt, `begin N` before and `end N STATUS` after a command. An interrupt at a
 *   bad moment may write one twice; the first counts.
 * - the FIFOs `out` and `err` get a mark (RS token + N RS) after `begin N` and a mark (RS token - N RS) before `end N STATUS`.
 *   Writing it blocks while the holder is stopped, as it should. An interrupt while it blocks loses the first mark.
 * - `exit` inside a command ends the command, not the shell.
 * - `__pss_begin N` fails when N has begun before, so typing a line twice runs it once.
 */
export interface ShellStart {
  /** The session's directory, absolute. */
  readonly directory: string;
  readonly shellPath: string;
  /** What the shell gets from the caller. */
  readonly environment: Readonly<Record<string, string>>;
  /** The account's profile files are not read. */
  readonly noProfile: boolean;
  /** 32 hex digits, random per session. */
  readonly markToken: string;
}

export interface ShellKind {
  /** Program and arguments. */
  commandLine(start: ShellStart): readonly string[];
  /** Variables the shell needs at its start, beside the account's. */
  environment(start: ShellStart): Readonly<Record<string, string>>;
  /** Files to write into the session's directory before the start: name → content. */
  startFiles(start: ShellStart): Readonly<Record<string, string>>;
  /** Files of command `number`; `c<number>` is what the shell reads. The text stays byte-exact, its first line stays line 1. */
  commandFiles(number: number, text: Uint8Array, args: readonly string[]): Readonly<Record<string, Uint8Array>>;
  /** The one line that is typed to run command `number`, without its end of line. */
  typedLine(number: number, hasInput: boolean): string;
}

/** `text` as one word of a POSIX shell. */
export function quotePosix(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** The line bash, zsh and sh take. `file </dev/null`, never the terminal: a command's input is what the caller sent. */
export function posixTypedLine(number: number, hasInput: boolean): string {
  const input = hasInput ? `"$__pss/i${number}"` : '/dev/null';
  // the leading blank keeps it out of the history
  return ` __pss_begin ${number} && . "$__pss/c${number}" <${input} >"$__pss/out" 2>"$__pss/err"; __pss_end`;
}

/** `prefix`, the text, and the end of line that a last line without one lacks. */
export function commandText(prefix: string, text: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.from(prefix), text, Buffer.from('\n')]);
}

/** `text` for bash and zsh: one word on one line, so that arguments with line ends do not move the line numbers. */
export function quoteOnOneLine(text: string): string {
  return quotePosix(text).split('\n').join(`'$'\\n''`);
}
