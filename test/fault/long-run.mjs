/**
 * Kills for as long as it is told to: `npm run test:faults -- --rounds 1000 [--seed N] [--lines N] [--kills N]`. Each round
 * prints its seed; a round that failed is repeated by `--rounds 1 --seed` with that number.
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';

const checkout = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '100' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
    lines: { type: 'string', default: '4000000' },
    kills: { type: 'string', default: '4' },
  },
});

// As deep as test/support, which looks for the checkout from where it is.
await mkdir(join(checkout, '.planted'), { recursive: true });
const bundled = await mkdtemp(join(checkout, '.planted', 'long-run-'));
try {
  await import(pathToFileURL(join(checkout, 'scripts/build.mjs')));
  await build({
    absWorkingDir: checkout,
    stdin: {
      contents: "export * from './test/fault/kill-round.ts'; export * from './test/support/fault-rig.ts';",
      resolveDir: checkout,
    },
    outfile: join(bundled, 'rounds.mjs'),
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20.19',
    logLevel: 'warning',
  });
  process.exitCode = await runAll(await import(pathToFileURL(join(bundled, 'rounds.mjs'))));
} finally {
  await rm(bundled, { recursive: true, force: true });
}

/** @returns the exit code: 1 when a round failed */
async function runAll({ planRound, runRound, FaultRig }) {
  const rounds = Number(values.rounds);
  const firstSeed = Number(values.seed);
  const wishes = { lines: Number(values.lines), kills: Number(values.kills) };
  const sums = { bytes: 0, daemonKills: 0, receiverKills: 0, mostRepeated: 0 };
  const failed = [];
  console.log(`${rounds} rounds from seed ${firstSeed}`);
  let rig = new FaultRig();
  for (let seed = firstSeed; seed < firstSeed + rounds; seed++) {
    const plan = planRound(seed, wishes);
    const startedAt = performance.now();
    try {
      const report = await runRound(rig, plan);
      for (const key of ['bytes', 'daemonKills', 'receiverKills']) sums[key] += report[key];
      sums.mostRepeated = Math.max(sums.mostRepeated, report.mostRepeated);
      console.log(
        `seed ${seed}: ${JSON.stringify({ cmdlet: plan.cmdlet, ...report, ms: Math.round(performance.now() - startedAt) })}`,
      );
    } catch (error) {
      failed.push(seed);
      console.log(`seed ${seed} FAILED: ${error.message}\n${JSON.stringify(plan)}`);
      await rig[Symbol.asyncDispose]().catch((left) => console.log(left.message));
      rig = new FaultRig();
    }
  }
  await rig[Symbol.asyncDispose]();
  console.log(`${rounds - failed.length} of ${rounds} rounds right, ${JSON.stringify(sums)}`);
  if (failed.length > 0) console.log(`failed seeds: ${failed.join(' ')}`);
  return failed.length > 0 ? 1 : 0;
}
