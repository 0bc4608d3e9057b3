import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Finished, type Rig, startRig } from '../support/rig.ts';

const outcome = ({ stdout, stderr, status }: Finished) => ({ stdout: stdout.toString('latin1'), stderr, status });

describe('what a command prints', () => {
  let rig: Rig;
  beforeAll(async () => {
    rig = await startRig();
    await rig.newSession('build');
  });
  afterAll(() => rig[Symbol.asyncDispose]());
  const run = (command: string, ...more: string[]) => rig.run(['icm', '-Name', 'build', command, ...more]);

  test('stdout, stderr and status arrive apart', async () => {
    expect(outcome(await run('echo out; echo err >&2; exit 3'))).toEqual({
      stdout: 'out\n',
      stderr: 'err\n',
      status: 3,
    });
    expect(outcome(await run('false'))).toEqual({ stdout: '', stderr: '', status: 1 });
    expect(outcome(await run('{ printf done; }'))).toEqual({ stdout: 'done', stderr: '', status: 0 });
    expect((await run(`sh -c 'kill -TERM $$'`)).status, '128 + SIGTERM').toBe(143);
  });

  test('every byte arrives as it was, with and without a final newline', async () => {
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, index) => index));
    const path = rig.file('bytes', Buffer.concat([bytes, bytes.subarray(0, 130)]));
    const both = await run(`cat '${path}'; cat '${path}' >&2`);
    expect(both.status).toBe(0);
    expect(both.stdout.equals(readFileSync(path))).toBe(true);
    const invalid = await run(String.raw`printf '\377\376\000\303(x'`);
    expect(invalid.stdout).toEqual(Buffer.from([0xff, 0xfe, 0, 0xc3, 0x28, 0x78]));
    expect(outcome(await run('printf no-newline'))).toEqual({ stdout: 'no-newline', stderr: '', status: 0 });
    expect(outcome(await run(':'))).toEqual({ stdout: '', stderr: '', status: 0 });
  });

  test('5 MB arrive whole', async () => {
    const { stdout, status } = await run('head -c 5000000 /dev/zero | tr "\\0" x');
    expect([status, stdout.length]).toEqual([0, 5_000_000]);
    expect(stdout.every((byte) => byte === 0x78)).toBe(true);
  });

  test('directory, variables, functions and options survive from command to command', async () => {
    await run('cd /usr; here=yes; hello() { echo "hello $1"; }; set -o noglob');
    expect(outcome(await run('echo "$PWD $here"; hello you; echo *'))).toEqual({
      stdout: '/usr yes\nhello you\n*\n',
      stderr: '',
      status: 0,
    });
    await run('set +o noglob; cd');
  });

  test('arguments come as $1, $2 …, whatever is in them', async () => {
    const words = ['plain', 'two words', '', "it's", '$(date)', '*', 'ünï 💾', 'a,b', '-x'];
    const { stdout } = await run(`printf '<%s>' "$@"`, '--', ...words);
    expect(stdout.toString()).toBe(words.map((word) => `<${word}>`).join(''));
    const list = await run(`printf '<%s>' "$@"`, '-ArgumentList', 'one,two');
    expect(list.stdout.toString()).toBe('<one><two>');
  });

  test('-FilePath runs a script of this computer by its first line', async () => {
    const script = rig.file('with-line.sh', '#!/bin/sh\necho "$0" | grep -c with-line; echo "$1|$2" >&2; exit 4\n');
    const result = await rig.run(['icm', '-Name', 'build', '-FilePath', script, '--', 'a b', 'c']);
    expect([result.stderr, result.status]).toEqual(['a b|c\n', 4]);
    const perl = rig.file('answer.awk', '#!/usr/bin/awk -f\nBEGIN { print 6 * 7 }\n');
    expect(await rig.ok(['icm', '-Name', 'build', '-FilePath', perl])).toBe('42\n');
    const plain = rig.file('plain', 'echo plain "$1"\n');
    expect(await rig.ok(['icm', '-Name', 'build', '-FilePath', plain, '-ArgumentList', 'x'])).toBe('plain x\n');
    const absent = await rig.run(['icm', '-Name', 'build', '-FilePath', join(rig.root, 'absent')]);
    expect(absent.status).toBe(255);
    expect(absent.stderr).toContain('absent');
  });

  test('-o jsonl gives records with the stream and the session', async () => {
    const { stdout, status } = await rig.run([
      'icm',
      '-Name',
      'build',
      'echo out; echo err >&2; exit 2',
      '-o',
      'jsonl',
    ]);
    const records = stdout
      .toString()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(status).toBe(2);
    expect(records.map(({ Data }) => Data).sort()).toEqual(expect.arrayContaining([expect.stringContaining('out')]));
    expect(records[0]).toMatchObject({ PSComputerName: 'localhost' });
  });

  test('without a session one is made for the command and is gone afterwards', async () => {
    expect(await rig.ok(['icm', '-ComputerName', 'localhost', 'echo here'])).toBe('here\n');
    expect((await rig.run(['icm', '-ComputerName', 'localhost', 'exit 9'])).status).toBe(9);
    expect(await rig.ok(['get-session', '-All', '-o', 'name'])).toBe('build\n');
  });

  test('several targets: each line says where it is from, unless told not to', async () => {
    await rig.newSession('other');
    const prefixed = await rig.ok(['icm', '-Name', 'build,other', 'printf "a\\nb"']);
    expect(prefixed.trimEnd().split('\n')).toHaveLength(4);
    expect(prefixed).toMatch(/^(\[localhost\] [ab]\n?){4}$/u);
    const bare = await rig.ok(['icm', '-Name', 'build,other', '-HideComputerName', 'echo x']);
    expect(bare).toBe('x\nx\n');
    const worst = await rig.run(['icm', '-Name', 'build,other', '[ "$PSSESSION_INSTANCE_ID" ] && exit 7']);
    expect(worst.status).toBe(7);
    await rig.ok(['remove-session', '-Name', 'other']);
  });

  test('a second command in a busy session is refused', async () => {
    const gate = rig.gate('busy');
    const first = rig.spawn(['icm', '-Name', 'build', `echo begun; ${gate.wait}`]);
    await first.seen('begun');
    const second = await rig.run(['icm', '-Name', 'build', 'echo no', '-o', 'jsonl']);
    expect(second.status).toBe(255);
    expect(JSON.parse(second.stderr)).toMatchObject({ ErrorId: 'InvokeCommandCommandInvalidSessionAvailability' });
    await gate.open();
    expect((await first.finished()).status).toBe(0);
  });
});

