import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { SessionFacts } from '../../../src/protocol/model.ts';
import { holderOne, HostRig } from '../../support/host-rig.ts';

const mib = 1024 * 1024;
/** Numbered lines of 16 bytes: a lost, doubled or moved byte shows. */
const numberedLines = (count: number) => `i=0; while [ $i -lt ${count} ]; do printf '%015d\\n' $i; i=$((i+1)); done`;
const fastLines = (count: number) => `seq -f %015.0f 0 ${count - 1}`;
const expected = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => `${String(from + index).padStart(15, '0')}\n`).join('');

async function factsOf(rig: HostRig, instanceId: string): Promise<SessionFacts> {
  const facts = (await rig.call('list', {})).sessions.find((session) => session.instanceId === instanceId);
  if (facts === undefined) throw new Error('the session is gone');
  return facts;
}

describe('Block', () => {
  it('suspends the command at the limit and resumes it when a reader makes room; not a byte is lost', async () => {
    await using rig = new HostRig();
    const { instanceId } = (await rig.create({ outputBufferBytes: mib })).session;
    const blocked = rig.nextEvent('output.blocked');
    await rig.startDisconnected(instanceId, fastLines(500_000));
    await blocked;
    const facts = await factsOf(rig, instanceId);
    expect(facts).toMatchObject({ blocked: 'buffer', state: { kind: 'disconnected' } });
    expect(facts.command).not.toBeNull();
    expect(facts.bufferedBytes).toBeGreaterThanOrEqual(mib);

    const { out, status, droppedBytes } = await rig.receive(instanceId);
    expect(out.equals(Buffer.from(expected(0, 500_000)))).toBe(true);
    expect({ status, droppedBytes }).toEqual({ status: 0, droppedBytes: 0 });
    expect(await factsOf(rig, instanceId)).toMatchObject({ blocked: null, bufferedBytes: 0, droppedBytes: 0 });
  });

  it('keeps the suspended command over a restart of the daemon', async () => {
    await using rig = new HostRig();
    const { instanceId } = (await rig.create({ outputBufferBytes: mib })).session;
    const blocked = rig.nextEvent('output.blocked');
    await rig.startDisconnected(instanceId, fastLines(300_000));
    await blocked;
    await rig.restart();
    const { out } = await rig.receive(instanceId);
    expect(out.equals(Buffer.from(expected(0, 300_000)))).toBe(true);
  });

  it('lets a suspended command go on when the mode changes to Drop', async () => {
    await using rig = new HostRig();
    const { instanceId } = (await rig.create({ outputBufferBytes: mib })).session;
    const blocked = rig.nextEvent('output.blocked');
    await rig.startDisconnected(instanceId, fastLines(500_000));
    await blocked;
    await rig.call('connect', { instanceId, holder: holderOne, force: false, waitMs: 0, outputBufferingMode: 'Drop' });
    const session = rig.table.get(instanceId);
    await session.commandSettled(1, new AbortController().signal);
    expect((await factsOf(rig, instanceId)).droppedBytes).toBeGreaterThan(0);
  });
});

describe('Drop', () => {
  it('lets the command finish, keeps the newest output and tells how much went', async () => {
    await using rig = new HostRig();
    const wishes = { outputBufferBytes: mib, outputBufferingMode: 'Drop' as const };
    const { instanceId } = (await rig.create(wishes)).session;
    const lines = 500_000;
    await rig.startDisconnected(instanceId, `${fastLines(lines)}; exit 7`);
    await rig.table.get(instanceId).commandSettled(1, new AbortController().signal);

    const { out, status, droppedBytes } = await rig.receive(instanceId);
    expect(status).toBe(7);
    expect(droppedBytes).toBeGreaterThan(0);
    const text = out.toString();
    expect(expected(0, lines).endsWith(text)).toBe(true);
    expect(out.length).toBeLessThanOrEqual(mib + 64 * 1024);
    expect(out.length).toBeGreaterThan(mib / 2);
  });

  it('loses nothing while somebody receives', async () => {
    await using rig = new HostRig();
    const wishes = { outputBufferBytes: mib, outputBufferingMode: 'Drop' as const };
    const { instanceId } = (await rig.create(wishes)).session;
    // the command waits in its FIFO until the receiver is there
    const gate = `${rig.directory}/gate`;
    execFileSync('mkfifo', [gate]);
    await rig.startDisconnected(instanceId, `${numberedLines(3)}; read -r go < '${gate}'; ${fastLines(300_000)}`);
    const received = rig.receive(instanceId);
    await writeFile(gate, 'go\n');
    const { out, droppedBytes } = await received;
    expect(droppedBytes).toBe(0);
    expect(out.equals(Buffer.from(expected(0, 3) + expected(0, 300_000)))).toBe(true);
  });
});
