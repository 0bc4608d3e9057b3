/**
 * Sessions as text: what `-Session "$s"` and the pipeline carry.
 *
 * That is JSON (one object a line, or an array, as get-session prints them), or bare Ids, Names and InstanceIds.
 */

/** One session that a text points to. An object of ours always has its InstanceId, which alone decides. */
export type SessionReference =
  | {
      readonly kind: 'Object';
      readonly instanceId: string;
      readonly computerName?: string;
      readonly name?: string;
      /** The Id in the scope that printed the object; another scope must not use it. */
      readonly id?: number;
    }
  | { readonly kind: 'Id'; readonly id: number }
  | { readonly kind: 'InstanceId'; readonly instanceId: string }
  | { readonly kind: 'Name'; readonly name: string };

/** References, or the part of the text that is none. */
export type SessionReferencesResult =
  | { readonly ok: true; readonly references: readonly SessionReference[] }
  | { readonly ok: false; readonly part: string };

/** True for a text that begins like JSON of sessions. */
export function looksLikeSessionJson(text: string): boolean {
  return /^\s*(?:\[\s*)*\{\s*"/u.test(text) || /^\s*\[\s*\]\s*$/u.test(text);
}

/** Reads a GUID in any of .NET's forms; the result is lower case with hyphens. */
export function parseGuid(text: string): string | undefined {
  const hex = guidForm.exec(text.trim())?.[1]?.replaceAll('-', '').toLowerCase();
  return hex === undefined ? undefined : hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/u, '$1-$2-$3-$4-$5');
}

/** Reads every session that a text points to, in order. An empty text gives none. */
export function parseSessionReferences(text: string): SessionReferencesResult {
  const whole = parseJson(text);
  if (whole !== undefined) return fromValues(Array.isArray(whole) ? whole : [whole], text);
  const references: SessionReference[] = [];
  for (const line of text.split('\n').map((part) => part.trim())) {
    if (line === '') continue;
    const result = looksLikeSessionJson(line) ? fromJsonLine(line) : fromBareWords(line);
    if (!result.ok) return result;
    references.push(...result.references);
  }
  return { ok: true, references };
}

function fromJsonLine(line: string): SessionReferencesResult {
  const value = parseJson(line);
  if (value === undefined) return { ok: false, part: line };
  return fromValues(Array.isArray(value) ? value : [value], line);
}

function fromValues(values: readonly unknown[], text: string): SessionReferencesResult {
  const references: SessionReference[] = [];
  for (const value of values) {
    const reference = fromValue(value);
    if (reference === undefined) return { ok: false, part: typeof value === 'object' ? JSON.stringify(value) : text };
    references.push(reference);
  }
  return { ok: true, references };
}

function fromValue(value: unknown): SessionReference | undefined {
  if (typeof value === 'number') return isId(value) ? { kind: 'Id', id: value } : undefined;
  if (typeof value === 'string') return value.trim() === '' ? undefined : fromBareWord(value.trim());
  if (typeof value !== 'object' || value === null || !('InstanceId' in value)) return undefined;
  const instanceId = typeof value.InstanceId === 'string' ? parseGuid(value.InstanceId) : undefined;
  if (instanceId === undefined) return undefined;
  return {
    kind: 'Object',
    instanceId,
    ...('ComputerName' in value && typeof value.ComputerName === 'string' && { computerName: value.ComputerName }),
    ...('Name' in value && typeof value.Name === 'string' && { name: value.Name }),
    ...('Id' in value && typeof value.Id === 'number' && isId(value.Id) && { id: value.Id }),
  };
}

function fromBareWords(line: string): SessionReferencesResult {
  const words = line.split(',').map((word) => word.trim());
  if (words.includes('')) return { ok: false, part: line };
  const references = words.map(fromBareWord);
  const refused = references.indexOf(undefined);
  if (refused !== -1) return { ok: false, part: words[refused] ?? line };
  return { ok: true, references: references.filter((reference) => reference !== undefined) };
}

function fromBareWord(word: string): SessionReference | undefined {
  if (/^\d+$/u.test(word)) return isId(Number(word)) ? { kind: 'Id', id: Number(word) } : undefined;
  const instanceId = parseGuid(word);
  return instanceId === undefined ? { kind: 'Name', name: word } : { kind: 'InstanceId', instanceId };
}

function isId(number: number): boolean {
  return Number.isInteger(number) && number >= 0 && number < 2 ** 31;
}

function parseJson(text: string): unknown {
  if (!looksLikeSessionJson(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // not one JSON value: JSON lines, or nothing of ours; the caller finds out
  }
}

const guidForm = /^[({]?([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9a-f]{32})[)}]?$/iu;
