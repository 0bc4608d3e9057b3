/**
 * The command line: wires the real streams, clock, environment and daemon to the program, and turns its end into an exit
 * code. Nothing is pending when the process exits: every write has been awaited.
 */
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { runCmdlet, type Surroundings } from '../cli/run-cmdlet.ts';
import { runProgram } from '../cli/program.ts';
import { cmdlets } from '../cmdlets/index.ts';
import { SystemClock } from '../common/clock.ts';
import { pathsFrom } from '../common/paths.ts';
import { readIdentity, systemFacts } from '../common/process-identity.ts';
import { toErrorRecord } from '../powershell/error-record.ts';
import { agentMethods } from '../protocol/agent-methods.ts';
import { ProtocolClient } from '../protocol/client.ts';
import { renderErrorRecord } from '../render/error-record.ts';
import { colorLevel, paintFor } from '../render/color.ts';
import { accountFrom } from './account.ts';
import { daemonCommands } from './daemon-commands.ts';
import { processConsole } from './process-console.ts';
import { scopeOfCaller } from './scope-of-caller.ts';
import { dialOrStartDaemon, type DaemonStart } from './start-daemon.ts';

async function main(): Promise<number> {
  const clock = new SystemClock();
  const account = accountFrom(process.env);
  const facts = systemFacts();
  const console = processConsole(clock);
  const start: DaemonStart = {
    paths: pathsFrom(process.env, account.home, account.uid),
    uid: account.uid,
    self: () => readIdentity(process.pid, facts) ?? { pid: process.pid, startTime: '', bootId: '' },
    facts,
    clock,
    nodePath: process.execPath,
    daemonScript: join(import.meta.dirname, '..', 'bin', 'pssession-daemon.js'),
    environment: process.env,
  };
  const client = new ProtocolClient(agentMethods, __PSSESSION_VERSION__, { trustsSameVersion: true });
  const interruption = interruptions();
  const scope = () =>
    scopeOfCaller(
      { environment: process.env, pid: process.pid, userName: account.userName, hostName: hostname() },
      facts,
    );
  const surroundings: Surroundings = {
    console,
    environment: process.env,
    clock,
    client,
    dialAgent: () => dialOrStartDaemon(start),
    scope,
    readFile: (path) => readFile(path, 'utf8'),
    newId: () => randomUUID(),
    ...interruption,
  };
  const writeErrorText = (text: string) => void console.stderr.write(text);
  const writeError = async (error: unknown) => {
    const paint = await paintFor(colorLevel(process.env, console.isStderrTerminal));
    writeErrorText(renderErrorRecord(toErrorRecord(error), { asJson: false, isVerbose: false, paint }));
  };
  let told = Promise.resolve();
  const code = await runProgram(process.argv.slice(2), {
    version: __PSSESSION_VERSION__,
    cmdlets,
    commands: daemonCommands({ start, client, scope, console, writeError }),
    get columns() {
      return console.windowSize()?.columns ?? 80; // asked for by help alone
    },
    runCmdlet: (cmdlet, words) => runCmdlet(cmdlet, words, surroundings),
    writeOut: (text) => void console.stdout.write(text),
    writeError: (error) => void (told = told.then(() => writeError(error))),
    writeErrorText,
  });
  await told;
  await Promise.all([console.stdout, console.stderr].map(ended));
  return code;
}

/** Resolves when all of it has been written, or never can be. */
function ended(stream: Writable): Promise<void> {
  return new Promise((resolve) => stream.end(() => resolve()));
}

/** The first Ctrl-C is the cmdlet's; the next ones insist; the fourth ends this process whatever it does. */
function interruptions(): Pick<Surroundings, 'signal' | 'onInsist'> {
  const controller = new AbortController();
  const listeners = new Set<() => void>();
  let count = 0;
  const onSignal = () => {
    count += 1;
    if (count === 1) controller.abort();
    else if (count < 4) for (const listener of listeners) listener();
    else process.exit(130);
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return {
    signal: controller.signal,
    onInsist: (listener) => {
      listeners.add(listener);
      return { [Symbol.dispose]: () => void listeners.delete(listener) };
    },
  };
}

main()
  .then(
    (code) => (process.exitCode = code),
    (error: unknown) => {
      process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
      process.exitCode = 1;
    },
  )
  .finally(() => process.exit());
