/**
 * FIFOs as an alarm: nobody writes them, a few processes hold them open, and their end of file tells that the last of those
 * is gone.
 */
import { closeSync, constants, openSync, readSync } from 'node:fs';
import type { Duplex } from 'node:stream';

/**
 * Opens a FIFO without ever blocking: `read` with O_RDONLY|O_NONBLOCK (ends when no writer is left), `write` with
 * O_WRONLY|O_NONBLOCK.
 *
 * @throws ENXIO for `write` when nobody reads it.
 */
export type OpenFifo = (path: string, access: 'read' | 'write') => Duplex;

/**
 * Calls `onGone` once, and never before it returns, when nobody holds the FIFO open for writing; disposing calls it off.
 */
export function watchWriters(path: string, openFifo: OpenFifo, onGone: () => void): Disposable {
  const reader = openFifo(path, 'read');
  let isOver = false;
  const finish = () => {
    if (isOver) return;
    isOver = true;
    reader.destroy();
    onGone();
  };
  reader.on('error', () => undefined); // a close follows
  reader.once('end', finish);
  reader.once('close', finish);
  reader.resume();
  // poll() is silent about writers that were gone before we opened it
  if (!hasWriter(path)) process.nextTick(finish);
  return {
    [Symbol.dispose]: () => {
      isOver = true;
      reader.destroy();
    },
  };
}

/** Whether anybody holds the FIFO open for writing. */
export function hasWriter(path: string): boolean {
  let descriptor: number;
  try {
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch {
    return false; // deleted: whoever runs there is out of reach
  }
  try {
    return readSync(descriptor, Buffer.alloc(1)) > 0;
  } catch {
    return true; // EAGAIN: somebody could write
  } finally {
    closeSync(descriptor);
  }
}
