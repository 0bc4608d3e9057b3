/** What a cmdlet is: its declaration (names, parameters, help) and the function that does it. */
import type { Duplex, Readable, Writable } from 'node:stream';
import type { Clock } from '../common/clock.ts';
import { createError } from '../powershell/error-ids.ts';
import type { PSSessionError } from '../powershell/error-record.ts';
import type { BoundParameters } from '../powershell/parameter-binder.ts';
import type { CommandSyntax, ParameterTable, SetTable } from '../powershell/parameter-spec.ts';
import type { AgentMethods } from '../protocol/agent-methods.ts';
import type { ProtocolClient } from '../protocol/client.ts';
import type { Scope } from '../protocol/model.ts';

/** How the objects of a cmdlet are shown; `none` for cmdlets that yield nothing. */
export type ViewName = 'session' | 'job' | 'record' | 'none';

/** One example of `help CMDLET --examples`. */
export interface CmdletExample {
  /** A command line for a shell. */
  readonly command: string;
  readonly description: string;
}

/** Everything a running cmdlet may touch. Objects go out by `yield`, everything else through these. */
export interface CmdletContext {
  readonly client: ProtocolClient<AgentMethods>;
  /** Starts the daemon when none answers. The caller closes the stream. */
  dialAgent(): Promise<Duplex>;
  readonly scope: Scope;
  readonly clock: Clock;
  /** Aborts at the first Ctrl-C. */
  readonly signal: AbortSignal;
  /** Called at each Ctrl-C after the first. */
  onInsist(listener: () => void): Disposable;
  /** For cmdlets that relay the bytes of a command; all others yield. */
  readonly stdin: Readable;
  /** True when standard input is a pipe, a socket or a file. */
  readonly hasPipelineInput: boolean;
  readonly stdout: Writable;
  readonly stderr: Writable;

  /**
   * Writes a non-terminating error, as -ErrorAction wants it.
   *
   * @throws the error itself with -ErrorAction Stop.
   */
  writeError(error: unknown): void;
  writeWarning(message: string): void;
  /** A line for a person who looks at standard error on a terminal; nobody else gets it. */
  writeHint(message: string): void;
  /** Shown with -Verbose. */
  writeVerbose(message: string): void;
  /** Shown with -Debug. */
  writeDebug(message: string): void;
  /**
   * Asks with -Confirm, and with -WhatIf says what would be done.
   *
   * @returns whether to go on with this target.
   */
  shouldProcess(action: string, target: string): Promise<boolean>;
  /** Reads a file of this computer, relative to the caller's directory. @throws Error with the system's reason */
  readFile(path: string): Promise<string>;
  /** A new random id. */
  newId(): string;
  /** Tells the exit status of a relayed command: 0 … 255, 128 + n for a signal, null when nobody knows it. */
  reportStatus(status: number | null): void;
}

/** One cmdlet, as the table holds it. */
export interface Cmdlet extends CommandSyntax {
  /** PowerShell's aliases. */
  readonly aliases: readonly string[];
  readonly view: ViewName;
  /** True when the exit code is that of a command in a session. */
  readonly relaysCommand: boolean;
  /** One sentence. */
  readonly summary: string;
  readonly examples: readonly CmdletExample[];
  /** Yields the result objects. A throw is a terminating error. */
  run(context: CmdletContext, bound: BoundParameters): AsyncIterable<object>;
}

/** A cmdlet with the types of its own parameters and sets. */
export interface CmdletDefinition<P extends ParameterTable, S extends SetTable> extends Omit<
  Cmdlet,
  'sets' | 'parameters' | 'run'
> {
  readonly sets: S;
  readonly parameters: P;
  readonly defaultSet: keyof S & string;
  readonly unsupportedSets?: readonly (keyof S & string)[];
  run(context: CmdletContext, bound: BoundParameters<P, S[keyof S]>): AsyncIterable<object>;
}

/** Declares a cmdlet: inside `run` every value has the type that its declaration gives it. */
export function defineCmdlet<const P extends ParameterTable, const S extends SetTable>(
  definition: CmdletDefinition<P, S>,
): Cmdlet {
  const unsupported: readonly (string | undefined)[] = (definition.unsupportedSets ?? []).map(
    (code) => definition.sets[code],
  );
  const run = (context: CmdletContext, bound: BoundParameters): AsyncIterable<object> => {
    if (unsupported.includes(bound.setName)) throw notSupported(bound.setName);
    // The binder makes what a cmdlet's own declaration says, so its `run` never sees another cmdlet's parameters.
    return definition.run(context, bound as BoundParameters<P, S[keyof S]>);
  };
  return { ...definition, run };
}

/** The error of a parameter set that is accepted so that it can be refused in plain words. */
function notSupported(setName: string): PSSessionError {
  if (setName.includes('VM')) return createError('virtualMachineNotSupported', {});
  return createError(setName.includes('Container') ? 'containerNotSupported' : 'windowsPowerShellNotSupported', {});
}

/** The command-line name: `New-PSSession` → `new-session`; `New-PSSessionOption` → `new-sessionoption`. */
export function shellName(cmdletName: string): string {
  return cmdletName.toLowerCase().replace('-ps', '-');
}

/**
 * Every name that a cmdlet answers to, in lower case: `new-session`, `new-pssession` (which is New-PSSession in any letter
 * case), and the aliases.
 */
export function namesOf(cmdlet: Pick<Cmdlet, 'name' | 'aliases'>): readonly string[] {
  return [
    ...new Set([
      shellName(cmdlet.name),
      cmdlet.name.toLowerCase(),
      ...cmdlet.aliases.map((alias) => alias.toLowerCase()),
    ]),
  ];
}
