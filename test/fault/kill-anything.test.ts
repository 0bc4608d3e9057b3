import { expect, test } from 'vitest';
import { limits } from '../../src/common/limits.ts';
import { FaultRig } from '../support/fault-rig.ts';
import { planRound, runRound } from './kill-round.ts';

const seed = Number(process.env['PSSESSION_FAULT_SEED'] ?? Math.floor(Math.random() * 2 ** 31));

test('20 rounds of kills: every byte arrives once and in order, doubled only by a receiver that dies', async () => {
  console.log(`kill-anything: PSSESSION_FAULT_SEED=${seed} repeats this run`);
  await using rig = new FaultRig();
  for (let round = 0; round < 20; round++) {
    const report = await runRound(rig, planRound(seed + round, { lines: 400_000, kills: 4 }));
    expect(report.mostRepeated).toBeLessThanOrEqual(limits.unconfirmedBytes);
  }
});

test('500 MB while the daemon and the receivers are killed 20 times', async () => {
  await using rig = new FaultRig();
  const report = await runRound(rig, planRound(seed, { lines: 52_000_000, kills: 20 }));
  expect(report.bytes).toBeGreaterThan(350_000_000);
  expect(report.mostRepeated).toBeLessThanOrEqual(limits.unconfirmedBytes);
});
