import { describe, expect, test } from 'vitest';
import { quote, startRig } from '../support/rig.ts';

describe('scopes', () => {
  test('two terminals see one session from their own side, step by step (R19)', async () => {
    await using rig = await startRig();
    await rig.newSession('build', { scope: 'one' });
    expect(await rig.stateOf('build', 'one')).toBe('Opened/Available');
    expect(await rig.stateOf('build', 'two')).toBe('Disconnected/Busy');
    await rig.ok(['disconnect-session', '-Name', 'build'], { scope: 'one' });
    expect(await rig.stateOf('build', 'one')).toBe('Disconnected/None');
    expect(await rig.stateOf('build', 'two')).toBe('Disconnected/None');
    await rig.ok(['connect-session', '-ComputerName', 'localhost', '-Name', 'build'], { scope: 'two' });
    expect(await rig.stateOf('build', 'two')).toBe('Opened/Available');
    expect(await rig.stateOf('build', 'one')).toBe('Disconnected/Busy');
  });

  test('the owner sees a running command as Busy, and who holds a session is told', async () => {
    await using rig = await startRig();
    await rig.newSession('build', { scope: 'one' });
    const command = rig.spawn(['icm', '-Name', 'build', 'echo begun; read -r line; echo "$line"'], {
      scope: 'one',
      openInput: true,
    });
    await command.seen('begun');
    expect(await rig.stateOf('build', 'one')).toBe('Opened/Busy');
    expect(await rig.stateOf('build', 'two')).toBe('Disconnected/Busy');
    const [seen] = await rig.sessions(['get-session', '-Cn', 'localhost'], { scope: 'two' });
    expect(seen?.Holder).toContain('(one)');
    command.child.stdin?.end('over\n');
    expect((await command.finished()).status).toBe(0);
    expect(await rig.stateOf('build', 'one')).toBe('Opened/Available');
  });

  test('each scope counts its own Ids and lists its own sessions', async () => {
    await using rig = await startRig();
    await rig.newSession('a', { scope: 'one' });
    await rig.newSession('b', { scope: 'one' });
    const other = await rig.newSession('c', { scope: 'two' });
    expect(other.Id).toBe(1);
    expect(await rig.ok(['get-session', '-o', 'name'], { scope: 'one' })).toBe('a\nb\n');
    expect(await rig.ok(['get-session', '-o', 'name'], { scope: 'two' })).toBe('c\n');
    expect((await rig.sessions(['get-session', '-All'], { scope: 'three' })).map(({ Name }) => Name).sort()).toEqual([
      'a',
      'b',
      'c',
    ]);
    expect(await rig.sessions(['get-session'], { scope: 'three' })).toEqual([]);
    await rig.ok(['remove-session', '-Id', '2'], { scope: 'one' });
    const again = await rig.newSession('d', { scope: 'one' });
    expect(again.Id, 'an Id is never used again').not.toBe(2);
    const [first] = await rig.sessions(['get-session', '-Cn', 'localhost', '-Name', 'c'], { scope: 'one' });
    const [second] = await rig.sessions(['get-session', '-Cn', 'localhost', '-Name', 'c'], { scope: 'one' });
    expect(second?.Id).toBe(first?.Id);
    expect(await rig.ok(['get-session', '-Id', String(first?.Id), '-o', 'name'], { scope: 'one' })).toBe('c\n');
  });

  test('sessions without a name are Session<Id>', async () => {
    await using rig = await startRig();
    expect(await rig.ok(['new-session', '-o', 'name'])).toBe('Session1\n');
    expect(await rig.ok(['nsn', '-o', 'name'])).toBe('Session2\n');
  });

  test('a name of another scope is an error that says where it is', async () => {
    await using rig = await startRig();
    await rig.newSession('build', { scope: 'one' });
    const { status, stderr } = await rig.run(['get-session', '-Name', 'build'], { scope: 'two' });
    expect(status).toBe(1);
    expect(stderr).toContain('connect-session -ComputerName localhost -Name build');
    const busy = await rig.run(['connect-session', '-Cn', 'localhost', '-Name', 'build', '-o', 'jsonl'], {
      scope: 'two',
    });
    expect(busy.status).toBe(1);
    expect(JSON.parse(busy.stderr)).toMatchObject({ ErrorId: 'PSSessionConnectFailed' });
    const received = await rig.run(['receive-session', '-Cn', 'localhost', '-Name', 'build', '-o', 'jsonl'], {
      scope: 'two',
    });
    expect(received.status).toBe(255);
    expect(JSON.parse(received.stderr)).toMatchObject({ ErrorId: 'ReceivePSSessionCannotConnectSession' });
    const removed = await rig.run(['remove-session', '-Cn', 'localhost'], { scope: 'two' });
    expect(removed.status).toBe(1);
    expect(await rig.stateOf('build', 'one')).toBe('Opened/Available');
    await rig.ok(['connect-session', '-Cn', 'localhost', '-Name', 'build', '-Force'], { scope: 'two' });
    expect(await rig.stateOf('build', 'one')).toBe('Disconnected/Busy');
  });

  test('-Wait gets a session when its holder lets go; -Timeout gives up with 124', async () => {
    await using rig = await startRig();
    await rig.newSession('build', { scope: 'one' });
    const late = await rig.run(['connect-session', '-Cn', 'localhost', '-Name', 'build', '-Timeout', '1'], {
      scope: 'two',
    });
    expect(late.status, late.stderr).toBe(124);
    const waiting = rig.spawn(['connect-session', '-Cn', 'localhost', '-Name', 'build', '-Wait', '-o', 'name'], {
      scope: 'two',
    });
    await rig.ok(['disconnect-session', '-Name', 'build'], { scope: 'one' });
    const { status, stdout } = await waiting.finished();
    expect([status, stdout.toString()]).toEqual([0, 'build\n']);
    expect(await rig.stateOf('build', 'two')).toBe('Opened/Available');
  });
});

