/**
 * Finds the sessions a selector means, as the asking scope sees them. Literal names and Ids without a match are one
 * error each; patterns without a match are silent (R45).
 */
import { createError } from '../powershell/error-ids.ts';
import { compileWildcard, hasWildcard } from '../powershell/wildcard.ts';
import type { PSSessionInfo, Scope, Selector, SessionFacts } from '../protocol/model.ts';
import type { HostPool } from './host-pool.ts';
import type { KnownSession, ScopeTable } from './scope-table.ts';
import { viewFor } from './view.ts';

export interface FoundSession {
  readonly facts: SessionFacts;
  readonly computerName: string;
  readonly id: number;
  readonly isOwn: boolean;
  readonly view: PSSessionInfo;
}

export interface Found {
  readonly sessions: readonly FoundSession[];
  readonly errors: readonly unknown[];
  /** When the scope's own list was asked for: how many sessions of the account on this computer are not in it. */
  readonly elsewhere: number;
}

/** What each computer says of its sessions now. */
type FactsByComputer = ReadonlyMap<string, readonly SessionFacts[]>;

export class SessionFinder {
  constructor(
    readonly scopes: ScopeTable,
    readonly hosts: HostPool,
  ) {}

  async find(scope: Scope, selector: Selector, signal: AbortSignal): Promise<Found> {
    const found = await this.#find(scope, selector, signal);
    this.scopes.flush();
    return found;
  }

  async #find(scope: Scope, selector: Selector, signal: AbortSignal): Promise<Found> {
    switch (selector.by) {
      case 'scope':
        return this.#ownAndElsewhere(scope, signal);
      case 'account':
        return { sessions: await this.#onComputer(scope, 'localhost', signal), errors: [], elsewhere: 0 };
      case 'computer':
        return this.#onComputers(scope, selector, signal);
      case 'id':
      case 'name':
      case 'instanceId':
        return this.#among(await this.#knownTo(scope, signal), referencesOf(selector), scope, signal);
      case 'reference':
        return this.#among(await this.#knownTo(scope, signal), selector.references, scope, signal);
    }
  }

  /** The scope's own list, in the order of its Ids. */
  async own(scope: Scope, signal: AbortSignal): Promise<FoundSession[]> {
    return (await this.#knownTo(scope, signal)).filter(({ isOwn }) => isOwn);
  }

  async #ownAndElsewhere(scope: Scope, signal: AbortSignal): Promise<Found> {
    const facts = await this.#factsFor(scope, ['localhost'], signal);
    const sessions = this.#knownAmong(scope, facts).filter(({ isOwn }) => isOwn);
    const shown = new Set(sessions.map(({ facts: { instanceId } }) => instanceId));
    const elsewhere = (facts.get('localhost') ?? []).filter(({ instanceId }) => !shown.has(instanceId)).length;
    return { sessions, errors: [], elsewhere };
  }

