/** Output that nobody looks at: how fast a command may write it, and what the daemon pays. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { cpuMsOf, inTurn, pairedRatio } from './measure.mjs';

const mib = (bytes) => Math.round(bytes / 2 ** 20);
const rate = ({ ms, bytes }) => bytes / ms / 1000;
const whole = (number) => number.toFixed(0);

/** A command that runs a producer and leaves its wall time, in seconds, in a file when it is over. */
const producing = (producer, file) =>
  `bash -c 'TIMEFORMAT=%3R; { time { ${producer}; } 2>&3; } 3>&2 2>"$0".tmp; mv "$0".tmp "$0"' '${file}'`;

function secondsIn(file) {
  const sleep = new Int32Array(new SharedArrayBuffer(4));
  while (!existsSync(file)) Atomics.wait(sleep, 0, 0, 20);
  const ms = Number(readFileSync(file, 'utf8').trim().split('\n').at(-1)) * 1000;
  rmSync(file);
  return ms;
}

/** One production in a session that nobody is connected to. */
function captured(home, producer, bytes, words) {
  const file = home.file('captured');
  home.run('new-session', '-Name', 'capture', ...words, '-o', 'id');
  home.run('invoke-command', '-Name', 'capture', '-InDisconnectedSession', producing(producer, file), '-o', 'id');
  const ms = secondsIn(file);
  home.run('remove-session', '-Name', 'capture', '-Force');
  return { ms, bytes };
}

const dropping = ['-SessionOption', 'OutputBufferingMode=Drop'];

export function measureCapture(home, { fewRounds, captureBytes: bytes }, add) {
  const producer = `head -c ${bytes} /dev/zero`;
  const { pid } = home.daemon;
  const file = home.file('plain');
  const plain = () => {
    execFileSync('sh', ['-c', producing(`${producer} >"$0".out`, file)], { env: home.env });
    const ms = secondsIn(file);
    rmSync(`${file}.out`);
    return { ms, bytes };
  };
  const cpuBefore = cpuMsOf(pid);
  const memory = [];
  const capture = () => {
    const sample = captured(home, producer, bytes, dropping);
    memory.push(home.daemon.residentBytes);
    return sample;
  };
  const [inSession, toFile] = inTurn([capture, plain], fewRounds);
  const ratio = pairedRatio(inSession, toFile, rate);
  add({
    what: `${mib(bytes)} MiB produced while disconnected, Drop`,
    against: 'producer > file',
    value: `${ratio.toFixed(2)} × its rate`,
    budget: '≥ 0.5 ×',
    isMet: ratio >= 0.5,
    numbers: { ratio, daemonCpuMs: (cpuMsOf(pid) - cpuBefore) / memory.length },
  });
  // the first of them warms the daemon up
  const growthMiB = (memory.at(-1) - memory[0]) / 2 ** 20;
  add({
    what: `memory of the daemon, ${memory.length} of these in a row`,
    against: `after the first (${mib(memory[0])} MiB)`,
    value: `${growthMiB < 0 ? '−' : '+'} ${whole(Math.abs(growthMiB))} MiB`,
    budget: 'flat: + ≤ 16 MiB',
    isMet: growthMiB <= 16,
    numbers: { growthMiB },
  });
}

/** Text that a terminal would show; tmux draws it although nobody looks. */
export function measureTerminalText(home, { fewRounds, textBytes: bytes }, add) {
  if (spawnSync('tmux', ['-V']).status !== 0) return;
  const producer = `yes "the quick brown fox jumps over the lazy dog 0123456789" | head -c ${bytes}`;
  const file = home.file('tmux');
  const socket = home.file('tmux.sock');
  const inTmux = () => {
    const tmux = (...words) => spawnSync('tmux', ['-S', socket, ...words], { env: home.env, stdio: 'ignore' });
    tmux('-f', '/dev/null', 'new-session', '-d', '-x', '80', '-y', '24', producing(producer, file));
    const ms = secondsIn(file);
    tmux('kill-server');
    return { ms, bytes };
  };
  const [inSession, inTerminal] = inTurn([() => captured(home, producer, bytes, dropping), inTmux], fewRounds);
  const ratio = pairedRatio(inSession, inTerminal, rate);
  add({
    what: `${whole(bytes / 1e6)} MB of text while nobody looks`,
    against: 'the same in a detached tmux',
    value: `${ratio.toFixed(1)} × its rate`,
    budget: '≥ 10 ×',
    isMet: ratio >= 10,
    numbers: { ratio },
  });
}
