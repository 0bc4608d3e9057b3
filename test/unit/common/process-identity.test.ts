import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { isAlive, parseProcessStat, readIdentity, systemFacts } from '../../../src/common/process-identity.ts';

const facts = systemFacts();

test('the command name may hold anything', () => {
  const rest = 'S 12 34 56 34818 78 4194560 1 2 3 4 5 6 7 8 20 0 1 0 123456 99\n';
  for (const name of ['sh', 'a b', ') S 1 2 3', '((', 'x) (y']) {
    expect(parseProcessStat(`4711 (${name}) ${rest}`)).toEqual({
      state: 'S',
      parentPid: 12,
      groupId: 34,
      sessionId: 56,
      foregroundGroupId: 78,
      startTime: '123456',
    });
  }
  expect(parseProcessStat('')).toBeUndefined();
});

test('a pid that was used again, or belongs to another boot, is not the process', () => {
  const identity = readIdentity(process.pid, facts)!;
  expect(isAlive(identity, facts)).toBe(true);
  expect(isAlive({ ...identity, startTime: '1' }, facts)).toBe(false);
  expect(isAlive(identity, { ...facts, readBootId: () => 'another boot' })).toBe(false);
  expect(readIdentity(2 ** 30, facts)).toBeUndefined();
});

test('a zombie is gone', async () => {
  // its parent stops itself before it could take notice
  const child = spawn('sh', ['-c', 'sleep 0 & echo $!; kill -STOP $$'], { stdio: ['ignore', 'pipe', 'ignore'] });
  const [chunk] = (await once(child.stdout, 'data')) as [Buffer];
  const pid = Number(chunk.toString());
  try {
    await expect.poll(() => readIdentity(pid, facts)).toBeUndefined();
  } finally {
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
});

test('without /proc, ps is asked', () => {
  const asked: string[] = [];
  const other = {
    hasProc: false,
    readBootId: () => 'boot',
    run: (command: string, args: readonly string[]) => {
      asked.push([command, ...args].join(' '));
      return 'Ss   Mon Jan  6 10:00:00 2025\n';
    },
  };
  expect(readIdentity(7, other)).toEqual({ pid: 7, startTime: 'Mon Jan 6 10:00:00 2025', bootId: 'boot' });
  expect(asked).toEqual(['env TZ=UTC LC_ALL=C ps -o state=,lstart= -p 7']);
  expect(readIdentity(7, { ...other, run: () => 'Z   Mon Jan  6 10:00:00 2025\n' })).toBeUndefined();
});
