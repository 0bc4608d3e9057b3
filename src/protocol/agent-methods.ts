/**
 * CLI → agent. Every request names the caller's scope. Items are PSSessions as the caller sees them; an error of one
 * session is an Error frame among them and does not stop the others.
 */
import * as v from 'valibot';
import { hostMethods } from './host-methods.ts';
import type { MethodTable } from './method.ts';
import {
  commandRequest,
  outputBufferingMode,
  positions,
  psSessionInfo,
  relayResult,
  scope,
  selector,
  sessionWishes,
} from './model.ts';

const nothing = v.object({});
const many = { scope, selector, throttleLimit: v.optional(v.number()) };

export const agentMethods = {
  newSession: {
    request: v.object({
      scope,
      /** One session per entry; `name` absent gives `Session<Id>`. */
      targets: v.array(v.object({ computerName: v.string(), name: v.optional(v.string()) })),
      configurationName: v.string(),
      wishes: sessionWishes,
      throttleLimit: v.optional(v.number()),
    }),
    item: psSessionInfo,
    result: nothing,
  },
  /** `elsewhere`: how many sessions of the account the scope's own list does not show. */
  getSession: { request: v.object(many), item: psSessionInfo, result: v.object({ elsewhere: v.number() }) },
  connectSession: {
    request: v.object({
      ...many,
      force: v.boolean(),
      outputBufferingMode: v.optional(outputBufferingMode),
      /** Waits this long for a session that is Busy; 0 does not wait, null waits for ever. */
      waitMs: v.nullable(v.number()),
    }),
    item: psSessionInfo,
    result: nothing,
  },
  disconnectSession: {
    request: v.object({
      ...many,
      idleTimeoutMs: v.optional(v.number()),
      outputBufferingMode: v.optional(outputBufferingMode),
    }),
    item: psSessionInfo,
    result: nothing,
  },
  removeSession: { request: v.object({ ...many, force: v.boolean() }), item: nothing, result: nothing },
  /** Runs a command in one session. `relay` false starts it and disconnects the session. Frames as hostMethods.invoke. */
  invokeCommand: {
    request: v.object({
      scope,
      instanceId: v.string(),
      command: commandRequest,
      relay: v.boolean(),
      written: v.optional(positions),
    }),
    item: hostMethods.invoke.item,
    result: relayResult,
  },
  /** Frames as hostMethods.receive. */
  receiveSession: {
    request: v.object({
      scope,
      instanceId: v.string(),
      computerName: v.optional(v.string()),
      written: v.optional(positions),
    }),
    item: hostMethods.receive.item,
    result: relayResult,
  },
  exitScope: { request: v.object({ scope }), item: nothing, result: nothing },
  daemonStatus: {
    request: nothing,
    item: nothing,
    result: v.object({
      version: v.string(),
      pid: v.number(),
      startedAt: v.number(),
      sessions: v.number(),
      scopes: v.number(),
      residentBytes: v.number(),
      problems: v.array(v.string()),
    }),
  },
  /** Stops the daemon; sessions go on without it. */
  daemonStop: { request: nothing, item: nothing, result: nothing },
} as const satisfies MethodTable;
export type AgentMethods = typeof agentMethods;
