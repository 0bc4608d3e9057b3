/** What a session costs while nobody uses it: in the daemon, and beside the shell. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { median, proportionalBytes } from './measure.mjs';

const atOnce = 50;

export function measureSessions(home, { sessions }, add) {
  const { residentBytes: before, sessions: already } = home.daemon;
  const made = sessions - already;
  const begin = process.hrtime.bigint();
  for (let left = made; left > 0; left -= atOnce) home.makeSessions(Math.min(atOnce, left), `idle${left}-`);
  const eachMs = Number(process.hrtime.bigint() - begin) / 1e6 / made;
  const eachKiB = (home.daemon.residentBytes - before) / made / 1024;
  add({
    what: `memory per idle session in the daemon, ${sessions} sessions`,
    against: `the daemon with ${already}`,
    value: `${eachKiB.toFixed(0)} KiB`,
    budget: '≤ 64 KiB',
    isMet: eachKiB <= 64,
    numbers: { eachKiB },
  });
  const holders = holderBytes(home);
  const holderMiB = holders === undefined ? undefined : holders / 2 ** 20;
  add({
    what: 'memory of the holders beside its shell',
    against: '–',
    value: holderMiB === undefined ? 'not told here' : `${holderMiB.toFixed(2)} MiB`,
    budget: '≤ 4 MiB',
    ...(holderMiB !== undefined && { isMet: holderMiB <= 4 }),
    numbers: { holderMiB },
  });
  add({
    what: `making a session, ${atOnce} asked for at once`,
    against: '–',
    value: `${eachMs.toFixed(0)} ms each`,
    numbers: { eachMs },
  });
}

/** Of ten sessions the median of what wrapper, `script` and holders take; the shell is not counted. */
function holderBytes(home) {
  const sessions = join(home.directory, 'state', 'sessions');
  const sums = readdirSync(sessions)
    .slice(0, 10)
    .map((session) => {
      const pidOf = (role) => Number(readFileSync(join(sessions, session, 'pids', role), 'latin1').split('\n')[0]);
      const wrapper = pidOf('wrapper');
      const ours = [wrapper, ...childrenOf(wrapper)].filter((pid) => pid !== pidOf('shell'));
      return ours.reduce((sum, pid) => sum + (proportionalBytes(pid) ?? Number.NaN), 0);
    });
  const sum = median(sums);
  return Number.isNaN(sum) ? undefined : sum;
}

function childrenOf(pid) {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').trim().split(' ').map(Number);
  } catch {
    return []; // no /proc: nothing is told of the wrapper either
  }
}
