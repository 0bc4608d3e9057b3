/**
 * PSSessionOption: the per-session wishes that `-SessionOption` carries.
 *
 * Accepts what `new-sessionoption` printed, a hash table or JSON; keys are the property names, or the parameter names of
 * New-PSSessionOption (`IdleTimeoutMSec`), in any letter case.
 *
 * @see reference/objects.md section 5
 */
import { nearest } from './did-you-mean.ts';
import type { OptionTable, OptionValue } from './option-table.ts';
import { int32 } from './range.ts';
import { parseTimeSpan } from './time-span.ts';

/** The values of OutputBufferingMode; the index is PowerShell's number. */
export const outputBufferingModes = ['None', 'Drop', 'Block'] as const;

/** What happens to output that finds the buffer full; None keeps what it was. */
export type OutputBufferingMode = (typeof outputBufferingModes)[number];

/** The options that were given, by PSSessionOption property name. Times are milliseconds; IdleTimeout may be -1. */
export interface SessionOption {
  readonly IdleTimeout?: number;
  readonly OpenTimeout?: number;
  readonly OperationTimeout?: number;
  readonly CancelTimeout?: number;
  readonly MaxConnectionRetryCount?: number;
  readonly MaximumConnectionRedirectionCount?: number;
  readonly MaximumReceivedDataSizePerCommand?: number;
  readonly MaximumReceivedObjectSize?: number;
  readonly OutputBufferingMode?: OutputBufferingMode;
  readonly OutputBufferMB?: number;
  readonly NoMachineProfile?: boolean;
  readonly NoCompression?: boolean;
  readonly Culture?: string;
  readonly UICulture?: string;
  readonly ApplicationArguments?: OptionTable;
}

/** Options, or the sentence that says which of them cannot be used. */
export type SessionOptionResult =
  { readonly ok: true; readonly option: SessionOption } | { readonly ok: false; readonly reason: string };

type Kind = 'milliseconds' | 'number' | 'mode' | 'flag' | 'text' | 'table' | 'ignored';

/** Every property of PSSessionOption; `ignored` are WinRM's and mean nothing here. */
const properties: Readonly<
  Record<string, { readonly kind: Kind; readonly alias?: string; readonly minimum?: number }>
> = {
  MaximumConnectionRedirectionCount: { kind: 'number', alias: 'MaximumRedirection', minimum: -1 },
  NoCompression: { kind: 'flag' },
  NoMachineProfile: { kind: 'flag' },
  ProxyAccessType: { kind: 'ignored' },
  ProxyAuthentication: { kind: 'ignored' },
  ProxyCredential: { kind: 'ignored' },
  SkipCACheck: { kind: 'ignored' },
  SkipCNCheck: { kind: 'ignored' },
  SkipRevocationCheck: { kind: 'ignored' },
  OperationTimeout: { kind: 'milliseconds', alias: 'OperationTimeoutMSec' },
  NoEncryption: { kind: 'ignored' },
  UseUTF16: { kind: 'ignored' },
  IncludePortInSPN: { kind: 'ignored' },
  OutputBufferingMode: { kind: 'mode' },
  MaxConnectionRetryCount: { kind: 'number' },
  Culture: { kind: 'text' },
  UICulture: { kind: 'text' },
  MaximumReceivedDataSizePerCommand: { kind: 'number' },
  MaximumReceivedObjectSize: { kind: 'number' },
  ApplicationArguments: { kind: 'table' },
  OpenTimeout: { kind: 'milliseconds', alias: 'OpenTimeoutMSec' },
  CancelTimeout: { kind: 'milliseconds', alias: 'CancelTimeoutMSec' },
  IdleTimeout: { kind: 'milliseconds', alias: 'IdleTimeoutMSec', minimum: -1 },
  OutputBufferMB: { kind: 'number', minimum: 1 },
};

/** Reads a table as session options. A null value counts as not given, because that is how unset options are printed. */
export function readSessionOption(table: OptionTable): SessionOptionResult {
  const option: Record<string, OptionValue> = {};
  for (const [key, value] of Object.entries(table)) {
    const name = propertyName(key);
    if (name === undefined) return { ok: false, reason: unknownKey(key) };
    if (value === null) continue;
    const property = properties[name];
    if (property === undefined || property.kind === 'ignored') continue;
    const converted = convert(property.kind, value, property.minimum ?? 0);
    if (converted === undefined)
      return { ok: false, reason: `${name} cannot be ${JSON.stringify(value)}; ${wanted[property.kind]}.` };
    option[name] = converted;
  }
  return { ok: true, option: option };
}

function propertyName(key: string): string | undefined {
  const wantedKey = key.toLowerCase();
  return Object.keys(properties).find(
    (name) => name.toLowerCase() === wantedKey || properties[name]?.alias?.toLowerCase() === wantedKey,
  );
}

function unknownKey(key: string): string {
  const near = nearest(key, Object.keys(properties));
  return `${key} is not a session option.${near === undefined ? '' : ` Did you mean ${near}?`}`;
}

const wanted: Readonly<Record<Exclude<Kind, 'ignored'>, string>> = {
  milliseconds: 'it takes milliseconds or hh:mm:ss',
  number: 'it takes a whole number',
  mode: 'it takes None, Drop or Block',
  flag: 'it takes true or false',
  text: 'it takes a text',
  table: 'it takes a table',
};

function convert(kind: Exclude<Kind, 'ignored'>, value: OptionValue, minimum: number): OptionValue | undefined {
  switch (kind) {
    case 'milliseconds': {
      // No upper bound of 2^31-1 ms here: idle timeouts longer than 24 days are ours (design §6).
      const milliseconds =
        typeof value === 'number' || typeof value === 'string' ? parseTimeSpan(String(value)) : undefined;
      return milliseconds !== undefined && milliseconds >= minimum ? milliseconds : undefined;
    }
    case 'number': {
      const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
      if (typeof number !== 'number' || !Number.isInteger(number)) return undefined;
      return number >= minimum && number <= int32.maximum ? number : undefined;
    }
    case 'mode':
      return bufferingMode(value);
    case 'flag':
      return typeof value === 'boolean' ? value : undefined;
    case 'text':
      return typeof value === 'string' ? value : undefined;
    case 'table':
      return typeof value === 'object' && !Array.isArray(value) ? value : undefined;
  }
}

function bufferingMode(value: OptionValue): OutputBufferingMode | undefined {
  if (typeof value === 'number') return outputBufferingModes[value];
  if (typeof value !== 'string' || value === '') return undefined;
  const matches = outputBufferingModes.filter((mode) => mode.toLowerCase().startsWith(value.toLowerCase()));
  return matches.length === 1 ? matches[0] : undefined;
}
