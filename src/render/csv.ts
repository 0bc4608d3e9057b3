/** Comma-separated values by RFC 4180: lines end with CRLF, a quote inside quotes is doubled. */
import { printableLine } from './printable.ts';
import type { Properties } from './views.ts';

/** How values are written. */
export interface CsvOptions {
  /** True on a terminal, where control characters have to become visible; a program gets the values as they are. */
  readonly isTerminal: boolean;
}

/** The line with the names of the columns. */
export function csvHeader(names: readonly string[], options: CsvOptions): string {
  return line(names, options);
}

/** One object as a line, with the columns of the header; what it does not have stays empty. */
export function csvLine(object: Properties, names: readonly string[], options: CsvOptions): string {
  return line(
    names.map((name) => (Object.hasOwn(object, name) ? csvText(object[name]) : '')),
    options,
  );
}

function line(fields: readonly string[], options: CsvOptions): string {
  return `${fields.map((field) => quoted(options.isTerminal ? printableLine(field) : field)).join(',')}\r\n`;
}

function quoted(field: string): string {
  return /[",\r\n]|^\s|\s$/u.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}

function csvText(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
