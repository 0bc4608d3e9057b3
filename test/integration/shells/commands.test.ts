/** What a command may do to its shell, and what is seen of it, in each of the four shells. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { dialects } from './dialects.ts';
import { installedShells, ShellRig, type InstalledShell } from './shell-rig.ts';

/** dash and ash have no ERR trap, so nothing keeps them from ending themselves under `set -e`. */
function endsItself({ name, path }: InstalledShell): boolean {
  return name === 'sh' && execFileSync(path!, ['-c', 'echo "${BASH_VERSION-}"'], { encoding: 'utf8' }) === '\n';
}

const nastyArguments = [
  'a b',
  '',
  "it's",
  '"double"',
  'two\nlines\n',
  '$HOME',
  '`id`',
  '$(id)',
  '\\',
  'back\\slash\\n',
  '-n',
  '*',
  '~',
  '!!',
  '#x',
  ';|&<>(){}[]',
  'żółw 🐢',
  '\ttab',
  "\\'",
  '%s',
];

for (const installed of installedShells()) {
  const isPosix = installed.name !== 'fish';
  const words = dialects[installed.name];

  describe.skipIf(installed.path === undefined)(`commands in ${installed.title}`, () => {
    test('state survives: directory, variable, function, umask, option', async () => {
      await using rig = await ShellRig.start(installed);
      expect((await rig.run(words.setState)).status).toBe(0);
      const { out, status } = await rig.run(words.showState);
      expect(out.toString()).toMatch(/^\/usr\nkept\nhello you\n0?027\nnoglob\n$/);
      expect(status).toBe(0);
    });

    test('stdout, stderr and status are apart and exact', async () => {
      await using rig = await ShellRig.start(installed);
      const bytes = Buffer.from([0, 1, 0x1e, 0xff, 0xfe, 0xc3, 0x28, 0x0d, 0x0a, 0x1b, 0x5b, 0x41, 0]);
      const file = join(rig.home, 'bytes');
      writeFileSync(file, bytes);
      const result = await rig.run(`${words.catFirstArgument}; ${words.catFirstArgument} >&2; sh -c 'exit 42'`, [file]);
      expect(result).toEqual({ status: 42, out: bytes, err: bytes });
    });

    test('exit ends the command, wherever it stands; subshells are their own', async () => {
      await using rig = await ShellRig.start(installed);
      expect(await rig.run('echo a; exit 3; echo no')).toEqual({
        status: 3,
        out: Buffer.from('a\n'),
        err: Buffer.of(),
      });
      expect(await rig.run(words.exitInFunctionInLoops)).toMatchObject({ status: 5, out: Buffer.of() });
      const result = await rig.run(words.statusOfSubstitution);
      expect([result.status, result.out.toString()]).toEqual([9, '[in]\n']);
      expect((await rig.run('return 3')).status).toBe(3);
      expect((await rig.run('exit 300')).status).toBe(44);
      expect((await rig.run('false\nexit')).status).toBe(1);
      expect(await rig.run('echo alive')).toMatchObject({ status: 0, out: Buffer.from('alive\n') });
    });

    test('a syntax error is told on stderr and ends nothing', async () => {
      await using rig = await ShellRig.start(installed);
      const { status, err } = await rig.run(words.syntaxError);
      expect(status).toBe(words.syntaxStatus);
      expect(err.toString()).toContain('c1');
      expect((await rig.run('echo alive')).out.toString()).toBe('alive\n');
    });

    test('line numbers are those of the text, whatever the arguments', async () => {
      await using rig = await ShellRig.start(installed);
      expect((await rig.run(words.lineNumber, ['a\nb\n', 'c'])).out.toString()).toBe('1\n2\n');
    });

    test('arguments arrive as they are', async () => {
      await using rig = await ShellRig.start(installed);
      const { out, err } = await rig.run(words.printArguments, nastyArguments);
      expect([out.toString(), err.toString()]).toEqual([nastyArguments.map((one) => `<${one}>`).join(''), '']);
      expect((await rig.run(words.printArguments, ['only'])).out.toString()).toBe('<only>');
      await expect(rig.type('true', ['a\0b'])).rejects.toThrow('NUL');
    });

    test('standard input is the given file, else nothing', async () => {
      await using rig = await ShellRig.start(installed);
      const file = join(rig.home, 'input');
      writeFileSync(file, 'one\ntwo');
      expect((await rig.run('cat', [], file)).out.toString()).toBe('one\ntwo');
      expect((await rig.run('cat')).out.toString()).toBe('');
    });

    test.each(['busyLoops', 'sleepingLoops'] as const)('Ctrl-C ends %s and keeps the session', async (program) => {
      await using rig = await ShellRig.start(installed);
      const number = await rig.type(words[program]);
      // zsh writes a line twice when the signal strikes while it flushes: standard error says that it is past that
      if (program === 'busyLoops') await rig.waitForSpool('err', (bytes) => bytes.includes('on\n'));
      else await rig.waitForSpool('out', (bytes) => bytes.includes('go\n'));
      await rig.shell.interrupt();
      expect(await rig.result(number)).toMatchObject({ status: 130, out: Buffer.from('go\n') });
      expect((await rig.run('echo alive')).out.toString()).toBe('alive\n');
    });

    test('Ctrl-C ends the whole command, not only what it waits for', async () => {
      await using rig = await ShellRig.start(installed);
      const number = await rig.type(`${words.sleeper}\necho NO`);
      await rig.waitForSpool('out', (bytes) => bytes.includes('go\n'));
      await rig.shell.interrupt();
      expect(await rig.result(number)).toMatchObject({ status: 130, out: Buffer.from('go\n') });
    });

    test('Ctrl-C right after the command was typed is not lost, nor is the command', async () => {
      await using rig = await ShellRig.start(installed);
      const number = await rig.type('sleep 60');
      await rig.shell.interrupt();
      expect((await rig.log.wait('commandEnded', (event) => event.number === number)).status).toBe(130);
      expect((await rig.run('echo alive')).status).toBe(0);
    });

    test('children in the background keep writing; their notices stay out of stderr', async () => {
      await using rig = await ShellRig.start(installed);
      const fifo = join(rig.home, 'fifo');
      execFileSync('mkfifo', [fifo]);
      expect(await rig.run(words.lateChild, [fifo])).toEqual({
        status: 0,
        out: Buffer.from('now\n'),
        err: Buffer.of(),
      });
      await rig.run(`echo 'from here' >'${fifo}'`);
      await rig.waitForSpool('out', (bytes) => bytes.includes('late from here\n'));
      await rig.waitForSpool('err', (bytes) => bytes.includes('oops\n'));
    });

    test('exec replaces the shell: its output and status arrive', async () => {
      await using rig = await ShellRig.start(installed);
      await rig.type(`exec sh -c 'echo bye; exit 7'`);
      expect(await rig.log.wait('exited')).toEqual({ kind: 'exited', status: 7 });
      await rig.shell.drained();
      expect(rig.spool('out').toString().endsWith('bye\n')).toBe(true);
      expect(await rig.processes()).toEqual([]);
      await expect(rig.type('true')).rejects.toThrow('ended');
    });

    test('a text of 1 MiB', async () => {
      await using rig = await ShellRig.start(installed);
      const line = `true ${'x'.repeat(90)}\n`;
      const text = `echo first\n${line.repeat(Math.ceil((1 << 20) / line.length))}echo last`;
      expect(await rig.run(text)).toEqual({ status: 0, out: Buffer.from('first\nlast\n'), err: Buffer.of() });
    });

    test('output over many segments is whole', async () => {
      await using rig = await ShellRig.start(installed, { segmentBytes: 65_536 });
      const { out } = await rig.run('seq 1 100000');
      expect(out.equals(execFileSync('seq', ['1', '100000']))).toBe(true);
    });

    test('what an Enter left at the prompt is thrown away', async () => {
      await using rig = await ShellRig.start(installed);
      await rig.shell.writeTerminal(Buffer.from('echo half a line'));
      expect((await rig.run('echo whole')).out.toString()).toBe('whole\n');
    });

    test('the same number twice runs once', async () => {
      await using rig = await ShellRig.start(installed);
      await rig.run('echo first');
      await rig.shell.runCommand(1, { text: 'echo again', args: [] });
      expect((await rig.run('echo second')).out.toString()).toBe('second\n');
      expect(rig.spool('out').includes('again')).toBe(false);
    });

    describe.skipIf(!isPosix)('traps and options', () => {
      test('exit gets past a user’s INT trap and keeps it', async () => {
        await using rig = await ShellRig.start(installed);
        expect(await rig.run(`trap 'echo caught it' INT; exit 6`)).toMatchObject({ status: 6, out: Buffer.of() });
        expect((await rig.run('trap')).out.toString()).toContain("'echo caught it'");
        await rig.run('trap - INT');
        expect((await rig.run('trap')).out.toString()).not.toContain('caught');
      });

      test('a user’s INT trap sees Ctrl-C', async () => {
        await using rig = await ShellRig.start(installed);
        // zsh writes a line twice when the signal strikes while it flushes: standard error says that it is past that
        const text = `trap 'echo caught; trap - INT; exit 8' INT; echo go; echo on >&2; while :; do :; done`;
        const number = await rig.type(text);
        await rig.waitForSpool('err', (bytes) => bytes.includes('on\n'));
        await rig.shell.interrupt();
        expect(await rig.result(number)).toMatchObject({ status: 8, out: Buffer.from('go\ncaught\n') });
        expect((await rig.run('echo alive')).status).toBe(0);
      });

      test('set -e ends the command at a failure, with its status', async () => {
        await using rig = await ShellRig.start(installed);
        const program = 'set -e; if false; then :; fi; false || true; fail() { (exit 9); echo no; }; fail; echo no';
        expect(await rig.run(program)).toEqual({ status: 9, out: Buffer.of(), err: Buffer.of() });
        if (endsItself(installed)) {
          // dash ends itself: the status is exact, the session is over
          expect(await rig.log.wait('exited')).toEqual({ kind: 'exited', status: 9 });
          return;
        }
        expect(await rig.run('case $- in *e*) echo on ;; esac; false; echo no')).toMatchObject({
          status: 1,
          out: Buffer.from('on\n'),
        });
        expect((await rig.run('set +e; false; echo went on')).out.toString()).toBe('went on\n');
      });

      test('set -u and an unset variable end the command', async () => {
        await using rig = await ShellRig.start(installed);
        const { status, out } = await rig.run('set -u; echo $nope; echo no');
        expect(status).not.toBe(0);
        expect(out.toString()).toBe('');
        expect((await rig.run('set +u; echo alive')).out.toString()).toBe('alive\n');
      });

      test('set -x traces the command, not our hooks', async () => {
        await using rig = await ShellRig.start(installed);
        const { err } = await rig.run('set -x; echo traced; exit 4');
        expect(err.toString()).toMatch(/^\S*\+.*echo traced\n.*exit 4\n$/);
        expect((await rig.run('set +x')).status).toBe(0);
      });

      test('closing its own streams harms nobody', async () => {
        await using rig = await ShellRig.start(installed);
        expect((await rig.run('exec <&- >&- 2>&-; true')).status).toBe(0);
        expect((await rig.run('echo alive; cat')).out.toString()).toBe('alive\n');
      });
    });
  });
}