describe('standard input of a command', () => {
  let rig: Rig;
  beforeAll(async () => {
    rig = await startRig();
    await rig.newSession('build');
  });
  afterAll(() => rig[Symbol.asyncDispose]());

  test('a pipe is the standard input of the command', async () => {
    const input = Buffer.from([0, 1, 2, 255, 254, 10, 65]);
    const { stdout, status } = await rig.run(['icm', '-Name', 'build', 'cat'], { input });
    expect([status, stdout]).toEqual([0, input]);
    const empty = await rig.run(['icm', '-Name', 'build', 'cat; echo end'], { input: '' });
    expect(empty.stdout.toString()).toBe('end\n');
  });

  test('3 MB go in and come back', async () => {
    const input = Buffer.alloc(3_000_000, 'all work and no play\n');
    const { stdout } = await rig.run(['icm', '-Name', 'build', 'cat'], { input });
    expect(stdout.equals(input)).toBe(true);
  });

  test('it streams: the command answers before the input ends', async () => {
    const talk = rig.spawn(['icm', '-Name', 'build', 'while read -r line; do echo "got $line"; done; echo end'], {
      openInput: true,
    });
    talk.child.stdin?.write('one\n');
    await talk.seen('got one\n');
    talk.child.stdin?.write('two\n');
    await talk.seen('got two\n');
    talk.child.stdin?.end();
    expect(outcome(await talk.finished())).toEqual({ stdout: 'got one\ngot two\nend\n', stderr: '', status: 0 });
  });

  test('a command that does not read its input ends anyway', async () => {
    const silent = rig.spawn(['icm', '-Name', 'build', 'echo done'], { openInput: true });
    expect(outcome(await silent.finished())).toEqual({ stdout: 'done\n', stderr: '', status: 0 });
    const large = await rig.run(['icm', '-Name', 'build', 'head -c 3'], { input: Buffer.alloc(2_000_000, 'x') });
    expect(outcome(large)).toEqual({ stdout: 'xxx', stderr: '', status: 0 });
    expect(await rig.ok(['icm', '-Name', 'build', 'echo again'])).toBe('again\n');
  });

  test('standard input may be closed', async () => {
    const { stdout, status } = await rig.shell('exec 0<&-; pssession icm -Name build "echo fine; cat"').finished();
    expect([status, stdout.toString()]).toEqual([0, 'fine\n']);
    const list = await rig.shell('exec 0<&-; pssession get-session -o name').finished();
    expect([list.status, list.stdout.toString()]).toEqual([0, 'build\n']);
  });

  test('it goes on where it was when the daemon is killed, and ends when it ends', async () => {
    const talk = rig.spawn(['icm', '-Name', 'build', 'while read -r line; do echo "got $line"; done; echo end'], {
      openInput: true,
    });
    talk.child.stdin?.write('one\n');
    await talk.seen('got one\n');
    process.kill(await rig.daemonPid(), 'SIGKILL');
    talk.child.stdin?.write('two\n');
    await talk.seen('got two\n');
    talk.child.stdin?.end('three\n');
    expect(outcome(await talk.finished())).toEqual({
      stdout: 'got one\ngot two\ngot three\nend\n',
      stderr: '',
      status: 0,
    });
  });

  test('a file is standard input too', async () => {
    const descriptor = openSync(rig.file('input.txt', 'from a file\n'), 'r');
    const reading = rig.spawn(['icm', '-Name', 'build', 'cat'], { stdio: [descriptor, 'pipe', 'pipe'] });
    closeSync(descriptor);
    expect((await reading.finished()).stdout.toString()).toBe('from a file\n');
  });
});