  /** Every session the scope has an Id for, with what its host says of it now; what its host forgot is forgotten here. */
  async #knownTo(scope: Scope, signal: AbortSignal): Promise<FoundSession[]> {
    return this.#knownAmong(scope, await this.#factsFor(scope, [], signal));
  }

  /** Asks the computers of the sessions that the scope knows, and some more. */
  async #factsFor(scope: Scope, more: readonly string[], signal: AbortSignal): Promise<FactsByComputer> {
    const known = this.scopes.known(scope).map(({ computerName }) => computerName);
    const facts = new Map<string, readonly SessionFacts[]>();
    for (const computer of new Set([...known, ...more])) facts.set(computer, await this.hosts.list(computer, signal));
    return facts;
  }

  #knownAmong(scope: Scope, factsByComputer: FactsByComputer): FoundSession[] {
    const known = this.scopes.known(scope);
    const facts = new Map([...factsByComputer.values()].flat().map((session) => [session.instanceId, session]));
    const found: FoundSession[] = [];
    for (const session of [...known].sort((a, b) => a.id - b.id)) {
      const now = facts.get(session.instanceId);
      if (now === undefined) this.scopes.forget(session.instanceId);
      else found.push(this.view(scope, now, session));
    }
    return found;
  }

  async #onComputer(scope: Scope, computerName: string, signal: AbortSignal): Promise<FoundSession[]> {
    const sessions = await this.hosts.list(computerName, signal);
    return sessions.map((facts) => this.view(scope, facts, this.scopes.know(scope, facts.instanceId, computerName)));
  }

  view(scope: Scope, facts: SessionFacts, { id, computerName, isOwn }: KnownSession): FoundSession {
    const holderId = this.scopes.holderOf(scope).id;
    const transport = this.hosts.transportOf(computerName);
    return { facts, computerName, id, isOwn, view: viewFor(facts, { id, computerName, transport, holderId }) };
  }

  async #onComputers(
    scope: Scope,
    selector: Extract<Selector, { by: 'computer' }>,
    signal: AbortSignal,
  ): Promise<Found> {
    const sessions: FoundSession[] = [];
    const errors: unknown[] = [];
    for (const computerName of selector.computerNames) {
      try {
        const there = (await this.#onComputer(scope, computerName, signal)).filter(
          ({ view }) =>
            (selector.state === undefined || selector.state === 'All' || selector.state === view.State) &&
            (selector.configurationName === undefined ||
              equalsIgnoringCase(selector.configurationName, view.ConfigurationName)),
        );
        const { matches, unmatched } = filterOnComputer(there, selector, computerName);
        sessions.push(...matches);
        errors.push(...unmatched);
      } catch (error) {
        signal.throwIfAborted();
        errors.push(
          createError(
            'sessionQueryFailed',
            { computer: computerName, reason: (error as Error).message },
            { cause: error },
          ),
        );
      }
    }
    return { sessions, errors, elsewhere: 0 };
  }

  async #among(
    candidates: FoundSession[],
    references: readonly Reference[],
    scope: Scope,
    signal: AbortSignal,
  ): Promise<Found> {
    const sessions = new Map<string, FoundSession>();
    const errors: unknown[] = [];
    for (const reference of references) {
      const matches = await this.#matching(candidates, reference, scope, signal);
      for (const match of matches) sessions.set(match.facts.instanceId, match);
      const isPattern = reference.kind === 'Name' && hasWildcard(reference.name);
      if (matches.length === 0 && !isPattern) errors.push(await this.#notAvailable(scope, reference, signal));
    }
    return { sessions: [...sessions.values()], errors, elsewhere: 0 };
  }

  async #matching(
    candidates: FoundSession[],
    reference: Reference,
    scope: Scope,
    signal: AbortSignal,
  ): Promise<FoundSession[]> {
    switch (reference.kind) {
      case 'Id':
        return candidates.filter(({ id }) => id === reference.id);
      case 'Name':
        return candidates.filter(({ isOwn, facts }) => isOwn && compileWildcard(reference.name)(facts.name));
      case 'InstanceId':
      case 'Object': {
        const known = candidates.filter(({ facts }) => facts.instanceId === reference.instanceId);
        if (known.length > 0) return known;
        const computerName = (reference.kind === 'Object' ? reference.computerName : undefined) ?? 'localhost';
        return (await this.#onComputer(scope, computerName, signal)).filter(
          ({ facts }) => facts.instanceId === reference.instanceId,
        );
      }
    }
  }

  async #notAvailable(scope: Scope, reference: Reference, signal: AbortSignal): Promise<unknown> {
    switch (reference.kind) {
      case 'Id':
        return createError(
          'sessionIdNotAvailable',
          { id: reference.id },
          { target: { name: String(reference.id), type: 'Int32' } },
        );
      case 'InstanceId':
      case 'Object': {
        const target = { name: reference.instanceId, type: 'Guid' };
        return createError('sessionInstanceIdNotAvailable', { instanceId: reference.instanceId }, { target });
      }
      case 'Name': {
        const { name } = reference;
        const target = { name, type: 'String' };
        const elsewhere = (await this.#onComputer(scope, 'localhost', signal)).find(({ facts }) =>
          equalsIgnoringCase(facts.name, name),
        );
        if (elsewhere === undefined) return createError('sessionNameNotAvailable', { name }, { target });
        const { State, Availability } = elsewhere.view;
        const state = `${State}, ${Availability}`;
        return createError('sessionNameElsewhere', { name, computer: elsewhere.computerName, state }, { target });
      }
    }
  }
}

type Reference = Extract<Selector, { by: 'reference' }>['references'][number];

function referencesOf(selector: Extract<Selector, { by: 'id' | 'name' | 'instanceId' }>): Reference[] {
  switch (selector.by) {
    case 'id':
      return selector.ids.map((id) => ({ kind: 'Id', id }));
    case 'name':
      return selector.names.map((name) => ({ kind: 'Name', name }));
    case 'instanceId':
      return selector.instanceIds.map((instanceId) => ({ kind: 'InstanceId', instanceId: instanceId.toLowerCase() }));
  }
}

/** In a server query an unmatched name is an error only when the computer has sessions (R46, R47). */
function filterOnComputer(
  sessions: FoundSession[],
  { names, instanceIds }: Extract<Selector, { by: 'computer' }>,
  computer: string,
): { matches: FoundSession[]; unmatched: unknown[] } {
  const wanted = [
    ...(names ?? []).map((name) => ({
      matches: sessions.filter(({ facts }) => compileWildcard(name)(facts.name)),
      error: () => createError('sessionNotOnComputerByName', { name, computer }, { target: { name, type: 'String' } }),
    })),
    ...(instanceIds ?? []).map((instanceId) => ({
      matches: sessions.filter(({ facts }) => facts.instanceId === instanceId.toLowerCase()),
      error: () =>
        createError(
          'sessionNotOnComputerById',
          { instanceId, computer },
          { target: { name: instanceId, type: 'Guid' } },
        ),
    })),
  ];
  if (wanted.length === 0) return { matches: sessions, unmatched: [] };
  return {
    matches: [...new Set(wanted.flatMap(({ matches }) => matches))],
    unmatched:
      sessions.length === 0 ? [] : wanted.filter(({ matches }) => matches.length === 0).map(({ error }) => error()),
  };
}

function equalsIgnoringCase(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
