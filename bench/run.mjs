/**
 * `npm run bench [-- --smoke] [-- --json FILE]`: what pssession costs, as ratios measured side by side in one run.
 *
 * A missed budget is said and does not fail the run: machines are noisy, and a machine that is busy with other things
 * misses some. What breaks does fail it. `--smoke` is small enough for every change; its numbers say little.
 */
import { writeFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { BenchHome } from './bench-home.mjs';
import { measureCapture, measureTerminalText } from './capture.mjs';
import { measureListings, measureStartUp } from './listings.mjs';
import { measureSessions } from './sessions.mjs';
import { measureThroughput } from './throughput.mjs';

const { values } = parseArgs({ options: { smoke: { type: 'boolean', default: false }, json: { type: 'string' } } });
const size = values.smoke
  ? { rounds: 5, fewRounds: 2, sessions: 40, captureBytes: 64 << 20, textBytes: 10e6, relayBytes: 100e6 }
  : { rounds: 31, fewRounds: 5, sessions: 1000, captureBytes: 1 << 30, textBytes: 200e6, relayBytes: 1e9 };

const rows = [];
/** `isMet` undefined: no budget, for information. */
function add(row) {
  rows.push(row);
  process.stderr.write(`${row.what}: ${row.value}\n`);
}

const loadBefore = loadavg()[0];
{
  const home = new BenchHome();
  try {
    measureStartUp(home, size, add);
    measureThroughput(home, size, add);
    measureCapture(home, size, add);
    measureTerminalText(home, size, add);
    const few = measureListings(home, size);
    measureSessions(home, size, add);
    few.compare(add);
  } finally {
    home[Symbol.dispose]();
  }
}

const machine = `${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform} ${process.arch}, Node ${process.versions.node}`;
process.stdout.write(`${table(rows)}\n\n${machine}\n`);
const missed = rows.filter(({ isMet }) => isMet === false).length;
const budgets = rows.filter(({ isMet }) => isMet !== undefined).length;
process.stdout.write(`${budgets - missed} of ${budgets} budgets met${values.smoke ? ' (small sizes)' : ''}.\n`);
if (missed > 0 && loadBefore > 0.5) {
  process.stdout.write(`The machine was busy before the bench began (load ${loadBefore.toFixed(1)}): measure again.\n`);
}
if (values.json !== undefined) {
  const report = { machine, load: loadBefore, isSmoke: values.smoke, size, rows };
  writeFileSync(values.json, `${JSON.stringify(report, undefined, 1)}\n`);
}

/** Markdown, as docs/performance.md has it. */
function table(all) {
  const cells = all.map(({ what, against, value, budget, isMet }) => [
    what,
    against,
    value,
    budget ?? '',
    isMet === undefined ? '' : isMet ? 'met' : 'MISSED',
  ]);
  const lines = [['what', 'against', 'measured', 'budget', ''], ...cells];
  const widths = lines[0].map((_, column) => Math.max(3, ...lines.map((line) => line[column].length)));
  const draw = (line) => `| ${line.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |`;
  const [head, ...body] = lines;
  return [draw(head), `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...body.map(draw)].join('\n');
}
