import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Rig, startRig } from '../support/rig.ts';

const errorIdOf = (stderr: string): unknown =>
  (JSON.parse(stderr.split('\n')[0] ?? '') as { ErrorId: unknown }).ErrorId;

describe('names and spellings', () => {
  let rig: Rig;
  beforeAll(async () => {
    rig = await startRig();
    await rig.newSession('build');
    await rig.newSession('Report 2');
  });
  afterAll(() => rig[Symbol.asyncDispose]());

  test.each(['get-session', 'get-pssession', 'Get-PSSession', 'GET-PSSESSION', 'gsn', 'GSN'])(
    '%s is Get-PSSession',
    async (name) => {
      expect(await rig.ok([name, '-o', 'name'])).toBe('build\nReport 2\n');
    },
  );

  test.each([
    [['-Name', 'build']],
    [['-name:build']],
    [['-NAME', 'BUILD']],
    [['-N', 'build']],
    [['--name', 'build']],
    [['--name=build']],
    [['build']],
    [['-Name', 'b*']],
    [['-Name', '[a-c]uild']],
    [['-Name', '?uild']],
    [['-Id', '1']],
    [['-Id:1']],
    [['--id=1']],
    [['-Id', '1..1']],
    [['-ComputerName', 'localhost', '-Name', 'build']],
    [['-Cn', '.', '-Name', 'build']],
    [['-Comp', 'localhost', '-Name', 'build']],
    [['--computer-name=localhost', '--name=build']],
    [['-ComputerName:localhost', '-State', 'opened', '-Name', 'build']],
  ])('get-session %j finds build', async (words) => {
    expect(await rig.ok(['get-session', ...words, '-o', 'name'])).toBe('build\n');
  });

  test.each([
    [['-Name', 'build,Report 2']],
    [['-Name', 'build,', 'Report 2']],
    [['-Name', 'build', '-Name', 'Report 2']],
    [['-Id', '1,2']],
    [['-Id', '1..2']],
    [['-Name', '*']],
    [['-All']],
    [['-All:$true']],
    [['-All:$false']],
  ])('get-session %j finds both', async (words) => {
    expect(await rig.ok(['get-session', ...words, '-o', 'id'])).toBe('1\n2\n');
  });

  test('-WhatIf says what would be done, on standard error, and does nothing', async () => {
    for (const [cmdlet, action, target] of [
      ['disconnect-session', 'Disconnect', 'build'],
      ['remove-session', 'Remove', 'localhost'],
    ] as const) {
      const { status, stdout, stderr } = await rig.run([cmdlet, '-Name', 'build', '-WhatIf']);
      expect([status, stdout.toString()]).toEqual([0, '']);
      expect(stderr).toBe(`What if: Performing the operation "${action}" on target "${target}".\n`);
    }
    expect(await rig.stateOf('build')).toBe('Opened/Available');
  });

  test('-Confirm needs a terminal, -Confirm:$false does not', async () => {
    const { status, stderr } = await rig.run(['disconnect-session', '-Name', 'build', '-Confirm']);
    expect(status).toBe(1);
    expect(stderr).toContain('Disconnect-PSSession : ');
    expect(await rig.stateOf('build')).toBe('Opened/Available');
    await rig.ok(['connect-session', '-Name', 'build', '-Confirm:$false', '-o', 'name']);
  });

  test.each([
    [['get-session', '-Nope', 'x']],
    [['get-session', '-Id', 'abc']],
    [['get-session', '-Id', '99999999999']],
    [['get-session', '-InstanceId', 'abc']],
    [['get-session', '-Name', 'a', '-Id', '1']],
    [['get-session', '-Name']],
    [['get-session', '-I', '1']],
    [['get-session', 'a', 'b', 'c']],
    [['disconnect-session', '-Name', 'build', '-IdleTimeoutSec', 'soon']],
    [['disconnect-session', '-Name', 'build', '-OutputBufferingMode', 'Some']],
  ])('%j is a wrong command line: one message, the syntax, status 2', async (words) => {
    const { status, stdout, stderr } = await rig.run(words);
    expect(status, stderr).toBe(2);
    expect(stdout.toString()).toBe('');
    expect(stderr).toMatch(/^(Get|Disconnect)-PSSession : /u);
    expect(stderr).toContain(words[0]);
    expect(await rig.stateOf('build')).toBe('Opened/Available');
  });

  test('the -OutVariable family has no meaning and says so', async () => {
    const { status, stdout, stderr } = await rig.run([
      'get-session',
      '-Name',
      'build',
      '-OutVariable',
      'x',
      '-o',
      'id',
    ]);
    expect([status, stdout.toString()]).toEqual([0, '1\n']);
    expect(stderr).toContain('-OutVariable');
  });

  test('an unknown command is refused with what was probably meant', async () => {
    const { status, stderr } = await rig.run(['get-sesion']);
    expect(status).toBe(2);
    expect(stderr).toContain('get-session');
  });

  test('--help and help go to standard output', async () => {
    for (const words of [['--help'], ['help'], ['get-session', '--help'], ['gsn', '-?'], ['help', 'gsn']]) {
      expect(await rig.ok(words)).toMatch(/session/iu);
    }
    const examples = await rig.ok(['help', 'receive-session', '--examples']);
    expect(examples).toContain('receive-session -ComputerName server01 -Name build');
  });

  test('errors are records: text with -Verbose details, or JSON', async () => {
    const text = await rig.run(['get-session', '-Id', '77', '-Verbose']);
    expect(text.status).toBe(1);
    expect(text.stderr).toContain('Get-PSSession : ');
    expect(text.stderr).toContain('CategoryInfo          : InvalidArgument: (77:Int32)');
    expect(text.stderr).toContain(
      'FullyQualifiedErrorId : RemoteRunspaceNotAvailableForSpecifiedSessionId,Microsoft.PowerShell.Commands.GetPSSessionCommand',
    );
    const json = await rig.run(['get-session', '-Id', '77', '-o', 'jsonl']);
    expect(errorIdOf(json.stderr)).toBe('RemoteRunspaceNotAvailableForSpecifiedSessionId');
  });

  test('one bad target does not stop the others', async () => {
    const { status, stdout, stderr } = await rig.run(['get-session', '-Name', 'nobody,build', '-o', 'name']);
    expect(status).toBe(1);
    expect(stdout.toString()).toBe('build\n');
    expect(stderr).toContain('nobody');
  });

  test('a pattern without a match is silent', async () => {
    expect(await rig.ok(['get-session', '-Name', 'nobody*'])).toBe('');
  });
});

