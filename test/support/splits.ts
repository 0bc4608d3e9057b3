/** Splits of a byte stream for property tests. */
import fc from 'fast-check';

/** Lengths of chunks, taken round and round until the stream is at its end; 1 means byte by byte. */
export const splits = fc.array(fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 200 })), {
  minLength: 1,
  maxLength: 8,
});

export function splitAt(bytes: Buffer, lengths: readonly number[]): Buffer[] {
  const chunks: Buffer[] = [];
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const length = lengths[turn % lengths.length] ?? 1;
    chunks.push(bytes.subarray(at, at + length));
    at += length;
  }
  return chunks;
}
