/** How a conversation with the daemon failed, in words for people. */
import { createError } from '../powershell/error-ids.ts';
import { ConversationLost, ProtocolMismatch } from './conversation.ts';
import { protocolVersion } from './version.ts';

/** An error of the way to the daemon as an error record's; every other error as it is. */
export function explainFailure(error: unknown): unknown {
  if (error instanceof ProtocolMismatch) {
    const facts = {
      side: `The daemon (pssession ${error.theirs.product})`,
      theirs: error.theirs.protocol,
      ours: protocolVersion,
      advice: "'pssession daemon restart' puts one of this version in its place.",
    };
    return createError('protocolVersionMismatch', facts, { cause: error });
  }
  if (error instanceof ConversationLost) {
    const reason = error.cause instanceof Error ? `${error.cause.message}.` : 'it was stopped or killed.';
    return createError('daemonConnectionLost', { reason }, { cause: error });
  }
  return error;
}
