import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { checkout } from '../support/planted-tree.ts';

/** Preloaded: says whether V8 took the cache, and what a stack trace of the program looks like. */
const spy = `
  const { Script } = require('node:vm');
  const run = Script.prototype.runInThisContext;
  Script.prototype.runInThisContext = function () {
    console.error('rejected: ' + this.cachedDataRejected);
    return run.call(this);
  };
  process.once('exit', () => console.error(new Error().stack));
`;

describe('the start of the command line', () => {
  let copy: string;
  const cache = (): string => join(copy, 'dist', 'cli.cache');

  beforeEach(() => {
    copy = mkdtempSync(join(tmpdir(), 'pssession-start-'));
    for (const part of ['bin', 'dist']) cpSync(join(checkout, part), join(copy, part), { recursive: true });
    writeFileSync(join(copy, 'spy.cjs'), spy);
  });

  afterEach(() => rmSync(copy, { recursive: true, force: true }));

  const start = async (...nodeOptions: string[]): Promise<{ stdout: string; stderr: string }> => {
    const program = join(copy, 'bin', 'pssession.js');
    const words = [...nodeOptions, '--require', join(copy, 'spy.cjs'), program, '--version'];
    return promisify(execFile)(process.execPath, words);
  };

  test('runs the code that was made of it when it was built', async () => {
    expect((await start()).stderr).toContain('rejected: false');
  });

  test('keeps the name of its file in stack traces', async () => {
    expect((await start()).stderr).toMatch(/dist\/cli\.cjs:\d+:\d+/u);
  });

  test.each([
    ['is missing', () => unlinkSync(cache())],
    ['is empty', () => writeFileSync(cache(), '')],
    ['is torn', () => writeFileSync(cache(), readFileSync(cache()).subarray(0, 100_000))],
    ['is of another build', () => writeFileSync(cache(), Buffer.from(readFileSync(cache())).fill('0', 0, 32))],
  ])('compiles the source when the cache %s', async (_what, harm) => {
    harm();
    const { stdout, stderr } = await start();
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/u);
    expect(stderr).not.toContain('rejected: false');
  });

  test('compiles the source when V8 has other flags', async () => {
    const { stdout, stderr } = await start('--no-opt');
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/u);
    expect(stderr).toContain('rejected: true');
  });
});
