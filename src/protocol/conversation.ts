/**
 * One request over one Duplex: hello, request, items and data, end. The Duplex is the unit of cancellation: closing it
 * ends the request on the other side. Reading is an async iterator, writing waits for drain: backpressure is the chain.
 */
import type { Duplex } from 'node:stream';
import { Deferred } from '../common/deferred.ts';
import { createError } from '../powershell/error-ids.ts';
import { decodeJson, encodeFrame, encodeJson, FrameDecoder, FrameKind, type Frame } from './frame.ts';
import { isCompatible, protocolVersion } from './version.ts';

export interface Hello {
  readonly protocol: number;
  readonly product: string;
}

/** The other side speaks another version of the protocol. */
export class ProtocolMismatch extends Error {
  constructor(readonly theirs: Hello) {
    super(
      `the other side is pssession ${theirs.product} with protocol ${theirs.protocol}, this one speaks protocol ${protocolVersion}`,
    );
  }
}

/** The other side went away before it said how the request ended. */
export class ConversationLost extends Error {
  constructor(cause?: unknown) {
    super('the connection ended before the request did', { cause });
  }
}

export class Conversation {
  readonly #decoder = new FrameDecoder();
  readonly #frames: Frame[] = [];
  readonly #closed = new AbortController();
  #wake = new Deferred<void>();
  #ended = false;
  #failure: Error | undefined;

  readonly #onChunk = (chunk: Buffer): void => this.#onData(chunk);

  constructor(readonly duplex: Duplex) {
    duplex.on('data', this.#onChunk);
    duplex.on('error', (error) => this.#end(error));
    duplex.on('end', () => this.#end());
    duplex.on('close', () => this.#end());
  }

  /** Aborts when the other side is gone. */
  get closed(): AbortSignal {
    return this.#closed.signal;
  }

  #onData(chunk: Buffer): void {
    try {
      this.#frames.push(...this.#decoder.push(chunk));
    } catch (error) {
      this.#end(error as Error);
      this.duplex.destroy();
      return;
    }
    if (this.#frames.length > 64) this.duplex.pause();
    this.#notify();
  }

  #end(failure?: Error): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#failure = failure;
    this.#closed.abort(new ConversationLost(failure));
    this.#notify();
  }

  #notify(): void {
    const wake = this.#wake;
    this.#wake = new Deferred<void>();
    wake.resolve();
  }

  /** The next frame, or undefined when the other side has ended. */
  async next(): Promise<Frame | undefined> {
    for (;;) {
      const frame = this.#frames.shift();
      if (frame !== undefined) {
        if (this.#frames.length < 16 && this.duplex.isPaused()) this.duplex.resume();
        return frame;
      }
      if (this.#ended) return undefined;
      await this.#wake.promise;
    }
  }

  /** Writes one encoded frame; resolves when the other side keeps up. @throws ConversationLost */
  async write(frame: Buffer): Promise<void> {
    if (this.#ended || !this.duplex.writable) throw new ConversationLost(this.#failure);
    if (this.duplex.write(frame)) return;
    const drained = new Deferred<void>();
    const done = () => drained.resolve();
    this.duplex.once('drain', done);
    this.#closed.signal.addEventListener('abort', done, { once: true });
    await drained.promise;
    this.duplex.removeListener('drain', done);
    this.#closed.signal.removeEventListener('abort', done);
  }

  /**
   * Passes on what has come and not been read, and from then on every byte as it comes; at its end the other one is
   * ended, too. Nothing can be read here any more.
   */
  pipeTo(other: Conversation): void {
    const { duplex } = this;
    duplex.off('data', this.#onChunk);
    for (const { kind, payload } of this.#frames.splice(0)) other.duplex.write(encodeFrame(kind, payload));
    other.duplex.write(this.#decoder.rest());
    const close = () => void other.duplex.end(() => other.duplex.destroy());
    if (duplex.closed) close();
    else duplex.once('close', close);
    if (this.#ended) other.end();
    else duplex.pipe(other.duplex);
  }

  json(kind: number, value: unknown): Promise<void> {
    return this.write(encodeJson(kind, value));
  }

  signal(kind: number): Promise<void> {
    return this.write(encodeFrame(kind, Buffer.alloc(0)));
  }

  hello(product: string): Promise<void> {
    return this.json(FrameKind.Hello, { protocol: protocolVersion, product } satisfies Hello);
  }

  /** Reads the other side's hello. @throws ProtocolMismatch, ConversationLost */
  async expectHello(): Promise<Hello> {
    const frame = await this.next();
    if (frame === undefined) throw new ConversationLost(this.#failure);
    if (frame.kind !== FrameKind.Hello)
      throw createError('protocolViolation', { reason: 'it did not say hello first.' });
    const hello = decodeJson(frame) as Hello;
    if (!isCompatible(hello.protocol)) throw new ProtocolMismatch(hello);
    return hello;
  }

  /** Sends what is left and closes our side; the other side may still speak. */
  end(): void {
    this.duplex.end();
  }

  [Symbol.dispose](): void {
    this.duplex.destroy();
  }
}
