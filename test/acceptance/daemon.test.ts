import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readIdentity, systemFacts } from '../../src/common/process-identity.ts';
import { encodeJson, FrameDecoder, FrameKind } from '../../src/protocol/frame.ts';
import { type Rig, type Running, startRig } from '../support/rig.ts';

/** How many command lines at once; issue 2 asks for 200, which is `PSSESSION_TEST_CLIS=200 npm test`. */
const crowd = Number(process.env['PSSESSION_TEST_CLIS'] ?? 50);

function startsOf(rig: Rig): number {
  return readFileSync(rig.paths.daemonLog, 'utf8').split('"event":"daemon.started"').length - 1;
}

describe('the daemon starts by itself', () => {
  test('two command lines at once start one', async () => {
    await using rig = await startRig();
    const results = await Promise.all([rig.run(['get-session']), rig.run(['get-session'])]);
    expect(results.map(({ status, stderr }) => [status, stderr])).toEqual([
      [0, ''],
      [0, ''],
    ]);
    expect(startsOf(rig)).toBe(1);
  });

  test(`${crowd} command lines at once start one`, { timeout: 120_000 }, async () => {
    await using rig = await startRig();
    const results = await Promise.all(Array.from({ length: crowd }, () => rig.run(['get-session', '-All'])));
    expect(results.filter(({ status, stderr }) => status !== 0 || stderr !== '')).toEqual([]);
    expect(startsOf(rig)).toBe(1);
  });

  test('it makes private directories, and a socket only for its account', async () => {
    await using rig = await startRig();
    await rig.ok(['get-session']);
    for (const path of [rig.paths.state, rig.paths.runtime, rig.paths.sessions])
      expect(statSync(path).mode & 0o777, path).toBe(0o700);
    expect(statSync(rig.paths.socket).mode & 0o077).toBe(0);
  });

  test('a killed daemon is replaced, and its sessions are there', async () => {
    await using rig = await startRig();
    await rig.newSession('build');
    const first = await rig.daemonPid();
    process.kill(first, 'SIGKILL');
    expect(await rig.ok(['icm', '-Name', 'build', 'echo alive'])).toBe('alive\n');
    expect(await rig.daemonPid()).not.toBe(first);
  });

  test('a killed daemon comes back for the command line that waits on it', async () => {
    await using rig = await startRig();
    await rig.newSession('build');
    await rig.ok(['icm', '-Name', 'build', ':']);
    const gate = rig.gate();
    const command = rig.spawn(['icm', '-Name', 'build', `echo a; ${gate.wait}; echo b; exit 6`]);
    await command.seen('a\n');
    process.kill(await rig.daemonPid(), 'SIGKILL');
    await rig.ok(['get-session']);
    await gate.open();
    const { stdout, status } = await command.finished();
    expect([stdout.toString(), status]).toEqual(['a\nb\n', 6]);
  });

  test('a session that ran a command before is followed to the end of the next one by a new daemon', async () => {
    await using rig = await startRig();
    await rig.newSession('build');
    const gate = rig.gate();
    await rig.ok(['icm', '-Name', 'build', ':']);
    await rig.ok(['icm', '-Name', 'build', '-Disconnected', `echo a; ${gate.wait}; exit 8`]);
    process.kill(await rig.daemonPid(), 'SIGKILL');
    const receiving = rig.spawn(['receive-session', '-Name', 'build']);
    await receiving.seen('a\n');
    await gate.open();
    expect((await receiving.finished()).status).toBe(8);
  });
});

describe('daemon status, stop, restart, logs', () => {
  test('status says what runs', async () => {
    await using rig = await startRig();
    const none = await rig.run(['daemon', 'status']);
    expect(none.status).toBe(1);
    expect(none.stderr).toContain('No daemon');
    await rig.newSession('build');
    const facts = JSON.parse(await rig.ok(['daemon', 'status', '--json'])) as Record<string, unknown>;
    expect(facts).toMatchObject({ sessions: 1, problems: [] });
    expect(await rig.ok(['daemon', 'status'])).toContain(rig.paths.socket);
    expect(await rig.ok(['daemon', 'logs'])).toContain('daemon.started');
  });

  test('stop keeps sessions and their commands', async () => {
    await using rig = await startRig();
    await rig.newSession('build');
    const gate = rig.gate();
    await rig.ok(['icm', '-Name', 'build', '-Disconnected', `kept=yes; echo a; ${gate.wait}; echo b`]);
    await rig.ok(['daemon', 'stop']);
    expect(existsSync(rig.paths.socket)).toBe(false);
    expect((await rig.run(['daemon', 'status'])).status).toBe(1);
    expect((await rig.run(['daemon', 'stop'])).status).toBe(1);
    await gate.open();
    expect(await rig.ok(['receive-session', '-Name', 'build'])).toBe('a\nb\n');
    expect(await rig.ok(['icm', '-Name', 'build', 'echo "$kept"'])).toBe('yes\n');
  });

  test('restart puts a new daemon in its place', async () => {
    await using rig = await startRig();
    await rig.newSession('build');
    const first = await rig.daemonPid();
    await rig.ok(['daemon', 'restart']);
    expect(await rig.daemonPid()).not.toBe(first);
    expect(await rig.stateOf('build')).toBe('Opened/Available');
  });

  test('restart while a command runs does not disturb it', async () => {
    await using rig = await startRig();
    await rig.newSession('build');
    const gate = rig.gate();
    const command = rig.spawn(['icm', '-Name', 'build', `echo a; ${gate.wait}; echo b`]);
    await command.seen('a\n');
    await rig.ok(['daemon', 'restart']);
    await gate.open();
    const { stdout, status } = await command.finished();
    expect([stdout.toString(), status]).toEqual(['a\nb\n', 0]);
  });
});

