/** Help for one cmdlet, made from its declaration. */
import { namesOf, shellName, type Cmdlet } from '../cmdlets/cmdlet.ts';
import { commonParameters, shouldProcessParameters } from '../powershell/common-parameters.ts';
import { membershipIn, typeLabel, type ParameterSpec } from '../powershell/parameter-spec.ts';

/** Everything about a cmdlet: what it does, its names, its syntax, its parameters, examples. */
export function cmdletHelp(cmdlet: Cmdlet, columns: number): string {
  return [
    wrap(`${cmdlet.name}: ${cmdlet.summary}`, columns, 0, 4),
    `Names: ${namesOf(cmdlet).join(', ')}`,
    section(
      'SYNTAX',
      syntaxLines(cmdlet)
        .map((line) => wrap(line, columns, 4, 8))
        .join('\n\n'),
    ),
    section('PARAMETERS', parameterHelp(supportedParameters(cmdlet), columns)),
    section('COMMON PARAMETERS', parameterHelp(commonOf(cmdlet), columns)),
    section('EXAMPLES', exampleText(cmdlet, columns)),
  ]
    .filter((part) => part !== '')
    .join('\n\n')
    .concat('\n');
}

/** Only the examples. */
export function cmdletExamples(cmdlet: Cmdlet, columns: number): string {
  return `${exampleText(cmdlet, columns)}\n`;
}

/**
 * One line for each parameter set, as PowerShell prints them: `disconnect-session [-Name] <String[]> [-WhatIf] …`. Sets that
 * nothing here can serve are left out.
 */
export function syntaxLines(cmdlet: Cmdlet): readonly string[] {
  const codes = Object.keys(cmdlet.sets).filter((code) => cmdlet.unsupportedSets?.includes(code) !== true);
  const switches = cmdlet.supportsShouldProcess ? ['[-WhatIf]', '[-Confirm]'] : [];
  return codes.map((code) =>
    [shellName(cmdlet.name), ...setSyntax(cmdlet, code), ...switches, '[<CommonParameters>]'].join(' '),
  );
}

/** The answer to a wrong command line: the first sets' syntax, short enough to read. */
export function usageText(cmdlet: Cmdlet, columns: number): string {
  return (
    wrap(`Usage: ${syntaxLines(cmdlet)[0] ?? ''}`, columns, 0, 8) + `\n'${shellName(cmdlet.name)} --help' shows more.\n`
  );
}

function setSyntax(cmdlet: Cmdlet, code: string): readonly string[] {
  const members = Object.entries(cmdlet.parameters).flatMap(([name, spec]) => {
    const membership = membershipIn(spec, code);
    return membership === undefined ? [] : [{ name, spec, ...membership }];
  });
  const rank = (member: (typeof members)[number]): number => member.position ?? (member.mandatory ? 10 : 20);
  return members
    .toSorted((left, right) => rank(left) - rank(right))
    .map(({ name, spec, mandatory, position }) => {
      if (spec.type === 'Switch') return mandatory ? `-${name}` : `[-${name}]`;
      const label = `${position === undefined ? `-${name}` : `[-${name}]`} <${typeLabel(spec)}>`;
      return mandatory ? label : `[${label}]`;
    });
}

type NamedSpec = readonly [name: string, spec: ParameterSpec];

function supportedParameters(cmdlet: Cmdlet): readonly NamedSpec[] {
  const codes = Object.keys(cmdlet.sets).filter((code) => cmdlet.unsupportedSets?.includes(code) !== true);
  return Object.entries(cmdlet.parameters).filter(([, spec]) =>
    codes.some((code) => membershipIn(spec, code) !== undefined),
  );
}

function commonOf(cmdlet: Cmdlet): readonly NamedSpec[] {
  return Object.entries({ ...(cmdlet.supportsShouldProcess && shouldProcessParameters), ...commonParameters });
}

function parameterHelp(parameters: readonly NamedSpec[], columns: number): string {
  return parameters
    .map(([name, spec]) => {
      const type = spec.type === 'Switch' ? '' : ` <${typeLabel(spec)}>`;
      const aliases = (spec.aliases ?? []).map((alias) => `-${alias}`).join(', ');
      const values = spec.values === undefined ? '' : ` One of ${spec.values.join(', ')}.`;
      const wildcards = spec.wildcards === true ? ' Wildcards * ? [a-z] are allowed.' : '';
      const head = `    -${name}${type}${aliases === '' ? '' : `  (also ${aliases})`}`;
      return `${head}\n${wrap(`${spec.description}${values}${wildcards}`, columns, 8, 8)}`;
    })
    .join('\n');
}

function exampleText(cmdlet: Cmdlet, columns: number): string {
  return cmdlet.examples
    .map(({ command, description }) => `    ${command}\n${wrap(description, columns, 8, 8)}`)
    .join('\n\n');
}

function section(title: string, body: string): string {
  return body === '' ? '' : `${title}\n${body}`;
}

/** Breaks a text at blanks outside brackets and angles, so that `[-Name <String[]>]` stays together. */
function wrap(text: string, columns: number, firstIndent: number, indent: number): string {
  const lines: string[] = [];
  let line = ' '.repeat(firstIndent);
  let isEmpty = true;
  for (const piece of text.match(/\[(?:[^[\]]|\[[^\]]*\])*\](?: <[^>]*>)?|\S+/gu) ?? []) {
    if (!isEmpty && line.length + 1 + piece.length > columns) {
      lines.push(line);
      line = ' '.repeat(indent);
      isEmpty = true;
    }
    line += isEmpty ? piece : ` ${piece}`;
    isEmpty = false;
  }
  return [...lines, line].join('\n');
}
