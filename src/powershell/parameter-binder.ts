/**
 * Words in, typed parameters out: PowerShell's binding rules for a command line of plain words.
 *
 * In this order: tell names and values apart (argument-words), find each named parameter (parameter-name), choose the
 * parameter set (parameter-sets), convert and check the values (argument-conversion). Nothing here does I/O.
 *
 * @see reference/cmdlets.md section 1.2; design.md section 5
 */
import { convertArgument, suitability, type GivenText } from './argument-conversion.ts';
import { readWords, type Word } from './argument-words.ts';
import type { CommonValues } from './common-parameters.ts';
import { createError } from './error-ids.ts';
import { findParameter, type FoundParameter } from './parameter-name.ts';
import { chooseSets, type SetTrial } from './parameter-sets.ts';
import { typeLabel, type CommandSyntax, type ParameterTable, type SetTable, type ValuesOf } from './parameter-spec.ts';
import type { SessionReference } from './session-reference.ts';

/** What a command line means. */
export interface BoundParameters<P extends ParameterTable = ParameterTable, SetName extends string = string> {
  /** PowerShell's name of the parameter set. */
  readonly setName: SetName;
  /** The cmdlet's own parameters that were given. */
  readonly values: ValuesOf<P>;
  readonly common: CommonValues;
  /** True when -Session has to be filled from the pipeline, with {@link withPipelineSessions}. */
  readonly awaitsPipeline: boolean;
  /** Sentences to write as warnings. */
  readonly warnings: readonly string[];
  /**
   * What a bare word could mean as well, best first: `get-session build` binds -Name, and has -ComputerName here. A cmdlet
   * that finds no session of that name goes on with these.
   */
  readonly alternatives: readonly BoundParameters<P, SetName>[];
}

/** Circumstances of a call. */
export interface BindingOptions {
  /** True when standard input can supply sessions, that is, when it is a pipe or a file. */
  readonly pipelineInput: boolean;
}

interface Named extends FoundParameter {
  readonly given: GivenText[];
}

/**
 * Binds the raw words of a cmdlet.
 *
 * @throws PSSessionError with one of the ids of binding-errors.ts; the caller answers it with the syntax and exit code 2.
 */
export function bindParameters<P extends ParameterTable, S extends SetTable>(
  syntax: CommandSyntax<P, S>,
  words: readonly string[],
  options: BindingOptions,
): BoundParameters<P, S[keyof S]> {
  const { named, positional } = collect(syntax, readWords(words));
  const own = [...named.values()].filter((parameter) => parameter.origin === 'cmdlet');
  const [best, ...others] = chooseSets(syntax, {
    named: new Set(own.map((parameter) => parameter.name)),
    positional,
    pipelineInput: options.pipelineInput,
  });
  const common = convertCommon(named);
  const warnings = [...named.values()]
    .filter((parameter) => parameter.origin === 'meaningless')
    .map((parameter) => `-${parameter.name} has no meaning outside PowerShell; it is ignored.`);
  const bound = (trial: SetTrial): BoundParameters<P, S[keyof S]> => ({
    setName: syntax.sets[trial.set] as S[keyof S],
    values: convertOwn(syntax, own, trial) as ValuesOf<P>,
    common,
    awaitsPipeline: trial.awaitsPipeline,
    warnings,
    alternatives: [],
  });
  const alternatives = others.filter((trial) => isAlternative(syntax, trial, best));
  return { ...bound(best), alternatives: alternatives.map(bound) };
}

/**
 * Puts sessions from the pipeline into -Session, for one that awaits them.
 *
 * @param references one, where the cmdlet takes one session.
 */
export function withPipelineSessions<B extends BoundParameters>(
  syntax: CommandSyntax,
  bound: B,
  references: readonly SessionReference[],
): B {
  const session = syntax.parameters['Session']?.array === true ? references : references[0];
  return { ...bound, values: { ...bound.values, Session: session }, awaitsPipeline: false };
}

