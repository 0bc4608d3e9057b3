import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { limits } from '../../src/common/limits.ts';
import {
  decodePositioned,
  encodeFrame,
  encodePositioned,
  FrameDecoder,
  FrameKind,
  type Frame,
} from '../../src/protocol/frame.ts';
import { splitAt, splits } from '../support/splits.ts';

const frame = fc.record({
  // numbers of later versions too: a decoder passes them on
  kind: fc.integer({ min: 0, max: 255 }),
  payload: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
});

describe('FrameDecoder', () => {
  test('gives the same frames for every split of the bytes', () => {
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 20 }), splits, (frames, cuts) => {
        const bytes = Buffer.concat(frames.map(({ kind, payload }) => encodeFrame(kind, payload)));
        const decoder = new FrameDecoder();
        const decoded = splitAt(bytes, cuts).flatMap((chunk) => decoder.push(chunk));
        expect(decoded.map(comparable)).toEqual(frames.map(comparable));
      }),
      { numRuns: 2000 },
    );
  });

  test('gives a frame as soon as its last byte is there, and not before', () => {
    fc.assert(
      fc.property(frame, ({ kind, payload }) => {
        const bytes = encodeFrame(kind, payload);
        const decoder = new FrameDecoder();
        expect(decoder.push(bytes.subarray(0, -1))).toEqual([]);
        expect(decoder.push(bytes.subarray(-1)).map(comparable)).toEqual([comparable({ kind, payload })]);
      }),
    );
  });

  test('a frame that it gave does not change when more comes', () => {
    fc.assert(
      fc.property(fc.array(frame, { minLength: 2, maxLength: 10 }), splits, (frames, cuts) => {
        const bytes = Buffer.concat(frames.map(({ kind, payload }) => encodeFrame(kind, payload)));
        const decoder = new FrameDecoder();
        const before: string[] = [];
        const given: Frame[] = [];
        for (const chunk of splitAt(bytes, cuts)) {
          for (const one of decoder.push(Buffer.from(chunk))) {
            given.push(one);
            before.push(comparable(one));
          }
        }
        expect(given.map(comparable)).toEqual(before);
      }),
    );
  });

  test('refuses a length over the limit from the header alone', () => {
    fc.assert(
      fc.property(fc.integer({ min: limits.frameBytes + 1, max: 2 ** 32 - 1 }), splits, (length, cuts) => {
        const header = Buffer.alloc(5);
        header.writeUInt32BE(length, 1);
        const decoder = new FrameDecoder();
        expect(() => splitAt(header, cuts).map((chunk) => decoder.push(chunk))).toThrow(/limit/);
      }),
    );
  });

  test('positions of 10 GiB and far beyond come through whole', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
        fc.constantFrom('out', 'err'),
        fc.uint8Array(),
        (position, stream, bytes) => {
          const [decoded] = new FrameDecoder().push(
            encodePositioned(FrameKind.Output, stream, position, Buffer.from(bytes)),
          );
          expect(decodePositioned(decoded!)).toEqual({ stream, position, bytes: Buffer.from(bytes) });
        },
      ),
    );
  });
});

function comparable({ kind, payload }: Frame): string {
  return `${kind} ${payload.toString('hex')}`;
}
