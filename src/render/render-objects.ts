/** Objects → text for standard output, in every format of -Output. */
import type { OutputFormat } from '../powershell/common-parameters.ts';
import { paintFor, type ColorLevel } from './color.ts';
import { csvHeader, csvLine } from './csv.ts';
import { safeJson } from './json.ts';
import { drawList } from './list.ts';
import { drawTable } from './table.ts';
import { columnsOf, displayText, viewOf, type Properties } from './views.ts';

/** Where the text goes. */
export interface RenderOptions {
  readonly format: OutputFormat;
  /** True when standard output is a terminal. */
  readonly isTerminal: boolean;
  /** The terminal's width in cells; undefined when unknown. */
  readonly terminalColumns: number | undefined;
  readonly colorLevel: ColorLevel;
  /** Wall-clock ms, for what is left of an idle timeout. */
  readonly nowMs: number;
}

/**
 * Renders objects as they come.
 *
 * Lines (jsonl, csv, list, name, id) are given out at once, tables and the JSON array when all objects are there. No
 * objects give no text, except `[]` for json. When `objects` fails, what came before is given out first.
 */
export async function* renderObjects(objects: AsyncIterable<object>, options: RenderOptions): AsyncGenerator<string> {
  switch (options.format) {
    case 'jsonl':
      for await (const object of objects) yield `${safeJson(object)}\n`;
      return;
    case 'json':
      yield* renderJson(objects);
      return;
    case 'csv':
      yield* renderCsv(objects, options);
      return;
    case 'list':
      for await (const object of objects) yield drawList(object as Properties);
      return;
    case 'name':
      for await (const object of objects) yield* renderProperty(object as Properties, 'Name');
      return;
    case 'id':
      for await (const object of objects) yield* renderProperty(object as Properties, 'Id');
      return;
    case 'table':
    case 'wide':
      yield* renderTables(objects, options.format, options);
      return;
  }
}

async function* renderJson(objects: AsyncIterable<object>): AsyncGenerator<string> {
  let count = 0;
  const end = (): string => (count === 0 ? '[]\n' : '\n]\n');
  try {
    for await (const object of objects) {
      yield `${count === 0 ? '[\n' : ',\n'}${safeJson(object)}`;
      count++;
    }
  } catch (error) {
    yield end(); // what came before the failure is an array that parses
    throw error;
  }
  yield end();
}

async function* renderCsv(objects: AsyncIterable<object>, options: RenderOptions): AsyncGenerator<string> {
  let names: readonly string[] | undefined;
  for await (const object of objects) {
    if (names === undefined) {
      names = Object.keys(object);
      yield csvHeader(names, options);
    }
    yield csvLine(object as Properties, names, options);
  }
}

function* renderProperty(object: Properties, name: string): Generator<string> {
  const text = displayText(object[name]);
  if (text !== '') yield `${text}\n`;
}

/** One table for each run of objects of the same kind. */
async function* renderTables(
  objects: AsyncIterable<object>,
  format: 'table' | 'wide',
  options: RenderOptions,
): AsyncGenerator<string> {
  const groups: Properties[][] = [];
  let failure: { readonly error: unknown } | undefined;
  try {
    for await (const object of objects as AsyncIterable<Properties>) {
      const group = groups.at(-1);
      const first = group?.[0];
      if (group !== undefined && first !== undefined && isSameKind(first, object)) group.push(object);
      else groups.push([object]);
    }
  } catch (error) {
    failure = { error };
  }
  const paint = await paintFor(options.colorLevel);
  for (const [index, group] of groups.entries()) {
    const sample = group[0] ?? {};
    const table = await drawTable(group, columnsOf(viewOf(sample), format, sample), { ...options, paint });
    yield index === 0 ? table : `\n${table}`;
  }
  if (failure !== undefined) throw failure.error;
}

function isSameKind(left: Properties, right: Properties): boolean {
  const view = viewOf(left);
  if (view !== viewOf(right)) return false;
  return view !== 'record' || Object.keys(left).join('\n') === Object.keys(right).join('\n');
}
