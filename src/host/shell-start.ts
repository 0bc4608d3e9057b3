/**
 * Makes the processes and files behind a session, and finds them again after the daemon's death.
 */
import { execFile, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { writeFileAtomic } from '../common/atomic-file.ts';
import { isAlive } from '../common/process-identity.ts';
import { parseControlLine } from './control-log.ts';
import { instanceIdVariable } from './process-tree.ts';
import { hasWriter } from './fifo.ts';
import { sessionRoles } from './holders.ts';
import { ShellProcess, type ShellDeps } from './shell-process.ts';
import { bash } from './shells/bash.ts';
import { fish } from './shells/fish.ts';
import { sh } from './shells/sh.ts';
import { holderScript, launchScript, wrapperScript } from './shells/session-scripts.ts';
import type { ShellKind } from './shells/shell-kind.ts';
import { zsh } from './shells/zsh.ts';

const shellKinds = { bash, zsh, sh, fish } satisfies Record<string, ShellKind>;
export type ShellName = keyof typeof shellKinds;

export interface ShellLaunch {
  /** Exists, 0700, empty; absolute. */
  readonly directory: string;
  readonly instanceId: string;
  readonly shell: ShellName;
  readonly shellPath: string;
  /** All the shell gets, beside PSSESSION_INSTANCE_ID. */
  readonly environment: Readonly<Record<string, string>>;
  readonly workingDirectory: string;
  readonly noProfile: boolean;
  readonly columns: number;
  readonly rows: number;
  readonly segmentBytes: number;
  /** 32 hex digits, random. */
  readonly markToken: string;
  /** Octal; 022 when omitted. The daemon's own is of no use to a session. */
  readonly umask?: string;
}

export interface StartOptions {
  /** How long the profile may take until the first prompt. */
  readonly deadlineMs: number;
  readonly signal?: AbortSignal;
}

const fifos = ['out', 'err', 'terminal.in', 'terminal.out', 'life', 'drain'];
/** Where the wrapper finds sh, script, split, stty when the account's PATH lacks them. */
const systemPath = '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin';
const tailCharacters = 2000;
const endGraceMs = 500;

/**
 * Starts a session's processes; resolves at the shell's first prompt. `ready` is reported too.
 *
 * @throws Error that says why there is no prompt, with the end of what the terminal showed; nothing is left running then.
 */
export async function startShell(launch: ShellLaunch, deps: ShellDeps, options: StartOptions): Promise<ShellProcess> {
  await makeFiles(launch);
  spawnWrapper(launch);
  const { directory, instanceId } = launch;
  const shell = new ShellProcess({ directory, instanceId, kind: shellKinds[launch.shell], reportedCommand: 0 }, deps);
  const stop = new AbortController();
  const signal = options.signal === undefined ? stop.signal : AbortSignal.any([stop.signal, options.signal]);
  try {
    shell.watch();
    const late = deps.clock.delay(options.deadlineMs, { signal }).then(() => 'late' as const);
    const outcome = await Promise.race([shell.ready.then(() => 'ready' as const), shell.exited, late]);
    if (outcome === 'ready') return shell;
    await shell.end(endGraceMs);
    throw new Error(startFailure(launch, outcome === 'late' ? options.deadlineMs : outcome));
  } catch (error) {
    if (!shell.isExited) await shell.end(endGraceMs);
    await shell[Symbol.asyncDispose]();
    throw error;
  } finally {
    stop.abort();
  }
}

export interface GoneShell {
  readonly gone: true;
  /** The shell's exit status; undefined when nobody was left to note it. */
  readonly endedStatus: number | undefined;
}

/**
 * Takes over the session of a daemon that died. Reports the ends of commands after `reportedCommand`, then goes on as if
 * nothing had happened; a holder that died meanwhile is the caller's to restart.
 *
 * @throws Error when the directory holds no session or one of a later version.
 */
export async function adoptShell(
  directory: string,
  deps: ShellDeps,
  options: { readonly reportedCommand: number },
): Promise<ShellProcess | GoneShell> {
  const record = readRecord(directory);
  const isAnyAlive = sessionRoles(directory).some((identity) => isAlive(identity, deps.facts));
  if (!isAnyAlive || !hasWriter(join(directory, 'life')))
    return { gone: true, endedStatus: readEndedStatus(directory) };
  const kind = shellKinds[record.shell];
  const shell = new ShellProcess({ directory, instanceId: record.instanceId, kind, ...options }, deps);
  shell.watch();
  return shell;
}

async function makeFiles(launch: ShellLaunch): Promise<void> {
  const { directory, environment } = launch;
  const kind = shellKinds[launch.shell];
  const path = environment['PATH'];
  const shellOnly = {
    SHELL: environment['SHELL'] ?? launch.shellPath,
    ...(path === undefined ? {} : { PATH: path }),
    ...kind.environment(launch),
  };
  await promisify(execFile)('mkfifo', ['-m', '600', ...fifos], { cwd: directory });
  for (const name of ['spool', 'pids']) mkdirSync(join(directory, name), { mode: 0o700 });
  const files = {
    control: '',
    'wrapper.sh': wrapperScript,
    'holder.sh': holderScript(launch.segmentBytes),
    'launch.sh': launchScript({
      commandLine: kind.commandLine(launch),
      environment: shellOnly,
      workingDirectory: launch.workingDirectory,
      columns: launch.columns,
      rows: launch.rows,
      umask: launch.umask ?? '022',
    }),
    ...kind.startFiles(launch),
  };
  for (const [name, content] of Object.entries(files)) {
    writeFileSync(join(directory, name), content, { mode: 0o600 });
  }
  const { instanceId, shell } = launch;
  writeFileAtomic(join(directory, 'shell.json'), JSON.stringify({ schema: 1, instanceId, shell }), { durable: true });
}

function spawnWrapper(launch: ShellLaunch): void {
  const path = launch.environment['PATH'];
  const life = openSync(join(launch.directory, 'life'), 'r+');
  try {
    const child = spawn('sh', ['wrapper.sh'], {
      cwd: launch.directory,
      detached: true,
      env: {
        ...launch.environment,
        PATH: path === undefined ? systemPath : `${path}:${systemPath}`,
        [instanceIdVariable]: launch.instanceId,
      },
      stdio: ['ignore', 'ignore', 'ignore', life],
    });
    child.on('error', () => undefined); // no wrapper holds `life` then, and its reader sees the end
    child.unref();
  } finally {
    closeSync(life);
  }
}

function readRecord(directory: string): { instanceId: string; shell: ShellName } {
  const record: unknown = JSON.parse(readFileSync(join(directory, 'shell.json'), 'utf8'));
  if (
    typeof record === 'object' &&
    record !== null &&
    'schema' in record &&
    record.schema === 1 &&
    'instanceId' in record &&
    typeof record.instanceId === 'string' &&
    'shell' in record &&
    typeof record.shell === 'string' &&
    Object.hasOwn(shellKinds, record.shell)
  ) {
    return { instanceId: record.instanceId, shell: record.shell as ShellName };
  }
  throw new Error(`${join(directory, 'shell.json')} is not of a version this program knows`);
}

function readEndedStatus(directory: string): number | undefined {
  const lines = readFileSync(join(directory, 'control'), 'latin1').split('\n');
  const ended = lines.map(parseControlLine).find((line) => line?.kind === 'ended');
  return ended?.kind === 'ended' ? ended.status : undefined;
}

function startFailure(launch: ShellLaunch, outcome: number | { readonly status: number | undefined }): string {
  const reason =
    typeof outcome === 'number'
      ? `did not come to its first prompt within ${outcome / 1000} s`
      : `ended with ${outcome.status ?? 'an unknown status'} before its first prompt`;
  const shown = [readTail(join(launch.directory, 'spool'), 'tty.'), readTail(launch.directory, 'wrapper.log')]
    .join('')
    .trim();
  return `${launch.shellPath} ${reason}; ${shown === '' ? 'it printed nothing' : `the last it printed was:\n${shown}`}`;
}

/** The end of the last file whose name begins so. */
function readTail(directory: string, prefix: string): string {
  const last = readdirSync(directory)
    .filter((name) => name.startsWith(prefix))
    .sort()
    .at(-1);
  return last === undefined ? '' : readFileSync(join(directory, last), 'utf8').slice(-tailCharacters);
}
