/** Start-up, and listings of few and of many sessions. */
import { inTurn, median, pairedRatio, timed } from './measure.mjs';

const wall = ({ wallMs }) => wallMs;
const cpu = ({ cpuMs }) => cpuMs;
const times = (ratio) => `${ratio.toFixed(2)} ×`;

/** Makes the sessions `ten0` … `ten9`. */
export function measureStartUp(home, { rounds }, add) {
  home.makeSessions(10, 'ten');
  const bare = () => timed([process.execPath, '-e', '0'], { env: home.env });
  const [lines, table, node, invoke] = inTurn(
    [
      () => home.timed('get-session'),
      () => home.timed('get-session', '-o', 'table'),
      bare,
      () => home.timed('invoke-command', '-Name', 'ten0', ':'),
    ],
    rounds,
  );
  const ratioRow = (what, samples) => {
    const ratio = pairedRatio(samples, node, wall);
    const cpuRatio = pairedRatio(samples, node, cpu);
    add({
      what,
      against: `node -e 0 (${median(node.map(wall)).toFixed(0)} ms)`,
      value: `${times(ratio)} (CPU ${times(cpuRatio)})`,
      budget: '≤ 1.35 ×',
      isMet: ratio <= 1.35,
      numbers: { ratio, cpuRatio, medianMs: median(samples.map(wall)) },
    });
  };
  ratioRow('get-session, daemon warm, 10 sessions, into a pipe', lines);
  ratioRow('the same as a table', table);
  const moreMs = median(invoke.map((sample, index) => sample.wallMs - lines[index].wallMs));
  add({
    what: 'invoke-command in an open session',
    against: 'get-session',
    value: `+ ${moreMs.toFixed(1)} ms`,
    budget: '+ ≤ 10 ms',
    isMet: moreMs <= 10,
    numbers: { moreMs },
  });
}

/** Measures listings of the sessions there are now; `compare` measures them again and tells how many times that is. */
export function measureListings(home, { rounds }) {
  const listings = [[], ['-o', 'table']];
  const measure = () =>
    inTurn(
      listings.map((words) => () => home.timed('get-session', ...words)),
      rounds,
    );
  const few = measure();
  const fewCount = home.daemon.sessions;
  return {
    compare(add) {
      const many = measure();
      const manyCount = home.daemon.sessions;
      for (const [index, what] of ['into a pipe', 'as a table'].entries()) {
        const ratioOf = (pick) => median(many[index].map(pick)) / median(few[index].map(pick));
        add({
          what: `get-session with ${manyCount} sessions, ${what}`,
          against: `with ${fewCount}`,
          value: `${times(ratioOf(wall))} (CPU ${times(ratioOf(cpu))})`,
          budget: '≤ 1.5 ×',
          isMet: ratioOf(wall) <= 1.5,
          numbers: { ratio: ratioOf(wall), cpuRatio: ratioOf(cpu), medianMs: median(many[index].map(wall)) },
        });
      }
    },
  };
}
