/**
 * The program: which command the words name, and help.
 *
 * A cmdlet's words go to our own binder untouched, and on that way commander is not even loaded: start-up is budgeted
 * (design.md section 8). commander carries everything else: the tree, help, our own commands and their options.
 */
import type { Command } from 'commander';
import { namesOf, shellName, type Cmdlet } from '../cmdlets/cmdlet.ts';
import { findCmdlet } from '../cmdlets/index.ts';
import { nearest } from '../powershell/did-you-mean.ts';
import { createError } from '../powershell/error-ids.ts';
import { exitCode } from './exit-code.ts';
import { cmdletExamples, cmdletHelp } from './help-text.ts';

/** A command of ours that is no cmdlet: `daemon status`, `exit-scope` … */
export interface OwnCommand {
  readonly name: string;
  /** One sentence. */
  readonly summary: string;
  /** Arguments in commander's notation: `<shell>`, `[words...]`. */
  readonly arguments?: readonly string[];
  readonly options?: readonly OwnOption[];
  readonly subcommands?: readonly OwnCommand[];
  /** Left out by a command that only has subcommands. Resolves to the exit code. */
  run?(words: readonly string[], options: Readonly<Record<string, unknown>>): Promise<number>;
}

/** An option of an {@link OwnCommand}. */
export interface OwnOption {
  /** In commander's notation: `--listen <address>`. */
  readonly flags: string;
  readonly description: string;
}

/** What the program is made of. */
export interface ProgramParts {
  readonly version: string;
  readonly cmdlets: readonly Cmdlet[];
  readonly commands: readonly OwnCommand[];
  /** The width that help is wrapped to, in cells. */
  readonly columns: number;
  /** Binds and runs a cmdlet; resolves to the exit code. */
  runCmdlet(cmdlet: Cmdlet, words: readonly string[]): Promise<number>;
  /** Writes to standard output. */
  writeOut(this: void, text: string): void;
  /** Writes an error as the command line shows it. */
  writeError(error: unknown): void;
  /** Writes to standard error, as it is. */
  writeErrorText(this: void, text: string): void;
}

/**
 * Runs what the words ask for.
 *
 * @param words without `node` and the script.
 * @returns the exit code.
 */
export async function runProgram(words: readonly string[], parts: ProgramParts): Promise<number> {
  const [first = '', ...rest] = words;
  const cmdlet = findCmdlet(first, parts.cmdlets);
  if (cmdlet !== undefined && !asksForHelp(rest)) return parts.runCmdlet(cmdlet, rest);
  if (cmdlet !== undefined) return showHelp(cmdlet, parts, rest.includes('--examples'));

  const command = parts.commands.find((candidate) => candidate.name === first.toLowerCase());
  if (command === undefined && !isBuiltIn(first)) return refuse(first, parts);
  const program = await buildProgram(parts);
  return parseWithCommander(
    program,
    [first.toLowerCase(), ...rest].map((word) => (word === '-?' ? '--help' : word)),
  );
}

/**
 * The commander tree: every cmdlet and every command of ours.
 *
 * The subcommands of cmdlets stand for help and for programs that walk the tree; {@link runProgram} runs cmdlets itself.
 */
export async function buildProgram(parts: ProgramParts): Promise<ProgramTree> {
  const { Command: CommandClass } = await import('commander');
  const program = new CommandClass('pssession');
  const outcome = { exitCode: exitCode.success as number };
  program
    .description('Sessions that outlive the terminal: leave a session, come back from another computer.')
    .version(parts.version, '--version', 'Print the version.')
    .helpOption('-h, --help', 'Show help; so does -?.')
    .helpCommand(false)
    .usage('COMMAND [PARAMETERS]')
    .configureOutput({ writeOut: parts.writeOut, writeErr: parts.writeErrorText, getOutHelpWidth: () => parts.columns })
    .enablePositionalOptions()
    .exitOverride();
  for (const cmdlet of parts.cmdlets) addCmdlet(program, cmdlet, parts, outcome);
  for (const command of parts.commands) addOwnCommand(program, command, outcome);
  program
    .command('help [command...]')
    .summary('Show help for a command; --examples shows only how to use it.')
    .option('--examples', 'Only the examples.')
    .action((words: readonly string[], options: { readonly examples?: true }) => {
      outcome.exitCode = help(program, words, options.examples === true, parts);
    });
  return { program, outcome };
}

