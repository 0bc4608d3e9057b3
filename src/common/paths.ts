/**
 * Where things lie on disk. `PSSESSION_HOME` puts everything under one directory; otherwise the XDG directories are used.
 */
import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { limits } from './limits.ts';

export interface Paths {
  readonly config: string;
  readonly state: string;
  readonly runtime: string;
  readonly sessions: string;
  readonly socket: string;
  readonly daemonLog: string;
  readonly daemonLock: string;
  readonly startLock: string;
  readonly agentState: string;
  readonly configurations: string;
}

/** Names every path from the environment; touches nothing. */
export function pathsFrom(environment: NodeJS.ProcessEnv, homeDirectory: string, uid: number): Paths {
  const own = environment['PSSESSION_HOME'];
  const config = own
    ? join(own, 'config')
    : join(environment['XDG_CONFIG_HOME'] || join(homeDirectory, '.config'), 'pssession');
  const state = own
    ? join(own, 'state')
    : join(environment['XDG_STATE_HOME'] || join(homeDirectory, '.local', 'state'), 'pssession');
  const runtime = own
    ? join(own, 'run')
    : environment['XDG_RUNTIME_DIR']
      ? join(environment['XDG_RUNTIME_DIR'], 'pssession')
      : join(state, 'run');
  return {
    config,
    state,
    runtime,
    sessions: join(state, 'sessions'),
    socket: shortSocketPath(join(runtime, 'daemon.sock'), uid),
    daemonLog: join(state, 'daemon.log'),
    daemonLock: join(state, 'daemon.lock'),
    startLock: join(state, 'start.lock'),
    agentState: join(state, 'agent.json'),
    configurations: join(config, 'configurations'),
  };
}

/** A socket path over the limit moves to a short directory named by a hash of the wanted path. */
function shortSocketPath(wanted: string, uid: number): string {
  if (Buffer.byteLength(wanted) <= limits.socketPathBytes) return wanted;
  const hash = createHash('sha256').update(wanted).digest('hex').slice(0, 16);
  const base = Buffer.byteLength(tmpdir()) < 40 ? tmpdir() : '/tmp';
  return join(base, `pssession-${uid}-${hash}`, 'daemon.sock');
}

/**
 * Makes a directory of ours (0700) and checks it: a real directory, owned by us, closed to others.
 *
 * @throws Error that names the directory and what is wrong with it.
 */
export function ensurePrivateDirectory(directory: string, uid: number): void {
  makeDirectories(directory);
  const status = lstatSync(directory);
  if (!status.isDirectory())
    throw new Error(`${directory} is not a directory (a link or a file); remove it and try again`);
  if (status.uid !== uid) throw new Error(`${directory} belongs to user ${status.uid}, not to you (${uid})`);
  if ((status.mode & 0o077) !== 0)
    throw new Error(`${directory} is open to other users; run: chmod 700 '${directory}'`);
}

/** Not `mkdirSync` with `recursive`: Node 20 never returns from it where a file system refuses new directories (/proc). */
function makeDirectories(directory: string): void {
  if (lstatSync(directory, { throwIfNoEntry: false }) !== undefined) return;
  makeDirectories(dirname(directory));
  try {
    mkdirSync(directory, { mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error; // another process was faster
  }
}
