/** Turns the texts given for one parameter into its value, and says how well a text suits a type. */
import { limits } from '../common/limits.ts';
import { nearest } from './did-you-mean.ts';
import { createError } from './error-ids.ts';
import type { PSSessionError } from './error-record.ts';
import { parseOptionTable, type OptionTable } from './option-table.ts';
import { typeLabel, type ParameterSpec, type ScalarValues } from './parameter-spec.ts';
import { looksLikeRange, parseRange, type RangeProblem } from './range.ts';
import { scriptText } from './script-block.ts';
import { readSessionOption } from './session-option.ts';
import { looksLikeSessionJson, parseGuid, parseSessionReferences } from './session-reference.ts';

/** The texts of one parameter as they were given, commas not yet split. */
export interface GivenText {
  readonly text: string;
  /** Came after `--`. */
  readonly literal: boolean;
}

type Scalar = ScalarValues[keyof ScalarValues];
type Problem =
  | { readonly wanted: string; readonly advice?: string }
  | { readonly reason: string; readonly kind: 'validation' | 'transformation' };
type Converted = { readonly values: readonly Scalar[] } | Problem;

/**
 * Converts and checks what was given for a parameter.
 *
 * @returns a value, or an array of values for array parameters.
 * @throws CannotConvertArgumentNoMessage, ParameterArgumentValidationError, ParameterArgumentTransformationError,
 *   MissingArgument
 */
export function convertArgument(name: string, spec: ParameterSpec, given: readonly GivenText[]): unknown {
  const texts =
    spec.array === true
      ? given.flatMap((part) => splitArgument(name, spec, part))
      : [given.map((part) => part.text).join(' ')];
  if (spec.array !== true && given.length > 1 && spec.type !== 'ScriptBlock') {
    throw problemError(name, texts.join(''), { wanted: 'one value', advice: ` -${name} takes no list.` });
  }
  const values: Scalar[] = [];
  for (const text of texts) {
    if (text.trim() === '' && spec.type !== 'Object') {
      throw createError('argumentEmpty', { parameter: name }, { target: { name, type: typeLabel(spec) } });
    }
    const converted = convertScalar(spec, text);
    if (!('values' in converted)) throw problemError(name, text, converted);
    values.push(...converted.values);
  }
  return spec.array === true ? values : values[0];
}

/**
 * How well a word suits a parameter when nothing names it: 3 its very form, 2 a text for a text, 1 by conversion, 0 not.
 *
 * @see reference/cmdlets.md section 1.2, "Positional ambiguity"
 */
export function suitability(spec: ParameterSpec, text: string): number {
  const first = (spec.array === true ? text.split(',')[0] : text) ?? '';
  const isNumber = looksLikeRange(first);
  switch (spec.type) {
    case 'Int32':
      return isNumber ? 3 : 0;
    case 'Guid':
      return parseGuid(first) === undefined ? 0 : 3;
    case 'PSSession':
      return looksLikeSessionJson(text) ? 3 : 1;
    case 'Uri':
      return /^[a-z][a-z0-9+.-]*:\/\//iu.test(first) ? 3 : 0;
    case 'ScriptBlock':
      if (looksLikeSessionJson(text)) return 1;
      return text.trimStart().startsWith('{') ? 3 : 2;
    case 'String':
      if (isNumber || looksLikeSessionJson(text) || parseGuid(first) !== undefined) return 1;
      return spec.bareWord === true ? 2.5 : 2;
    case 'Enum':
    case 'Hashtable':
    case 'Object':
    case 'PSCredential':
    case 'PSSessionOption':
    case 'Switch':
      return 1;
  }
}

/** Splits a comma list; quotes and a backtick keep a comma: `'"a,b",c'`, `` 'a`,b' ``. */
export function splitList(text: string): readonly string[] {
  const items: string[] = [];
  let item = '';
  let quote: string | undefined;
  for (let index = 0; index < text.length; index++) {
    const character = text[index] ?? '';
    if (quote !== undefined) {
      if (character === quote) quote = undefined;
      else item += character;
    } else if ((character === '"' || character === "'") && item.trim() === '' && text.includes(character, index + 1)) {
      quote = character;
      item = '';
    } else if (character === '`' && text[index + 1] === ',') {
      item += ',';
      index++;
    } else if (character === ',') {
      items.push(item.trim());
      item = '';
    } else {
      item += character;
    }
  }
  return [...items, item.trim()];
}

function splitArgument(name: string, spec: ParameterSpec, given: GivenText): readonly string[] {
  if (given.literal || spec.type === 'PSSession' || spec.type === 'Hashtable') return [given.text];
  const text = spec.type === 'Int32' || spec.type === 'Guid' ? withoutParentheses(given.text) : given.text;
  const items = splitList(text);
  if (items.length > 1 && items.includes('')) {
    throw createError('argumentMissing', {
      parameter: name,
      type: typeLabel(spec),
      advice: `Its list "${given.text}" has a comma with nothing beside it.`,
    });
  }
  return items;
}

/** `(1,2)` and `@(1,2)` are how lists of numbers look in the documentation. */
function withoutParentheses(text: string): string {
  return /^@?\(([^()]*)\)$/u.exec(text.trim())?.[1] ?? text;
}

