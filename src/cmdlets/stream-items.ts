import { PSSessionError } from '../powershell/error-record.ts';
import { Deferred } from '../common/deferred.ts';
import type { AgentMethods } from '../protocol/agent-methods.ts';
import type { ItemOf, RequestOf } from '../protocol/method.ts';
import type { CmdletContext } from './cmdlet.ts';

/** Calls the agent and yields its items as they come; error records of single targets are written. */
export async function* streamItems<M extends keyof AgentMethods & string>(
  context: CmdletContext,
  method: M,
  request: RequestOf<AgentMethods, M>,
): AsyncGenerator<ItemOf<AgentMethods, M> & object> {
  const items: (ItemOf<AgentMethods, M> & object)[] = [];
  let wake = new Deferred<void>();
  let isOver = false;
  const call = context.client.open(await context.dialAgent(), method, request, {
    onItem: (item) => {
      items.push(item as ItemOf<AgentMethods, M> & object);
      wake.resolve();
    },
    onError: (record) => context.writeError(PSSessionError.fromRecord(record)),
  });
  const stop = () => call.conversation[Symbol.dispose]();
  context.signal.addEventListener('abort', stop, { once: true });
  const over = call.result.finally(() => {
    isOver = true;
    wake.resolve();
  });
  over.catch(() => undefined); // awaited below, after the items that came first
  try {
    for (;;) {
      yield* items.splice(0);
      if (isOver) break;
      await wake.promise;
      wake = new Deferred<void>();
    }
    await over;
  } catch (error) {
    context.signal.throwIfAborted();
    throw error;
  } finally {
    context.signal.removeEventListener('abort', stop);
  }
}
