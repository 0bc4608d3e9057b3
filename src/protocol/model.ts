/**
 * What crosses a process border, as valibot schemas: one value gives the type and the run-time check.
 */
import * as v from 'valibot';
import { outputBufferingModes } from '../powershell/session-option.ts';

const milliseconds = v.number();
const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const guid = v.pipe(v.string(), v.uuid());

export const outputBufferingMode = v.picklist(outputBufferingModes);

/** Who holds a session: one scope of one agent. */
export const holder = v.object({ id: v.string(), description: v.string(), since: milliseconds });
export type Holder = v.InferOutput<typeof holder>;

/** The state of a session on its host, told to everybody in the same words; what an asker sees is computed from it. */
export const sessionState = v.variant('kind', [
  v.object({ kind: v.literal('opened'), holder }),
  v.object({ kind: v.literal('disconnected'), since: milliseconds, expiresAt: milliseconds }),
  v.object({ kind: v.literal('closed'), status: v.nullable(v.number()), since: milliseconds, expiresAt: milliseconds }),
  v.object({ kind: v.literal('broken'), reason: v.string(), since: milliseconds, expiresAt: milliseconds }),
]);
export type SessionState = v.InferOutput<typeof sessionState>;

/** Facts of one session as its host tells them. */
export const sessionFacts = v.object({
  instanceId: guid,
  name: v.string(),
  state: sessionState,
  configurationName: v.string(),
  shell: v.string(),
  idleTimeoutMs: milliseconds,
  maxIdleTimeoutMs: milliseconds,
  outputBufferingMode: v.picklist(['Drop', 'Block']),
  bufferedBytes: count,
  droppedBytes: count,
  /** Why the command is suspended, when it is. */
  blocked: v.nullable(v.picklist(['buffer', 'disk'])),
  /** The running command's text, null when the shell waits at its prompt. */
  command: v.nullable(v.string()),
});
export type SessionFacts = v.InferOutput<typeof sessionFacts>;

/** A PSSession as scripts see it (JSON property names are PowerShell's; ours follow). Times are ISO 8601, durations ms. */
export const psSessionInfo = v.object({
  Id: count,
  Name: v.string(),
  InstanceId: guid,
  ComputerName: v.string(),
  ComputerType: v.literal('RemoteMachine'),
  Transport: v.string(),
  State: v.picklist(['Opened', 'Disconnected', 'Closed', 'Broken']),
  Availability: v.picklist(['None', 'Available', 'Busy']),
  ConfigurationName: v.string(),
  IdleTimeout: milliseconds,
  OutputBufferingMode: v.picklist(['Drop', 'Block']),
  DisconnectedOn: v.nullable(v.string()),
  ExpiresOn: v.nullable(v.string()),
  ApplicationName: v.string(),
  BufferedBytes: count,
  DroppedBytes: count,
  Blocked: v.nullable(v.string()),
  Command: v.nullable(v.string()),
  Holder: v.nullable(v.string()),
  /** How a Closed or Broken session ended. */
  Reason: v.nullable(v.string()),
});
export type PSSessionInfo = v.InferOutput<typeof psSessionInfo>;

/** The caller's scope (design §4): a terminal session's leader, or a name without a leader. */
export const scope = v.object({
  id: v.string(),
  description: v.string(),
  leader: v.nullable(v.object({ pid: v.number(), startTime: v.string(), bootId: v.string() })),
});
export type Scope = v.InferOutput<typeof scope>;

const sessionReference = v.variant('kind', [
  v.object({
    kind: v.literal('Object'),
    instanceId: guid,
    computerName: v.optional(v.string()),
    name: v.optional(v.string()),
    id: v.optional(v.number()),
  }),
  v.object({ kind: v.literal('Id'), id: v.number() }),
  v.object({ kind: v.literal('InstanceId'), instanceId: guid }),
  v.object({ kind: v.literal('Name'), name: v.string() }),
]);

/** Which sessions a cmdlet means. */
export const selector = v.variant('by', [
  /** The scope's own list. */
  v.object({ by: v.literal('scope') }),
  /** All sessions of the account that this agent can see without asking other computers. */
  v.object({ by: v.literal('account') }),
  v.object({ by: v.literal('id'), ids: v.array(v.number()) }),
  v.object({ by: v.literal('name'), names: v.array(v.string()) }),
  v.object({ by: v.literal('instanceId'), instanceIds: v.array(v.string()) }),
  v.object({ by: v.literal('reference'), references: v.array(sessionReference) }),
  /** The sessions of the scope's own list on these computers (Remove-PSSession). */
  v.object({
    by: v.literal('computer'),
    computerNames: v.array(v.string()),
    names: v.optional(v.array(v.string())),
    instanceIds: v.optional(v.array(v.string())),
    state: v.optional(v.picklist(['All', 'Opened', 'Disconnected', 'Closed', 'Broken'])),
    configurationName: v.optional(v.string()),
  }),
]);
export type Selector = v.InferOutput<typeof selector>;

/** Wishes at creation. Absent ones are the configuration's. */
export const sessionWishes = v.object({
  idleTimeoutMs: v.optional(milliseconds),
  outputBufferingMode: v.optional(outputBufferingMode),
  outputBufferBytes: v.optional(count),
  cancelTimeoutMs: v.optional(milliseconds),
  noProfile: v.optional(v.boolean()),
  culture: v.optional(v.string()),
});
export type SessionWishes = v.InferOutput<typeof sessionWishes>;

/** A command to run. `id` is the caller's: asking again with the same id never runs it twice. */
export const commandRequest = v.object({
  id: guid,
  text: v.string(),
  arguments: v.array(v.string()),
  /** What listings show; the text, or a file's name. */
  label: v.string(),
  /** `text` is a file to run by its `#!` interpreter rather than in the session's shell. */
  isFile: v.boolean(),
  /** Input frames will follow. */
  hasInput: v.boolean(),
});
export type CommandRequest = v.InferOutput<typeof commandRequest>;

/** What a receiver has written to its own stdout and stderr, as raw positions per stream. */
export const positions = v.object({ out: count, err: count });
export type Positions = v.InferOutput<typeof positions>;

/** How a relayed command ended. Status null: unknown (the shell or the computer went away), which is never success. */
export const relayResult = v.object({
  status: v.nullable(v.number()),
  reason: v.nullable(v.string()),
  session: v.optional(sessionFacts),
});
export type RelayResult = v.InferOutput<typeof relayResult>;
