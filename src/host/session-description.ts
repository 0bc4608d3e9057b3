/** A session in words, for error messages: pure functions of its record. */
import type { SessionRecord } from './session-record.ts';

export interface SessionDescription {
  readonly name: string;
  readonly computer: string;
  readonly state: string;
  readonly availability: string;
  /** What to do next. */
  readonly advice: string;
}

/** As somebody sees it who does not hold it. */
export function describeSession({ name, state }: SessionRecord): SessionDescription {
  const names = { name, computer: 'localhost' };
  switch (state.kind) {
    case 'opened': {
      const advice = `${state.holder.description} holds it; 'connect-session -Force' takes it.`;
      return { ...names, state: 'Disconnected', availability: 'Busy', advice };
    }
    case 'disconnected':
      return { ...names, state: 'Disconnected', availability: 'None', advice: `'connect-session' connects it.` };
    case 'closed': {
      const advice = `Its shell ended with status ${state.status ?? 'unknown'}; 'receive-session' gets its last output.`;
      return { ...names, state: 'Closed', availability: 'None', advice };
    }
    case 'broken':
      return {
        ...names,
        state: 'Broken',
        availability: 'None',
        advice: `${state.reason}; 'receive-session' gets its last output.`,
      };
  }
}

/** The target of an error about the session. */
export function sessionTarget({ name }: SessionRecord): { target: { name: string; type: string } } {
  return { target: { name, type: 'PSSession' } };
}
