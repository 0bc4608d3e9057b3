/**
 * Finds the daemon or starts it: dial; when nobody answers take the start lock, dial again, start one, dial until it
 * answers. Losing the race is normal and silent. When it does not start, the tail of its log says why.
 */
import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, renameSync, statSync, unlinkSync } from 'node:fs';
import type { Duplex } from 'node:stream';
import type { Clock } from '../common/clock.ts';
import { Deferred } from '../common/deferred.ts';
import { limits } from '../common/limits.ts';
import { acquireLock } from '../common/lock-file.ts';
import { ensurePrivateDirectory, type Paths } from '../common/paths.ts';
import { isAlive, type ProcessFacts, type ProcessIdentity } from '../common/process-identity.ts';
import { createError } from '../powershell/error-ids.ts';
import { dialUnixSocket, ownerOf } from '../transport/unix-socket.ts';

export interface DaemonStart {
  readonly paths: Paths;
  readonly uid: number;
  /** This process. */
  readonly self: () => ProcessIdentity;
  readonly facts: ProcessFacts;
  readonly clock: Clock;
  readonly nodePath: string;
  readonly daemonScript: string;
  readonly environment: NodeJS.ProcessEnv;
}

const retryMs = 15;

/** A daemon of a thousand sessions is half the size with it, and as quick: what it makes lives for long or not at all. */
const youngHeapMiB = 2;

/** The daemon's exit code when another one has its lock. */
export const alreadyRunningExitCode = 3;

/** @throws DirectoryNotUsable, SocketNotOurs, DaemonStartFailed */
export async function dialOrStartDaemon(start: DaemonStart): Promise<Duplex> {
  const first = await tryDial(start);
  if (first !== undefined) return first;
  prepareDirectories(start);
  const self = start.self();
  const dueMs = start.clock.monotonic() + limits.daemonStartMs;
  for (;;) {
    const outcome = acquireLock(start.paths.startLock, self, start.facts);
    if (outcome.kind === 'acquired') {
      using _lock = outcome.lock;
      return (await tryDial(start)) ?? (await startDaemon(start, dueMs));
    }
    await start.clock.delay(retryMs);
    const answered = await tryDial(start);
    if (answered !== undefined) return answered;
    if (start.clock.monotonic() > dueMs)
      throw failure(start, `process ${outcome.owner.pid} has been starting it for too long.`);
  }
}

/**
 * Dials a daemon that may be there.
 *
 * @returns undefined when nobody answers; @throws SocketNotOurs, DaemonStartFailed when it takes the call and stays silent
 */
export async function tryDial(start: DaemonStart): Promise<Duplex | undefined> {
  const { paths, uid } = start;
  const owner = ownerOf(paths.socket);
  if (owner === undefined) return undefined;
  if (owner !== uid) throw createError('socketNotOurs', { path: paths.socket, owner });
  try {
    const duplex = await dialUnixSocket(paths.socket);
    return (await isGreeted(duplex, start)) ? duplex : undefined;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // ECONNRESET: it is just ending. EAGAIN: the queue of a busy daemon is full; the caller tries again
    if (code !== undefined && ['ECONNREFUSED', 'ENOENT', 'ECONNRESET', 'EAGAIN'].includes(code)) return undefined;
    throw error;
  }
}

/**
 * Whether the other side says something, which a daemon does at once. One that is just dying may still take calls; before
 * its greeting nothing has been asked of it, so the next one can be asked instead.
 */
async function isGreeted(duplex: Duplex, start: DaemonStart): Promise<boolean> {
  const heard = new Deferred<boolean>();
  const onReadable = () => heard.resolve(duplex.readableLength > 0);
  const onGone = () => heard.resolve(false);
  duplex.once('readable', onReadable).once('error', onGone).once('close', onGone);
  using _limit = start.clock.setTimer(limits.daemonStartMs, () =>
    heard.reject(failure(start, `one is there and said nothing for ${limits.daemonStartMs / 1000} s.`)),
  );
  try {
    return await heard.promise;
  } finally {
    duplex.removeListener('readable', onReadable).removeListener('error', onGone).removeListener('close', onGone);
    if (duplex.readableLength === 0) duplex.destroy();
  }
}

async function startDaemon(start: DaemonStart, dueMs: number): Promise<Duplex> {
  rotateLog(start.paths.daemonLog);
  const log = openSync(start.paths.daemonLog, 'a', 0o600);
  const child = spawn(start.nodePath, [`--max-semi-space-size=${youngHeapMiB}`, start.daemonScript], {
    cwd: '/',
    detached: true,
    env: withoutSession(start.environment),
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  let ended: string | undefined;
  child.on('error', (error) => (ended = error.message));
  child.on('exit', (code, signal) => {
    if (code === alreadyRunningExitCode) signalDaemon(start, 'SIGHUP');
    else ended = signal === null ? `it ended with status ${code ?? 'unknown'}.` : `it was ended by ${signal}.`;
  });
  child.unref();
  for (;;) {
    await start.clock.delay(retryMs);
    const answered = await tryDial(start);
    if (answered !== undefined) return answered;
    if (ended !== undefined) throw failure(start, ended);
    if (start.clock.monotonic() > dueMs)
      throw failure(start, `it did not answer within ${limits.daemonStartMs / 1000} s.`);
  }
}

/** A daemon started from inside a session must not count as one of its processes: it would end with it. */
function withoutSession({ PSSESSION_INSTANCE_ID: _session, ...environment }: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return environment;
}

/** One old log is kept; a daemon that lives for months writes little. */
function rotateLog(path: string): void {
  const bytes = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (bytes > limits.daemonLogBytes) renameSync(path, `${path}.1`);
}

/**
 * Signals the daemon that has the lock, whatever protocol it speaks: SIGHUP makes it listen anew (its socket is gone),
 * SIGTERM makes it stop.
 */
export function signalDaemon(
  { paths, facts }: Pick<DaemonStart, 'paths' | 'facts'>,
  signal: 'SIGHUP' | 'SIGTERM',
): void {
  try {
    const owner = JSON.parse(readFileSync(paths.daemonLock, 'utf8')) as ProcessIdentity;
    if (isAlive(owner, facts)) process.kill(owner.pid, signal);
  } catch {
    // it ended meanwhile; the next dial finds out
  }
}

/** Makes our directories, or says which one is in the way. @throws DirectoryNotUsable */
export function prepareDirectories({ paths, uid }: Pick<DaemonStart, 'paths' | 'uid'>): void {
  const socketDirectory = paths.socket.slice(0, paths.socket.lastIndexOf('/'));
  for (const path of [paths.state, paths.runtime, paths.sessions, socketDirectory]) {
    try {
      ensurePrivateDirectory(path, uid);
    } catch (error) {
      throw createError('directoryNotUsable', { path, reason: `${(error as Error).message}.` }, { cause: error });
    }
  }
}

export function removeStaleSocket(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

function failure({ paths }: DaemonStart, reason: string): Error {
  const tail = readTail(paths.daemonLog);
  return createError('daemonStartFailed', {
    reason: tail === '' ? reason : `${reason} It said last: ${tail}.`,
    log: paths.daemonLog,
  });
}

function readTail(path: string): string {
  try {
    return readFileSync(path, 'utf8').trimEnd().split('\n').at(-1) ?? '';
  } catch {
    return '';
  }
}
