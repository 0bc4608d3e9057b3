/**
 * `npm run bench [-- --smoke] [-- --json FILE]`: what pssession costs, as ratios measured side by side in one run.
 *
 * Each pair runs in turn (A B A B …) and the medians are compared, so that a machine whose speed drifts does not decide.
 * A missed budget is said and does not fail the run: machines are noisy. What breaks does.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../bin/pssession.js', import.meta.url));
const isSmoke = process.argv.includes('--smoke');
const jsonFile = process.argv.includes('--json') ? process.argv[process.argv.indexOf('--json') + 1] : undefined;
const runs = isSmoke ? 5 : 21;
const manySessions = isSmoke ? 30 : 1000;
const captureMiB = isSmoke ? 64 : 1024;

const home = mkdtempSync(join(tmpdir(), 'pssession-bench-'));
const env = { ...process.env, PSSESSION_HOME: home, PSSESSION_SCOPE: 'bench', NO_COLOR: '1' };
delete env.NODE_OPTIONS;

/** Runs to the end; the wall time in ms. Output is thrown away. */
function timed(command, args) {
  const begin = process.hrtime.bigint();
  const { status, error } = spawnSync(command, args, { env, stdio: ['ignore', 'ignore', 'inherit'] });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}`);
  return Number(process.hrtime.bigint() - begin) / 1e6;
}

const pssession = (...args) =>
  execFileSync(process.execPath, [program, ...args], { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
const node = (...args) => [process.execPath, args];
const cli = (...args) => node(program, ...args);
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

/** Medians of two commands run in turn. */
function paired([commandA, argsA], [commandB, argsB], times = runs) {
  const a = [];
  const b = [];
  timed(commandA, argsA);
  timed(commandB, argsB);
  for (let turn = 0; turn < times; turn++) {
    a.push(timed(commandA, argsA));
    b.push(timed(commandB, argsB));
  }
  return { a: median(a), b: median(b) };
}

const rows = [];
function row(what, against, value, budget, isMet) {
  rows.push({ what, against, value, budget, met: isMet });
  process.stdout.write(`${isMet ? 'met   ' : 'MISSED'}  ${what}: ${value} (budget ${budget}, against ${against})\n`);
}
const ratio = (value) => `${value.toFixed(2)} x`;

const daemonFacts = () => JSON.parse(pssession('daemon', 'status', '--json'));

function residentBytes() {
  const { pid } = daemonFacts();
  return Number(/VmRSS:\s+(\d+)/u.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024;
}

function makeSessions(count, prefix) {
  const computers = Array.from({ length: count }, () => 'localhost').join(',');
  const names = Array.from({ length: count }, (_, index) => `${prefix}${index}`).join(',');
  pssession('new-session', '-ComputerName', computers, '-Name', names, '-o', 'id');
}

function startUp() {
  makeSessions(10, 'ten');
  const { a, b } = paired(cli('get-session'), node('-e', '0'));
  row('get-session, daemon warm, 10 sessions', 'node -e 0', ratio(a / b), '1.35 x', a / b <= 1.35);
  return a;
}

function invoke(getSessionMs) {
  const { a, b } = paired(cli('invoke-command', '-Name', 'ten0', ':'), cli('get-session'));
  row('invoke-command in an open session', 'get-session', `+ ${(a - b).toFixed(1)} ms`, '+ 10 ms', a - b <= 10);
  return getSessionMs;
}

function capture() {
  const bytes = captureMiB * 1024 * 1024;
  pssession('new-session', '-Name', 'capture', '-SessionOption', 'OutputBufferingMode=Drop', '-o', 'id');
  const done = join(home, 'captured');
  const fifo = join(home, 'gate');
  const command = `head -c ${bytes} /dev/zero; echo done > '${fifo}'`;
  const plain = [];
  const captured = [];
  const before = residentBytes();
  for (let turn = 0; turn < (isSmoke ? 2 : 5); turn++) {
    execFileSync('mkfifo', [fifo]);
    const begin = process.hrtime.bigint();
    pssession('connect-session', 'capture', '-o', 'id');
    pssession('invoke-command', '-Name', 'capture', '-InDisconnectedSession', command, '-o', 'id');
    readFileSync(fifo);
    captured.push(Number(process.hrtime.bigint() - begin) / 1e6);
    rmSync(fifo);
    plain.push(timed('sh', ['-c', `head -c ${bytes} /dev/zero > '${done}'`]));
    rmSync(done);
    pssession('connect-session', 'capture', '-o', 'id');
    execFileSync(process.execPath, [program, 'receive-session', 'capture'], {
      env,
      stdio: ['ignore', 'ignore', 'ignore'],
    });
    pssession('disconnect-session', 'capture', '-o', 'id');
  }
  const rate = median(plain) / median(captured);
  row(
    `${captureMiB} MiB produced while disconnected, Drop`,
    'producer > file',
    `${rate.toFixed(2)} x its rate`,
    '0.5 x',
    rate >= 0.5,
  );
  const growth = (residentBytes() - before) / 1024 / 1024;
  row('memory of the daemon over that', 'before', `+ ${growth.toFixed(0)} MiB`, '+ 64 MiB', growth <= 64);
}

function many() {
  const before = residentBytes();
  const already = daemonFacts().sessions;
  const ten = paired(cli('get-session', '-Name', 'ten*'), cli('get-session', '-Name', 'ten*'), 3).a;
  const begin = process.hrtime.bigint();
  for (let made = already; made < manySessions; made += 10)
    makeSessions(Math.min(10, manySessions - made), `many${made}-`);
  const eachMs = Number(process.hrtime.bigint() - begin) / 1e6 / (manySessions - already);
  process.stdout.write(`        one session made in ${eachMs.toFixed(0)} ms\n`);
  const perSession = (residentBytes() - before) / (manySessions - already) / 1024;
  row(
    `memory per idle session in the daemon, ${manySessions} sessions`,
    'the daemon without',
    `${perSession.toFixed(0)} KiB`,
    '64 KiB',
    perSession <= 64,
  );
  const all = median(Array.from({ length: runs }, () => timed(...cli('get-session'))));
  row(`get-session with ${manySessions} sessions`, 'with 10', ratio(all / ten), '1.5 x', all / ten <= 1.5);
}

function tidy() {
  spawnSync(process.execPath, [program, 'remove-session', '-Name', '*', '-Force'], { env, stdio: 'ignore' });
  spawnSync(process.execPath, [program, 'daemon', 'stop'], { env, stdio: 'ignore' });
  rmSync(home, { recursive: true, force: true });
}

try {
  mkdirSync(join(home, 'config', 'configurations'), { recursive: true, mode: 0o700 });
  const quotas = { MaxShells: 5000, MaxShellsPerUser: 5000 };
  writeFileSync(join(home, 'config', 'configurations', 'Microsoft.PowerShell.json'), JSON.stringify(quotas));
  invoke(startUp());
  capture();
  many();
  if (jsonFile !== undefined)
    writeFileSync(jsonFile, `${JSON.stringify({ node: process.version, runs, rows }, undefined, 1)}\n`);
  const missed = rows.filter(({ met }) => !met).length;
  process.stdout.write(
    `${rows.length - missed} of ${rows.length} budgets met${missed > 0 ? '; a noisy machine misses some' : ''}\n`,
  );
} finally {
  tidy();
}
