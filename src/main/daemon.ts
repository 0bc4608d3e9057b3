/**
 * The daemon: builds clock, trace, host and agent, listens, and serves until it is told to stop or has nothing to do.
 * It never ends a session: those are processes and files of their own, and the next daemon adopts them.
 */
import { duplexPair } from 'node:stream';
import { hostname } from 'node:os';
import { Agent } from '../agent/agent.ts';
import { HostPool } from '../agent/host-pool.ts';
import { LeaderWatch } from '../agent/leader-watch.ts';
import { ScopeTable } from '../agent/scope-table.ts';
import { SystemClock } from '../common/clock.ts';
import { limits } from '../common/limits.ts';
import { acquireLock } from '../common/lock-file.ts';
import { pathsFrom } from '../common/paths.ts';
import { readIdentity, systemFacts } from '../common/process-identity.ts';
import { lineTrace } from '../common/trace.ts';
import { Host } from '../host/host.ts';
import { ProcessScanner } from '../host/process-tree.ts';
import { SessionTable } from '../host/session-table.ts';
import { createError } from '../powershell/error-ids.ts';
import { listenOnUnixSocket, openFifo, ownerOf } from '../transport/unix-socket.ts';
import { accountFrom } from './account.ts';
import { IdleExit } from './idle-exit.ts';
import { runForFacts } from '../host/run-for-facts.ts';
import { alreadyRunningExitCode, prepareDirectories, removeStaleSocket } from './start-daemon.ts';

async function main(): Promise<void> {
  process.umask(0o077);
  const clock = new SystemClock();
  const account = accountFrom(process.env);
  const paths = pathsFrom(process.env, account.home, account.uid);
  const trace = lineTrace(
    () => clock.now(),
    (line) => process.stderr.write(`${line}\n`),
  );
  prepareDirectories({ paths, uid: account.uid });
  const facts = systemFacts(runForFacts);
  const self = readIdentity(process.pid, facts);
  if (self === undefined) throw new Error('this process cannot find itself');
  const outcome = acquireLock(paths.daemonLock, self, facts);
  if (outcome.kind === 'held') {
    process.exitCode = alreadyRunningExitCode;
    return;
  }
  using _lock = outcome.lock;

  const stopping = new AbortController();
  const stop = () => stopping.abort();
  const idle = new IdleExit(clock, limits.daemonIdleMs, stop);
  const table = new SessionTable({
    sessionsDirectory: paths.sessions,
    configurationsDirectory: paths.configurations,
    account: { shellPath: account.shellPath, home: account.home, environment: account.shellEnvironment },
    clock,
    trace,
    shell: { clock, facts, openFifo, scanner: new ProcessScanner(facts) },
    onEmpty: () => idle.check(),
  });
  await using _sessions = table;
  await table.adoptAll();

  const product = __PSSESSION_VERSION__;
  const host = new Host({ table, product, clock, trace, facts });
  const scopes = new ScopeTable(paths.agentState);
  const problems = () => [...(scopes.problem === undefined ? [] : [scopes.problem]), ...table.problems];
  const ownNames = new Set(['localhost', '.', hostname().toLowerCase()]);
  const hosts = new HostPool(
    (computerName) => {
      if (!ownNames.has(computerName.toLowerCase())) {
        const reason = 'this version reaches only this computer.';
        throw createError(
          'sessionOpenFailed',
          { computer: computerName, reason },
          { target: { name: computerName, type: 'String' } },
        );
      }
      const [near, far] = duplexPair({ highWaterMark: 256 * 1024 });
      host.serve(far).catch(trace.unexpected);
      return Promise.resolve(near);
    },
    product,
    () => 'Local',
  );
  const leaders = new LeaderWatch({
    clock,
    facts,
    onEnded: (scope) => agent.exitScope(scope, stopping.signal).catch(trace.unexpected),
  });
  const startedAt = clock.now();
  const agent: Agent = new Agent({
    scopes,
    hosts,
    product,
    trace,
    onScope: (scope) => leaders.add(scope),
    status: () => ({
      version: product,
      pid: process.pid,
      startedAt,
      sessions: table.size,
      scopes: scopes.scopes.length,
      residentBytes: process.memoryUsage.rss(),
      problems: problems(),
    }),
    stop,
  });
  using _leaders = leaders;
  for (const scope of scopes.scopes) await leaders.add(scope);

  const serve = (duplex: Parameters<Agent['serve']>[0]) => {
    const conversation = idle.conversation();
    duplex.once('close', () => conversation[Symbol.dispose]());
    agent.serve(duplex).catch(trace.unexpected);
  };
  const listen = () => {
    removeStaleSocket(paths.socket);
    return listenOnUnixSocket(paths.socket, serve);
  };
  const listeners = [await listen()];
  trace.event('daemon.started', { pid: process.pid, version: product, socket: paths.socket, sessions: table.size });
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  process.on('SIGHUP', () => {
    if (ownerOf(paths.socket) !== undefined) return;
    // the old one is kept: closing it would remove the file of the new one, and it may have conversations
    listen()
      .then((listener) => listeners.push(listener))
      .catch(trace.unexpected);
  });
  process.on('uncaughtException', (error) => trace.unexpected(error));
  process.on('unhandledRejection', (error) => trace.unexpected(error));
  idle.start(() => table.size === 0);

  await new Promise<void>((resolve) => stopping.signal.addEventListener('abort', () => resolve(), { once: true }));
  await Promise.all(listeners.map((listener) => listener[Symbol.asyncDispose]()));
  trace.event('daemon.stopped', { sessions: table.size });
}

main()
  .catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  })
  .finally(() => process.exit());
