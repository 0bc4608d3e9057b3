/** From bound parameters to sessions: the part that every cmdlet on existing sessions begins with. */
import { PSSessionError } from '../powershell/error-record.ts';
import type { BoundParameters } from '../powershell/parameter-binder.ts';
import type { SessionReference } from '../powershell/session-reference.ts';
import type { PSSessionInfo, Selector } from '../protocol/model.ts';
import type { CmdletContext } from './cmdlet.ts';

/** The parameters that select sessions, as any cmdlet may have them. */
interface SelectingValues {
  readonly Session?: readonly SessionReference[];
  readonly Id?: number | readonly number[];
  readonly Name?: string | readonly string[];
  readonly InstanceId?: string | readonly string[];
  readonly ComputerName?: string | readonly string[];
  readonly State?: 'All' | 'Opened' | 'Disconnected' | 'Closed' | 'Broken';
  readonly ConfigurationName?: string;
  readonly All?: boolean;
}

/** What the parameters select; without any of them the scope's own list. */
export function selectorOf(values: SelectingValues): Selector {
  const names = listOf(values.Name);
  const instanceIds = listOf(values.InstanceId);
  const computerNames = listOf(values.ComputerName);
  if (computerNames !== undefined) {
    return {
      by: 'computer',
      computerNames: computerNames.map((name) => (name === '.' ? 'localhost' : name)),
      ...(names && { names }),
      ...(instanceIds && { instanceIds }),
      ...(values.State && { state: values.State }),
      ...(values.ConfigurationName !== undefined && { configurationName: values.ConfigurationName }),
    };
  }
  if (values.Session !== undefined) return { by: 'reference', references: [...values.Session] };
  const ids = listOf(values.Id);
  if (ids !== undefined) return { by: 'id', ids };
  if (instanceIds !== undefined) return { by: 'instanceId', instanceIds };
  if (names !== undefined) return { by: 'name', names };
  return { by: values.All === true ? 'account' : 'scope' };
}

/** A selector of exactly these sessions. */
export function selectorFor(sessions: readonly PSSessionInfo[]): Selector {
  return {
    by: 'reference',
    references: sessions.map(({ InstanceId, ComputerName }) => ({
      kind: 'Object',
      instanceId: InstanceId,
      computerName: ComputerName,
    })),
  };
}

export interface FoundSessions {
  readonly sessions: readonly PSSessionInfo[];
  /** Sessions of the account that the scope's own list does not show. */
  readonly elsewhere: number;
}

/** Asks the agent; what a bare word could mean as well is tried when its first meaning finds nothing. */
export async function findSessions(context: CmdletContext, bound: BoundParameters): Promise<FoundSessions> {
  const first = await ask(context, bound);
  for (const alternative of first.sessions.length === 0 ? bound.alternatives : []) {
    const other = await ask(context, alternative);
    if (other.sessions.length > 0) return other;
  }
  for (const error of first.errors) context.writeError(error);
  return first;
}

async function ask(
  context: CmdletContext,
  bound: BoundParameters,
): Promise<FoundSessions & { readonly errors: readonly PSSessionError[] }> {
  const sessions: PSSessionInfo[] = [];
  const errors: PSSessionError[] = [];
  const { elsewhere } = await context.client.call(
    await context.dialAgent(),
    'getSession',
    { scope: context.scope, selector: selectorOf(bound.values as SelectingValues) },
    {
      onItem: (session) => void sessions.push(session),
      onError: (record) => void errors.push(PSSessionError.fromRecord(record)),
    },
  );
  return { sessions, errors, elsewhere };
}

/** The sessions for which -WhatIf and -Confirm let the cmdlet go on. */
export async function confirmed(
  context: CmdletContext,
  sessions: readonly PSSessionInfo[],
  action: string,
  targetOf: (session: PSSessionInfo) => string,
): Promise<PSSessionInfo[]> {
  const wanted: PSSessionInfo[] = [];
  for (const session of sessions) if (await context.shouldProcess(action, targetOf(session))) wanted.push(session);
  return wanted;
}

function listOf<T>(value: T | readonly T[] | undefined): T[] | undefined {
  if (value === undefined) return undefined;
  return Array.isArray(value) ? [...(value as readonly T[])] : [value as T];
}
