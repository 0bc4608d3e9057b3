/**
 * The parameters that every cmdlet has: PowerShell's common ones and our `-Output`.
 *
 * @see reference/cmdlets.md section 1.3; about_CommonParameters
 */
import type { ParameterTable, ValuesOf } from './parameter-spec.ts';

/** The output formats of `-Output`. */
export const outputFormats = ['table', 'wide', 'list', 'json', 'jsonl', 'csv', 'name', 'id'] as const;

/** How objects are written to standard output. */
export type OutputFormat = (typeof outputFormats)[number];

/** PowerShell's ActionPreference, in the order of its numbers. */
export const actionPreferences = [
  'SilentlyContinue',
  'Stop',
  'Continue',
  'Inquire',
  'Ignore',
  'Suspend',
  'Break',
] as const;

/** What to do when an error, a warning or a message comes up. */
export type ActionPreference = (typeof actionPreferences)[number];

/** On every cmdlet. */
export const commonParameters = {
  Output: {
    type: 'Enum',
    values: outputFormats,
    typeName: 'OutputFormat',
    aliases: ['o'],
    sets: 'all',
    description:
      'How to write objects. Without it, a table on a terminal and one JSON object a line elsewhere; PSSESSION_OUTPUT changes that.',
  },
  Verbose: {
    type: 'Switch',
    aliases: ['vb'],
    sets: 'all',
    description: 'Says more about what is done and about errors.',
  },
  Debug: {
    type: 'Switch',
    aliases: ['db'],
    sets: 'all',
    description: 'Writes messages for those who look for a fault.',
  },
  ErrorAction: {
    type: 'Enum',
    values: actionPreferences,
    typeName: 'ActionPreference',
    aliases: ['ea'],
    sets: 'all',
    description:
      'What an error does: Continue (write it and go on), Stop (end the cmdlet), SilentlyContinue or Ignore (write nothing).',
  },
  WarningAction: {
    type: 'Enum',
    values: actionPreferences,
    typeName: 'ActionPreference',
    aliases: ['wa'],
    sets: 'all',
    description: 'What a warning does; see -ErrorAction.',
  },
  InformationAction: {
    type: 'Enum',
    values: actionPreferences,
    typeName: 'ActionPreference',
    aliases: ['infa'],
    sets: 'all',
    description: 'What an information message does; see -ErrorAction.',
  },
  ProgressAction: {
    type: 'Enum',
    values: actionPreferences,
    typeName: 'ActionPreference',
    aliases: ['proga'],
    sets: 'all',
    description: 'What a progress message does; see -ErrorAction.',
  },
} as const satisfies ParameterTable;

/** On cmdlets that change something. */
export const shouldProcessParameters = {
  WhatIf: { type: 'Switch', aliases: ['wi'], sets: 'all', description: 'Says what would be done, and does nothing.' },
  Confirm: { type: 'Switch', aliases: ['cf'], sets: 'all', description: 'Asks before each object.' },
} as const satisfies ParameterTable;

/** Accepted by name, so that lines from the documentation run; a warning says that they do nothing. */
export const meaninglessParameters = {
  ErrorVariable: { type: 'String', aliases: ['ev'], sets: 'all', description: 'Has no meaning outside PowerShell.' },
  WarningVariable: { type: 'String', aliases: ['wv'], sets: 'all', description: 'Has no meaning outside PowerShell.' },
  InformationVariable: {
    type: 'String',
    aliases: ['iv'],
    sets: 'all',
    description: 'Has no meaning outside PowerShell.',
  },
  OutVariable: { type: 'String', aliases: ['ov'], sets: 'all', description: 'Has no meaning outside PowerShell.' },
  OutBuffer: { type: 'Int32', aliases: ['ob'], sets: 'all', description: 'Has no meaning outside PowerShell.' },
  PipelineVariable: { type: 'String', aliases: ['pv'], sets: 'all', description: 'Has no meaning outside PowerShell.' },
} as const satisfies ParameterTable;

/** The common parameters that were given. */
export type CommonValues = ValuesOf<typeof commonParameters> & ValuesOf<typeof shouldProcessParameters>;
