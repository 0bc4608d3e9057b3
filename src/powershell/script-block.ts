/**
 * Script blocks: the text of a command for a session's own shell, with or without PowerShell's braces.
 *
 * `'make all'`, `'{ make all }'` and, unquoted in a shell, `{make all}` mean the same. The last arrives as several words,
 * which {@link joinScriptBlock} puts together again.
 */

/**
 * The nesting of braces at the end of a text, outside quotes.
 *
 * `closedEarly` tells that the first brace was closed before the end, as in `{ a; }; { b; }`.
 */
interface Nesting {
  readonly depth: number;
  readonly closedEarly: boolean;
}

/**
 * The command inside a script block: without the outer braces when these enclose all of it, else the text unchanged.
 *
 * A shell's own group, `{ a; } | { b; }`, stays whole.
 */
export function scriptText(text: string): string {
  const trimmed = text.trim();
  if (!trimmed.startsWith('{') || !trimmed.endsWith('}')) return text;
  const nesting = nestingOf(trimmed);
  return nesting.depth === 0 && !nesting.closedEarly ? trimmed.slice(1, -1).trim() : text;
}

/** True for a text that opens with a brace which nothing closes. */
function isUnclosedBlock(text: string): boolean {
  const trimmed = text.trim();
  return trimmed.startsWith('{') && nestingOf(trimmed).depth > 0;
}

/**
 * How many words, from the first on, make up one script block: 1 unless the shell cut the block at its blanks.
 *
 * @returns undefined when the first word opens a block that no later word closes.
 */
export function joinScriptBlock(words: readonly string[]): number | undefined {
  const first = words[0] ?? '';
  if (!isUnclosedBlock(first)) return 1;
  let text = first;
  for (let count = 2; count <= words.length; count++) {
    text += ` ${words[count - 1] ?? ''}`;
    if (text.endsWith('}') && !isUnclosedBlock(text)) return count;
  }
  return undefined;
}

/** The shell may have taken the quotes away already (`{echo "don't"}`); a quote that stays open is then no quote. */
function nestingOf(text: string, quotesCount = true): Nesting {
  let depth = 0;
  let quote: string | undefined;
  let closedEarly = false;
  for (let index = 0; index < text.length; index++) {
    const character = text[index] ?? '';
    if (character === '\\' && quote !== "'") index++;
    else if (quote !== undefined) quote = character === quote ? undefined : quote;
    else if (quotesCount && (character === "'" || character === '"')) quote = character;
    else if (character === '{') depth++;
    else if (character === '}') {
      depth--;
      if (depth === 0 && index < text.length - 1) closedEarly = true;
    }
  }
  return quote === undefined ? { depth, closedEarly } : nestingOf(text, false);
}
