import { outputFormats, type OutputFormat } from '../powershell/common-parameters.ts';
import { createError } from '../powershell/error-ids.ts';

/**
 * The format of the objects on standard output: -Output, else PSSESSION_OUTPUT, else a table for people and one JSON
 * object a line for programs.
 *
 * @throws CannotConvertArgumentNoMessage when PSSESSION_OUTPUT names no format.
 */
export function chooseFormat(
  parameter: OutputFormat | undefined,
  environment: Readonly<Record<string, string | undefined>>,
  isTerminal: boolean,
): OutputFormat {
  if (parameter !== undefined) return parameter;
  const wanted = environment['PSSESSION_OUTPUT'] ?? '';
  if (wanted === '') return isTerminal ? 'table' : 'jsonl';
  const format = outputFormats.find((name) => name === wanted.toLowerCase());
  if (format !== undefined) return format;
  throw createError('argumentNotConvertible', {
    value: wanted,
    parameter: 'Output (from PSSESSION_OUTPUT)',
    wanted: `one of ${outputFormats.join(', ')}`,
    advice: '',
  });
}

/** True for the formats whose errors are JSON objects too. */
export function isJson(format: OutputFormat): boolean {
  return format === 'json' || format === 'jsonl';
}