describe('interruption', () => {
  test('Ctrl-C in invoke-command stops the command, and the session lives', async () => {
    await using rig = await startRig();
    await rig.newSession('build');
    await rig.ok(['icm', '-Name', 'build', 'kept=yes']);
    for (const loop of ['sleep 1000', 'while :; do :; done', 'for n in 1 2 3; do sleep 1000; done; echo not reached']) {
      const command = rig.spawn(['icm', '-Name', 'build', `echo begun; ${loop}`]);
      await command.seen('begun');
      command.kill('SIGINT');
      const { status, stdout } = await command.finished();
      expect([loop, status, stdout.toString()]).toEqual([loop, 130, 'begun\n']);
      expect(await rig.stateOf('build')).toBe('Opened/Available');
    }
    expect(await rig.ok(['icm', '-Name', 'build', 'echo "$kept"'])).toBe('yes\n');
  });

  test('a command that ignores Ctrl-C is ended by the second one', async () => {
    await using rig = await startRig();
    await rig.newSession('build');
    const command = rig.spawn([
      'icm',
      '-Name',
      'build',
      `sh -c 'trap "echo no" INT; echo begun; sleep 1000; sleep 1000'`,
    ]);
    await command.seen('begun');
    command.kill('SIGINT');
    await command.seen('no');
    command.kill('SIGINT');
    expect((await command.finished()).status).not.toBe(0);
    expect(await rig.ok(['icm', '-Name', 'build', 'echo alive'])).toBe('alive\n');
  });

  test('Ctrl-C in receive-session leaves the command alone', async () => {
    await using rig = await startRig();
    await rig.newSession('build');
    const gate = rig.gate();
    await rig.ok(['icm', '-Name', 'build', '-Disconnected', `echo begun; ${gate.wait}; echo over`]);
    const receiving = rig.spawn(['receive-session', '-Name', 'build']);
    await receiving.seen('begun');
    receiving.kill('SIGINT');
    expect((await receiving.finished()).status).toBe(130);
    expect(await rig.stateOf('build')).toBe('Opened/Busy');
    await gate.open();
    const { stdout, status } = await rig.run(['receive-session', '-Name', 'build']);
    expect([stdout.toString().replace('begun\n', ''), status]).toEqual(['over\n', 0]);
  });
});

describe('a reader that goes away', () => {
  test('`| head -1` ends quietly', async () => {
    await using rig = await startRig();
    await rig.newSession('build');
    const many = await rig.shell('pssession icm -Name build "seq 200000" | head -1').finished();
    expect(outcome(many)).toEqual({ stdout: '1\n', stderr: '', status: 0 });
    const list = await rig.shell('pssession get-session -o wide | head -1; pssession help | head -1').finished();
    expect(list.stderr).toBe('');
    expect(list.stdout.toString()).toContain('Id');
  });

  test('standard output may be closed', async () => {
    await using rig = await startRig();
    await rig.newSession('build');
    const list = await rig.shell('pssession get-session >&-; echo "status $?"').finished();
    expect(list.stderr).not.toContain('at ');
    expect(list.stdout.toString()).toMatch(/^status \d+\n$/u);
    const command = await rig.shell('pssession icm -Name build "echo x; exit 0" >&-; echo "status $?"').finished();
    expect(command.stderr).not.toContain('at ');
    expect(command.stdout.toString()).toMatch(/^status \d+\n$/u);
    const both = await rig.shell('pssession get-session -Id 99 2>&-; echo "status $?"').finished();
    expect(outcome(both)).toEqual({ stdout: 'status 1\n', stderr: '', status: 0 });
    expect(await rig.ok(['icm', '-Name', 'build', 'echo alive'])).toBe('alive\n');
  });
});