/** A commander tree and the exit code that its last action left. */
export interface ProgramTree {
  readonly program: Command;
  readonly outcome: { exitCode: number };
}

function addCmdlet(program: Command, cmdlet: Cmdlet, parts: ProgramParts, outcome: ProgramTree['outcome']): void {
  const [name = shellName(cmdlet.name), ...aliases] = namesOf(cmdlet);
  program
    .command(`${name} [words...]`)
    .aliases(aliases)
    .summary(cmdlet.summary)
    .allowUnknownOption()
    .passThroughOptions()
    .helpOption(false)
    .action(async (words: readonly string[]) => {
      outcome.exitCode = await parts.runCmdlet(cmdlet, words);
    });
}

function addOwnCommand(parent: Command, declared: OwnCommand, outcome: ProgramTree['outcome']): void {
  const command = parent
    .command(declared.name)
    .summary(declared.summary)
    .description(declared.summary)
    .helpCommand(false);
  for (const argument of declared.arguments ?? []) command.argument(argument);
  for (const option of declared.options ?? []) command.option(option.flags, option.description);
  for (const subcommand of declared.subcommands ?? []) addOwnCommand(command, subcommand, outcome);
  if (declared.run !== undefined) {
    command.action(async () => {
      outcome.exitCode = (await declared.run?.(command.args, command.opts())) ?? exitCode.success;
    });
  }
}

async function parseWithCommander({ program, outcome }: ProgramTree, words: readonly string[]): Promise<number> {
  const { CommanderError } = await import('commander');
  try {
    if (words[0] === '') program.outputHelp();
    else await program.parseAsync([...words], { from: 'user' });
    return outcome.exitCode;
  } catch (error) {
    // commander has written its message by then; help and --version arrive as errors with exit code 0.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode.success : exitCode.usage;
    throw error;
  }
}

function help(program: Command, words: readonly string[], onlyExamples: boolean, parts: ProgramParts): number {
  const [first, ...rest] = words;
  if (first === undefined) {
    program.outputHelp();
    return exitCode.success;
  }
  const cmdlet = findCmdlet(first, parts.cmdlets);
  if (cmdlet !== undefined) return showHelp(cmdlet, parts, onlyExamples);
  let command: Command | undefined = program;
  for (const word of [first, ...rest])
    command = command?.commands.find((candidate) => candidate.name() === word.toLowerCase());
  if (command === undefined) return refuse(words.join(' '), parts);
  command.outputHelp();
  return exitCode.success;
}

function showHelp(cmdlet: Cmdlet, parts: ProgramParts, onlyExamples: boolean): number {
  parts.writeOut(onlyExamples ? cmdletExamples(cmdlet, parts.columns) : cmdletHelp(cmdlet, parts.columns));
  return exitCode.success;
}

function refuse(word: string, parts: ProgramParts): number {
  const names = [...parts.cmdlets.flatMap(namesOf), ...parts.commands.map((command) => command.name), 'help'];
  const near = nearest(word, names);
  const suggestion = near === undefined ? " 'pssession help' lists what there is." : ` Did you mean ${near}?`;
  parts.writeError(
    createError('commandNotFound', { command: word, suggestion }, { target: { name: word, type: 'String' } }),
  );
  return exitCode.usage;
}

/** True for words that ask how a cmdlet is used; a lone `-h` does, but `-h server01` is a prefix of -HostName. */
function asksForHelp(words: readonly string[]): boolean {
  const end = words.indexOf('--');
  const before = end === -1 ? words : words.slice(0, end);
  return before.some((word) => word === '-?' || /^--?help$/iu.test(word)) || (words.length === 1 && words[0] === '-h');
}

function isBuiltIn(word: string): boolean {
  return ['', 'help', '--help', '-h', '-?', '--version'].includes(word.toLowerCase());
}
