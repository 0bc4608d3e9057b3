/** Output that somebody receives. */
import { cpuMsOf, inTurn, median, pairedRatio, timed } from './measure.mjs';

export function measureThroughput(home, { fewRounds, relayBytes: bytes }, add) {
  const pid = home.daemon.pid;
  const producer = `yes | head -c ${bytes}`;
  const shell = (script) => timed(['sh', '-c', script], { env: home.env });
  const quoted = home
    .commandLine('invoke-command', '-Name', 'ten0', producer)
    .map((word) => `'${word}'`)
    .join(' ');
  const cpuBefore = cpuMsOf(pid);
  const [relayed, piped] = inTurn([() => shell(`${quoted} | cat`), () => shell(`${producer} | cat`)], fewRounds);
  const ratio = pairedRatio(piped, relayed, ({ wallMs }) => wallMs);
  const megabytesPerSecond = bytes / median(relayed.map(({ wallMs }) => wallMs)) / 1000;
  add({
    what: `${bytes / 1e6} MB through invoke-command | cat`,
    against: 'producer | cat',
    value: `${ratio.toFixed(2)} × its rate (${megabytesPerSecond.toFixed(0)} MB/s)`,
    numbers: { ratio, megabytesPerSecond, daemonCpuMs: (cpuMsOf(pid) - cpuBefore) / (fewRounds + 1) },
  });
}
