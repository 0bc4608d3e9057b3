/** Finds the parameter that a word names: its name, an alias, or an unambiguous prefix of either. */
import { nearest } from './did-you-mean.ts';
import { createError } from './error-ids.ts';
import { commonParameters, meaninglessParameters, shouldProcessParameters } from './common-parameters.ts';
import type { CommandSyntax, ParameterSpec } from './parameter-spec.ts';

/** A parameter and where it is declared. */
export interface FoundParameter {
  readonly name: string;
  readonly spec: ParameterSpec;
  readonly origin: 'cmdlet' | 'common' | 'meaningless';
}

/** Every parameter that a cmdlet answers to, its own first. */
export function allParameters(syntax: CommandSyntax): readonly FoundParameter[] {
  const from = (table: CommandSyntax['parameters'], origin: FoundParameter['origin']): readonly FoundParameter[] =>
    Object.entries(table).map(([name, spec]) => ({ name, spec, origin }));
  return [
    ...from(syntax.parameters, 'cmdlet'),
    ...from(commonParameters, 'common'),
    ...(syntax.supportsShouldProcess ? from(shouldProcessParameters, 'common') : []),
    ...from(meaninglessParameters, 'meaningless'),
  ];
}

/**
 * Resolves a parameter name without regard to case. A whole name or alias wins over prefixes, and the cmdlet's own
 * parameters win over common ones.
 *
 * @param name without dashes.
 * @param written as the user wrote it, for the message.
 * @throws NamedParameterNotFound, AmbiguousParameter
 * @see reference/cmdlets.md section 1.2
 */
export function findParameter(syntax: CommandSyntax, name: string, written: string): FoundParameter {
  const parameters = allParameters(syntax);
  const wanted = name.toLowerCase();
  const exact = parameters.find((parameter) => spellings(parameter).includes(wanted));
  if (exact !== undefined) return exact;

  const matches = parameters.filter((parameter) =>
    spellings(parameter).some((spelling) => spelling.startsWith(wanted)),
  );
  const own = matches.filter((parameter) => parameter.origin === 'cmdlet');
  const candidates = own.length > 0 ? own : matches;
  const [only, second] = candidates;
  if (only === undefined) throw notFound(parameters, name, written);
  if (second !== undefined) {
    const names = candidates.map((parameter) => `-${parameter.name}`).join(', ');
    throw createError(
      'parameterAmbiguous',
      { parameter: written, matches: names },
      { target: { name: written, type: 'String' } },
    );
  }
  return only;
}

function notFound(parameters: readonly FoundParameter[], name: string, written: string): Error {
  const near = nearest(
    name,
    parameters.map((parameter) => parameter.name),
  );
  const suggestion = near === undefined ? ' Add --help to see what there is.' : ` Did you mean -${near}?`;
  return createError(
    'parameterNotFound',
    { parameter: written, suggestion },
    { target: { name: written, type: 'String' } },
  );
}

function spellings({ name, spec }: FoundParameter): readonly string[] {
  return [name, ...(spec.aliases ?? [])].map((spelling) => spelling.toLowerCase());
}
