/** A pssession of the bench's own: home, daemon and sessions, gone without a trace at the end. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { timed } from './measure.mjs';

const program = fileURLToPath(new URL('../bin/pssession.js', import.meta.url));

export class BenchHome {
  constructor() {
    this.directory = mkdtempSync(join(tmpdir(), 'pssession-bench-'));
    // an empty home: a session costs what we make it cost, not what somebody's profile does
    const account = join(this.directory, 'home');
    mkdirSync(account, { mode: 0o700 });
    this.env = {
      ...process.env,
      HOME: account,
      SHELL: '/bin/bash',
      PSSESSION_HOME: this.directory,
      PSSESSION_SCOPE: 'bench',
      NO_COLOR: '1',
    };
    for (const name of ['NODE_OPTIONS', 'PSSESSION_OUTPUT', 'PSSESSION_INSTANCE_ID']) delete this.env[name];
    const configurations = join(this.directory, 'config', 'configurations');
    mkdirSync(configurations, { recursive: true, mode: 0o700 });
    const quotas = { MaxShells: 2000, MaxShellsPerUser: 2000 };
    writeFileSync(join(configurations, 'Microsoft.PowerShell.json'), JSON.stringify(quotas), { mode: 0o600 });
  }

  /** The words of a command line of ours. */
  commandLine(...words) {
    return [process.execPath, program, ...words];
  }

  /** @returns its standard output */
  run(...words) {
    const [command, ...args] = this.commandLine(...words);
    return execFileSync(command, args, {
      env: this.env,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
      maxBuffer: 64 * 1024 * 1024,
    });
  }

  timed(...words) {
    return timed(this.commandLine(...words), { env: this.env });
  }

  file(name) {
    return join(this.directory, name);
  }

  /** pid, sessions, residentBytes and more. */
  get daemon() {
    return JSON.parse(this.run('daemon', 'status', '--json'));
  }

  makeSessions(count, prefix) {
    const computers = Array.from({ length: count }, () => 'localhost').join(',');
    const names = Array.from({ length: count }, (_, index) => `${prefix}${index}`).join(',');
    this.run('new-session', '-ComputerName', computers, '-Name', names, '-o', 'id');
  }

  [Symbol.dispose]() {
    const quietly = (...words) =>
      spawnSync(process.execPath, [program, ...words], { env: this.env, stdio: 'ignore', timeout: 600_000 });
    quietly('remove-session', '-Name', '*', '-Force');
    quietly('daemon', 'stop');
    rmSync(this.directory, { recursive: true, force: true });
  }
}
