/** Which columns each kind of object has. Labels, order, alignment and widths are those of the documents in seeds/. */
import { timeOf } from '../common/clock.ts';
import { formatTimeSpan } from '../powershell/time-span.ts';
import { printableLine } from './printable.ts';

/** An object as cmdlets yield it, by PowerShell's property names. */
export type Properties = Readonly<Record<string, unknown>>;

/** One column of a table. */
export interface Column {
  readonly label: string;
  readonly align: 'left' | 'right';
  /** The least width in terminal cells while there is room; content makes it wider. */
  readonly width: number;
  /** Gives its width up last, because nothing of it can be guessed. */
  readonly isKey?: true;
  /**
   * The cell, on one line and safe to print.
   *
   * @param nowMs wall-clock time, for what is left of something.
   */
  text(this: void, object: Properties, nowMs: number): string;
}

/** The kinds of object that have columns of their own; `record` is everything else. */
export type ViewName = 'session' | 'job' | 'record';

/** Says by an object's properties which view shows it. */
export function viewOf(object: Properties): ViewName {
  if ('PSJobTypeName' in object) return 'job';
  return 'InstanceId' in object && 'Availability' in object ? 'session' : 'record';
}

/**
 * The columns of a view.
 *
 * @param sample an object of the kind, whose properties are the columns of `record`.
 */
export function columnsOf(view: ViewName, format: 'table' | 'wide', sample: Properties): readonly Column[] {
  switch (view) {
    case 'session':
      return format === 'wide' ? [...sessionColumns, ...moreSessionColumns] : sessionColumns;
    case 'job':
      return format === 'wide' ? [...jobColumns, column('InstanceId', 'left', 36)] : jobColumns;
    case 'record':
      return Object.entries(sample).map(([name, value]) =>
        column(name, typeof value === 'number' ? 'right' : 'left', 0),
      );
  }
}

/** A value for people, as PowerShell prints it, on one line and safe to print. */
export function displayText(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'string') return printableLine(value);
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  if (Array.isArray(value)) return value.map(displayText).join(', ');
  return printableLine(JSON.stringify(value));
}

function column(property: string, align: Column['align'], width: number): Column {
  return { label: printableLine(property), align, width, text: (object) => displayText(object[property]) };
}

const sessionColumns: readonly Column[] = [
  { ...column('Id', 'right', 3), isKey: true },
  column('Name', 'left', 15),
  column('ComputerName', 'left', 15),
  column('State', 'left', 13),
  column('ConfigurationName', 'left', 20),
  column('Availability', 'right', 13),
];

const moreSessionColumns: readonly Column[] = [
  column('Transport', 'left', 9),
  { label: 'IdleLeft', align: 'right', width: 8, text: idleLeft },
  column('Holder', 'left', 6),
  column('Command', 'left', 7),
];

const jobColumns: readonly Column[] = [
  { ...column('Id', 'left', 6), isKey: true },
  column('Name', 'left', 15),
  column('PSJobTypeName', 'left', 15),
  column('State', 'left', 13),
  column('HasMoreData', 'left', 15),
  column('Location', 'left', 20),
  column('Command', 'left', 25),
];

/** How long a disconnected session will still live; nothing while it is connected. */
function idleLeft(object: Properties, nowMs: number): string {
  const expiresOn = object['ExpiresOn'];
  if (typeof expiresOn !== 'string') return '';
  const leftMs = timeOf(expiresOn) - nowMs;
  return Number.isNaN(leftMs) ? '' : formatTimeSpan(Math.max(0, Math.floor(leftMs / 1000)) * 1000);
}
