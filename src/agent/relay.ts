/**
 * Joins a CLI's conversation with a host's: after both have said hello, whole frames go both ways untouched, and
 * backpressure with them. How it ends is the host's word to the CLI.
 */
import { FrameKind } from '../protocol/frame.ts';
import { Conversation } from '../protocol/conversation.ts';
import type { HostMethods } from '../protocol/host-methods.ts';
import type { RequestOf } from '../protocol/method.ts';
import { type Exchange, handled, type Handled } from '../protocol/server.ts';
import type { HostPool } from './host-pool.ts';

export async function relayToHost<M extends 'invoke' | 'receive'>(
  exchange: Exchange<never>,
  hosts: HostPool,
  target: { readonly computerName: string; readonly method: M; readonly params: RequestOf<HostMethods, M> },
): Promise<Handled> {
  const duplex = await hosts.dial(target.computerName, exchange.signal);
  const toHost = new Conversation(duplex);
  await toHost.hello(hosts.client.product);
  await toHost.json(FrameKind.Request, { method: target.method, params: target.params });
  await toHost.expectHello();
  await Promise.all([pass(exchange.conversation, toHost), pass(toHost, exchange.conversation)]);
  return handled;
}

async function pass(from: Conversation, to: Conversation): Promise<void> {
  try {
    for (let frame = await from.next(); frame !== undefined; frame = await from.next()) await to.forward(frame);
  } catch {
    // one side is gone; closing the other tells it
  }
  to.end();
  if (from.closed.aborted) to[Symbol.dispose]();
}