describe('the end of a shell', () => {
  test('a session whose shell was ended with a status is Closed, and its last output can be received', async () => {
    await using rig = await startRig();
    await rig.newSession('build');
    await rig.ok(['icm', '-Name', 'build', '-Disconnected', 'echo last words; exec sh -c "exit 5"']);
    const { stdout, status } = await rig.run(['receive-session', '-Name', 'build']);
    expect([stdout.toString(), status]).toEqual(['last words\n', 5]);
  });

  test('`exec` in a command gives its output and its status', async () => {
    await using rig = await startRig();
    await rig.newSession('build');
    const result = await rig.run(['icm', '-Name', 'build', 'exec echo bye']);
    expect([result.stdout.toString(), result.status]).toEqual(['bye\n', 0]);
    const [session] = await rig.sessions(['get-session', '-Name', 'build']);
    expect(session).toMatchObject({ State: 'Closed', Availability: 'None' });
    expect(session?.Reason).toContain('status 0');
    const next = await rig.run(['icm', '-Name', 'build', 'echo no', '-o', 'jsonl']);
    expect(next.status).toBe(255);
    expect(JSON.parse(next.stderr)).toMatchObject({ ErrorId: 'InvokeCommandCommandInvalidSessionState' });
    const left = await rig.run(['disconnect-session', '-Name', 'build', '-o', 'jsonl']);
    expect(left.status).toBe(1);
    expect(JSON.parse(left.stderr)).toMatchObject({ ErrorId: 'CannotDisconnectSessionWhenNotOpened' });
    const connected = await rig.run(['connect-session', '-Name', 'build', '-o', 'jsonl']);
    expect(connected.status).toBe(1);
    expect(JSON.parse(connected.stderr)).toMatchObject({ ErrorId: 'PSSessionConnectFailed' });
  });

  test('kill -9 of the shell: never success, and what it printed arrives', async () => {
    await using rig = await startRig();
    await rig.newSession('build');
    const result = await rig.run(['icm', '-Name', 'build', 'echo before; kill -9 $$; sleep 1000']);
    expect(result.stdout.toString()).toBe('before\n');
    expect(result.status).not.toBe(0);
    const [session] = await rig.sessions(['get-session', '-Name', 'build']);
    expect(['Closed', 'Broken']).toContain(session?.State);
    expect(session?.Reason).toMatch(/./u);
  });

  test('kill -9 of an idle shell shows in the listing', async () => {
    await using rig = await startRig();
    await rig.newSession('build');
    const pid = Number(await rig.ok(['icm', '-Name', 'build', 'echo $$']));
    const receiving = rig.spawn(['icm', '-Name', 'build', 'echo begun; sleep 1000']);
    await receiving.seen('begun');
    process.kill(pid, 'SIGKILL');
    expect((await receiving.finished()).status).not.toBe(0);
    expect(await rig.stateOf('build')).toMatch(/^(Closed|Broken)\/None$/u);
    await rig.ok(['remove-session', '-Name', 'build']);
    expect(await rig.sessions(['get-session', '-All'])).toEqual([]);
  });

  test('`exit`, `set -e` and a failure, a trap, a closed standard output: the session goes on', async () => {
    await using rig = await startRig();
    await rig.newSession('build');
    for (const [command, status] of [
      ['exit 3', 3],
      ['set -e; false; echo not reached', 1],
      ['set +e; trap "echo trapped" EXIT; true', 0],
      ['trap - EXIT; (exit 9)', 9],
      ['exec >&- 2>&-', 0],
      ['exec <&-', 0],
      ['cd /; rmdir nowhere 2>/dev/null', 1],
      ['if then', 2],
      ['kill -INT $$', 130],
    ] as const) {
      const result = await rig.run(['icm', '-Name', 'build', command]);
      expect([command, result.status, result.stdout.toString()]).toEqual([command, status, '']);
    }
    expect(await rig.ok(['icm', '-Name', 'build', 'echo "in $PWD"'])).toBe('in /\n');
  });

  test('children in the background keep writing; nothing of it is lost', async () => {
    await using rig = await startRig();
    await rig.newSession('build');
    const gate = rig.gate();
    expect(await rig.ok(['icm', '-Name', 'build', `(${gate.wait}; echo late) & echo early`])).toBe('early\n');
    await gate.open();
    await rig.ok(['icm', '-Name', 'build', 'wait']);
    expect(await rig.ok(['receive-session', '-Name', 'build'])).toBe('late\n');
  });
});
