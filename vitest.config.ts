import { readFileSync } from 'node:fs';
import { defineConfig } from 'vitest/config';

const { version } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8')) as { version: string };

/** Folders of test/ with the longest that one test in them may take. */
const folders = {
  unit: 30_000,
  property: 60_000,
  integration: 60_000,
  acceptance: 60_000,
  fault: 180_000,
  architecture: 120_000,
};

// `npm cit` hands no arguments on to vitest, so .ci/run asks for the result file this way.
const resultFile = process.env['VITEST_RESULT_FILE'];

export default defineConfig({
  define: { __PSSESSION_VERSION__: JSON.stringify(version) },
  // Node 20 has no `await using` of its own.
  oxc: { target: 'node20' },
  test: {
    pool: 'forks',
    maxWorkers: 2,
    retry: 0,
    reporters: resultFile === undefined ? ['default'] : ['default', ['json', { outputFile: resultFile }]],
    allowOnly: process.env['CI'] === undefined,
    projects: Object.entries(folders).map(([name, timeoutMs]) => ({
      extends: true as const,
      test: {
        name,
        include: [`test/${name}/**/*.test.ts`],
        testTimeout: timeoutMs,
        hookTimeout: timeoutMs,
        // These run the programs in bin/ and need them built.
        ...(['acceptance', 'fault'].includes(name) ? { globalSetup: 'test/support/build.ts' } : {}),
      },
    })),
  },
});
