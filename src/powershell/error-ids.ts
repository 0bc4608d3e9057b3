/**
 * Every error id with its category and message template, and the one way to make an error from it.
 *
 * Ids and categories are PowerShell's (reference/messages.md) and part of the contract with scripts; the sentences are our
 * own and say the object, its state and what to do next, except where a document in `seeds/` prints the text.
 * Several entries may share an id: the entry says which sentence, the id says which kind of failure.
 */
import { bindingErrors } from './binding-errors.ts';
import { daemonErrors } from './daemon-errors.ts';
import { PSSessionError, type ErrorDetails, type ErrorTemplate } from './error-record.ts';
import { sessionErrors } from './session-errors.ts';

/** All errors by entry name. */
export const errorTable = { ...sessionErrors, ...bindingErrors, ...daemonErrors } as const;

/** The name of an entry of the error table. */
export type ErrorName = keyof typeof errorTable;

type Placeholders<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Placeholders<Rest>
  : never;

/** The values that the message of an entry needs, by placeholder. */
export type MessageValues<Name extends ErrorName> = Readonly<
  Record<Placeholders<(typeof errorTable)[Name]['message']>, string | number>
>;

/**
 * Makes the error of an entry of the table, with its placeholders filled.
 *
 * @example createError('sessionNotOpened', { name: 'build', state: 'Broken' }, { target: { name: 'build', type: 'PSSession' } })
 */
export function createError<Name extends ErrorName>(
  name: Name,
  values: MessageValues<Name>,
  details: ErrorDetails = {},
): PSSessionError {
  const template: ErrorTemplate = errorTable[name];
  return new PSSessionError(template.id, template.category, formatMessage(template.message, values), {
    exceptionType: template.exceptionType,
    ...details,
  });
}

/** Fills `{name}` placeholders; a placeholder without a value stays as it is. Values are never expanded themselves. */
export function formatMessage(template: string, values: Readonly<Record<string, string | number>>): string {
  return template.replace(/\{(\w+)\}/gu, (placeholder, name: string) =>
    Object.hasOwn(values, name) ? String(values[name]) : placeholder,
  );
}
