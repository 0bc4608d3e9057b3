import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findSessionProcesses } from '../../../src/host/process-tree.ts';
import { systemFacts } from '../../../src/common/process-identity.ts';
import { holderOne, HostRig } from '../../support/host-rig.ts';

describe('the idle clock of a session', () => {
  it('is two hours by default, runs only while disconnected, and shows its end', async () => {
    await using rig = new HostRig();
    const { session } = await rig.create();
    expect(session).toMatchObject({ idleTimeoutMs: 7_200_000, state: { kind: 'opened' } });
    rig.clock.advance(100 * 3_600_000);
    expect((await rig.call('list', {})).sessions).toHaveLength(1);

    const since = rig.clock.now();
    const left = await rig.call('disconnect', { instanceId: session.instanceId, holder: holderOne });
    expect(left.session.state).toEqual({ kind: 'disconnected', since, expiresAt: since + 7_200_000 });
  });

  it('ends the shell and all its children at the millisecond it is due, a running command included', async () => {
    await using rig = new HostRig();
    const { session } = await rig.create();
    const { instanceId } = session;
    await rig.startDisconnected(instanceId, 'setsid sleep 1000 & nohup sleep 1001 & sleep 1002');
    rig.clock.advance(7_200_000 - 1);
    expect((await rig.call('list', {})).sessions).toHaveLength(1);
    const emptied = rig.nextEvent('table.emptied');
    rig.clock.advance(1);
    await emptied;
    expect((await rig.call('list', {})).sessions).toEqual([]);
    expect(await findSessionProcesses(instanceId, [], systemFacts())).toEqual([]);
    expect(existsSync(join(rig.directory, 'sessions', instanceId))).toBe(false);
  });

  it('begins anew when the session was connected and is disconnected again', async () => {
    await using rig = new HostRig();
    const { instanceId } = (await rig.create()).session;
    const one = { instanceId, holder: holderOne };
    await rig.call('disconnect', one);
    rig.clock.advance(7_000_000);
    await rig.call('connect', { ...one, force: false, waitMs: 0 });
    rig.clock.advance(7_000_000);
    await rig.call('disconnect', one);
    rig.clock.advance(7_199_999);
    expect((await rig.call('list', {})).sessions).toHaveLength(1);
    const emptied = rig.nextEvent('table.emptied');
    rig.clock.advance(1);
    await emptied;
  });

  it('keeps its deadline over a restart of the daemon, also one that came in between', async () => {
    await using rig = new HostRig();
    const { instanceId } = (await rig.create({}, 'first')).session;
    const late = (await rig.create({ idleTimeoutMs: 60_000 }, 'late')).session.instanceId;
    await rig.call('disconnect', { instanceId, holder: holderOne });
    await rig.call('disconnect', { instanceId: late, holder: holderOne });
    await rig.restart();
    expect((await rig.call('list', {})).sessions.map(({ name }) => name).sort()).toEqual(['first', 'late']);
    rig.clock.advance(59_999);
    expect((await rig.call('list', {})).sessions).toHaveLength(2);
    const ended = rig.nextEvent('session.ending');
    rig.clock.advance(1);
    await ended;
    await rig.table
      .all()
      .find(({ name }) => name === 'late')
      ?.end('expired');
    expect((await rig.call('list', {})).sessions.map(({ name }) => name)).toEqual(['first']);
  });

  it.each([
    ['below a minute', 59_999, 59],
    ['above the maximum of the configuration', 43_200_001, 43_200],
  ])(
    'refuses a value %s with the text of the documents, and the session stays open',
    async (_what, idleTimeoutMs, wanted) => {
      await using rig = new HostRig();
      const { instanceId } = (await rig.create()).session;
      const error = await rig.errorOf(rig.call('disconnect', { instanceId, holder: holderOne, idleTimeoutMs }));
      expect(error.id).toBe('CannotDisconnectSessionWithInvalidIdleTimeout');
      expect(error.message).toContain(
        `specified idle timeout value ${wanted}(seconds) is either greater than the server maximum allowed 43200 (seconds)`,
      );
      expect((await rig.call('list', {})).sessions[0]?.state.kind).toBe('opened');
    },
  );

  it('finds a value above the maximum only at disconnect, and takes another one there', async () => {
    await using rig = new HostRig();
    const { session } = await rig.create({ idleTimeoutMs: 172_800_000 });
    const one = { instanceId: session.instanceId, holder: holderOne };
    expect((await rig.errorOf(rig.call('disconnect', one))).message).toContain('172800(seconds)');
    expect((await rig.call('disconnect', { ...one, idleTimeoutMs: 43_200_000 })).session.idleTimeoutMs).toBe(
      43_200_000,
    );
  });
});
