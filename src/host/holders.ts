/**
 * The holders of one session: the small processes between its FIFOs and its spool. They outlive us; we only find them by
 * the identities they wrote, stop and continue them (Block), and start one anew when somebody killed it.
 */
import { spawn } from 'node:child_process';
import { closeSync, openSync, readdirSync, readFileSync, rmSync, watch } from 'node:fs';
import { join } from 'node:path';
import { Deferred } from '../common/deferred.ts';
import { isAlive, type ProcessFacts, type ProcessIdentity } from '../common/process-identity.ts';
import { signalProcess } from './process-tree.ts';

export const heldStreams = ['out', 'err', 'tty'] as const;
/** `tty` is what the terminal shows; `out` and `err` are the commands' own. */
export type HeldStream = (typeof heldStreams)[number];

/** Who a session's processes are; written by themselves into `pids/`. */
export type SessionRole = 'wrapper' | 'shell' | HeldStream;

/** What `pids/ROLE` says; undefined when that process did not get so far. */
export function readRole(
  directory: string,
  role: SessionRole,
): { readonly identity: ProcessIdentity; readonly terminal: string | undefined } | undefined {
  let text: string;
  try {
    text = readFileSync(join(directory, 'pids', role), 'latin1');
  } catch {
    return undefined; // not written yet
  }
  const [pid, startTime, bootId, terminal] = text.split('\n');
  if (!pid || !startTime || bootId === undefined) return undefined;
  return {
    identity: { pid: Number(pid), startTime, bootId },
    terminal: terminal?.startsWith('/') ? terminal : undefined,
  };
}

/** The identities that `pids/` of a session's directory names, living or not. */
export function sessionRoles(directory: string): ProcessIdentity[] {
  return (['wrapper', 'shell', ...heldStreams] as const).flatMap((role) => readRole(directory, role)?.identity ?? []);
}

export class Holders {
  constructor(
    readonly directory: string,
    readonly facts: ProcessFacts,
  ) {}

  /** The living holder of a stream. */
  find(stream: HeldStream): ProcessIdentity | undefined {
    const identity = readRole(this.directory, stream)?.identity;
    return identity !== undefined && isAlive(identity, this.facts) ? identity : undefined;
  }

  /** Stops it: nothing more is written to the spool, and the writer blocks once the FIFO is full. */
  pause(stream: HeldStream): boolean {
    const identity = this.find(stream);
    return identity !== undefined && signalProcess(identity, 'SIGSTOP', this.facts);
  }

  resume(stream: HeldStream): boolean {
    const identity = this.find(stream);
    return identity !== undefined && signalProcess(identity, 'SIGCONT', this.facts);
  }

  /**
   * Starts a new holder where none lives. What the dead one had read and not written is lost: at most one read, and
   * nothing when it was killed while it waited.
   *
   * @returns the number of the first segment it writes; undefined when the old one lives after all.
   */
  async restart(stream: HeldStream, signal?: AbortSignal): Promise<number | undefined> {
    if (this.find(stream) !== undefined) return undefined;
    const numbers = readdirSync(join(this.directory, 'spool'))
      .filter((file) => file.startsWith(`${stream}.`))
      .map((file) => Number(file.slice(stream.length + 1)));
    const segment = Math.max(-1, ...numbers) + 1;
    const fifo = stream === 'tty' ? 'terminal.out' : stream;
    // held open until the new holder has opened its end: it must not wait for a writer when all are gone
    const guard = openSync(join(this.directory, fifo), 'r+');
    const drain = openSync(join(this.directory, 'drain'), 'r+');
    rmSync(join(this.directory, 'pids', stream), { force: true });
    const identified = new Deferred<void>();
    using watcher = disposableWatch(join(this.directory, 'pids'), () => {
      if (this.find(stream) !== undefined) identified.resolve();
    });
    watcher.onError((error) => identified.reject(error));
    const abort = () => identified.reject(signal?.reason);
    signal?.addEventListener('abort', abort, { once: true });
    try {
      const stdio = ['ignore', 'ignore', 'ignore', 'ignore', 'ignore', 'ignore', 'ignore', drain] as const;
      const child = spawn('sh', ['holder.sh', stream, fifo, String(segment)], {
        cwd: this.directory,
        detached: true,
        stdio: [...stdio],
      });
      child.on('error', (error) => identified.reject(error));
      child.on('exit', (code) =>
        identified.reject(new Error(`the holder of ${stream} ended with ${code} at its start`)),
      );
      child.unref();
      await identified.promise;
    } finally {
      signal?.removeEventListener('abort', abort);
      closeSync(guard);
      closeSync(drain);
    }
    return segment;
  }
}

function disposableWatch(
  path: string,
  callback: () => void,
): Disposable & { onError(f: (error: Error) => void): void } {
  const watcher = watch(path, callback);
  return { [Symbol.dispose]: () => watcher.close(), onError: (f) => void watcher.on('error', f) };
}
