import { PSSessionError } from '../powershell/error-record.ts';
import { Pulse } from '../common/deferred.ts';
import type { AgentMethods } from '../protocol/agent-methods.ts';
import type { ItemOf, RequestOf } from '../protocol/method.ts';
import type { CmdletContext } from './cmdlet.ts';

/** Calls the agent and yields its items as they come; error records of single targets are written. */
export async function* streamItems<M extends keyof AgentMethods>(
  context: CmdletContext,
  method: M,
  request: RequestOf<AgentMethods, M>,
): AsyncGenerator<ItemOf<AgentMethods, M> & object> {
  const items: (ItemOf<AgentMethods, M> & object)[] = [];
  const changed = new Pulse();
  const end = new AbortController();
  const call = context.client.open(await context.dialAgent(), method, request, {
    onItem: (item) => {
      items.push(item);
      changed.beat();
    },
    onError: (record) => context.writeError(PSSessionError.fromRecord(record)),
  });
  const stop = () => call.conversation[Symbol.dispose]();
  context.signal.addEventListener('abort', stop, { once: true });
  const over = call.result.finally(() => {
    end.abort();
    changed.beat();
  });
  over.catch(() => undefined); // awaited below, after the items that came first
  try {
    for (;;) {
      const { next } = changed;
      yield* items.splice(0);
      if (items.length > 0) continue; // they came while the others were being taken
      if (end.signal.aborted) break;
      await next;
    }
    await over;
  } catch (error) {
    context.signal.throwIfAborted();
    throw error;
  } finally {
    context.signal.removeEventListener('abort', stop);
  }
}
