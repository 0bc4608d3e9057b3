/**
 * The client side of the daemon: one short handler per agent method. It knows scopes and Ids; of sessions it knows only
 * what their hosts say at the moment.
 */
import type { Duplex } from 'node:stream';
import type { Trace } from '../common/trace.ts';
import { agentMethods, type AgentMethods } from '../protocol/agent-methods.ts';
import type { RequestOf, ResultOf } from '../protocol/method.ts';
import type { PSSessionInfo, Scope, SessionFacts } from '../protocol/model.ts';
import { type Exchange, type Handlers, ProtocolServer } from '../protocol/server.ts';
import { eachThrottled } from './each-throttled.ts';
import type { HostPool } from './host-pool.ts';
import { relayToHost } from './relay.ts';
import type { ScopeTable } from './scope-table.ts';
import { type Found, type FoundSession, SessionFinder } from './session-finder.ts';

export interface AgentOptions {
  readonly scopes: ScopeTable;
  readonly hosts: HostPool;
  readonly product: string;
  readonly trace: Trace;
  /** Hears of every scope that asks, so that the end of its leader is noticed. */
  readonly onScope: (scope: Scope) => Promise<void>;
  readonly status: () => ResultOf<AgentMethods, 'daemonStatus'>;
  readonly stop: () => void;
}

type ManyRequest = RequestOf<AgentMethods, 'getSession'>;

export class Agent {
  readonly #server: ProtocolServer<AgentMethods>;
  readonly #finder: SessionFinder;

  constructor(readonly options: AgentOptions) {
    this.#finder = new SessionFinder(options.scopes, options.hosts);
    this.#server = new ProtocolServer(agentMethods, this.#handlers(), options);
  }

  serve(duplex: Duplex): Promise<void> {
    return this.#server.serve(duplex);
  }

  /** A scope has ended: its busy sessions stay, disconnected; its idle ones are removed (design §4). */
  async exitScope(scope: Scope, signal: AbortSignal): Promise<void> {
    const { scopes, hosts, trace } = this.options;
    const holder = scopes.holderOf(scope);
    for (const session of await this.#finder.own(scope, signal)) {
      if (session.view.State !== 'Opened') continue;
      await hosts
        .call(session.computerName, 'abandon', { instanceId: session.facts.instanceId, holder }, signal)
        .catch(trace.unexpected);
    }
    scopes.remove(scope);
    trace.event('scope.ended', { scope: scope.id });
  }

  #handlers(): Handlers<AgentMethods> {
    const { scopes, hosts } = this.options;
    return {
      newSession: (request, exchange) => this.#newSession(request, exchange),
      getSession: async (request, exchange) => {
        const { sessions, elsewhere } = await this.#find(request, exchange);
        await exchange.items(sessions.map(({ view }) => view));
        return { elsewhere };
      },
      connectSession: async (request, exchange) => {
        const { scope, force, outputBufferingMode, waitMs } = request;
        await this.#forEach(request, exchange, async ({ computerName, facts }) => {
          const wish = {
            instanceId: facts.instanceId,
            holder: scopes.holderOf(scope),
            force,
            outputBufferingMode,
            waitMs,
          };
          return (await hosts.call(computerName, 'connect', wish, exchange.signal)).session;
        });
        return {};
      },
      disconnectSession: async (request, exchange) => {
        const { scope, idleTimeoutMs, outputBufferingMode } = request;
        await this.#forEach(request, exchange, async ({ computerName, facts }) => {
          const wish = {
            instanceId: facts.instanceId,
            holder: scopes.holderOf(scope),
            idleTimeoutMs,
            outputBufferingMode,
          };
          return (await hosts.call(computerName, 'disconnect', wish, exchange.signal)).session;
        });
        return {};
      },
      removeSession: async (request, exchange) => {
        const { sessions } = await this.#find(request, exchange);
        const holder = scopes.holderOf(request.scope);
        await eachThrottled(sessions, request.throttleLimit, async ({ computerName, facts: { instanceId } }) => {
          try {
            await hosts.call(computerName, 'remove', { instanceId, holder, force: request.force }, exchange.signal);
            scopes.forget(instanceId);
          } catch (error) {
            await exchange.error(error);
          }
        });
        scopes.flush();
        return {};
      },
      invokeCommand: async ({ scope, ...request }, exchange) => {
        await this.options.onScope(scope);
        const holder = scopes.holderOf(scope);
        const { computerName } = this.#knownTo(scope, request.instanceId);
        return relayToHost(exchange, hosts, { computerName, method: 'invoke', params: { ...request, holder } });
      },
      receiveSession: async ({ scope, computerName: given, ...request }, exchange) => {
        await this.options.onScope(scope);
        const known = this.#knownTo(scope, request.instanceId, given);
        scopes.addOwn(scope, known);
        const params = { ...request, holder: scopes.holderOf(scope) };
        return relayToHost(exchange, hosts, { computerName: known.computerName, method: 'receive', params });
      },
      exitScope: async ({ scope }, exchange) => {
        await this.exitScope(scope, exchange.signal);
        return {};
      },
      daemonStatus: () => Promise.resolve(this.options.status()),
      daemonStop: () => {
        this.options.stop();
        return Promise.resolve({});
      },
    };
  }

  async #newSession(
    request: RequestOf<AgentMethods, 'newSession'>,
    exchange: Exchange<PSSessionInfo>,
  ): Promise<object> {
    const { scopes, hosts, onScope } = this.options;
    const { scope, configurationName, wishes } = request;
    await onScope(scope);
    const targets = request.targets.map((target) => ({ ...target, id: scopes.reserveId(scope) }));
    await eachThrottled(targets, request.throttleLimit, async ({ computerName, name, id }) => {
      try {
        const wish = { name: name ?? `Session${id}`, configurationName, wishes, holder: scopes.holderOf(scope) };
        const { session } = await hosts.call(computerName, 'create', wish, exchange.signal);
        const known = { instanceId: session.instanceId, id, computerName };
        scopes.addOwn(scope, known);
        await exchange.item(this.#finder.view(scope, session, { ...known, isOwn: true }).view);
      } catch (error) {
        await exchange.error(error);
      }
    });
    return {};
  }

  /** The sessions the request means; errors of its selector are written. */
  async #find(request: ManyRequest, exchange: Exchange<never>): Promise<Found> {
    await this.options.onScope(request.scope);
    const found = await this.#finder.find(request.scope, request.selector, exchange.signal);
    for (const error of found.errors) await exchange.error(error);
    return found;
  }

  /** Runs `act` on each session of the request; its result becomes the scope's own session and is written. */
  async #forEach(
    request: ManyRequest,
    exchange: Exchange<PSSessionInfo>,
    act: (session: FoundSession) => Promise<SessionFacts>,
  ): Promise<void> {
    const { scopes } = this.options;
    const { sessions } = await this.#find(request, exchange);
    await eachThrottled(sessions, request.throttleLimit, async (session) => {
      try {
        const facts = await act(session);
        const known = { instanceId: facts.instanceId, id: session.id, computerName: session.computerName };
        if (facts.state.kind === 'opened') scopes.addOwn(request.scope, known);
        await exchange.item(this.#finder.view(request.scope, facts, { ...known, isOwn: true }).view);
      } catch (error) {
        await exchange.error(error);
      }
    });
  }

  #knownTo(
    scope: Scope,
    instanceId: string,
    computerName = 'localhost',
  ): { instanceId: string; id: number; computerName: string } {
    return this.options.scopes.know(scope, instanceId, computerName);
  }
}
