/** Starting, leaving, finding again and ending a session's processes. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { describe, expect, test } from 'vitest';
import { isAlive, readIdentity } from '../../../src/common/process-identity.ts';
import { readRole } from '../../../src/host/holders.ts';
import { ShellProcess } from '../../../src/host/shell-process.ts';
import { adoptShell } from '../../../src/host/shell-start.ts';
import { dialects } from './dialects.ts';
import { EventLog, facts, installedShells, ShellRig } from './shell-rig.ts';

const profiles = {
  bash: {
    '.bash_profile': 'echo "hello from the profile"; export FROM_PROFILE=yes; . ~/.bashrc',
    '.bashrc': 'FROM_RC=yes',
  },
  zsh: {
    '.zprofile': 'echo "hello from the profile"; export FROM_PROFILE=yes',
    '.zshrc': 'FROM_RC=yes',
    '.zlogin': 'FROM_LOGIN=$FROM_RC',
  },
  sh: { '.profile': 'echo "hello from the profile"; export FROM_PROFILE=yes; ENV=$HOME/.shrc', '.shrc': 'FROM_RC=yes' },
  fish: {
    '.config/fish/config.fish':
      'echo "hello from the profile"; status is-login; and set -gx FROM_PROFILE yes; status is-interactive; and set FROM_RC yes',
  },
} as const;

const brokenProfile = {
  '.bash_profile': 'echo "no licence today"; exit 9',
  '.zprofile': 'echo "no licence today"; exit 9',
};

for (const installed of installedShells()) {
  const words = dialects[installed.name];

  describe.skipIf(installed.path === undefined)(`a session of ${installed.title}`, () => {
    test('reads the account’s profile, which may print', async () => {
      await using rig = await ShellRig.start(installed, { home: profiles[installed.name] });
      const { out } = await rig.run(`${words.isSet('FROM_PROFILE')}; ${words.isSet('FROM_RC')}`);
      expect(out.toString()).toBe('[yes]\n[yes]\n');
      if (installed.name === 'zsh') expect((await rig.run(words.isSet('FROM_LOGIN'))).out.toString()).toBe('[yes]\n');
      await rig.waitForSpool('tty', (bytes) => bytes.includes('hello from the profile'));
    });

    test('leaves the profile alone with noProfile', async () => {
      await using rig = await ShellRig.start(installed, { home: profiles[installed.name], noProfile: true });
      expect((await rig.run(words.isSet('FROM_PROFILE'))).out.toString()).toBe('[]\n');
      expect(rig.spool('tty').toString()).not.toContain('hello from the profile');
    });

    test('starts in the directory, with the environment and the terminal that were asked for', async () => {
      await using rig = await ShellRig.start(installed, { workingDirectory: '/usr', columns: 91, rows: 17 });
      const { out } = await rig.run('pwd; echo $TERM $SHELL; stty size </dev/tty; env | grep -c PSS');
      expect(out.toString()).toBe(`/usr\nxterm-256color ${installed.path}\n17 91\n1\n`);
      await rig.shell.resize(120, 40);
      expect((await rig.run('stty size </dev/tty')).out.toString()).toBe('40 120\n');
    });

    test('is adopted by another object, while a command runs', async () => {
      await using rig = await ShellRig.start(installed);
      await rig.run(words.setState);
      const gate = join(rig.home, 'gate');
      execFileSync('mkfifo', [gate]);
      await rig.type(`echo go; cat ${gate}; sh -c 'exit 12'`);
      await rig.waitForSpool('out', (bytes) => bytes.includes('go\n'));
      await rig.shell[Symbol.asyncDispose]();

      const log = new EventLog();
      const adopted = await adoptShell(rig.directory, { ...rig.deps, onEvent: log.take }, { reportedCommand: 1 });
      if (!(adopted instanceof ShellProcess)) throw new Error('it lives');
      rig.shell = adopted;
      expect([adopted.isReady, adopted.runningCommand, adopted.instanceId]).toEqual([true, 2, rig.instanceId]);
      writeFileSync(gate, 'through the gate');
      expect(await log.wait('commandEnded', (event) => event.number === 2)).toMatchObject({ status: 12 });
      expect((await rig.output('out', 2)).toString()).toBe('go\nthrough the gate');
      await adopted.runCommand(3, { text: words.showState, args: [] });
      await log.wait('commandEnded', (event) => event.number === 3);
      expect((await rig.output('out', 3)).toString()).toContain('hello you');
      expect(log.events.filter((event) => event.kind === 'commandEnded' && event.number === 1)).toEqual([]);
    });

    test('says that its shell was killed, and leaves nothing', async () => {
      await using rig = await ShellRig.start(installed);
      const { shellIdentity } = rig.shell;
      await rig.run('echo last words');
      process.kill(shellIdentity!.pid, 'SIGKILL');
      expect(await rig.log.wait('exited')).toEqual({ kind: 'exited', status: 137 });
      await rig.shell.drained();
      expect(isAlive(shellIdentity!, facts)).toBe(false);
      expect(rig.spool('out').toString()).toContain('last words');
      expect(await adoptShell(rig.directory, rig.deps, { reportedCommand: 0 })).toEqual({
        gone: true,
        endedStatus: 137,
      });
    });

    test('ends with everything it ever started, however that hides', async () => {
      await using rig = await ShellRig.start(installed);
      const pidFile = join(rig.home, 'pid');
      expect((await rig.run(words.stubbornChild, [pidFile])).status).toBe(0);
      const pid = Number(await rig.waitForFile(pidFile));
      expect(readIdentity(pid, facts)).toBeDefined();
      await rig.type('sleep 600');
      expect(await rig.shell.end(200)).toEqual([]);
      expect(readIdentity(pid, facts)).toBeUndefined();
      await rig.log.wait('exited');
      expect(await rig.processes()).toEqual([]);
    });
  });
}

const bash = installedShells()[0]!;

describe.skipIf(bash.path === undefined)('any session', () => {
  test('that cannot start says why', async () => {
    await expect(ShellRig.start(bash, { shellPath: '/no/such/shell' })).rejects.toThrow(
      /\/no\/such\/shell ended with 127.*not found/s,
    );
    await expect(ShellRig.start(bash, { home: brokenProfile })).rejects.toThrow(/ended with 9.*no licence today/s);
    await expect(ShellRig.start(bash, { workingDirectory: '/no/such/place' })).rejects.toThrow(/no\/such\/place/);
    const hanging = { '.bash_profile': 'echo "Password?"; read -r answer' };
    await expect(ShellRig.start(bash, { home: hanging, deadlineMs: 1000 })).rejects.toThrow(/within 1 s.*Password\?/s);
  });

  test('survives the SIGKILL of the process that started it', async () => {
    await using rig = await ShellRig.start(bash);
    await using other = await startInChild();
    const gone = once(other.child, 'exit');
    other.child.kill('SIGKILL');
    await gone;
    const log = new EventLog();
    const adopted = await adoptShell(other.directory, { ...rig.deps, onEvent: log.take }, { reportedCommand: 0 });
    if (!(adopted instanceof ShellProcess)) throw new Error('it lives');
    try {
      expect(adopted.runningCommand).toBe(1);
      await adopted.interrupt();
      expect(await log.wait('commandEnded')).toMatchObject({ number: 1, status: 130 });
      await adopted.runCommand(2, { text: 'exit 4', args: [] });
      expect(await log.wait('commandEnded', (event) => event.number === 2)).toMatchObject({ status: 4 });
    } finally {
      expect(await adopted.end(500)).toEqual([]);
      await adopted[Symbol.asyncDispose]();
    }
  });

  test('whose wrapper, script and shell were all killed has an unknown status', async () => {
    await using rig = await ShellRig.start(bash);
    const { pid: wrapper } = readRole(rig.directory, 'wrapper')!.identity;
    const holders = (['out', 'err', 'tty'] as const).map((stream) => rig.shell.holderPid(stream));
    for (const { pid } of await rig.processes()) if (!holders.includes(pid)) process.kill(pid, 'SIGKILL');
    expect(await rig.log.wait('exited')).toEqual({ kind: 'exited', status: undefined });
    await rig.shell.drained();
    expect(wrapper).toBeGreaterThan(0);
    expect(await adoptShell(rig.directory, rig.deps, { reportedCommand: 0 })).toEqual({
      gone: true,
      endedStatus: undefined,
    });
  });

  test('stands still while its holder is paused, and loses nothing', async () => {
    await using rig = await ShellRig.start(bash);
    expect(rig.shell.holders.pause('out')).toBe(true);
    const number = await rig.type('seq 1 50000; echo done >&2');
    await rig.waitForSpool('err', (bytes) => bytes.includes('+00000001\x1e'));
    expect(rig.shell.holders.resume('out')).toBe(true);
    expect((await rig.result(number)).out.equals(execFileSync('seq', ['1', '50000']))).toBe(true);
  });

  test('gets a new holder for one that was killed', async () => {
    await using rig = await ShellRig.start(bash);
    await rig.run('echo one');
    const pid = rig.shell.holderPid('out')!;
    expect(await rig.shell.holders.restart('out')).toBeUndefined();
    process.kill(pid, 'SIGKILL');
    await expect.poll(() => rig.shell.holderPid('out')).toBeUndefined();
    const number = await rig.type('echo two');
    expect(await rig.shell.holders.restart('out')).toBe(1);
    expect((await rig.result(number)).out.toString()).toBe('two\n');
    expect(rig.shell.holderPid('out')).not.toBe(pid);
    await rig.type('exec true');
    await rig.shell.drained();
    expect(await rig.processes()).toEqual([]);
  });

  test('keeps output that a background child writes after the shell’s end', async () => {
    await using rig = await ShellRig.start(bash);
    const gate = join(rig.home, 'gate');
    execFileSync('mkfifo', [gate]);
    await rig.run(`(trap '' HUP; cat ${gate}) & disown`);
    await rig.type('exec true');
    await rig.log.wait('exited');
    writeFileSync(gate, 'afterwards\n');
    await rig.shell.drained();
    expect(rig.spool('out').toString().endsWith('afterwards\n')).toBe(true);
  });
});

/** A session started by a Node process of its own, which has typed a command. */
async function startInChild() {
  const root = mkdtempSync(join(tmpdir(), 'pss-child-'));
  const directory = join(root, 'session');
  const outfile = join(root, 'start-session.mjs');
  const entry = new URL('start-session.ts', import.meta.url).pathname;
  buildSync({
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'error',
  });
  const child = spawn(process.execPath, [outfile, directory, bash.path!], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  return { child, directory, [Symbol.asyncDispose]: async () => rmSync(root, { recursive: true, force: true }) };
}
