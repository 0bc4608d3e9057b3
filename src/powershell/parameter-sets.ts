/**
 * Chooses the parameter set: every set that holds all named parameters is tried with the remaining words at its positions,
 * and the set that suits them best wins.
 */
import { suitability, type GivenText } from './argument-conversion.ts';
import { createError } from './error-ids.ts';
import type { PSSessionError } from './error-record.ts';
import { membershipIn, type CommandSyntax, type ParameterSpec } from './parameter-spec.ts';

/** What is known before a set is chosen. */
export interface GivenWords {
  /** The cmdlet's own parameters that were named. */
  readonly named: ReadonlySet<string>;
  /** The words that no parameter name claims, in order. */
  readonly positional: readonly GivenText[];
  /** True when sessions may come from the pipeline. */
  readonly pipelineInput: boolean;
}

/** The outcome of trying one set. */
export interface SetTrial {
  /** The code of the set. */
  readonly set: string;
  /** Words by the parameter that takes them. */
  readonly assigned: ReadonlyMap<string, readonly GivenText[]>;
  /** True when the mandatory sessions have to come from the pipeline. */
  readonly awaitsPipeline: boolean;
  /** The sum of how well each word suits its parameter. */
  readonly score: number;
}

interface Attempt extends SetTrial {
  readonly missing: readonly string[];
  /** The first word that no position takes. */
  readonly leftover: GivenText | undefined;
}

/**
 * The sets that the words can mean, best first: by suitability of the words, then those that need no pipeline, then the
 * default set, then the order of declaration.
 *
 * @returns at least one.
 * @throws AmbiguousParameterSet, MissingMandatoryParameter, PositionalParameterNotFound
 */
export function chooseSets(syntax: CommandSyntax, words: GivenWords): readonly [SetTrial, ...SetTrial[]] {
  const codes = Object.keys(syntax.sets);
  const candidates = codes.filter((code) => [...words.named].every((name) => isIn(syntax, name, code, words.named)));
  if (candidates.length === 0) throw clash(syntax, words.named);
  const attempts = candidates.map((code) => attempt(syntax, code, words));
  const complete = attempts.filter((trial) => trial.leftover === undefined && trial.missing.length === 0);
  const isDefault = (trial: SetTrial): number => (trial.set === syntax.defaultSet ? 0 : 1);
  const [best, ...rest] = complete.sort(
    (left, right) =>
      right.score - left.score ||
      Number(left.awaitsPipeline) - Number(right.awaitsPipeline) ||
      isDefault(left) - isDefault(right) ||
      codes.indexOf(left.set) - codes.indexOf(right.set),
  );
  if (best === undefined) throw incomplete(syntax, attempts);
  return [best, ...rest];
}

function isIn(syntax: CommandSyntax, name: string, code: string, named: ReadonlySet<string>): boolean {
  const spec = syntax.parameters[name];
  const membership = spec === undefined ? undefined : membershipIn(spec, code);
  return membership !== undefined && (membership.beside === undefined || named.has(membership.beside));
}

function attempt(syntax: CommandSyntax, code: string, words: GivenWords): Attempt {
  const members = Object.entries(syntax.parameters).flatMap(([name, spec]) => {
    const membership = membershipIn(spec, code);
    return membership === undefined ? [] : [{ name, spec, ...membership }];
  });
  const slots = members
    .flatMap((member) =>
      member.position === undefined || words.named.has(member.name) ? [] : [{ ...member, position: member.position }],
    )
    .sort((left, right) => left.position - right.position);
  const remaining = members.find((member) => member.spec.remaining === true);
  const assigned = new Map<string, GivenText[]>();
  let leftover: GivenText | undefined;
  let score = 0;
  for (const word of words.positional) {
    const slot = slots.shift();
    const fit = slot === undefined ? 0 : suitability(slot.spec, word.text);
    if (slot !== undefined && fit > 0) {
      assigned.set(slot.name, [word]);
      score += fit;
    } else if (slot === undefined && word.literal && remaining !== undefined) {
      assigned.set(remaining.name, [...(assigned.get(remaining.name) ?? []), word]);
    } else {
      leftover ??= word;
    }
  }
  const absent = members.filter(({ name, mandatory }) => mandatory && !words.named.has(name) && !assigned.has(name));
  const missing = absent.filter(({ spec }) => !(words.pipelineInput && comesFromPipeline(spec)));
  return {
    set: code,
    assigned,
    awaitsPipeline: absent.length > missing.length,
    score,
    missing: missing.map(({ name }) => name),
    leftover,
  };
}

function comesFromPipeline(spec: ParameterSpec): boolean {
  return spec.type === 'PSSession' && spec.pipeline !== undefined;
}

function clash(syntax: CommandSyntax, named: ReadonlySet<string>): PSSessionError {
  const names = [...named];
  const codes = Object.keys(syntax.sets);
  for (const [index, first] of names.entries()) {
    for (const second of names.slice(index + 1)) {
      const shareASet = codes.some((code) => isIn(syntax, first, code, named) && isIn(syntax, second, code, named));
      if (!shareASet) return createError('parametersClash', { first, second });
    }
  }
  // Each two of them go together somewhere, but not all: name the outermost.
  return createError('parametersClash', { first: names[0] ?? '', second: names.at(-1) ?? '' });
}

function incomplete(syntax: CommandSyntax, attempts: readonly Attempt[]): PSSessionError {
  const supported = attempts.filter((trial) => syntax.unsupportedSets?.includes(trial.set) !== true);
  const fitting = (supported.length > 0 ? supported : attempts).filter((trial) => trial.leftover === undefined);
  const preferred =
    fitting.find((trial) => trial.set === syntax.defaultSet) ?? (fitting.length === 1 ? fitting[0] : undefined);
  if (preferred !== undefined) {
    const others = choices(fitting.filter((trial) => trial !== preferred));
    return createError('parameterMandatory', {
      parameters: dashed(preferred.missing),
      advice: others === '' ? ' Add --help to see what belongs together.' : ` Instead of it: ${others}.`,
    });
  }
  if (fitting.length > 0) return createError('parametersInsufficient', { choices: choices(fitting) });
  const [closest] = [...attempts].sort((left, right) => right.score - left.score);
  const word = closest?.leftover?.text ?? '';
  return createError(
    'positionalNotFound',
    {
      word: word.length <= 80 ? word : `${word.slice(0, 79)}…`,
      advice:
        'If it belongs to the word before it, quote both together; if it is a value, put the name of its parameter before it.',
    },
    { target: { name: word, type: 'String' } },
  );
}

function choices(attempts: readonly Attempt[]): string {
  return [...new Set(attempts.map((trial) => dashed(trial.missing)))].join(' or ');
}

function dashed(names: readonly string[]): string {
  return names.map((name) => `-${name}`).join(' ');
}