const [bash, zsh] = installedShells();

describe.skipIf(bash?.path === undefined)('bash only', () => {
  test('declare at top level is global; exec of nothing keeps the shell', async () => {
    await using rig = await ShellRig.start(bash!);
    await rig.run('declare -A map=([a]=1); local_count=2');
    expect((await rig.run('echo ${map[a]}')).out.toString()).toBe('1\n');
    expect((await rig.run('exec /nonexistent')).status).toBe(127);
    expect((await rig.run('echo ${map[a]}')).out.toString()).toBe('1\n');
  });

  test('a user’s ERR trap runs, with set -e too; an EXIT trap waits for the shell', async () => {
    await using rig = await ShellRig.start(bash!);
    expect((await rig.run(`trap 'echo failed $?' ERR; (exit 3); echo on`)).out.toString()).toBe('failed 3\non\n');
    expect(await rig.run('set -e; (exit 4); echo no')).toMatchObject({ status: 4, out: Buffer.from('failed 4\n') });
    await rig.run(`set +e; trap 'echo "bye" >"$HOME/bye"' EXIT; trap - ERR; exit 2`);
    expect((await rig.run('false; echo on')).out.toString()).toBe('on\n');
    await rig.shell.end(5000);
    expect(await rig.waitForFile(join(rig.home, 'bye'))).toBe('bye\n');
  });

  test('a user’s PROMPT_COMMAND and DEBUG trap live on', async () => {
    await using rig = await ShellRig.start(bash!);
    await rig.run(
      `PROMPT_COMMAND='echo prompted >>"$HOME/prompts"'; trap 'echo debugged >>"$HOME/debugs"' DEBUG; alias exit=oops; set -C`,
    );
    expect(await rig.waitForFile(join(rig.home, 'prompts'))).toContain('prompted');
    const number = await rig.type('sleep 60');
    await rig.shell.interrupt();
    expect((await rig.log.wait('commandEnded', (event) => event.number === number)).status).toBe(130);
    expect(await rig.waitForFile(join(rig.home, 'debugs'))).toContain('debugged');
  });
});

describe.skipIf(zsh?.path === undefined)('zsh only', () => {
  test('a TRAPINT function survives exit', async () => {
    await using rig = await ShellRig.start(zsh!);
    expect((await rig.run('TRAPINT() { echo caught; return 1 }; exit 6')).status).toBe(6);
    expect((await rig.run('functions TRAPINT')).out.toString()).toContain('echo caught');
  });
});
