/** Times commands: in turn, so that a machine whose speed drifts does not decide, and by medians. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

export const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

/** One run, output thrown away. @returns wall time and the CPU time of the command's own processes, in ms */
export function timed([command, ...args], { env, input = 'ignore' } = {}) {
  // bash measures: it sees the CPU time of its child, and its own start is left out
  const script = 'TIMEFORMAT="%3R %3U %3S"; { time "$@" >/dev/null 2>&3; } 3>&2';
  const run = spawnSync('bash', ['-c', script, 'bash', command, ...args], {
    env,
    encoding: 'utf8',
    stdio: [input, 'ignore', 'pipe'],
  });
  if (run.error !== undefined) throw run.error;
  const lines = run.stderr.trimEnd().split('\n');
  if (run.status !== 0) throw new Error(`${[command, ...args].join(' ')} ended with ${run.status}: ${run.stderr}`);
  const [wallMs, userMs, systemMs] = lines
    .at(-1)
    .split(' ')
    .map((seconds) => Number(seconds) * 1000);
  return { wallMs, cpuMs: userMs + systemMs };
}

/** Runs the alternatives in turn, after one round that does not count. @returns for each its samples */
export function inTurn(alternatives, rounds) {
  const samples = alternatives.map(() => []);
  for (let round = -1; round < rounds; round++) {
    for (const [index, run] of alternatives.entries()) {
      const sample = run();
      if (round >= 0) samples[index].push(sample);
    }
  }
  return samples;
}

/** The median over the rounds of how many times `pick(a)` is `pick(b)`. */
export function pairedRatio(a, b, pick) {
  return median(a.map((sample, index) => pick(sample) / pick(b[index])));
}

/** The memory of a process, shared pages counted in parts. @returns undefined where the kernel does not tell */
export function proportionalBytes(pid) {
  try {
    return Number(/^Pss:\s+(\d+)/mu.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1]) * 1024;
  } catch {
    return undefined; // ended meanwhile, or no such file
  }
}

/** What a process has had of the CPU, in ms; NaN where /proc does not tell. */
export function cpuMsOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) * 10;
  } catch {
    return Number.NaN;
  }
}
