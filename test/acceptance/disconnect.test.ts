import { describe, expect, test } from 'vitest';
import { startRig } from '../support/rig.ts';

const record = (stderr: string) => JSON.parse(stderr) as Record<string, unknown>;

describe('disconnect, connect, receive, remove', () => {
  test('a command goes on without anybody, and its output waits', async () => {
    await using rig = await startRig();
    await rig.newSession('build');
    const gate = rig.gate();
    const [left] = await rig.sessions([
      'icm',
      '-Name',
      'build',
      '-InDisconnectedSession',
      `echo a; ${gate.wait}; echo b`,
    ]);
    expect(left).toMatchObject({ State: 'Disconnected', Availability: 'None' });
    const after = Date.parse(left?.ExpiresOn ?? '') - Date.parse(left?.DisconnectedOn ?? '');
    expect(after, 'ExpiresOn is DisconnectedOn and the idle timeout').toBe(7_200_000);
    await rig.ok(['connect-session', '-Name', 'build', '-o', 'name']);
    expect(await rig.stateOf('build')).toBe('Opened/Busy');
    await rig.ok(['disconnect-session', '-Name', 'build', '-o', 'name']);
    await gate.open();
    expect(await rig.ok(['receive-session', '-Name', 'build'])).toBe('a\nb\n');
    expect(await rig.stateOf('build'), 'receiving leaves it connected').toBe('Opened/Available');
    expect(await rig.ok(['receive-session', '-Name', 'build']), 'output is delivered once').toBe('');
    await rig.ok(['remove-session', '-Name', 'build']);
    expect(await rig.sessions(['get-session', '-Cn', 'localhost'])).toEqual([]);
  });

  test('receive-session exits with the status of the command', async () => {
    await using rig = await startRig();
    await rig.newSession('build');
    await rig.ok(['icm', '-Name', 'build', '-Disconnected', 'echo out; echo err >&2; exit 7']);
    const { stdout, stderr, status } = await rig.run(['receive-session', '-Name', 'build'], { scope: 'rig' });
    expect([stdout.toString(), stderr, status]).toEqual(['out\n', 'err\n', 7]);
  });

  test('several sessions are received one after the other, through a pipe too', async () => {
    await using rig = await startRig();
    for (const name of ['one', 'two']) {
      await rig.newSession(name);
      await rig.ok(['icm', '-Name', name, '-Disconnected', `echo from ${name}`]);
    }
    const line = 'pssession get-session -ComputerName localhost | pssession receive-session';
    const { stdout, status } = await rig.shell(line, { scope: 'another' }).finished();
    expect([stdout.toString().split('\n').sort(), status]).toEqual([['', 'from one', 'from two'], 0]);
  });

  test('what invoke-command did not get is kept for receive-session', async () => {
    await using rig = await startRig();
    await rig.newSession('build');
    const gate = rig.gate();
    const command = rig.spawn(['icm', '-Name', 'build', `echo a; ${gate.wait}; echo b; exit 4`]);
    await command.seen('a\n');
    await rig.ok(['disconnect-session', '-Name', 'build', '-o', 'name']);
    expect((await command.finished()).status).toBe(255);
    await gate.open();
    const { stdout, status } = await rig.run(['receive-session', '-Cn', 'localhost', '-Name', 'build'], {
      scope: 'two',
    });
    expect([stdout.toString().replace('a\n', ''), status]).toEqual(['b\n', 4]);
  });

  test('disconnecting twice, and connecting twice, changes nothing', async () => {
    await using rig = await startRig();
    await rig.newSession('build');
    const [first] = await rig.sessions(['disconnect-session', 'build']);
    const [second] = await rig.sessions(['disconnect-session', 'build', '-IdleTimeoutSec', '61']);
    expect(second).toEqual(first);
    await rig.ok(['connect-session', 'build']);
    const [opened] = await rig.sessions(['connect-session', 'build']);
    expect(opened).toMatchObject({ State: 'Opened', DisconnectedOn: null, ExpiresOn: null });
  });

  test('-OutputBufferingMode is set on the way out and leaves the idle timeout', async () => {
    await using rig = await startRig();
    await rig.ok(['new-session', '-Name', 'build', '-SessionOption', 'IdleTimeout=600000']);
    const [session] = await rig.sessions(['disconnect-session', 'build', '-OutputBufferingMode', 'drop']);
    expect(session).toMatchObject({ OutputBufferingMode: 'Drop', IdleTimeout: 600_000 });
  });

  test('a session nobody knows is an error; receiving it is 255', async () => {
    await using rig = await startRig();
    for (const [cmdlet, status] of [
      ['connect-session', 1],
      ['disconnect-session', 1],
      ['receive-session', 255],
      ['remove-session', 1],
    ] as const) {
      const result = await rig.run([cmdlet, '-Name', 'nobody', '-o', 'jsonl']);
      expect([cmdlet, result.status]).toEqual([cmdlet, status]);
      expect(record(result.stderr)).toMatchObject({ ErrorId: 'RemoteRunspaceNotAvailableForSpecifiedName' });
    }
  });
});

describe('idle timeout', () => {
  test('two days are accepted at creation, refused when leaving, repaired with -IdleTimeoutSec', async () => {
    await using rig = await startRig();
    const [made] = await rig.sessions(['new-session', '-Name', 'ITTask', '-SessionOption', 'IdleTimeout=172800000']);
    expect(made?.IdleTimeout).toBe(172_800_000);
    const refused = await rig.run(['disconnect-session', '-Name', 'ITTask']);
    expect(refused.status).toBe(1);
    // the text of the document, word for word, with its two blanks
    expect(refused.stderr).toBe(
      'Disconnect-PSSession : The session ITTask cannot be disconnected because the specified idle timeout value ' +
        '172800(seconds) is either greater than the server maximum allowed 43200 (seconds) or less that the minimum ' +
        'allowed60(seconds).  Choose an idle time out value that is within the allowed range and try again.\n',
    );
    const json = await rig.run(['disconnect-session', '-Name', 'ITTask', '-o', 'jsonl']);
    expect(record(json.stderr)).toMatchObject({ ErrorId: 'CannotDisconnectSessionWithInvalidIdleTimeout' });
    expect(await rig.stateOf('ITTask')).toBe('Opened/Available');
    const [left] = await rig.sessions(['disconnect-session', '-Name', 'ITTask', '-IdleTimeoutSec', '43200']);
    expect(left).toMatchObject({ State: 'Disconnected', Availability: 'None', IdleTimeout: 43_200_000 });
  });

  test.each(['59', '43201', '0'])(
    '-IdleTimeoutSec %s is out of range and leaves the session Opened',
    async (seconds) => {
      await using rig = await startRig();
      await rig.newSession('build');
      const { status, stderr } = await rig.run([
        'disconnect-session',
        'build',
        '-IdleTimeoutSec',
        seconds,
        '-o',
        'json',
      ]);
      expect(status).toBe(1);
      expect(record(stderr)).toMatchObject({ ErrorId: 'CannotDisconnectSessionWithInvalidIdleTimeout' });
      expect(await rig.stateOf('build')).toBe('Opened/Available');
    },
  );

  test('less than a minute is refused before a session is made', async () => {
    await using rig = await startRig();
    const { status, stderr } = await rig.run(['new-session', '-SessionOption', 'IdleTimeout=59999', '-o', 'jsonl']);
    expect(status, stderr).toBeGreaterThan(0);
    expect(await rig.sessions(['get-session', '-All'])).toEqual([]);
  });
});
