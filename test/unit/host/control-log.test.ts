import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ControlLog, parseControlLine, type ControlLine } from '../../../src/host/control-log.ts';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'pss-control-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

test('lines that are not ours are none', () => {
  expect(parseControlLine('end 7 130')).toEqual({ kind: 'end', number: 7, status: 130 });
  for (const line of [
    '',
    'end',
    'end 7',
    'end 7 x',
    'end 7 1 2',
    'begin -1',
    'ready 1',
    'ended',
    'END 1 2',
    'begin 99999999999',
  ]) {
    expect(parseControlLine(line)).toBeUndefined();
  }
});

test('a line is reported once, when it is whole; a second reader starts from the beginning', () => {
  const path = join(directory, 'control');
  writeFileSync(path, 'ready\nbeg');
  const lines: ControlLine[] = [];
  const log = new ControlLog(path, (line) => lines.push(line));
  log.read();
  expect(lines).toEqual([{ kind: 'ready' }]);
  appendFileSync(path, 'in 1\nend 1 0\n');
  log.read();
  log.read();
  const all = [{ kind: 'ready' }, { kind: 'begin', number: 1 }, { kind: 'end', number: 1, status: 0 }];
  expect(lines).toEqual(all);
  const again: ControlLine[] = [];
  new ControlLog(path, (line) => again.push(line)).read();
  expect(again).toEqual(all);
});

test('a long file is read to its end', () => {
  const path = join(directory, 'control');
  writeFileSync(path, Array.from({ length: 20_000 }, (_, index) => `end ${index + 1} 0\n`).join(''));
  let last = 0;
  new ControlLog(path, (line) => (last = line.kind === 'end' ? line.number : 0)).read();
  expect(last).toBe(20_000);
});

test('a deleted file has no news', () => {
  const log = new ControlLog(join(directory, 'nothing'), () => expect.unreachable());
  log.read();
});
