/** Tables, drawn by cli-table3 without borders, in the layout of the documents. */
import type { Paint } from './color.ts';
import { shareWidth } from './column-widths.ts';
import type { Column, Properties } from './views.ts';

/** What a table is drawn for. */
export interface TableOptions {
  /** The width of the terminal in cells; undefined when the table does not go to one. */
  readonly terminalColumns: number | undefined;
  /** Wall-clock ms. */
  readonly nowMs: number;
  readonly paint: Paint;
}

/**
 * Draws objects as a table: labels, dashes as long as the labels, one row an object; no blanks at the ends of lines.
 *
 * @returns text that ends with a line break.
 */
export async function drawTable(
  objects: readonly Properties[],
  columns: readonly Column[],
  options: TableOptions,
): Promise<string> {
  const [{ default: Table }, { default: measure }] = await Promise.all([import('cli-table3'), import('string-width')]);
  const cells = objects.map((object) => columns.map((column) => column.text(object, options.nowMs)));
  const wishes = columns.map((column, index) => ({
    content: Math.max(measure(column.label), ...cells.map((row) => measure(row[index] ?? ''))),
    preferred: column.width,
    isKey: column.isKey === true,
  }));
  const widths = shareWidth(wishes, options.terminalColumns);
  const fit = (text: string, index: number): string => cut(text, widths[index] ?? 0, measure);
  const labels = columns.map((column, index) => fit(column.label, index));
  const dashes = labels.map((label) => '-'.repeat(measure(label)));
  const rows = [
    labels.map(options.paint.header),
    dashes.map(options.paint.header),
    ...cells.map((row) => row.map(fit)),
  ];
  let text = '';
  for (let start = 0; start < rows.length; start += rowsPerDrawing) {
    const part = rows.slice(start, start + rowsPerDrawing);
    if (start > 0 && part.every((row) => row.every(isPlain))) {
      for (const row of part) text += `${plainLine(row, columns, widths)}\n`;
      continue;
    }
    const table = new Table({
      chars: noBorders,
      style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [], compact: true },
      colWidths: [...widths],
      colAligns: columns.map((column) => column.align),
    });
    table.push(...part);
    for (const line of table.toString().split('\n')) text += `${line.trimEnd()}\n`;
  }
  return text;
}

/** The beginning of a text in at most `width` cells, with `…` in the last one when something is missing. */
function cut(text: string, width: number, measure: (text: string) => number): string {
  if (measure(text) <= width) return text;
  let kept = '';
  // By what a reader sees as one character, so that no emoji or accented letter is cut in two.
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    if (measure(kept + segment) > width - 1) break;
    kept += segment;
  }
  return `${kept}…`;
}

/** cli-table3's time grows with the square of the rows; the widths are fixed, so a table may be drawn in parts. */
const rowsPerDrawing = 25;

/** As many cells as characters, whoever counts. */
const isPlain = (text: string): boolean => /^[\x20-\x7e…]*$/u.test(text);

/** The line that cli-table3 makes of plain cells, in a thirtieth of its time: a listing of thousands has to stay quick. */
function plainLine(row: readonly string[], columns: readonly Column[], widths: readonly number[]): string {
  const cells = row.map((cell, index) => {
    const width = widths[index] ?? 0;
    return columns[index]?.align === 'right' ? cell.padStart(width) : cell.padEnd(width);
  });
  return cells.join(' ').trimEnd();
}

const noBorders = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: ' ',
};
