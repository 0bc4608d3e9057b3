import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { duplexPair } from 'node:stream';
import { SystemClock } from '../../src/common/clock.ts';
import { Deferred } from '../../src/common/deferred.ts';
import { systemFacts } from '../../src/common/process-identity.ts';
import type { Trace } from '../../src/common/trace.ts';
import { Host } from '../../src/host/host.ts';
import { SessionTable } from '../../src/host/session-table.ts';
import type { PSSessionError } from '../../src/powershell/error-record.ts';
import { ProtocolClient } from '../../src/protocol/client.ts';
import { decodePositioned, encodePositioned, FrameKind } from '../../src/protocol/frame.ts';
import { hostMethods, type HostMethods } from '../../src/protocol/host-methods.ts';
import type { RequestOf, ResultOf } from '../../src/protocol/method.ts';
import type { Holder } from '../../src/protocol/model.ts';
import { openFifo } from '../../src/transport/unix-socket.ts';
import { ManualClock } from './manual-clock.ts';

export const holderOne: Holder = { id: 'agent/one', description: 'one@here', since: 0 };
export const holderTwo: Holder = { id: 'agent/two', description: 'two@there', since: 0 };

/** A host with real shells and real files and a clock the test moves. The shells' own waiting uses real time. */
export class HostRig implements AsyncDisposable {
  readonly clock = new ManualClock();
  readonly directory = mkdtempSync(join(tmpdir(), 'pssession-host-'));
  readonly events: { name: string; facts: Readonly<Record<string, unknown>> }[] = [];
  readonly bugs: unknown[] = [];
  readonly #waiting = new Set<{ name: string; seen: Deferred<void> }>();
  #table: SessionTable;
  #host: Host;
  readonly #client = new ProtocolClient(hostMethods, 'test');

  constructor() {
    mkdirSync(join(this.directory, 'sessions'), { mode: 0o700 });
    [this.#table, this.#host] = this.#start();
  }

  get table(): SessionTable {
    return this.#table;
  }

  /** Calls a host method over an in-memory wire. */
  call<M extends keyof HostMethods>(method: M, request: RequestOf<HostMethods, M>): Promise<ResultOf<HostMethods, M>> {
    const [near, far] = duplexPair();
    void this.#host.serve(far);
    return this.#client.call(near, method, request);
  }

  create(wishes: RequestOf<HostMethods, 'create'>['wishes'] = {}, name = 'work') {
    return this.call('create', { name, configurationName: 'Microsoft.PowerShell', wishes, holder: holderOne });
  }

  /** The id of the error that the call fails with. */
  async errorOf(call: Promise<unknown>): Promise<PSSessionError> {
    const failure = await call.then(
      () => undefined,
      (error: unknown) => error,
    );
    if (failure === undefined) throw new Error('the call did not fail');
    return failure as PSSessionError;
  }

  /** Receives as a command line does: what has come counts as written and is acknowledged. */
  async receive(instanceId: string, holder = holderOne) {
    const [near, far] = duplexPair();
    void this.#host.serve(far);
    const received = { out: [] as Buffer[], err: [] as Buffer[] };
    let droppedBytes = 0;
    const call = this.#client.open(
      near,
      'receive',
      { instanceId, holder },
      {
        onItem: (item) => {
          if (item.kind === 'dropped') droppedBytes += item.bytes;
        },
        onFrame: async (frame) => {
          if (frame.kind !== FrameKind.Output) return;
          const { stream, position, bytes } = decodePositioned(frame);
          received[stream].push(Buffer.from(bytes));
          await call.conversation.write(encodePositioned(FrameKind.Ack, stream, position + bytes.length));
        },
      },
    );
    const { status } = await call.result;
    return { out: Buffer.concat(received.out), err: Buffer.concat(received.err), status, droppedBytes };
  }

  /** Starts a command and disconnects at once. */
  startDisconnected(instanceId: string, text: string, id = crypto.randomUUID()) {
    const command = { id, text, arguments: [], label: text, isFile: false, hasInput: false };
    return this.call('invoke', { instanceId, holder: holderOne, command, relay: false });
  }

  /** Resolves at the next trace event of that name. */
  async nextEvent(name: string): Promise<void> {
    const waiting = { name, seen: new Deferred<void>() };
    this.#waiting.add(waiting);
    await waiting.seen.promise;
    this.#waiting.delete(waiting);
  }

  /** As if the daemon had died and another one had adopted everything. */
  async restart(): Promise<void> {
    await this.#table[Symbol.asyncDispose]();
    [this.#table, this.#host] = this.#start();
    await this.#table.adoptAll();
  }

  #start(): [SessionTable, Host] {
    const facts = systemFacts();
    const trace: Trace = {
      event: (name, eventFacts = {}) => {
        this.events.push({ name, facts: eventFacts });
        for (const waiting of this.#waiting) if (waiting.name === name) waiting.seen.resolve();
      },
      unexpected: (error) => void this.bugs.push(error),
    };
    const { clock } = this;
    const table = new SessionTable({
      sessionsDirectory: join(this.directory, 'sessions'),
      configurationsDirectory: join(this.directory, 'configurations'),
      account: {
        shellPath: '/bin/bash',
        home: this.directory,
        environment: { HOME: this.directory, PATH: process.env['PATH'] ?? '', TERM: 'xterm-256color', LANG: 'C.UTF-8' },
      },
      clock,
      trace,
      shell: { clock: new SystemClock(), facts, openFifo },
      onEmpty: () => trace.event('table.emptied'),
    });
    return [table, new Host({ table, product: 'test', clock, trace, facts })];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#table.all().map((session) => session.end('the test is over')));
    await this.#table[Symbol.asyncDispose]();
    rmSync(this.directory, { recursive: true, force: true });
    if (this.bugs.length > 0) throw new AggregateError(this.bugs, 'the host saw bugs');
  }
}
