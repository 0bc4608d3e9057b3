/**
 * Agent → host. The host knows holders, not scopes: a holder's id names one scope of one agent.
 */
import * as v from 'valibot';
import type { MethodTable } from './method.ts';
import {
  commandRequest,
  holder,
  outputBufferingMode,
  positions,
  relayResult,
  sessionFacts,
  sessionWishes,
} from './model.ts';

const one = { instanceId: v.string(), holder };
const facts = v.object({ session: sessionFacts });
const nothing = v.object({});
const relayItem = v.variant('kind', [
  /** The command is known to the host; from here on a redial resumes it. `from` is where its output may begin. */
  v.object({ kind: v.literal('started'), instanceId: v.string(), from: positions }),
  /** Output that Drop discarded since somebody was last told. */
  v.object({ kind: v.literal('dropped'), bytes: v.number() }),
]);

export const hostMethods = {
  create: {
    request: v.object({ name: v.string(), configurationName: v.string(), wishes: sessionWishes, holder }),
    item: nothing,
    result: facts,
  },
  list: { request: nothing, item: nothing, result: v.object({ sessions: v.array(sessionFacts) }) },
  connect: {
    request: v.object({
      ...one,
      force: v.boolean(),
      outputBufferingMode: v.optional(outputBufferingMode),
      /** Waits so long while somebody else holds it; 0 does not wait, null waits for ever. */
      waitMs: v.nullable(v.number()),
    }),
    item: nothing,
    result: facts,
  },
  disconnect: {
    request: v.object({
      ...one,
      idleTimeoutMs: v.optional(v.number()),
      outputBufferingMode: v.optional(outputBufferingMode),
    }),
    item: nothing,
    result: facts,
  },
  /** The holder's client is gone: kept disconnected when it runs a command or holds output, else removed. */
  abandon: { request: v.object(one), item: nothing, result: nothing },
  /** Ends the session and forgets it. */
  remove: { request: v.object({ ...one, force: v.boolean() }), item: nothing, result: facts },
  /** Runs a command and relays it: Output, Ack, Confirm, Input frames. Resumes when the id is known already. */
  invoke: {
    request: v.object({ ...one, command: commandRequest, relay: v.boolean(), written: v.optional(positions) }),
    item: relayItem,
    result: relayResult,
  },
  /** Connects if need be and relays what nobody has received, until the running command ends. */
  receive: { request: v.object({ ...one, written: v.optional(positions) }), item: relayItem, result: relayResult },
} as const satisfies MethodTable;
export type HostMethods = typeof hostMethods;
