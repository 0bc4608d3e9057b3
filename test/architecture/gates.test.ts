import { beforeAll, describe, expect, it } from 'vitest';
import { type Gate, plantTree } from '../support/planted-tree.ts';

const breaches = [
  {
    script: 'lint',
    file: 'src/agent/floating-promise.ts',
    title: 'a promise nobody awaits',
    source: 'const work = (): Promise<void> => Promise.resolve();\n\nexport function start(): void {\n  work();\n}\n',
    says: 'no-floating-promises',
  },
  {
    script: 'lint',
    file: 'src/agent/forgotten-case.ts',
    title: 'a switch that forgets a case',
    source:
      "export function name(mode: 'Block' | 'Drop'): string {\n  switch (mode) {\n    case 'Block':\n      return mode;\n  }\n  return '';\n}\n",
    says: 'switch-exhaustiveness-check',
  },
  {
    script: 'lint',
    file: 'src/agent/type-as-value.ts',
    title: 'a type imported as a value',
    source: "import { Duplex } from 'node:stream';\n\nexport const none: Duplex | undefined = undefined;\n",
    says: 'consistent-type-imports',
  },
  {
    script: 'lint',
    file: 'src/agent/timer.ts',
    title: 'a timer outside the clock',
    source: 'export const later = (run: () => void): unknown => setTimeout(run, 1);\n',
    says: 'no-restricted-globals',
  },
  {
    script: 'lint',
    file: 'src/agent/wall-clock.ts',
    title: 'the wall clock read outside the clock',
    source: 'export const stamps = (): readonly unknown[] => [Date.now(), new Date()];\n',
    says: 'no-restricted-properties',
  },
  {
    script: 'lint',
    file: 'src/agent/environment.ts',
    title: 'the environment read outside main',
    source: 'export const home = (): string | undefined => process.env.HOME;\n',
    says: 'no-restricted-properties',
  },
  {
    script: 'lint',
    file: 'src/agent/socket.ts',
    title: 'a socket opened outside transport',
    source: "import { connect } from 'node:net';\n\nexport const dial = (): unknown => connect('/run/socket');\n",
    says: 'no-restricted-imports',
  },
  {
    script: 'lint',
    file: 'src/agent/lazy-import.ts',
    title: 'a foreign module loaded lazily',
    source: "export const load = (): Promise<unknown> => import('node:child_process');\n",
    says: 'no-restricted-syntax',
  },
  {
    script: 'typecheck',
    file: 'src/agent/wrong-type.ts',
    title: 'a value of the wrong type',
    source: "export const count: number = 'three';\n",
    says: 'TS2322',
  },
  {
    script: 'typecheck',
    file: 'src/agent/missing-element.ts',
    title: 'an element that may be missing',
    source: 'export const first = (words: readonly string[]): string => words[0];\n',
    says: 'TS2322',
  },
  {
    script: 'format:check',
    file: 'src/agent/bad-format.ts',
    title: 'a badly formatted file',
    source: 'export const  pair = [1,2]\n',
    says: 'bad-format.ts',
  },
];

const scripts = [...new Set(breaches.map(({ script }) => script))];

describe.each(scripts)('npm run %s', (script) => {
  const ofScript = breaches.filter((breach) => breach.script === script);
  let gate: Gate;

  // One run over all of them: starting a linter is most of its time.
  beforeAll(async () => {
    await using tree = await plantTree(Object.fromEntries(ofScript.map(({ file, source }) => [file, source])));
    gate = await tree.run(script);
  });

  it('lets a sound tree pass', async () => {
    await using tree = await plantTree();
    expect(await tree.run(script)).toMatchObject({ exitCode: 0 });
  });

  it('fails on a breach', () => {
    expect(gate.exitCode).toBeGreaterThan(0);
  });

  for (const { title, file, says } of ofScript) {
    it(`names ${title}`, () => {
      expect(findingsIn(gate.output, file)).toContain(says);
    });
  }
});

/** What a gate printed about one file: from its name to the next empty line. */
function findingsIn(output: string, file: string): string {
  const [, ...sections] = output.split(file);
  return sections.map((section) => file + (section.split(/\n\n|\nsrc\//)[0] ?? '')).join('\n');
}
