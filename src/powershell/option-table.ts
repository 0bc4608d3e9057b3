/**
 * Hash tables on a command line: `IdleTimeout=172800000;OutputBufferingMode=Drop`, `@{a=1; b='x y'}`, or JSON.
 *
 * The result is plain data with the keys as they were written; who wants property names compares without regard to case.
 */

/** What a key of an option table may hold. Nested values come from JSON only. */
export type OptionValue =
  string | number | boolean | null | readonly OptionValue[] | { readonly [key: string]: OptionValue };

/** Keys as written, in the order written. */
export type OptionTable = Readonly<Record<string, OptionValue>>;

/** A table, or the sentence that says why the text is none. */
export type OptionTableResult =
  { readonly ok: true; readonly table: OptionTable } | { readonly ok: false; readonly reason: string };

/** Reads one table. Keys that differ only in case are refused, as PowerShell does. */
export function parseOptionTable(text: string): OptionTableResult {
  const trimmed = text.trim();
  if (trimmed.startsWith('{')) return parseJsonTable(trimmed);
  const literal = /^@\{([\s\S]*)\}$/u.exec(trimmed);
  if (trimmed.startsWith('@{') && literal === null) return { ok: false, reason: 'the @{ is not closed by }.' };
  return parseEntries(literal?.[1] ?? trimmed);
}

function parseJsonTable(text: string): OptionTableResult {
  try {
    const value = JSON.parse(text) as OptionValue;
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return checked(Object.entries(value));
  } catch (error) {
    // The text came from a person: what JSON.parse says about it is the most useful thing to repeat.
    return { ok: false, reason: `it begins like JSON, and ${error instanceof Error ? error.message : String(error)}.` };
  }
  return { ok: false, reason: 'the JSON is not an object.' };
}

function parseEntries(text: string): OptionTableResult {
  const entries: [string, OptionValue][] = [];
  for (const part of splitOutsideQuotes(text)) {
    const entry = part.trim();
    if (entry === '') continue;
    const match = /^(?:'([^']+)'|"([^"]+)"|([^=\s'"]+))\s*=\s*([\s\S]*)$/u.exec(entry);
    if (match === null) return { ok: false, reason: `"${entry}" is not of the form key=value.` };
    const value = (match[4] ?? '').trim();
    if (value === '')
      return { ok: false, reason: `the key ${entry.slice(0, entry.indexOf('=')).trim()} has no value.` };
    entries.push([match[1] ?? match[2] ?? match[3] ?? '', parseValue(value)]);
  }
  return checked(entries);
}

function checked(entries: readonly (readonly [string, OptionValue])[]): OptionTableResult {
  const seen = new Set<string>();
  for (const [key] of entries) {
    if (seen.has(key.toLowerCase())) return { ok: false, reason: `the key ${key} is given twice.` };
    seen.add(key.toLowerCase());
  }
  return { ok: true, table: Object.fromEntries(entries) };
}

/** Parts between `;` and line breaks, leaving those inside quotes alone. */
function splitOutsideQuotes(text: string): readonly string[] {
  return text.match(/(?:'[^']*'|"[^"]*"|[^;\n\r'"]|['"])+/gu) ?? [];
}

function parseValue(text: string): OptionValue {
  const quoted = /^(?:'((?:[^']|'')*)'|"((?:[^"]|"")*)")$/u.exec(text);
  if (quoted?.[1] !== undefined) return quoted[1].replaceAll("''", "'");
  if (quoted?.[2] !== undefined) return quoted[2].replaceAll('""', '"');
  if (/^\$?true$/iu.test(text)) return true;
  if (/^\$?false$/iu.test(text)) return false;
  if (/^\$null$/iu.test(text)) return null;
  if (/^[+-]?\d+(?:\.\d+)?$/u.test(text) && Number.isSafeInteger(Math.trunc(Number(text)))) return Number(text);
  return text;
}
