import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { markBytes, MarkScanner, type Piece } from '../../src/host/mark-scanner.ts';
import { splitAt, splits } from '../support/splits.ts';

const token = '0123456789abcdef0123456789abcdef';

/** What a stream may hold: the parts that look like a mark and are none matter most. */
const part = fc.oneof(
  fc.record({ edge: fc.constantFrom('+', '-'), number: fc.integer({ min: 0, max: 99_999_999 }) }),
  fc.constantFrom(
    '\x1e',
    '\x1e\x1e',
    token,
    `\x1e${token}`,
    `\x1e${token}+`,
    `\x1e${token}+0000000`,
    `\x1e${token}+00000001`,
    `\x1e${token}*00000001\x1e`,
    `\x1e${token}-0000000a\x1e`,
    `\x1e${token.slice(0, 31)}f+00000001\x1e`,
    `\x1e${token}\x1e${token}`,
    '\n',
  ),
  fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
);

const stream = fc
  .array(part, { maxLength: 25 })
  .map((parts) => Buffer.from(parts.map((one) => (typeof one === 'string' ? one : markText(one))).join(''), 'latin1'));

describe('MarkScanner', () => {
  test('gives the same marks and bytes for every split of a stream', () => {
    fc.assert(
      fc.property(stream, splits, fc.nat(1e12), (bytes, cuts, start) => {
        expect(joined(scan(splitAt(bytes, cuts), start))).toEqual(joined(scan([bytes], start)));
      }),
      { numRuns: 3000 },
    );
  });

  test('finds what a search in the whole stream finds', () => {
    fc.assert(
      fc.property(stream, splits, (bytes, cuts) => {
        expect(joined(scan(splitAt(bytes, cuts), 0))).toEqual(searched(bytes));
      }),
      { numRuns: 3000 },
    );
  });

  test('says of every byte where it was, and leaves none out', () => {
    fc.assert(
      fc.property(stream, splits, fc.nat(1e12), (bytes, cuts, start) => {
        let position = start;
        for (const piece of scan(splitAt(bytes, cuts), start)) {
          expect(piece.position).toBe(position);
          position = piece.kind === 'mark' ? piece.end : position + piece.bytes.length;
        }
        expect(position).toBe(start + bytes.length);
      }),
    );
  });

  test('holds back no more than a mark lacks', () => {
    fc.assert(
      fc.property(stream, splits, (bytes, cuts) => {
        const scanner = new MarkScanner(token, 0);
        let pushed = 0;
        let given = 0;
        for (const chunk of splitAt(bytes, cuts)) {
          pushed += chunk.length;
          for (const piece of scanner.push(chunk)) given += piece.kind === 'mark' ? markBytes : piece.bytes.length;
          expect(pushed - given).toBeLessThan(markBytes);
        }
      }),
    );
  });
});

function markText({ edge, number }: { edge: string; number: number }): string {
  return `\x1e${token}${edge}${String(number).padStart(8, '0')}\x1e`;
}

function scan(chunks: readonly Buffer[], start: number): Piece[] {
  const scanner = new MarkScanner(token, start);
  return [...chunks.flatMap((chunk) => scanner.push(chunk)), ...scanner.flush()];
}

/** Neighbouring bytes as one piece: a split may cut them, and only them. */
function joined(pieces: readonly Piece[]): object[] {
  const all: { position: number; text?: string; mark?: string }[] = [];
  for (const piece of pieces) {
    const last = all.at(-1);
    if (piece.kind === 'mark') all.push({ position: piece.position, mark: `${piece.edge} ${piece.number}` });
    else if (last?.text === undefined) all.push({ position: piece.position, text: piece.bytes.toString('latin1') });
    else last.text += piece.bytes.toString('latin1');
  }
  return all;
}

function searched(bytes: Buffer): object[] {
  const all: object[] = [];
  const text = bytes.toString('latin1');
  const mark = new RegExp(`\x1e${token}([+-])(\\d{8})\x1e`, 'gu');
  let from = 0;
  for (let found = mark.exec(text); found !== null; found = mark.exec(text)) {
    if (found.index > from) all.push({ position: from, text: text.slice(from, found.index) });
    all.push({ position: found.index, mark: `${found[1] === '+' ? 'begin' : 'end'} ${Number(found[2])}` });
    from = mark.lastIndex;
  }
  if (from < text.length) all.push({ position: from, text: text.slice(from) });
  return all;
}
