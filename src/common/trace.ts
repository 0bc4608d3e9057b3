import { isoTime } from './clock.ts';

/**
 * What the daemon tells its log. Events are named `noun.past`; the sink decides where they go.
 */
export interface Trace {
  event(name: string, facts?: Readonly<Record<string, unknown>>): void;
  /** For work nobody awaits: a failure here is a bug and is logged with its stack. */
  unexpected(this: void, error: unknown): void;
}

/** A trace whose lines go to `writeLine`, stamped by `now`. */
export function lineTrace(now: () => number, writeLine: (line: string) => void): Trace {
  const event = (name: string, facts: Readonly<Record<string, unknown>> = {}) =>
    writeLine(JSON.stringify({ at: isoTime(now()), event: name, ...facts }));
  return {
    event,
    unexpected: (error) =>
      event('bug.seen', { error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  };
}
