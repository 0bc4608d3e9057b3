import { duplexPair, PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { StdinPump } from '../../../src/cmdlets/stdin-pump.ts';
import { limits } from '../../../src/common/limits.ts';
import { Conversation } from '../../../src/protocol/conversation.ts';
import { decodePositioned, FrameKind } from '../../../src/protocol/frame.ts';
import { ManualClock } from '../../support/manual-clock.ts';

/** A conversation and its far end, with so little room between them that every write has to wait. */
function narrowLink(): { readonly near: Conversation; readonly far: Conversation } {
  const [near, far] = duplexPair({ highWaterMark: 1 });
  return { near: new Conversation(near), far: new Conversation(far) };
}

function pump() {
  const source = new PassThrough();
  const clock = new ManualClock();
  const stdin = new StdinPump(source, clock);
  return { source, clock, stdin, over: stdin.run(new AbortController().signal) };
}

/** Reads input to its end as a host does. */
async function read(far: Conversation, acknowledge: (position: number) => void): Promise<string> {
  let text = '';
  for (;;) {
    const frame = await far.next();
    if (frame === undefined || frame.kind === FrameKind.InputEnd) return text;
    const { position, bytes } = decodePositioned(frame);
    expect(position, 'parts come in the order of their positions').toBe(text.length);
    text += bytes.toString();
    acknowledge(text.length);
  }
}

describe('StdinPump', () => {
  test('sends in order what came before and while it was attached', async () => {
    const { source, stdin, over } = pump();
    const { near, far } = narrowLink();
    for (const part of ['one ', 'two ', 'three ']) source.write(part);
    stdin.attach(near);
    for (const part of ['four ', 'five']) source.write(part);
    source.end();
    expect(await read(far, (position) => stdin.acknowledge(position))).toBe('one two three four five');
    await over;
  });

  test('sends again to the next conversation what was not confirmed', async () => {
    const { source, stdin, over } = pump();
    const lost = narrowLink();
    stdin.attach(lost.near);
    source.write('one ');
    await lost.far.next();
    lost.near[Symbol.dispose](); // as the caller does when a conversation fails
    const next = narrowLink();
    stdin.attach(next.near);
    source.end('two');
    expect(await read(next.far, (position) => stdin.acknowledge(position))).toBe('one two');
    await over;
  });

  test('says that nothing has come yet, also when it is attached later', async () => {
    const { source, clock, stdin, over } = pump();
    clock.advance(limits.silentInputMs);
    const { near, far } = narrowLink();
    stdin.attach(near);
    const frame = await far.next();
    expect(frame?.kind).toBe(FrameKind.Input);
    source.end();
    expect((await far.next())?.kind).toBe(FrameKind.InputEnd);
    await over;
  });
});
