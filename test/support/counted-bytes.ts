/**
 * A stream whose every byte tells where it belongs: what `seq FIRST LAST` prints when all numbers have ten digits. Whoever
 * receives it knows at the first wrong byte that one was lost, doubled or moved, and which.
 */
const lineBytes = 11;
const blockLines = 1000;
const blockBytes = lineBytes * blockLines;
/** So many bytes hold a whole line with the end of line before it, wherever they begin. */
export const tellingBytes = 2 * lineBytes;

export class CountedBytes {
  readonly length: number;
  readonly #block = Buffer.alloc(blockBytes, '0000000000\n');
  #blockNumber = Number.NaN;

  /** @param first a multiple of 1000 with ten digits */
  constructor(
    readonly first: number,
    readonly lines: number,
  ) {
    if (first % blockLines !== 0) throw new Error('the first number has to be a multiple of a block');
    if (first < 1e9 || first + lines > 1e10) throw new Error('all numbers need ten digits');
    this.length = lines * lineBytes;
    for (let line = 0; line < blockLines; line++) {
      this.#block.write(String(line).padStart(3, '0'), line * lineBytes + 7, 'latin1');
    }
  }

  /** The command that prints it. */
  get command(): string {
    return `seq ${this.first} ${this.first + this.lines - 1}`;
  }

  /** Where the first byte belongs that is not the one expected from `position` on; undefined when all are right. */
  mismatch(position: number, bytes: Buffer): number | undefined {
    if (position + bytes.length > this.length) return this.length;
    for (let at = 0; at < bytes.length;) {
      const inBlock = (position + at) % blockBytes;
      const size = Math.min(blockBytes - inBlock, bytes.length - at);
      const block = this.#fill(Math.floor((position + at) / blockBytes));
      if (block.compare(bytes, at, at + size, inBlock, inBlock + size) !== 0) {
        let wrong = 0;
        while (block[inBlock + wrong] === bytes[at + wrong]) wrong++;
        return position + at + wrong;
      }
      at += size;
    }
    return undefined;
  }

  bytes(position: number, end: number): Buffer {
    const parts: Buffer[] = [];
    for (let at = position; at < end;) {
      const inBlock = at % blockBytes;
      const size = Math.min(blockBytes - inBlock, end - at);
      parts.push(Buffer.from(this.#fill(Math.floor(at / blockBytes)).subarray(inBlock, inBlock + size)));
      at += size;
    }
    return Buffer.concat(parts);
  }

  /** Where these bytes belong, by the first whole line among them; undefined when they hold none. */
  positionOf(bytes: Buffer): number | undefined {
    for (let end = bytes.indexOf(10); end !== -1; end = bytes.indexOf(10, end + 1)) {
      const line = bytes.toString('latin1', end + 1, end + lineBytes);
      if (/^\d{10}$/.test(line)) return (Number(line) - this.first) * lineBytes - (end + 1);
    }
    return undefined;
  }

  #fill(blockNumber: number): Buffer {
    if (blockNumber === this.#blockNumber) return this.#block;
    const digits = Buffer.from(String(this.first / blockLines + blockNumber), 'latin1');
    for (let at = 0; at < blockBytes; at += lineBytes) {
      for (let digit = 0; digit < digits.length; digit++) this.#block[at + digit] = digits[digit] ?? 0;
    }
    this.#blockNumber = blockNumber;
    return this.#block;
  }
}

/** What several receivers, one after the other, got of one stream. @throws at the first byte that breaks the promise */
export class Receipt {
  /** Everything before this has been received. */
  position = 0;
  /** Bytes that a receiver got although the one before had written them; one number for each seam. */
  readonly repeated: number[] = [];
  /** The first bytes of a new receiver, until there are enough to tell where they belong. */
  #head: Buffer | undefined;
  /** Of the repeated bytes, those still to come. */
  #repeatedAhead = 0;

  constructor(
    readonly name: string,
    readonly expected: CountedBytes,
  ) {}

  /** A new receiver: it may begin before `position`, never after. */
  nextReceiver(): void {
    this.#settleHead(true);
    this.#head = Buffer.alloc(0);
    this.#repeatedAhead = 0;
  }

  take(chunk: Buffer): void {
    if (this.#head === undefined) {
      this.#match(chunk);
      return;
    }
    this.#head = Buffer.concat([this.#head, chunk]);
    if (this.#head.length >= tellingBytes) this.#settleHead(false);
  }

  /** All receivers are done. */
  end(): void {
    this.#settleHead(true);
    if (this.position !== this.expected.length) {
      throw new Error(`${this.name}: ${this.expected.length - this.position} bytes are missing at the end`);
    }
  }

  #settleHead(isAll: boolean): void {
    const head = this.#head;
    if (head === undefined || (head.length < tellingBytes && !isAll)) return;
    this.#head = undefined;
    if (head.length === 0) {
      this.repeated.push(0);
      return;
    }
    const shown = JSON.stringify(head.toString('latin1', 0, 400));
    // too few to tell: they can only be the last ones
    const start =
      head.length < tellingBytes ? this.expected.length - head.length : (this.expected.positionOf(head) ?? -1);
    if (start < 0) throw new Error(`${this.name}: a receiver began with ${shown}`);
    if (start > this.position) {
      throw new Error(`${this.name}: ${start - this.position} bytes lost at ${this.position}; there came ${shown}`);
    }
    this.repeated.push(this.position - start);
    const again = Math.min(head.length, this.position - start);
    const wrong = this.expected.mismatch(start, head.subarray(0, again));
    if (wrong !== undefined) throw new Error(`${this.name}: wrong byte at ${wrong} among the repeated ones`);
    this.#repeatedAhead = this.position - start - again;
    this.#match(head.subarray(again));
  }

  #match(chunk: Buffer): void {
    const again = Math.min(this.#repeatedAhead, chunk.length);
    if (again > 0) {
      const wrong = this.expected.mismatch(this.position - this.#repeatedAhead, chunk.subarray(0, again));
      if (wrong !== undefined) throw new Error(`${this.name}: wrong byte at ${wrong} among the repeated ones`);
      this.#repeatedAhead -= again;
    }
    const news = chunk.subarray(again);
    const wrong = this.expected.mismatch(this.position, news);
    if (wrong !== undefined) throw new Error(this.#describe(wrong, news));
    this.position += news.length;
  }

  #describe(wrong: number, news: Buffer): string {
    const rest = news.subarray(wrong - this.position);
    const belongs = this.expected.positionOf(rest);
    const shown = JSON.stringify(rest.toString('latin1', 0, 60));
    if (belongs === undefined) return `${this.name}: at ${wrong} came ${shown}`;
    const shift = belongs - wrong;
    return `${this.name}: ${Math.abs(shift)} bytes ${shift > 0 ? 'lost' : 'doubled'} at ${wrong}; there came ${shown}`;
  }
}
