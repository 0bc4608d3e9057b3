/**
 * Finds the marks that a session's shell writes into its output streams around each command, and takes them out.
 *
 * A mark is `RS token +|- number RS`: 0x1e, 32 hex digits of the session's random token, a sign, 8 digits, 0x1e. The
 * scanner takes a stream in any split; a mark that is cut by a chunk is held back until it is whole.
 */
export type Piece =
  | { readonly kind: 'bytes'; readonly position: number; readonly bytes: Buffer }
  | {
      readonly kind: 'mark';
      readonly position: number;
      readonly end: number;
      readonly edge: 'begin' | 'end';
      readonly number: number;
    };

export const markBytes = 43;
const tokenHexDigits = 32;

export class MarkScanner {
  readonly #opening: Buffer;
  #held = Buffer.alloc(0);
  #position: number;

  /** @param position raw position of the first byte that will be pushed. */
  constructor(token: string, position: number) {
    if (token.length !== tokenHexDigits) throw new Error('a mark token has 32 hex digits');
    this.#opening = Buffer.from(`\x1e${token}`, 'latin1');
    this.#position = position;
  }

  push(chunk: Buffer): Piece[] {
    const bytes = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    const pieces: Piece[] = [];
    let from = 0;
    for (;;) {
      const at = bytes.indexOf(this.#opening, from);
      if (at === -1 || at + markBytes > bytes.length) break;
      const mark = this.#parse(bytes.subarray(at, at + markBytes), this.#position + at);
      if (mark === undefined) {
        // the token without a mark around it: somebody printed what they read from the screen; plain bytes
        this.#bytes(pieces, bytes, from, at + 1);
        from = at + 1;
        continue;
      }
      this.#bytes(pieces, bytes, from, at);
      pieces.push(mark);
      from = at + markBytes;
    }
    const keepFrom = this.#possibleMark(bytes, from);
    this.#bytes(pieces, bytes, from, keepFrom);
    this.#held = Buffer.from(bytes.subarray(keepFrom));
    this.#position += keepFrom;
    return pieces;
  }

  /** What was held back, when the stream will not go on. */
  flush(): Piece[] {
    const pieces: Piece[] = [];
    this.#bytes(pieces, this.#held, 0, this.#held.length);
    this.#position += this.#held.length;
    this.#held = Buffer.alloc(0);
    return pieces;
  }

  #bytes(pieces: Piece[], bytes: Buffer, from: number, to: number): void {
    if (to > from) pieces.push({ kind: 'bytes', position: this.#position + from, bytes: bytes.subarray(from, to) });
  }

  /** Where a mark may begin that the bytes do not hold to its end. */
  #possibleMark(bytes: Buffer, from: number): number {
    const tailStart = Math.max(from, bytes.length - markBytes + 1);
    for (let at = bytes.indexOf(0x1e, tailStart); at !== -1; at = bytes.indexOf(0x1e, at + 1)) {
      const tail = bytes.subarray(at, Math.min(bytes.length, at + this.#opening.length));
      if (this.#opening.subarray(0, tail.length).equals(tail)) return at;
    }
    return bytes.length;
  }

  #parse(mark: Buffer, position: number): Piece | undefined {
    const match = /^([+-])(\d{8})\x1e$/u.exec(mark.toString('latin1', this.#opening.length));
    if (match === null) return undefined;
    return {
      kind: 'mark',
      position,
      end: position + markBytes,
      edge: match[1] === '+' ? 'begin' : 'end',
      number: Number(match[2]),
    };
  }
}
