/**
 * What crosses a wire: `kind (1 byte) | payload length (4 bytes, big-endian) | payload`.
 *
 * Numbers are never reused; a decoder passes unknown kinds on and a conversation ignores them. JSON kinds carry UTF-8
 * JSON; Output and Input carry `stream (1 byte) | position (8 bytes, big-endian) | bytes`; Ack and Confirm carry
 * `stream | position`. See docs/protocol.md.
 */
import { limits } from '../common/limits.ts';

export const FrameKind = {
  Hello: 1,
  Request: 2,
  Item: 3,
  Error: 4,
  Warning: 5,
  End: 6,
  Fail: 7,
  Output: 8,
  Ack: 9,
  Confirm: 10,
  Input: 11,
  InputAck: 12,
  InputEnd: 13,
  Interrupt: 14,
} as const;

export interface Frame {
  readonly kind: number;
  readonly payload: Buffer;
}

/** The two output streams of a command, as numbers on the wire. */
export type StreamName = 'out' | 'err';
export const streamNames: readonly StreamName[] = ['out', 'err'];

const headerBytes = 5;

export function encodeFrame(kind: number, payload: Uint8Array): Buffer {
  const frame = Buffer.allocUnsafe(headerBytes + payload.length);
  frame[0] = kind;
  frame.writeUInt32BE(payload.length, 1);
  frame.set(payload, headerBytes);
  return frame;
}

export function encodeJson(kind: number, value: unknown): Buffer {
  return encodeFrame(kind, Buffer.from(JSON.stringify(value)));
}

/** @throws Error when the payload is not JSON; the conversation ends then. */
export function decodeJson(frame: Frame): unknown {
  return JSON.parse(frame.payload.toString());
}

export interface Positioned {
  readonly stream: StreamName;
  /** Bytes since the session began, of this stream. */
  readonly position: number;
  readonly bytes: Buffer;
}

const positionedHeaderBytes = 9;

export function encodePositioned(
  kind: number,
  stream: StreamName,
  position: number,
  bytes: Uint8Array = Buffer.alloc(0),
): Buffer {
  const frame = Buffer.allocUnsafe(headerBytes + positionedHeaderBytes + bytes.length);
  frame[0] = kind;
  frame.writeUInt32BE(positionedHeaderBytes + bytes.length, 1);
  frame[headerBytes] = streamNames.indexOf(stream);
  frame.writeBigUInt64BE(BigInt(position), headerBytes + 1);
  frame.set(bytes, headerBytes + positionedHeaderBytes);
  return frame;
}

/** @throws Error for a short payload or an unknown stream. */
export function decodePositioned(frame: Frame): Positioned {
  const stream = streamNames[frame.payload[0] ?? 255];
  if (stream === undefined || frame.payload.length < positionedHeaderBytes)
    throw new Error('malformed positioned frame');
  return {
    stream,
    position: Number(frame.payload.readBigUInt64BE(1)),
    bytes: frame.payload.subarray(positionedHeaderBytes),
  };
}

/** Takes bytes in any split and gives whole frames. */
export class FrameDecoder {
  #chunks: Buffer[] = [];
  #bufferedBytes = 0;

  /** @throws Error for a frame over the limit: the other side is not one of ours. */
  push(chunk: Buffer): Frame[] {
    this.#chunks.push(chunk);
    this.#bufferedBytes += chunk.length;
    const frames: Frame[] = [];
    for (;;) {
      const header = this.#peek(headerBytes);
      if (header === undefined) return frames;
      const payloadBytes = header.readUInt32BE(1);
      if (payloadBytes > limits.frameBytes)
        throw new Error(`frame of ${payloadBytes} bytes is over the limit of ${limits.frameBytes}`);
      const whole = this.#peek(headerBytes + payloadBytes);
      if (whole === undefined) return frames;
      frames.push({ kind: whole[0] ?? 0, payload: whole.subarray(headerBytes, headerBytes + payloadBytes) });
      this.#drop(headerBytes + payloadBytes);
    }
  }

  /** The bytes that are no whole frame yet. */
  rest(): Buffer {
    return Buffer.concat(this.#chunks);
  }

  #peek(bytes: number): Buffer | undefined {
    if (this.#bufferedBytes < bytes) return undefined;
    let first = this.#chunks[0];
    if (first === undefined || first.length < bytes) {
      first = Buffer.concat(this.#chunks, this.#bufferedBytes);
      this.#chunks = [first];
    }
    return first.subarray(0, bytes);
  }

  #drop(bytes: number): void {
    this.#bufferedBytes -= bytes;
    const first = this.#chunks[0];
    if (first === undefined) return;
    if (first.length === bytes) this.#chunks.shift();
    else this.#chunks[0] = first.subarray(bytes);
  }
}
