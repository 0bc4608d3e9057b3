import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limits } from '../../src/common/limits.ts';
import { decodePositioned, encodeFrame, encodePositioned, FrameDecoder, FrameKind } from '../../src/protocol/frame.ts';

const frame = fc.record({ kind: fc.integer({ min: 1, max: 255 }), payload: fc.uint8Array({ maxLength: 300 }) });

describe('FrameDecoder', () => {
  it('gives the same frames for any split of the bytes', () => {
    fc.assert(
      fc.property(fc.array(frame), fc.integer({ min: 1, max: 50 }), (frames, chunkBytes) => {
        const bytes = Buffer.concat(frames.map(({ kind, payload }) => encodeFrame(kind, payload)));
        const decoder = new FrameDecoder();
        const decoded = [];
        for (let at = 0; at < bytes.length; at += chunkBytes)
          decoded.push(...decoder.push(bytes.subarray(at, at + chunkBytes)));
        expect(decoded.map(({ kind, payload }) => ({ kind, payload: [...payload] }))).toEqual(
          frames.map(({ kind, payload }) => ({ kind, payload: [...payload] })),
        );
      }),
    );
  });

  it('refuses a frame over the limit before it has its bytes', () => {
    const header = Buffer.alloc(5);
    header[0] = FrameKind.Output;
    header.writeUInt32BE(limits.frameBytes + 1, 1);
    expect(() => new FrameDecoder().push(header)).toThrow(/over the limit/u);
  });

  it('carries positions beyond 32 bits', () => {
    const encoded = encodePositioned(FrameKind.Output, 'err', 2 ** 40 + 1, Buffer.from('x'));
    const [decoded] = new FrameDecoder().push(encoded);
    expect(decoded && decodePositioned(decoded)).toMatchObject({
      stream: 'err',
      position: 2 ** 40 + 1,
      bytes: Buffer.from('x'),
    });
  });
});
