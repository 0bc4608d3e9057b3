/**
 * The main story of pssession on this computer, told with the real program: `npm run demo`.
 *
 * Everything happens in a temporary PSSESSION_HOME, so sessions of yours are not touched. The demo checks what it shows: it
 * ends with status 1 when a line of output is missing or anything is left behind, also after Ctrl-C.
 */
import { execFile, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../bin/pssession.js', import.meta.url));
const home = mkdtempSync(join(tmpdir(), 'pssession-demo-'));
/** The commands below are written for it; sessions of yours have your login shell. */
const shell = existsSync('/bin/bash') ? '/bin/bash' : '/bin/sh';
const lineCount = 20;
const seenBeforeTheKill = 6;
/** A number that differs from run to run, so that the output checked at the end can only come from this run. */
const secret = Math.floor(Math.random() * 9000) + 1000;

const { env, stdout } = process;
const isColored = stdout.isTTY && !env.NO_COLOR && env.TERM !== 'dumb';
const paint = (code, text) => (isColored ? `\u001b[${code}m${text}\u001b[0m` : text);
const print = (text = '') => stdout.write(`${text}\n`);
const say = (text) => print(paint('36', text));
const blow = (text) => print(paint('31;1', text));
const good = (text) => print(paint('32;1', `✓ ${text}`));
const heading = (text) => print(`\n${paint('1', text)}`);

const stopping = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
  process.on(signal, () => stopping.abort(new Error(`stopped by ${signal}`)));

/** The environment of one "terminal": a name of its own is all that makes it another one. */
const terminal = (name) => ({ ...env, PSSESSION_HOME: home, PSSESSION_SCOPE: name, SHELL: shell, NO_COLOR: '1' });

function quoted(words) {
  return words.map((word) => (/^[\w./-]+$/u.test(word) ? word : `'${word}'`)).join(' ');
}

/** Runs pssession to its end; resolves to what it printed. */
function run(scope, words, options = {}) {
  return new Promise((resolve, reject) => {
    const settings = { env: terminal(scope), signal: options.signal ?? stopping.signal };
    const child = execFile(process.execPath, [program, ...words], settings, (error, out, err) => {
      if (error === null) resolve(out);
      else reject(stopping.signal.reason ?? new Error(`pssession ${quoted(words)} failed: ${err || error.message}`));
    });
    child.stdin.end();
  });
}

/** Shows a command as it would be typed, runs it, shows what it prints. */
async function show(scope, words) {
  print(paint('2', `${scope}$ `) + paint('1', `pssession ${quoted(words)}`));
  const out = await run(scope, [...words, ...(words[0] === 'invoke-command' ? [] : ['-o', 'table'])]);
  if (out !== '') stdout.write(out);
  return out;
}

/**
 * Starts to receive and prints what comes.
 *
 * @returns the process, its lines (growing), and two promises: `reached` with `enough` lines there, `closed` at its end.
 */
function receive(scope, words, enough = Infinity) {
  print(paint('2', `${scope}$ `) + paint('1', `pssession ${quoted(words)}`));
  const child = spawn(process.execPath, [program, ...words], {
    env: terminal(scope),
    stdio: ['ignore', 'pipe', 'inherit'],
    signal: stopping.signal,
  });
  const lines = [];
  const reading = createInterface({ input: child.stdout });
  const closed = new Promise((resolve) => child.on('close', (code) => resolve(code)));
  const reached = new Promise((resolve, reject) => {
    child.on('error', () => reject(stopping.signal.reason));
    closed.then((code) => reject(new Error(`receive-session ended with status ${code} after ${lines.length} lines`)));
    reading.on('line', (line) => {
      print(`  ${line}`);
      if (lines.push(line) === enough) resolve();
    });
  });
  reached.catch(() => undefined); // of no interest to those who wait for the end
  return { pid: child.pid, lines, reached, closed };
}

function isRunning(pid) {
  try {
    return process.kill(pid, 0) && !/^State:\s*Z/mu.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch (error) {
    return error.code === 'ENOENT' && !existsSync('/proc') && process.platform !== 'linux';
  }
}

/** Kills as the kernel would: no warning, no last word. Resolves when the process is gone. */
async function killHard(pid, what) {
  process.kill(pid, 'SIGKILL');
  for (let tries = 0; isRunning(pid); tries++) {
    if (tries === 200) throw new Error(`process ${pid} (${what}) survives SIGKILL`);
    await new Promise((resolve) => setTimeout(resolve, 5)); // a stranger's end has no event
  }
  blow(`kill -9 ${pid}   # ${what}: gone`);
}

/** Processes that carry our PSSESSION_HOME in their environment (Linux). */
function ours() {
  if (!existsSync('/proc/self/environ')) return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/u.test(name) && Number(name) !== process.pid)
    .filter((pid) => {
      try {
        return `\0${readFileSync(`/proc/${pid}/environ`, 'latin1')}`.includes(`\0PSSESSION_HOME=${home}\0`);
      } catch {
        return false; // gone, or another user's
      }
    })
    .map(Number);
}

const daemonPid = async () => JSON.parse(await run('terminal-2', ['daemon', 'status', '--json'])).pid;

async function story() {
  print(paint('1', 'pssession: a shell that goes on without you'));
  say('Two terminals on this computer, one session. Nothing below is simulated.');

  heading('1. Make a session: a long-lived shell with a name.');
  await show('terminal-1', ['new-session', '-Name', 'build']);
  await show('terminal-1', ['invoke-command', '-Name', 'build', `cd /tmp; secret=${secret}`]);
  say('   A variable and a directory are set in it. Keep them in mind.');

  heading('2. Start a long command in it and leave. "Disconnected" means that nobody is watching; it runs on.');
  const work = `echo "process $$ begins"; for n in $(seq ${lineCount}); do echo "line $n of ${lineCount}, secret $secret"; sleep 0.25; done`;
  await show('terminal-1', ['invoke-command', '-Name', 'build', '-InDisconnectedSession', '-o', 'table', work]);

  heading('3. From another terminal: watch it work.');
  const words = ['receive-session', '-ComputerName', 'localhost', '-Name', 'build'];
  const first = receive('terminal-2', words, 1 + seenBeforeTheKill);
  await first.reached;
  const oldDaemon = await daemonPid();
  const shellPid = Number(/^process (\d+) begins$/u.exec(first.lines[0])?.[1]);

  heading('4. Now the worst: the program that watches and the daemon behind it are killed, without warning.');
  await killHard(first.pid, 'the receive-session above');
  await killHard(oldDaemon, 'the pssession daemon');
  await first.closed;
  if (!isRunning(shellPid)) throw new Error(`the shell of the session, process ${shellPid}, ended with its daemon`);
  good(`process ${shellPid}, the shell of the session, does not care: it works on and its output goes to disk`);

  heading('5. Find the session again. The first command starts a new daemon, which takes over what it finds.');
  await show('terminal-2', ['get-session', '-ComputerName', 'localhost']);
  const newDaemon = await daemonPid();
  good(`the daemon is a new one: process ${newDaemon} instead of ${oldDaemon}`);

  heading('6. Get the rest of the output.');
  const rest = receive('terminal-2', words);
  const code = await rest.closed;
  stopping.signal.throwIfAborted();
  if (code !== 0) throw new Error(`receive-session ended with status ${code}`);
  check(first.lines, rest.lines);

  heading('7. The session is still the same shell.');
  const answer = await show('terminal-2', ['invoke-command', '-Name', 'build', 'echo "$PWD, secret $secret"']);
  if (!answer.includes(`secret ${secret}`)) throw new Error('the session has forgotten its variable');

  heading('8. Remove it.');
  await show('terminal-2', ['remove-session', '-Name', 'build']);
  if ((await run('terminal-2', ['get-session', '-All', '-o', 'json'])).trim() !== '[]')
    throw new Error('the session is still there after remove-session');
  if (isRunning(shellPid)) throw new Error(`process ${shellPid} survived remove-session`);
  good('session and shell are gone');
}

/** Every line is there, in order. What the killed program printed last may come once more: it died before saying so. */
function check(before, after) {
  const expected = Array.from(
    { length: lineCount },
    (_, index) => `line ${index + 1} of ${lineCount}, secret ${secret}`,
  );
  const seen = before.slice(1);
  const again = after.length - (lineCount - seen.length);
  const whole = [...seen.slice(0, seen.length - Math.max(0, again)), ...after];
  if (again < 0 || whole.join('\n') !== expected.join('\n'))
    throw new Error(`output is missing: before ${JSON.stringify(before)}, after ${JSON.stringify(after)}`);
  const twice = again > 0 ? ` (${again} came twice: their reader was killed before it could say that it had them)` : '';
  good(
    `${lineCount} of ${lineCount} lines, none lost: ${seen.length} came before the kill, the others after it${twice}`,
  );
}

/** Ends whatever this demo has started and says whether something resisted. */
async function cleanUp() {
  const unhurried = new AbortController().signal;
  const quietly = (words) => run('terminal-2', words, { signal: unhurried }).catch(() => undefined);
  if (existsSync(join(home, 'state'))) {
    await quietly(['remove-session', '-ComputerName', 'localhost', '-Force']);
    await quietly(['daemon', 'stop']);
  }
  // On the way out: the last processes of a session end by themselves a moment after it.
  for (let tries = 0; ours().length > 0 && tries < 100; tries++)
    await new Promise((resolve) => setTimeout(resolve, 20));
  const left = ours();
  for (const pid of left) process.kill(pid, 'SIGKILL');
  rmSync(home, { recursive: true, force: true });
  if (left.length > 0) throw new Error(`these processes were left behind: ${left.join(', ')}`);
}

const started = performance.now();
let failure;
try {
  if (!existsSync(new URL('../dist/cli.cjs', import.meta.url))) throw new Error("not built yet; run 'npm ci' first");
  await story();
} catch (error) {
  failure = stopping.signal.aborted ? stopping.signal.reason : error;
}
try {
  await cleanUp();
} catch (error) {
  failure ??= error;
}
if (failure === undefined) {
  good(`nothing is left behind; that took ${((performance.now() - started) / 1000).toFixed(0)} seconds`);
} else {
  process.exitCode = stopping.signal.aborted ? 130 : 1;
  process.stderr.write(`\ndemo: ${failure.message}\n`);
}
