/**
 * Joins a CLI's conversation with a host's: after both have said hello, bytes go both ways unread, and backpressure with
 * them. How it ends is the host's word to the CLI.
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
  exchange.conversation.pipeTo(toHost);
  toHost.pipeTo(exchange.conversation);
  return handled;
}
