/** The version in package.json, put in place by scripts/build.mjs and, for tests, by vitest.config.ts. */
declare const __PSSESSION_VERSION__: string;