function convertScalar(spec: ParameterSpec, text: string): Converted {
  switch (spec.type) {
    case 'String':
    case 'Object':
    case 'PSCredential':
      return { values: [text] };
    case 'Int32':
      return convertNumber(spec, text);
    case 'Guid': {
      const guid = parseGuid(text);
      return guid === undefined
        ? { wanted: 'a GUID', advice: ' It looks like 97a7af76-7509-4274-a796-976fb4324d93.' }
        : { values: [guid] };
    }
    case 'Switch':
      return convertSwitch(text);
    case 'Enum':
      return convertEnum(spec.values ?? [], text);
    case 'Uri':
      return URL.canParse(text)
        ? { values: [text] }
        : { wanted: 'a URI', advice: ' It looks like ssh://user@computer:22.' };
    case 'ScriptBlock':
      return { values: [scriptText(text)] };
    case 'PSSession': {
      const result = parseSessionReferences(text);
      if (!result.ok) return { wanted: 'a session', advice: ` Not understood: ${shorten(result.part)}` };
      if (spec.array !== true && result.references.length !== 1)
        return { wanted: 'one session', advice: ' Give exactly one.' };
      return { values: result.references };
    }
    case 'Hashtable':
      return convertTables(text, spec.array === true);
    case 'PSSessionOption':
      return convertSessionOption(text);
  }
}

function convertNumber(spec: ParameterSpec, text: string): Converted {
  const range = parseRange(text);
  if (!range.ok)
    return {
      wanted: rangeWanted[range.problem],
      ...(range.problem === 'tooLong' && { advice: ' Use a shorter range.' }),
    };
  if (spec.array !== true && range.numbers.length > 1) return { wanted: 'one whole number' };
  const { minimum = -Infinity, maximum = Infinity } = spec;
  const refused = range.numbers.find((number) => number < minimum || number > maximum);
  if (refused === undefined) return { values: range.numbers };
  const bound =
    refused < minimum ? `it has to be ${String(minimum)} or more.` : `it has to be ${String(maximum)} or less.`;
  return { reason: bound, kind: 'validation' };
}

const rangeWanted: Readonly<Record<RangeProblem, string>> = {
  notANumber: 'a whole number',
  outOfInt32: 'a whole number between -2147483648 and 2147483647',
  tooLong: `a range of at most ${String(limits.rangeLength)} numbers`,
};

function convertSwitch(text: string): Converted {
  if (/^(?:\$?true|1)$/iu.test(text)) return { values: [true] };
  if (/^(?:\$?false|0)$/iu.test(text)) return { values: [false] };
  return { wanted: '$true or $false', advice: " A shell wants it quoted: '-Confirm:$false'." };
}

function convertEnum(names: readonly string[], text: string): Converted {
  if (/^\d+$/u.test(text)) {
    const numbered = names[Number(text)];
    if (numbered !== undefined) return { values: [numbered] };
  }
  const wantedName = text.toLowerCase();
  const exact = names.find((name) => name.toLowerCase() === wantedName);
  const matches = exact === undefined ? names.filter((name) => name.toLowerCase().startsWith(wantedName)) : [exact];
  const [only, second] = matches;
  if (only !== undefined && second === undefined) return { values: [only] };
  const near = matches.length === 0 ? nearest(text, names) : undefined;
  return { wanted: `one of ${names.join(', ')}`, advice: near === undefined ? '' : ` Did you mean ${near}?` };
}

function convertTables(text: string, isArray: boolean): Converted {
  if (isArray && text.trim().startsWith('[')) {
    const tables = parseJsonArray(text);
    if (tables !== undefined) return { values: tables };
    return { reason: 'it begins like a JSON array, and is not one of objects.', kind: 'transformation' };
  }
  const result = parseOptionTable(text);
  return result.ok ? { values: [result.table] } : { reason: result.reason, kind: 'transformation' };
}

function parseJsonArray(text: string): readonly OptionTable[] | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const isTables =
      Array.isArray(value) && value.every((item) => typeof item === 'object' && item !== null && !Array.isArray(item));
    return isTables ? (value as readonly OptionTable[]) : undefined;
  } catch {
    return undefined; // the caller says that it is no JSON array
  }
}

function convertSessionOption(text: string): Converted {
  const table = parseOptionTable(text);
  if (!table.ok) return { reason: table.reason, kind: 'transformation' };
  const result = readSessionOption(table.table);
  return result.ok ? { values: [result.option] } : { reason: result.reason, kind: 'transformation' };
}

function problemError(name: string, text: string, problem: Problem): PSSessionError {
  const target = { name: shorten(text), type: 'String' };
  if ('wanted' in problem) {
    const values = { value: shorten(text), parameter: name, wanted: problem.wanted, advice: problem.advice ?? '' };
    return createError('argumentNotConvertible', values, { target });
  }
  if (problem.kind === 'validation') {
    return createError(
      'argumentNotValid',
      { value: shorten(text), parameter: name, reason: problem.reason },
      { target },
    );
  }
  return createError('argumentNotTransformable', { parameter: name, reason: problem.reason }, { target });
}

function shorten(text: string): string {
  return text.length <= 80 ? text : `${text.slice(0, 79)}…`;
}
