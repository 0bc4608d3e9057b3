/** Unix sockets and FIFOs as Node streams. */
import { chmodSync, constants, lstatSync, openSync } from 'node:fs';
import { connect, createServer, Socket, type Server } from 'node:net';
import type { Duplex } from 'node:stream';

/** @throws the system's error: ENOENT and ECONNREFUSED mean that nobody listens */
export function dialUnixSocket(path: string): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.removeListener('error', reject);
      resolve(socket);
    });
  });
}

/** Disposing also ends the conversations that it has brought. */
export interface Listener extends AsyncDisposable {
  /** Takes no more conversations and removes the socket file; those that are there go on. */
  close(): void;
}

/** Listens for this account only. */
export async function listenOnUnixSocket(path: string, serve: (duplex: Duplex) => void): Promise<Listener> {
  const open = new Set<Socket>();
  const server: Server = createServer({ allowHalfOpen: true }, (socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
    socket.on('error', () => socket.destroy());
    serve(socket);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, () => resolve());
  });
  chmodSync(path, 0o600);
  return {
    close: () => void server.close(),
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of open) socket.destroySoon();
      }),
  };
}

/** The uid that owns the file at `path`; undefined when there is none. */
export function ownerOf(path: string): number | undefined {
  try {
    return lstatSync(path).uid;
  } catch {
    return undefined; // nothing there, or a part of the path is a file: whoever makes directories says so
  }
}

/**
 * Opens a FIFO without blocking a thread: to read, it ends when its last writer is gone.
 *
 * @throws ENXIO for `write` when nobody reads it
 */
export function openFifo(path: string, access: 'read' | 'write'): Duplex {
  const isRead = access === 'read';
  const descriptor = openSync(path, (isRead ? constants.O_RDONLY : constants.O_WRONLY) | constants.O_NONBLOCK);
  return new Socket({ fd: descriptor, readable: isRead, writable: !isRead });
}
