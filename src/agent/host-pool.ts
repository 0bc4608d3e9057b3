/**
 * The agent's way to the hosts: one conversation per request over a Duplex that `dial` gives.
 */
import type { Duplex } from 'node:stream';
import { hostMethods, type HostMethods } from '../protocol/host-methods.ts';
import { ProtocolClient } from '../protocol/client.ts';
import type { RequestOf, ResultOf } from '../protocol/method.ts';
import type { SessionFacts } from '../protocol/model.ts';

/** Gives a Duplex to the host of a computer. @throws PSSessionError that says why it cannot be reached */
export type DialHost = (computerName: string, signal: AbortSignal) => Promise<Duplex>;

export class HostPool {
  readonly client: ProtocolClient<HostMethods>;

  constructor(
    readonly dial: DialHost,
    product: string,
    readonly transportOf: (computerName: string) => string,
  ) {
    this.client = new ProtocolClient(hostMethods, product);
  }

  async call<M extends keyof HostMethods>(
    computerName: string,
    method: M,
    request: RequestOf<HostMethods, M>,
    signal: AbortSignal,
  ): Promise<ResultOf<HostMethods, M>> {
    return this.client.call(await this.dial(computerName, signal), method, request);
  }

  async list(computerName: string, signal: AbortSignal): Promise<SessionFacts[]> {
    return (await this.call(computerName, 'list', {}, signal)).sessions;
  }
}
