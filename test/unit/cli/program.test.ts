import { describe, expect, it } from 'vitest';
import { syntaxLines, usageText } from '../../../src/cli/help-text.ts';
import { buildProgram, runProgram, type OwnCommand, type ProgramParts } from '../../../src/cli/program.ts';
import { cmdlets, findCmdlet } from '../../../src/cmdlets/index.ts';
import { namesOf } from '../../../src/cmdlets/cmdlet.ts';

interface Recorded {
  readonly parts: ProgramParts;
  readonly ran: unknown[];
  out: string;
  err: string;
}

function record(): Recorded {
  const daemon: OwnCommand = {
    name: 'daemon',
    summary: 'Looks after the daemon.',
    subcommands: [
      { name: 'status', summary: 'Says how it is.', run: (words) => remember(['daemon status', ...words], 0) },
      {
        name: 'logs',
        summary: 'Shows its log.',
        options: [{ flags: '-n, --lines <count>', description: 'How many.' }],
        run: (_words, options) => remember(['daemon logs', options], 0),
      },
    ],
  };
  const exitScope: OwnCommand = {
    name: 'exit-scope',
    summary: 'Ends a scope.',
    run: () => remember(['exit-scope'], 1),
  };
  const remember = (what: unknown, code: number): Promise<number> => {
    recorded.ran.push(what);
    return Promise.resolve(code);
  };
  const recorded: Recorded = {
    ran: [],
    out: '',
    err: '',
    parts: {
      version: '1.2.3',
      cmdlets,
      commands: [daemon, exitScope],
      columns: 80,
      runCmdlet: (cmdlet, words) => remember([cmdlet.name, ...words], 7),
      writeOut: (text) => void (recorded.out += text),
      writeErrorText: (text) => void (recorded.err += text),
      writeError: (error) => void (recorded.err += (error as Error).message),
    },
  };
  return recorded;
}

async function run(...words: string[]): Promise<Recorded & { code: number }> {
  const recorded = record();
  const code = await runProgram(words, recorded.parts);
  return Object.assign(recorded, { code });
}

describe('program', () => {
  it.each(['new-session', 'new-pssession', 'New-PSSession', 'NEW-SESSION', 'nsn', 'NSN'])(
    'runs New-PSSession as %s',
    async (name) => {
      const { code, ran } = await run(name, '-ComputerName', 'a', '--', '--help');
      expect(ran).toEqual([['New-PSSession', '-ComputerName', 'a', '--', '--help']]);
      expect(code).toBe(7);
    },
  );

  it('gives no two cmdlets the same name', () => {
    const names = cmdlets.flatMap(namesOf);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(findCmdlet(name)).toBeDefined();
  });

  it.each([
    [['disconnect-session', '--help']],
    [['disconnect-session', 'build', '-?']],
    [['dnsn', '-h']],
    [['help', 'Disconnect-PSSession']],
  ])('shows help for %j and runs nothing', async (words) => {
    const { code, out, ran } = await run(...words);
    expect(code).toBe(0);
    expect(ran).toEqual([]);
    expect(out).toContain('Names: disconnect-session, disconnect-pssession, dnsn');
    expect(out).toContain('-IdleTimeoutSec <Int32>');
    expect(
      Math.max(
        ...out
          .split('\n')
          .filter((line) => !line.includes('pssession '))
          .map((line) => line.length),
      ),
    ).toBeLessThanOrEqual(80);
  });

  it('takes -h with a value for a prefix of -HostName', async () => {
    expect((await run('new-session', '-h', 'server01')).ran).toEqual([['New-PSSession', '-h', 'server01']]);
  });

  it('shows only examples with help CMDLET --examples', async () => {
    const { out } = await run('help', 'receive-session', '--examples');
    expect(out).toContain('pssession receive-session -ComputerName server01 -Name build');
    expect(out).not.toContain('SYNTAX');
  });

  it.each([[[]], [['help']], [['--help']], [['-?']]])('lists every command for %j', async (words) => {
    const { code, out } = await run(...words);
    expect(code).toBe(0);
    for (const name of ['new-session', 'exit-session', 'daemon', 'exit-scope', 'help']) expect(out).toContain(name);
  });

  it('prints its version', async () => {
    expect(await run('--version')).toMatchObject({ code: 0, out: '1.2.3\n' });
  });

  it.each([
    ['conect-session', /There is no command "conect-session". Did you mean connect-session\?/],
    ['demon', /Did you mean daemon\?/],
    ['frobnicate', /'pssession help' lists/],
    ['--frobnicate', /no command/],
  ])('refuses %s', async (word, sentence) => {
    const { code, err, ran } = await run(word);
    expect(code).toBe(2);
    expect(err).toMatch(sentence);
    expect(ran).toEqual([]);
  });

  it('refuses help for what there is not', async () => {
    expect((await run('help', 'daemon', 'x')).code).toBe(2);
  });

  it('runs commands of our own with their options', async () => {
    expect(await run('daemon', 'status')).toMatchObject({ code: 0, ran: [['daemon status']] });
    expect(await run('daemon', 'logs', '-n', '5')).toMatchObject({ code: 0, ran: [['daemon logs', { lines: '5' }]] });
    expect(await run('exit-scope')).toMatchObject({ code: 1, ran: [['exit-scope']] });
  });

  it.each([[['daemon', 'frob']], [['daemon', 'logs', '--frob']], [['exit-scope', 'x']]])(
    'answers %j with exit code 2',
    async (words) => {
      const { code, err, ran } = await run(...words);
      expect(code).toBe(2);
      expect(err).not.toBe('');
      expect(ran).toEqual([]);
    },
  );

  it('has every cmdlet in the commander tree, with its aliases', async () => {
    const { parts, ran } = record();
    const { program, outcome } = await buildProgram(parts);
    await program.parseAsync(['gsn', '-ComputerName', 'a,b', '-o', 'json'], { from: 'user' });
    expect(ran).toEqual([['Get-PSSession', '-ComputerName', 'a,b', '-o', 'json']]);
    expect(outcome.exitCode).toBe(7);
  });

  it('prints syntax as PowerShell does', () => {
    const lines = syntaxLines(findCmdlet('dnsn') ?? expect.fail());
    expect(lines).toEqual([
      'disconnect-session [-Session] <PSSession[]> [-IdleTimeoutSec <Int32>] [-OutputBufferingMode <OutputBufferingMode>] [-ThrottleLimit <Int32>] [-WhatIf] [-Confirm] [<CommonParameters>]',
      'disconnect-session [-Id] <Int32[]> [-IdleTimeoutSec <Int32>] [-OutputBufferingMode <OutputBufferingMode>] [-ThrottleLimit <Int32>] [-WhatIf] [-Confirm] [<CommonParameters>]',
      'disconnect-session [-Name] <String[]> [-IdleTimeoutSec <Int32>] [-OutputBufferingMode <OutputBufferingMode>] [-ThrottleLimit <Int32>] [-WhatIf] [-Confirm] [<CommonParameters>]',
      'disconnect-session [-InstanceId] <Guid[]> [-IdleTimeoutSec <Int32>] [-OutputBufferingMode <OutputBufferingMode>] [-ThrottleLimit <Int32>] [-WhatIf] [-Confirm] [<CommonParameters>]',
    ]);
    expect(usageText(findCmdlet('exit-session') ?? expect.fail(), 80)).toBe(
      "Usage: exit-session [<CommonParameters>]\n'exit-session --help' shows more.\n",
    );
  });
});