describe('output formats', () => {
  let rig: Rig;
  beforeAll(async () => {
    rig = await startRig();
    await rig.newSession('UpdateSession');
  });
  afterAll(() => rig[Symbol.asyncDispose]());

  test('the table has the layout of the documents', async () => {
    await rig.ok(['disconnect-session', '-Name', 'UpdateSession']);
    expect(await rig.ok(['get-session', '-o', 'table'])).toBe(
      [
        ' Id Name            ComputerName    State         ConfigurationName     Availability',
        ' -- ----            ------------    -----         -----------------     ------------',
        '  1 UpdateSession   localhost       Disconnected  Microsoft.PowerShell          None',
        '',
      ].join('\n'),
    );
    await rig.ok(['connect-session', '-Name', 'UpdateSession']);
  });

  test('into a pipe goes one JSON object a line', async () => {
    const lines = (await rig.ok(['get-session'])).split('\n');
    expect(lines).toHaveLength(2);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      Id: 1,
      Name: 'UpdateSession',
      ComputerName: 'localhost',
      Transport: 'Local',
      State: 'Opened',
      Availability: 'Available',
      ConfigurationName: 'Microsoft.PowerShell',
      IdleTimeout: 7_200_000,
      OutputBufferingMode: 'Block',
      DisconnectedOn: null,
      ExpiresOn: null,
    });
  });

  test('-o and PSSESSION_OUTPUT choose the format', async () => {
    expect(await rig.ok(['get-session', '-o', 'id'])).toBe('1\n');
    expect(await rig.ok(['get-session', '--output=name'])).toBe('UpdateSession\n');
    expect(JSON.parse(await rig.ok(['get-session', '-o', 'json']))).toHaveLength(1);
    expect(await rig.ok(['get-session', '-o', 'csv'])).toMatch(/^Id,Name,.*\r\n1,UpdateSession,/u);
    expect(await rig.ok(['get-session', '-o', 'list'])).toMatch(/^Id +: 1\nName +: UpdateSession\n/u);
    expect(await rig.ok(['get-session', '-o', 'wide'])).toContain('Transport');
    expect(await rig.ok(['get-session'], { env: { PSSESSION_OUTPUT: 'name' } })).toBe('UpdateSession\n');
    const { status } = await rig.run(['get-session', '-o', 'xml']);
    expect(status).toBe(2);
  });

  test('no colour without a terminal, unless it is asked for', async () => {
    expect((await rig.run(['get-session', '-Id', '9'])).stderr).not.toContain('\u001b[');
    const forced = await rig.run(['get-session', '-Id', '9'], { env: { CLICOLOR_FORCE: '1' } });
    expect(forced.stderr).toContain('\u001b[');
  });
});