describe('the end of a scope', () => {
  test('exit-scope keeps what runs and removes what is idle', async () => {
    await using rig = await startRig();
    await rig.newSession('idle', { scope: 'one' });
    await rig.newSession('working', { scope: 'one' });
    const gate = rig.gate();
    const command = rig.spawn(['icm', '-Name', 'working', `echo begun; ${gate.wait}; echo over`], { scope: 'one' });
    await command.seen('begun');
    command.kill('SIGKILL');
    await command.finished();
    await rig.ok(['exit-scope'], { scope: 'one' });
    const left = await rig.sessions(['get-session', '-Cn', 'localhost'], { scope: 'two' });
    expect(left).toMatchObject([{ Name: 'working', State: 'Disconnected', Availability: 'None' }]);
    await gate.open();
    const { status, stdout } = await rig.run(['receive-session', '-Cn', 'localhost', '-Name', 'working'], {
      scope: 'two',
    });
    expect([status, stdout.toString().replace('begun\n', '')]).toEqual([0, 'over\n']);
  });

  test('a terminal that closes keeps what runs and loses what is idle, as the documents say', async () => {
    await using rig = await startRig();
    const gate = rig.gate();
    // a process session of its own with a leader, which is what a terminal window is
    const terminal = rig.shell(
      `pssession new-session -Name idle; pssession new-session -Name working
       pssession icm -Name working ${quote(`echo begun; ${gate.wait}; echo over`)} &
       read -r line`,
      { scope: null, detached: true, openInput: true },
    );
    await terminal.seen('begun');
    const during = await rig.sessions(['get-session', '-Cn', 'localhost'], { scope: 'two' });
    expect(during.map(({ Name, State, Availability }) => `${Name} ${State}/${Availability}`).sort()).toEqual([
      'idle Disconnected/Busy',
      'working Disconnected/Busy',
    ]);
    process.kill(-terminal.pid, 'SIGKILL');
    await terminal.finished();
    const after = await rig.sessions(['get-session', '-Cn', 'localhost'], { scope: 'two' });
    expect(after).toMatchObject([{ Name: 'working', State: 'Disconnected', Availability: 'None' }]);
    await gate.open();
    const { status, stdout } = await rig.run(['receive-session', '-Cn', 'localhost', '-Name', 'working'], {
      scope: 'two',
    });
    expect([status, stdout.toString().replace('begun\n', '')]).toEqual([0, 'over\n']);
  });

  test('two terminals without PSSESSION_SCOPE are two scopes', async () => {
    await using rig = await startRig();
    const open = () => rig.shell('pssession nsn -o id; read -r line', { scope: null, detached: true, openInput: true });
    const terminals = [open(), open()];
    for (const terminal of terminals) await terminal.seen('1\n');
    for (const terminal of terminals) {
      terminal.child.stdin?.end('\n');
      await terminal.finished();
    }
    expect(await rig.sessions(['get-session', '-All'])).toEqual([]);
  });
});