function collect(
  syntax: CommandSyntax,
  words: readonly Word[],
): { readonly named: ReadonlyMap<string, Named>; readonly positional: readonly GivenText[] } {
  const named = new Map<string, Named>();
  const positional: GivenText[] = [];
  for (let index = 0; index < words.length; index++) {
    const word = words[index];
    if (word === undefined) continue;
    if (word.kind === 'value') {
      const list =
        word.literal || /[\s{]/u.test(word.text)
          ? { text: word.text, next: index + 1 }
          : joinList(words, word.text, index + 1);
      positional.push({ text: list.text, literal: word.literal });
      index = list.next - 1;
      continue;
    }
    const parameter = findParameter(syntax, word.name, word.text);
    const value =
      parameter.spec.type === 'Switch'
        ? switchValue(parameter, word, words[index + 1])
        : argument(parameter, words, index);
    index += value.wordsTaken;
    const before = named.get(parameter.name);
    if (before === undefined) {
      named.set(parameter.name, { ...parameter, given: [{ text: value.text, literal: false }] });
    } else if (parameter.spec.array === true) {
      before.given.push({ text: value.text, literal: false });
    } else {
      throw createError(
        'parameterRepeated',
        { parameter: parameter.name },
        { target: { name: parameter.name, type: 'String' } },
      );
    }
  }
  return { named, positional };
}

/** A value and how many words after the parameter it used up. */
interface TakenValue {
  readonly text: string;
  readonly wordsTaken: number;
}

function switchValue(
  parameter: FoundParameter,
  word: Word & { kind: 'parameter' },
  next: Word | undefined,
): TakenValue {
  if (word.attached === undefined) return { text: 'true', wordsTaken: 0 };
  if (word.attached !== '') return { text: word.attached, wordsTaken: 0 };
  if (next?.kind === 'value' && !next.literal && /^\$?(?:true|false)$/iu.test(next.text))
    return { text: next.text, wordsTaken: 1 };
  throw createError('argumentMissing', {
    parameter: parameter.name,
    type: typeLabel(parameter.spec),
    advice: `A shell empties an unquoted $false: quote it, '-${parameter.name}:$false'.`,
  });
}

function argument(parameter: FoundParameter, words: readonly Word[], index: number): TakenValue {
  const word = words[index];
  const attached = word?.kind === 'parameter' ? word.attached : undefined;
  const isArray = parameter.spec.array === true;
  if (attached !== undefined && attached !== '') {
    const list = isArray ? joinList(words, attached, index + 1) : { text: attached, next: index + 1 };
    return { text: list.text, wordsTaken: list.next - index - 1 };
  }
  const next = words[index + 1];
  if (next?.kind !== 'value' || next.literal) {
    const advice =
      next?.kind === 'parameter'
        ? `If "${next.text}" is that value, write -${parameter.name}:${next.text}`
        : 'Add it, or leave the parameter out.';
    throw createError('argumentMissing', { parameter: parameter.name, type: typeLabel(parameter.spec), advice });
  }
  const list = isArray ? joinList(words, next.text, index + 2) : { text: next.text, next: index + 2 };
  return { text: list.text, wordsTaken: list.next - index - 1 };
}

/** `a, b` and `a ,b` are several words and one list; joins what commas hold together. */
function joinList(
  words: readonly Word[],
  first: string,
  start: number,
): { readonly text: string; readonly next: number } {
  let text = first;
  let next = start;
  for (; ; next++) {
    const word = words[next];
    if (word?.kind !== 'value' || word.literal) break;
    const continues = (text.endsWith(',') && !text.endsWith('`,')) || word.text.startsWith(',');
    if (!continues) break;
    text += word.text;
  }
  return { text, next };
}

function convertCommon(named: ReadonlyMap<string, Named>): CommonValues {
  const common: Record<string, unknown> = {};
  for (const { name, spec, origin, given } of named.values()) {
    if (origin === 'common') common[name] = convertArgument(name, spec, given);
  }
  return common;
}

function convertOwn(syntax: CommandSyntax, own: readonly Named[], trial: SetTrial): Readonly<Record<string, unknown>> {
  const values: Record<string, unknown> = {};
  for (const { name, spec, given } of own) {
    const more = trial.assigned.get(name) ?? [];
    values[name] = convertArgument(name, spec, [...given, ...more]);
  }
  for (const [name, given] of trial.assigned) {
    const spec = syntax.parameters[name];
    if (spec !== undefined && !Object.hasOwn(values, name)) values[name] = convertArgument(name, spec, given);
  }
  return values;
}

/** Another reading is worth keeping when it gives the same words to other parameters, each a text for a text. */
function isAlternative(syntax: CommandSyntax, trial: SetTrial, best: SetTrial): boolean {
  if (trial.assigned.size === 0 || syntax.unsupportedSets?.includes(trial.set) === true) return false;
  const differs = [...trial.assigned.keys()].some((name) => !best.assigned.has(name));
  const suits = [...trial.assigned].every(([name, given]) => {
    const spec = syntax.parameters[name];
    return spec !== undefined && spec.type !== 'ScriptBlock' && given.every(({ text }) => suitability(spec, text) >= 2);
  });
  return differs && suits;
}