describe('protocol versions', () => {
  test('a caller with another version is told so, and the daemon goes on', async () => {
    await using rig = await startRig();
    await rig.ok(['get-session']);
    const socket = connect(rig.paths.socket);
    const decoder = new FrameDecoder();
    const frames: { kind: number; value: unknown }[] = [];
    socket.write(encodeJson(FrameKind.Hello, { protocol: 99, product: '9.9.9' }));
    for await (const chunk of socket as AsyncIterable<Buffer>) {
      for (const { kind, payload } of decoder.push(chunk)) frames.push({ kind, value: JSON.parse(payload.toString()) });
    }
    expect(frames.map(({ kind }) => kind)).toEqual([FrameKind.Hello, FrameKind.Fail]);
    expect(frames[1]?.value).toMatchObject({ errorId: 'ProtocolVersionMismatch' });
    expect((frames[1]?.value as { message: string }).message).toContain('99');
    await rig.ok(['get-session']);
  });

  test('a daemon with another version is named, with what to do', async () => {
    await using rig = await startRig();
    const server = await fakeDaemon(rig, encodeJson(FrameKind.Hello, { protocol: 99, product: '9.9.9' }));
    const { status, stderr } = await rig.run(['get-session', '-o', 'jsonl']);
    server.close();
    unlinkIfThere(rig.paths.socket);
    expect(status).toBe(1);
    expect(JSON.parse(stderr)).toMatchObject({ ErrorId: 'ProtocolVersionMismatch' });
    expect(stderr).toContain('daemon restart');
  });

  test('daemon restart replaces a daemon whose protocol it does not speak', async () => {
    await using rig = await startRig();
    const other = await strangeDaemon(rig);
    await rig.ok(['daemon', 'restart']);
    expect((await other.finished()).signal).toBe('SIGTERM');
    await rig.newSession('build');
    expect(await rig.daemonPid()).not.toBe(other.pid);
  });

  test('something else behind the socket is not taken for a daemon', async () => {
    await using rig = await startRig();
    const server = await fakeDaemon(rig, Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'));
    const { status, stderr } = await rig.run(['get-session']);
    server.close();
    unlinkIfThere(rig.paths.socket);
    expect(status).toBe(1);
    expect(stderr).toMatch(/^Get-PSSession : The daemon /u);
    expect(stderr).not.toMatch(/InternalError|bug in pssession/u);
  });

  test.each([
    ['nothing', Buffer.alloc(0)],
    ['noise', Buffer.from('\u0000\u0001noise that is no frame at all')],
    ['a frame of 4 GiB', Buffer.from([1, 0xff, 0xff, 0xff, 0xff])],
    ['a request before hello', encodeJson(FrameKind.Request, { method: 'daemonStop', params: {} })],
    ['a hello that is no JSON', Buffer.from([1, 0, 0, 0, 1, 0x7b])],
  ])('a caller that says %s does no harm', async (_what, bytes) => {
    await using rig = await startRig();
    await rig.ok(['get-session']);
    const pid = await rig.daemonPid();
    const socket = connect(rig.paths.socket);
    socket.end(bytes);
    socket.on('error', () => undefined); // the daemon may hang up first
    await new Promise((resolve) => socket.resume().once('close', resolve));
    expect(await rig.daemonPid()).toBe(pid);
  });
});

describe('what can be wrong with the files', () => {
  test('a deleted socket comes back, with the same daemon', async () => {
    await using rig = await startRig();
    await rig.newSession('build');
    const pid = await rig.daemonPid();
    unlinkSync(rig.paths.socket);
    expect(await rig.ok(['icm', '-Name', 'build', 'echo alive'])).toBe('alive\n');
    expect(await rig.daemonPid()).toBe(pid);
  });

  test('a socket file that nobody listens on is replaced', async () => {
    await using rig = await startRig();
    await rig.newSession('build');
    process.kill(await rig.daemonPid(), 'SIGKILL');
    expect(existsSync(rig.paths.socket)).toBe(true);
    expect(await rig.ok(['get-session', '-o', 'name'])).toBe('build\n');
  });

  const isRoot = process.getuid?.() === 0;
  if (!isRoot) console.warn('daemon tests: NOT ROOT, so the test with a socket of another account is skipped');
  test.skipIf(!isRoot)('a socket of another account is left alone', async () => {
    await using rig = await startRig();
    mkdirSync(rig.paths.runtime, { recursive: true, mode: 0o700 });
    const server = await fakeDaemon(rig, Buffer.alloc(0));
    chownSync(rig.paths.socket, 65534, 65534);
    const { status, stderr } = await rig.run(['get-session', '-o', 'jsonl']);
    server.close();
    unlinkIfThere(rig.paths.socket);
    expect(status).toBe(1);
    expect(JSON.parse(stderr)).toMatchObject({ ErrorId: 'SocketNotOurs' });
    expect(stderr).toContain('65534');
  });

  test('a home of 120 characters works: the socket moves to a short path', async () => {
    await using rig = await startRig({ home: 'h'.repeat(120) });
    await rig.newSession('build');
    expect(Buffer.byteLength(rig.paths.socket)).toBeLessThanOrEqual(100);
    expect(statSync(dirname(rig.paths.socket)).mode & 0o777).toBe(0o700);
    expect(await rig.ok(['icm', '-Name', 'build', 'echo alive'])).toBe('alive\n');
  });

  test('a home that is a file, lies in a file, or is open to others, is an error that names it', async () => {
    await using rig = await startRig();
    const file = rig.file('a-file', 'x');
    const open = join(rig.root, 'open', 'state');
    mkdirSync(open, { recursive: true });
    chmodSync(open, 0o777);
    for (const home of [file, join(file, 'below'), dirname(open)]) {
      const { status, stdout, stderr } = await rig.run(['get-session'], { env: { PSSESSION_HOME: home } });
      expect([home, status, stdout.toString()]).toEqual([home, 1, '']);
      expect(stderr).toMatch(/^Get-PSSession : /u);
      expect(stderr).toContain(home);
      expect(stderr).not.toMatch(/InternalError|bug in pssession/u);
    }
  });

  test('a home that cannot be written to is an error that names it', async () => {
    await using rig = await startRig();
    // even root cannot make a directory here
    const { status, stderr } = await rig.run(['get-session'], { env: { PSSESSION_HOME: '/proc/pssession' } });
    expect(status).toBe(1);
    expect(stderr).toContain('/proc/pssession');
    expect(stderr).toContain('PSSESSION_HOME');
  });

  test('scopes that cannot be read are set aside and reported; sessions are not lost', async () => {
    await using rig = await startRig();
    await rig.newSession('build');
    await rig.ok(['disconnect-session', 'build']);
    await rig.ok(['daemon', 'stop']);
    writeFileSync(rig.paths.agentState, '{"version":1,"scopes":[{');
    expect(await rig.stateOf('build')).toBe('Disconnected/None');
    const { problems } = JSON.parse(await rig.ok(['daemon', 'status', '--json'])) as { problems: string[] };
    expect(problems.join()).toContain(`${rig.paths.agentState}.unreadable`);
    unlinkSync(`${rig.paths.agentState}.unreadable`);
  });
});

function fakeDaemon(rig: Rig, says: Buffer): Promise<Server> {
  mkdirSync(rig.paths.runtime, { recursive: true, mode: 0o700 });
  const server = createServer((socket) => {
    socket.on('error', () => undefined); // the caller hangs up when it has seen enough
    socket.end(says);
  });
  return new Promise((resolve) => server.listen(rig.paths.socket, () => resolve(server)));
}

/** A daemon of another version: it has the lock, says hello in its own protocol and stops at SIGTERM. */
async function strangeDaemon(rig: Rig): Promise<Running> {
  await rig.ok(['daemon', 'restart']); // makes the directories
  await rig.ok(['daemon', 'stop']);
  const hello = encodeJson(FrameKind.Hello, { protocol: 99, product: '9.9.9' }).toString('base64');
  const script = `require('net').createServer((s) => s.on('error', () => {}).end(Buffer.from('${hello}', 'base64')))
    .listen(process.argv[1], () => console.log('listening'))`;
  const other = rig.spawnCommand(process.execPath, ['-e', script, rig.paths.socket]);
  await other.seen('listening');
  writeFileSync(rig.paths.daemonLock, JSON.stringify(readIdentity(other.pid, systemFacts())));
  return other;
}

function unlinkIfThere(path: string): void {
  if (existsSync(path)) unlinkSync(path);
}
