/** How a cmdlet declares its parameters, and what binding makes of them. Declarations mirror reference/cmdlets.md. */
import type { OptionTable } from './option-table.ts';
import type { SessionOption } from './session-option.ts';
import type { SessionReference } from './session-reference.ts';

/** What a value of each parameter type is after binding. */
export interface ScalarValues {
  String: string;
  /** -2³¹ … 2³¹−1. */
  Int32: number;
  /** Lower case with hyphens. */
  Guid: string;
  Switch: boolean;
  /** One of the spec's `values`, in their spelling. */
  Enum: string;
  PSSession: SessionReference;
  /** The command for the session's shell, outer braces taken off. */
  ScriptBlock: string;
  Hashtable: OptionTable;
  PSSessionOption: SessionOption;
  /** An absolute URI, as written. */
  Uri: string;
  /** A text that nothing interprets; may be empty. */
  Object: string;
  /** A user name. Secrets never come from the command line. */
  PSCredential: string;
}

/** The type of a parameter's value. */
export type ParameterType = keyof ScalarValues;

/** One parameter. */
export interface ParameterSpec {
  readonly type: ParameterType;
  /** Takes a comma list, and may be repeated. */
  readonly array?: true;
  /**
   * The parameter sets it belongs to, in the notation of reference/cmdlets.md: codes separated by blanks, `!` after a code
   * when mandatory there, `@0` after that for its position; `all` stands for every set. Example: `C!@0 CG! U`. Ours:
   * `C+ComputerName` is in set C only beside a -ComputerName that is named.
   */
  readonly sets: string;
  readonly aliases?: readonly string[];
  /** The names of an Enum; the index is PowerShell's number. */
  readonly values?: readonly string[];
  /** The name PowerShell gives to the type of an Enum, for help. */
  readonly typeName?: string;
  /** Least and greatest Int32, both allowed. */
  readonly minimum?: number;
  readonly maximum?: number;
  /** Takes pipeline objects as a whole, or a property of theirs; only PSSession parameters are bound that way here. */
  readonly pipeline?: 'value' | 'property' | 'both';
  readonly wildcards?: true;
  /** A bare word prefers this parameter to other texts at the same position. */
  readonly bareWord?: true;
  /** Takes the words after `--` that no position wants, unchanged. */
  readonly remaining?: true;
  /** One or two sentences for help: what it does here. Units where the value has one. */
  readonly description: string;
}

/** Parameters by name. */
export type ParameterTable = Readonly<Record<string, ParameterSpec>>;

/** Parameter sets: code to PowerShell's name, in the order in which they are preferred. */
export type SetTable = Readonly<Record<string, string>>;

/** What the binder has to know of a cmdlet. */
export interface CommandSyntax<P extends ParameterTable = ParameterTable, S extends SetTable = SetTable> {
  /** `Verb-Noun`. */
  readonly name: string;
  readonly sets: S;
  /** A code of `sets`. */
  readonly defaultSet: string;
  /** Codes of sets that are accepted and then refused, because nothing here can serve them; help leaves them out. */
  readonly unsupportedSets?: readonly string[];
  readonly parameters: P;
  /** True when the cmdlet has -WhatIf and -Confirm. */
  readonly supportsShouldProcess: boolean;
}

type ScalarOf<Spec extends ParameterSpec> = Spec extends { type: 'Enum'; values: readonly (infer Value)[] }
  ? Value
  : ScalarValues[Spec['type']];

/** The type of a bound parameter, from its declaration. */
export type ValueOf<Spec extends ParameterSpec> = Spec extends { array: true }
  ? readonly ScalarOf<Spec>[]
  : ScalarOf<Spec>;

/** The values of the parameters that were given; the others are absent. */
export type ValuesOf<P extends ParameterTable> = { readonly [Name in keyof P]?: ValueOf<P[Name]> };

/** Membership of a parameter in one set. */
export interface SetMembership {
  readonly mandatory: boolean;
  /** Zero-based; undefined for a parameter that needs its name. */
  readonly position: number | undefined;
  /** Another parameter that has to be named for this membership to count. */
  readonly beside: string | undefined;
}

/**
 * Reads the `sets` notation of a spec for one set.
 *
 * @returns undefined when the parameter is not in that set.
 */
export function membershipIn(spec: ParameterSpec, setCode: string): SetMembership | undefined {
  for (const word of spec.sets.split(' ')) {
    const match = /^(\w+)(!?)(?:@(\d))?(?:\+(\w+))?$/u.exec(word);
    if (match !== null && (match[1] === setCode || match[1] === 'all')) {
      return {
        mandatory: match[2] === '!',
        position: match[3] === undefined ? undefined : Number(match[3]),
        beside: match[4],
      };
    }
  }
  return undefined;
}

/** The type of a parameter as PowerShell's help writes it: `Int32[]`, `OutTarget`, `SwitchParameter`. */
export function typeLabel(spec: ParameterSpec): string {
  const name = spec.type === 'Switch' ? 'SwitchParameter' : (spec.typeName ?? spec.type);
  return spec.array === true ? `${name}[]` : name;
}
