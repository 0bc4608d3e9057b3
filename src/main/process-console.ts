/** The process's own three streams. */
import { fstatSync, write } from 'node:fs';
import { Writable } from 'node:stream';
import { isatty } from 'node:tty';
import type { Console } from '../cli/console.ts';
import type { Clock } from '../common/clock.ts';

export function processConsole(clock: Clock): Console {
  return {
    get stdin() {
      return process.stdin; // made when it is asked for: it costs start-up time
    },
    stdout: new DescriptorWritable(1, clock),
    stderr: new DescriptorWritable(2, clock),
    isStdinTerminal: isatty(0),
    isStdoutTerminal: isatty(1),
    isStderrTerminal: isatty(2),
    hasPipelineInput: carriesData(0),
    windowSize: () => {
      // only a terminal's stream is made for this: making one costs start-up time
      const terminal = isatty(1) ? process.stdout : isatty(2) ? process.stderr : undefined;
      return terminal === undefined ? undefined : { columns: terminal.columns, rows: terminal.rows };
    },
  };
}

function carriesData(descriptor: number): boolean {
  try {
    const status = fstatSync(descriptor);
    return status.isFIFO() || status.isSocket() || status.isFile();
  } catch {
    return false; // closed
  }
}

const retryMs = 5;

/**
 * Writes to a descriptor; its callback comes when the kernel has the bytes. process.stdout tells that only after it may
 * have buffered, and blocks the event loop on a full pipe.
 */
class DescriptorWritable extends Writable {
  constructor(
    readonly descriptor: number,
    readonly clock: Clock,
  ) {
    super({ decodeStrings: true, highWaterMark: 0 });
    this.on('error', () => undefined); // told to each writer by its own callback
  }

  override _write(bytes: Buffer, _encoding: BufferEncoding, callback: (error?: Error | null) => void): void {
    write(this.descriptor, bytes, (error, written) => {
      if (error === null && written === bytes.length) callback();
      else if (error === null) this._write(bytes.subarray(written), _encoding, callback);
      else if (error.code === 'EAGAIN') this.clock.setTimer(retryMs, () => this._write(bytes, _encoding, callback));
      else callback(error);
    });
  }
}