describe('pipelines', () => {
  test('get-session pipes into disconnect-session, connect-session and remove-session', async () => {
    await using rig = await startRig();
    for (const name of ['one', 'two', 'three']) await rig.newSession(name);
    const line = 'pssession get-session -Name "t*" | pssession disconnect-session -IdleTimeoutSec 3600 -o name';
    expect((await rig.shell(line).finished()).stdout.toString().split('\n').sort()).toEqual(['', 'three', 'two']);
    expect(await rig.stateOf('two')).toBe('Disconnected/None');
    expect(await rig.stateOf('one')).toBe('Opened/Available');
    const [two] = await rig.sessions(['get-session', '-Name', 'two']);
    expect(two?.IdleTimeout).toBe(3_600_000);
    const connected = 'pssession get-session -ComputerName localhost -State Disconnected | pssession connect-session';
    expect((await rig.shell(connected).finished()).status).toBe(0);
    expect(await rig.stateOf('three')).toBe('Opened/Available');
    expect((await rig.shell('pssession get-session | pssession remove-session').finished()).status).toBe(0);
    expect(await rig.sessions(['get-session', '-All'])).toEqual([]);
  });

  test('-Session takes what get-session printed, and bare Ids and names come through a pipe', async () => {
    await using rig = await startRig();
    const printed = await rig.ok(['new-session', '-Name', 'one']);
    await rig.newSession('two');
    expect(await rig.ok(['get-session', '-o', 'id'])).toBe('1\n2\n');
    expect(await rig.ok(['disconnect-session', '-Session', printed, '-o', 'name'])).toBe('one\n');
    expect(await rig.ok(['disconnect-session', '-o', 'name'], { input: '2\n' })).toBe('two\n');
    expect(await rig.ok(['connect-session', '-o', 'name'], { input: 'one\ntwo\n' })).toBe('one\ntwo\n');
    const { status, stderr } = await rig.run(['disconnect-session'], { input: '{"no":"session"}\n' });
    expect(status, stderr).toBe(2);
  });
});

describe('input nobody should give', () => {
  let rig: Rig;
  beforeAll(async () => {
    rig = await startRig();
  });
  afterAll(() => rig[Symbol.asyncDispose]());

  test.each([
    ['a control character', 'a\u0007b'],
    ['a line break', 'a\nb'],
    ['an escape sequence', '\u001b[31mred'],
    ['300 characters', 'x'.repeat(300)],
    ['nothing', ''],
  ])('a name with %s is refused, and shown without harm', async (_what, name) => {
    const { status, stdout, stderr } = await rig.run(['new-session', '-Name', name]);
    expect(status, stderr).toBeGreaterThan(0);
    expect(stdout.toString()).toBe('');
    expect(stderr).toMatch(/^New-PSSession : /u);
    expect(stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f]/u);
    expect(await rig.sessions(['get-session', '-All'])).toEqual([]);
  });

  test.each(['a/b', '../../etc', '💾 backup', 'ünï', "it's $(date) `id`", '-dash', '*'])(
    'a session may be called %s',
    async (name) => {
      const [session] = await rig.sessions(['new-session', `-Name:${name}`]);
      expect(session?.Name).toBe(name);
      expect(await rig.ok(['icm', '-Id', String(session?.Id), 'echo in it'])).toBe('in it\n');
      expect(await rig.ok(['get-session', '-Id', String(session?.Id), '-o', 'name'])).toBe(`${name}\n`);
      await rig.ok(['remove-session', '-Id', String(session?.Id)]);
    },
  );

  test.each([
    { words: ['-Id', '0'], status: 1 },
    { words: ['-Id', '-1'], status: [1, 2] },
    { words: ['-Id', '5..1'], status: 1 },
    { words: ['-Id', '1..99999999'], status: [1, 2] },
    { words: ['-Id', '99999999999'], status: 2 },
    { words: ['-Id', ''], status: 2 },
    { words: ['-Id', '1.5'], status: [1, 2] },
    { words: ['-InstanceId', '00000000-0000-0000-0000-000000000000'], status: 1 },
    { words: ['-Name', '[a'], status: [0, 1, 2] },
    { words: ['-ComputerName', 'no.such.computer.invalid'], status: 1 },
    { words: ['-ComputerName', ''], status: 2 },
  ])('get-session $words says what is wrong', async ({ words, status }) => {
    const result = await rig.run(['get-session', ...words]);
    expect([status].flat(), result.stderr).toContain(result.status);
    expect(result.stdout.toString()).toBe('');
    if (result.status !== 0) expect(result.stderr).toMatch(/^Get-PSSession : /u);
    expect(result.stderr).not.toMatch(/InternalError|bug in pssession|at .*\.cjs/u);
    expect(result.stderr.length).toBeLessThan(4000);
  });
});
