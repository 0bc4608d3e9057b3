/** What one asker sees of a session: State and Availability are relative to the scope that looks (semantics R11-R18). */
import { isoTime } from '../common/clock.ts';
import type { PSSessionInfo, SessionFacts } from '../protocol/model.ts';

export interface ViewOf {
  readonly id: number;
  readonly computerName: string;
  readonly transport: string;
  readonly holderId: string;
}

export function viewFor(facts: SessionFacts, { id, computerName, transport, holderId }: ViewOf): PSSessionInfo {
  return {
    Id: id,
    Name: facts.name,
    InstanceId: facts.instanceId,
    ComputerName: computerName,
    ComputerType: 'RemoteMachine',
    Transport: transport,
    ...stateFor(facts, holderId),
    ConfigurationName: facts.configurationName,
    IdleTimeout: facts.idleTimeoutMs,
    OutputBufferingMode: facts.outputBufferingMode,
    DisconnectedOn: facts.state.kind === 'disconnected' ? isoTime(facts.state.since) : null,
    ExpiresOn: facts.state.kind === 'opened' ? null : isoTime(facts.state.expiresAt),
    ApplicationName: 'pssession',
    BufferedBytes: facts.bufferedBytes,
    DroppedBytes: facts.droppedBytes,
    Blocked: facts.blocked,
    Command: facts.command,
    Holder:
      facts.state.kind === 'opened'
        ? `${facts.state.holder.description} since ${isoTime(facts.state.holder.since)}`
        : null,
    Reason: reasonOf(facts),
  };
}

function stateFor(facts: SessionFacts, holderId: string): Pick<PSSessionInfo, 'State' | 'Availability'> {
  switch (facts.state.kind) {
    case 'opened':
      if (facts.state.holder.id !== holderId) return { State: 'Disconnected', Availability: 'Busy' };
      return { State: 'Opened', Availability: facts.command === null ? 'Available' : 'Busy' };
    case 'disconnected':
      return { State: 'Disconnected', Availability: 'None' };
    case 'closed':
      return { State: 'Closed', Availability: 'None' };
    case 'broken':
      return { State: 'Broken', Availability: 'None' };
  }
}

function reasonOf({ state }: SessionFacts): string | null {
  if (state.kind === 'broken') return state.reason;
  if (state.kind === 'closed') return `its shell ended with status ${state.status ?? 'unknown'}`;
  return null;
}
