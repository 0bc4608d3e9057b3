/**
 * The session side of the daemon: one short handler per host method.
 */
import type { Duplex } from 'node:stream';
import type { Clock } from '../common/clock.ts';
import type { ProcessFacts } from '../common/process-identity.ts';
import type { Trace } from '../common/trace.ts';
import { hostMethods, type HostMethods } from '../protocol/host-methods.ts';
import { type Handlers, ProtocolServer } from '../protocol/server.ts';
import { invokeCommand, receiveSession } from './relay-command.ts';
import type { SessionTable } from './session-table.ts';

export interface HostOptions {
  readonly table: SessionTable;
  readonly product: string;
  readonly clock: Clock;
  readonly trace: Trace;
  readonly facts: ProcessFacts;
}

export class Host {
  readonly #server: ProtocolServer<HostMethods>;

  constructor(options: HostOptions) {
    this.#server = new ProtocolServer(hostMethods, handlers(options), options);
  }

  serve(duplex: Duplex): Promise<void> {
    return this.#server.serve(duplex);
  }
}

function handlers({ table, clock, trace, facts }: HostOptions): Handlers<HostMethods> {
  return {
    create: async (request) => ({ session: (await table.create(request)).facts() }),
    list: () => Promise.resolve({ sessions: table.all().map((session) => session.facts()) }),
    connect: async ({ instanceId, holder, force, outputBufferingMode, waitMs }, exchange) => {
      const session = table.get(instanceId);
      if (waitMs !== 0) await session.released(holder, { clock, waitMs, signal: exchange.signal });
      return { session: session.connect(holder, { force, outputBufferingMode }) };
    },
    abandon: async ({ instanceId, holder }) => {
      await table.get(instanceId).abandon(holder);
      return {};
    },
    disconnect: async ({ instanceId, holder, idleTimeoutMs, outputBufferingMode }) =>
      Promise.resolve({ session: table.get(instanceId).disconnect(holder, { idleTimeoutMs, outputBufferingMode }) }),
    remove: async ({ instanceId, holder, force }) => ({
      session: await table.get(instanceId).remove(holder, { force }),
    }),
    invoke: (request, exchange) =>
      invokeCommand(table.get(request.instanceId), request, exchange, { clock, trace, facts }),
    receive: (request, exchange) =>
      receiveSession(table.get(request.instanceId), request, exchange, { clock, trace, facts }),
  };
}
