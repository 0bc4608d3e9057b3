/** Invoke-Command: finds or makes the sessions, then runs the command in each. */
import { createError } from '../powershell/error-ids.ts';
import type { BoundParameters } from '../powershell/parameter-binder.ts';
import type { SessionOption } from '../powershell/session-option.ts';
import type { CommandRequest, PSSessionInfo } from '../protocol/model.ts';
import { checkInvokeCommand, type InvokeCommandValues } from './check-invoke-command.ts';
import type { CmdletContext } from './cmdlet.ts';
import { findSessions, selectorFor } from './find-sessions.ts';
import { relayAll } from './relay-all.ts';
import { defaultConfigurationName, pairNames, wishesFrom } from './session-wishes.ts';
import { streamItems } from './stream-items.ts';

interface Values extends InvokeCommandValues {
  readonly ScriptBlock?: string;
  readonly ArgumentList?: readonly string[];
  readonly InputObject?: string;
  readonly HideComputerName?: boolean;
  readonly SessionOption?: SessionOption;
  readonly ConfigurationName?: string;
  readonly ThrottleLimit?: number;
}

export async function* runCommand(context: CmdletContext, bound: BoundParameters): AsyncGenerator<object> {
  const values = bound.values as Values;
  const makesSessions = ['ComputerName', 'FilePathComputerName', 'InProcess'].includes(bound.setName);
  checkInvokeCommand(values, makesSessions);
  const command = await commandFrom(context, values);
  const sessions = makesSessions ? await newSessions(context, values) : (await findSessions(context, bound)).sessions;
  if (sessions.length === 0) return;
  if (values.InDisconnectedSession === true) {
    yield* startDisconnected(context, sessions, command);
    return;
  }
  try {
    await relayAll(context, bound, sessions, {
      onInterrupt: 'stop-command',
      hasInput: command.hasInput,
      hideComputerName: values.HideComputerName ?? false,
      requestFor: ({ InstanceId }) => ({
        method: 'invokeCommand',
        request: {
          scope: context.scope,
          instanceId: InstanceId,
          command: { ...command, id: context.newId() },
          relay: true,
        },
      }),
    });
  } finally {
    if (makesSessions) await removeSessions(context, sessions);
  }
}

async function commandFrom(context: CmdletContext, values: Values): Promise<CommandRequest> {
  const hasInput = values.InputObject === '-' || (values.InputObject === undefined && context.hasPipelineInput);
  const common = { id: context.newId(), arguments: [...(values.ArgumentList ?? [])], hasInput };
  if (values.FilePath === undefined) {
    const text = values.ScriptBlock ?? '';
    return { ...common, text, label: text.trim(), isFile: false };
  }
  try {
    return { ...common, text: await context.readFile(values.FilePath), label: values.FilePath, isFile: true };
  } catch (error) {
    throw createError('fileNotFound', { path: values.FilePath, reason: (error as Error).message }, { cause: error });
  }
}

/** One session per computer, for this command; with -InDisconnectedSession it stays. */
async function newSessions(context: CmdletContext, values: Values): Promise<PSSessionInfo[]> {
  const sessions: PSSessionInfo[] = [];
  const request = {
    scope: context.scope,
    targets: pairNames(values.ComputerName ?? ['localhost'], values.SessionName ?? values.Name),
    configurationName: values.ConfigurationName ?? defaultConfigurationName,
    wishes: wishesFrom(values.SessionOption),
    throttleLimit: values.ThrottleLimit,
  };
  for await (const session of streamItems(context, 'newSession', request)) sessions.push(session);
  return sessions;
}

async function removeSessions(context: CmdletContext, sessions: readonly PSSessionInfo[]): Promise<void> {
  const request = { scope: context.scope, selector: selectorFor(sessions), force: false };
  await context.client.call(await context.dialAgent(), 'removeSession', request, {
    onError: (record) => context.writeVerbose(record.message),
  });
}

/** Starts the command in each and leaves it; yields the sessions, disconnected. */
async function* startDisconnected(
  context: CmdletContext,
  sessions: readonly PSSessionInfo[],
  command: CommandRequest,
): AsyncGenerator<PSSessionInfo> {
  if (command.hasInput) context.writeVerbose('Standard input is not carried into a disconnected session.');
  for (const session of sessions) {
    try {
      await context.client.call(await context.dialAgent(), 'invokeCommand', {
        scope: context.scope,
        instanceId: session.InstanceId,
        command: { ...command, id: context.newId(), hasInput: false },
        relay: false,
      });
    } catch (error) {
      context.writeError(error);
    }
  }
  yield* streamItems(context, 'getSession', { scope: context.scope, selector: selectorFor(sessions) });
}
