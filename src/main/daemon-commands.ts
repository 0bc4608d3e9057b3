/** `daemon status|stop|restart|logs` and `exit-scope`. */
import { readFileSync } from 'node:fs';
import type { Console } from '../cli/console.ts';
import { exitCode } from '../cli/exit-code.ts';
import type { OwnCommand } from '../cli/program.ts';
import { isoTime } from '../common/clock.ts';
import { limits } from '../common/limits.ts';
import { createError } from '../powershell/error-ids.ts';
import { ConversationLost, ProtocolMismatch } from '../protocol/conversation.ts';
import { explainFailure } from '../protocol/explain-failure.ts';
import type { AgentMethods } from '../protocol/agent-methods.ts';
import type { ProtocolClient } from '../protocol/client.ts';
import type { Scope } from '../protocol/model.ts';
import { dialOrStartDaemon, signalDaemon, tryDial, type DaemonStart } from './start-daemon.ts';

export interface DaemonCommandParts {
  readonly start: DaemonStart;
  readonly client: ProtocolClient<AgentMethods>;
  readonly scope: () => Scope;
  readonly console: Console;
  readonly writeError: (error: unknown) => Promise<void>;
}

export function daemonCommands(parts: DaemonCommandParts): OwnCommand[] {
  const { start, client, console } = parts;
  const say = (text: string) => void console.stdout.write(`${text}\n`);
  const guarded =
    (run: (options: Readonly<Record<string, unknown>>) => Promise<number>) =>
    async (_words: readonly string[], options: Readonly<Record<string, unknown>>) => {
      try {
        return await run(options);
      } catch (error) {
        await parts.writeError(explainFailure(error));
        return exitCode.error;
      }
    };

  const status = async (options: Readonly<Record<string, unknown>>) => {
    const duplex = await tryDial(start);
    if (duplex === undefined) throw createError('daemonNotRunning', {});
    const facts = await client.call(duplex, 'daemonStatus', {});
    if (options['json'] === true) {
      say(JSON.stringify({ ...facts, startedAt: isoTime(facts.startedAt) }));
      return exitCode.success;
    }
    say(`pssession ${facts.version}, process ${facts.pid}, since ${isoTime(facts.startedAt)}`);
    say(
      `${facts.sessions} sessions, ${facts.scopes} scopes, ${Math.round(facts.residentBytes / 1024 / 1024)} MiB of memory`,
    );
    say(`socket ${start.paths.socket}`);
    say(`state  ${start.paths.state}`);
    for (const problem of facts.problems) say(`problem: ${problem}`);
    return exitCode.success;
  };

  const stop = async () => {
    const duplex = await tryDial(start);
    if (duplex === undefined) throw createError('daemonNotRunning', {});
    await client.call(duplex, 'daemonStop', {}).catch((error: unknown) => {
      if (error instanceof ConversationLost) return; // it may be gone before its answer is
      if (!(error instanceof ProtocolMismatch)) throw error;
      signalDaemon(start, 'SIGTERM');
    });
    const dueMs = start.clock.monotonic() + limits.daemonStartMs;
    for (let left = await tryDial(start); left !== undefined; left = await tryDial(start)) {
      left.destroy();
      if (start.clock.monotonic() > dueMs) throw createError('daemonConnectionLost', { reason: 'it does not stop.' });
      await start.clock.delay(20);
    }
    return exitCode.success;
  };

  return [
    {
      name: 'daemon',
      summary: 'Looks at the daemon of this account, stops or restarts it. Sessions go on without it.',
      subcommands: [
        {
          name: 'status',
          summary: 'Says whether it runs, since when, and what it holds.',
          options: [{ flags: '--json', description: 'As one JSON object.' }],
          run: guarded(status),
        },
        {
          name: 'stop',
          summary: 'Stops it. Sessions and their commands go on; full buffers stop nothing until it runs again.',
          run: guarded(async () => {
            await stop();
            say('The daemon has stopped. Its sessions go on; any cmdlet starts it again.');
            return exitCode.success;
          }),
        },
        {
          name: 'restart',
          summary: 'Stops it and starts it anew, with this version of pssession.',
          run: guarded(async () => {
            const running = await tryDial(start);
            running?.destroy();
            if (running !== undefined) await stop();
            const duplex = await dialOrStartDaemon(start);
            const { pid, version } = await client.call(duplex, 'daemonStatus', {});
            say(`The daemon runs as process ${pid}, version ${version}.`);
            return exitCode.success;
          }),
        },
        {
          name: 'logs',
          summary: 'Prints what it has noted.',
          run: guarded(() => {
            say(readFileSync(start.paths.daemonLog, 'utf8').trimEnd());
            return Promise.resolve(exitCode.success);
          }),
        },
      ],
    },
    {
      name: 'exit-scope',
      summary: 'Ends this scope: its sessions that run a command are disconnected, its idle ones removed.',
      run: guarded(async () => {
        await client.call(await dialOrStartDaemon(start), 'exitScope', { scope: parts.scope() });
        return exitCode.success;
      }),
    },
  ];
}
