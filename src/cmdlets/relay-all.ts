/** Relays commands of one or several sessions to stdout and stderr at once, each with its own conversation. */
import { createError } from '../powershell/error-ids.ts';
import type { BoundParameters } from '../powershell/parameter-binder.ts';
import type { PSSessionInfo } from '../protocol/model.ts';
import type { CmdletContext } from './cmdlet.ts';
import { jsonRecords, prefixedLines } from './line-shapes.ts';
import { OutputClosed, OutputSink, plainShape, type Shape } from './output-sink.ts';
import { type RelayOptions, type RelayRequest, relaySession } from './relay-session.ts';
import { StdinPump } from './stdin-pump.ts';

export interface RelayAllOptions {
  readonly onInterrupt: RelayOptions['onInterrupt'];
  readonly requestFor: (session: PSSessionInfo) => RelayRequest;
  /** Standard input goes to the command; only one target can have it. */
  readonly hasInput?: boolean;
  readonly hideComputerName?: boolean;
}

/** Resolves when all have ended; statuses and errors are told to the context. Output nobody reads any more ends it quietly. */
export async function relayAll(
  context: CmdletContext,
  bound: BoundParameters,
  sessions: readonly PSSessionInfo[],
  options: RelayAllOptions,
): Promise<void> {
  const isInterrupted = () => context.signal.aborted && options.onInterrupt === 'stop-receiving';
  await Promise.all(
    sessions.map(async (session) => {
      try {
        await relayOne(context, session, shapeFor(bound, session, sessions.length, options), options);
      } catch (error) {
        if (error instanceof OutputClosed) return;
        if (!isInterrupted()) context.writeError(error);
        else
          context.writeHint(`The command goes on in ${session.Name}; 'receive-session ${session.Name}' gets the rest.`);
      }
    }),
  );
  if (isInterrupted()) context.signal.throwIfAborted();
}

async function relayOne(
  context: CmdletContext,
  session: PSSessionInfo,
  shape: Shape,
  options: RelayAllOptions,
): Promise<void> {
  const sink = new OutputSink({ out: context.stdout, err: context.stderr }, shape);
  const input = options.hasInput === true ? new StdinPump(context.stdin, context.clock) : undefined;
  const over = new AbortController();
  input?.run(over.signal).catch((error: unknown) => context.writeError(error));
  try {
    const { status, reason } = await relaySession(context, options.requestFor(session), {
      session,
      sink,
      onInterrupt: options.onInterrupt,
      ...(input && { input }),
    });
    context.reportStatus(status);
    if (status === null) {
      const names = { name: session.Name, computer: session.ComputerName, reason: reason ?? 'nobody knows why.' };
      context.writeError(createError('sessionBroke', names, { target: { name: session.Name, type: 'PSSession' } }));
    }
  } finally {
    over.abort();
  }
}

function shapeFor(
  bound: BoundParameters,
  session: PSSessionInfo,
  targetCount: number,
  options: RelayAllOptions,
): Shape {
  if (bound.common.Output === 'json' || bound.common.Output === 'jsonl') return jsonRecords(session);
  return targetCount > 1 && options.hideComputerName !== true ? prefixedLines(session.ComputerName) : plainShape;
}
