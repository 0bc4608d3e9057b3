/**
 * PowerShell's wildcard patterns: `*` any run, `?` one character, `[abc]` and `[a-z]` one of a set, a backtick takes the
 * next character literally. Letters match in either case.
 *
 * @see about_Wildcards; WildcardPattern in PowerShell's engine/regex.cs
 */
import { createError } from './error-ids.ts';

type Token =
  | { readonly kind: 'literal'; readonly character: string }
  | { readonly kind: 'one' }
  | { readonly kind: 'any' }
  | { readonly kind: 'set'; readonly ranges: readonly (readonly [string, string])[] };

/** Says whether a text matches the pattern it was compiled from. */
export type WildcardMatcher = (text: string) => boolean;

/** True when the text holds an unescaped `*`, `?` or `[`; only then may it match nothing without an error. */
export function hasWildcard(pattern: string): boolean {
  const characters = [...pattern];
  return characters.some((character, index) => '*?['.includes(character) && !isEscaped(characters, index));
}

/** Makes a pattern that matches exactly the given text (in either case). */
export function escapeWildcard(text: string): string {
  return text.replace(/[*?[\]`]/gu, '`$&');
}

/** Takes the backticks out of a text without wildcards: the name that the user meant. */
export function unescapeWildcard(text: string): string {
  return text.replace(/`(.)/gsu, '$1');
}

/**
 * Compiles a pattern. Matching takes at most pattern length × text length steps, whatever the pattern.
 *
 * @throws WildcardPattern_Invalid when a `[` is not closed or a range runs backwards.
 */
export function compileWildcard(pattern: string): WildcardMatcher {
  const tokens = parse(pattern);
  return (text) => matches(tokens, [...text].map(fold));
}

/**
 * Compiles and matches at once, for a single text.
 *
 * @throws WildcardPattern_Invalid
 */
export function matchesWildcard(pattern: string, text: string): boolean {
  return compileWildcard(pattern)(text);
}

function isEscaped(characters: readonly string[], index: number): boolean {
  let backticks = 0;
  while (characters[index - 1 - backticks] === '`') backticks++;
  return backticks % 2 === 1;
}

function parse(pattern: string): readonly Token[] {
  const characters = [...pattern];
  const tokens: Token[] = [];
  for (let index = 0; index < characters.length; index++) {
    const character = characters[index] ?? '';
    if (character === '`' && index + 1 < characters.length) {
      index++;
      tokens.push({ kind: 'literal', character: fold(characters[index] ?? '') });
    } else if (character === '*') {
      if (tokens.at(-1)?.kind !== 'any') tokens.push({ kind: 'any' });
    } else if (character === '?') {
      tokens.push({ kind: 'one' });
    } else if (character === '[') {
      const end = closingBracket(characters, index);
      if (end === undefined) throw createError('wildcardInvalid', { pattern, reason: 'a [ is not closed.' });
      tokens.push({ kind: 'set', ranges: parseSet(characters.slice(index + 1, end), pattern) });
      index = end;
    } else {
      tokens.push({ kind: 'literal', character: fold(character) });
    }
  }
  return tokens;
}

function closingBracket(characters: readonly string[], open: number): number | undefined {
  for (let index = open + 1; index < characters.length; index++) {
    if (characters[index] === '`') index++;
    else if (characters[index] === ']') return index;
  }
  return undefined;
}

function parseSet(characters: readonly string[], pattern: string): readonly (readonly [string, string])[] {
  const members: { readonly character: string; readonly escaped: boolean }[] = [];
  for (let index = 0; index < characters.length; index++) {
    const escaped = characters[index] === '`' && index + 1 < characters.length;
    if (escaped) index++;
    members.push({ character: characters[index] ?? '', escaped });
  }
  const ranges: [string, string][] = [];
  for (let index = 0; index < members.length; index++) {
    const from = fold(members[index]?.character ?? '');
    const dash = members[index + 1];
    const last = members[index + 2];
    if (dash?.character === '-' && !dash.escaped && last !== undefined) {
      const to = fold(last.character);
      if (from > to)
        throw createError('wildcardInvalid', { pattern, reason: `the range ${from}-${to} runs backwards.` });
      ranges.push([from, to]);
      index += 2;
    } else {
      ranges.push([from, from]);
    }
  }
  return ranges;
}

/** Greedy with one point of return: only the last `*` ever has to take one character more. */
function matches(tokens: readonly Token[], text: readonly string[]): boolean {
  let tokenIndex = 0;
  let textIndex = 0;
  let lastAny: { token: number; text: number } | undefined;
  while (textIndex < text.length) {
    const token = tokens[tokenIndex];
    if (token?.kind === 'any') {
      lastAny = { token: tokenIndex, text: textIndex };
      tokenIndex++;
    } else if (token !== undefined && matchesOne(token, text[textIndex] ?? '')) {
      tokenIndex++;
      textIndex++;
    } else if (lastAny !== undefined) {
      lastAny.text++;
      textIndex = lastAny.text;
      tokenIndex = lastAny.token + 1;
    } else {
      return false;
    }
  }
  while (tokens[tokenIndex]?.kind === 'any') tokenIndex++;
  return tokenIndex === tokens.length;
}

function matchesOne(token: Exclude<Token, { kind: 'any' }>, character: string): boolean {
  switch (token.kind) {
    case 'literal':
      return token.character === character;
    case 'one':
      return true;
    case 'set':
      return token.ranges.some(([from, to]) => from <= character && character <= to);
  }
}

/** One character in, one out, so that `?` keeps its meaning for letters whose lower case is longer. */
function fold(character: string): string {
  const lower = character.toLowerCase();
  return [...lower].length === 1 ? lower : character;
}
