import js from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

/**
 * Modules with one owner: everywhere else in src/ their import is an error.
 * A type-only import is free: it brings no behaviour along.
 */
const ownedModules = [
  { modules: ['ssh2', 'net'], owners: ['src/transport/**'] },
  { modules: ['child_process'], owners: ['src/host/**', 'src/main/start-daemon.ts'] },
  { modules: ['timers', 'timers/promises', 'perf_hooks'], owners: ['src/common/clock.ts'] },
  { modules: ['chalk', 'cli-table3'], owners: ['src/render/**'] },
  { modules: ['commander'], owners: ['src/cli/**'] },
  { modules: ['process'], owners: ['src/main/**'] },
];

const realTime = 'Real time belongs to src/common/clock.ts: take a Clock.';
const realProcess = 'The real process belongs to src/main: take what you need as a parameter.';

const timeGlobals = ['setTimeout', 'setInterval', 'clearTimeout', 'clearInterval', 'performance'];
const timeSyntax = [
  { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: realTime },
  { selector: "CallExpression[callee.name='Date']", message: realTime },
];
const timeProperties = [
  { object: 'Date', property: 'now', message: realTime },
  { object: 'AbortSignal', property: 'timeout', message: realTime },
  { object: 'process', property: 'hrtime', message: realTime },
];
const processProperties = [
  ...['env', 'argv', 'execArgv', 'exit', 'exitCode', 'abort'],
  ...['on', 'once', 'off', 'addListener', 'prependListener', 'removeListener', 'removeAllListeners'],
].map((property) => ({ object: 'process', property, message: realProcess }));

/** The import rules for the files of `glob`, which may itself lie inside another owner's folder. */
function importRulesFor(glob) {
  const isOwner = (owner) => glob === owner || (owner.endsWith('**') && glob.startsWith(owner.slice(0, -2)));
  const foreign = ownedModules
    .filter(({ owners }) => !owners.some(isOwner))
    .flatMap(({ modules, owners }) =>
      modules
        .flatMap((name) => [name, `node:${name}`])
        .map((name) => ({ name, message: `It belongs to ${owners.join(' and ')}.` })),
    );
  return {
    '@typescript-eslint/no-restricted-imports': [
      'error',
      { paths: foreign.map((path) => ({ ...path, allowTypeImports: true })) },
    ],
    'no-restricted-syntax': [
      'error',
      ...timeSyntax,
      ...foreign.map(({ name, message }) => ({ selector: `ImportExpression[source.value='${name}']`, message })),
    ],
  };
}
// Folders before single files: the last match wins.
const ownerGlobs = [...new Set(ownedModules.flatMap(({ owners }) => owners))].sort(
  (a, b) => Number(b.endsWith('**')) - Number(a.endsWith('**')),
);

export default defineConfig(
  globalIgnores(['dist/', 'node_modules/', '.planted/', 'test-results/', 'coverage/', 'test/fixtures/']),
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/consistent-type-exports': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unnecessary-condition': [
        'error',
        { allowConstantLoopConditions: 'only-allowed-literals' },
      ],
      // `throw signal.reason` is how an abort travels, and it is typed any.
      '@typescript-eslint/only-throw-error': ['error', { allowThrowingAny: true, allowThrowingUnknown: true }],
      '@typescript-eslint/prefer-promise-reject-errors': [
        'error',
        { allowThrowingAny: true, allowThrowingUnknown: true },
      ],
      '@typescript-eslint/no-invalid-void-type': ['error', { allowAsThisParameter: true }],
      '@typescript-eslint/no-misused-spread': ['error', { allow: ['string'] }],
      // A method may be async because its interface is.
      '@typescript-eslint/require-await': 'off',
      // Terminals are made of control characters.
      'no-control-regex': 'off',
      eqeqeq: 'error',
    },
  },
  {
    files: ['src/**/*.ts'],
    rules: {
      ...importRulesFor('src/**'),
      'no-console': 'error',
      'no-restricted-exports': ['error', { restrictDefaultExports: { direct: true, named: true, defaultFrom: true } }],
      'no-restricted-globals': [
        'error',
        { globals: timeGlobals.map((name) => ({ name, message: realTime })), checkGlobalObject: true },
      ],
      'no-restricted-properties': ['error', ...timeProperties, ...processProperties],
    },
  },
  ...ownerGlobs.map((glob) => ({ files: [glob], rules: importRulesFor(glob) })),
  {
    files: ['src/common/clock.ts'],
    rules: {
      'no-restricted-globals': 'off',
      'no-restricted-syntax': 'off',
      'no-restricted-properties': ['error', ...processProperties],
    },
  },
  {
    files: ['src/main/**/*.ts'],
    rules: { 'no-restricted-properties': ['error', ...timeProperties] },
  },
  {
    files: ['test/**/*.ts', 'bench/**/*.ts', 'vitest.config.ts'],
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  {
    files: ['**/*.{js,mjs,cjs}'],
    languageOptions: {
      globals: Object.fromEntries(
        ['process', 'console', 'Buffer', 'URL', 'performance', 'AbortController', 'AbortSignal', 'TextDecoder']
          .concat(['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'setImmediate', 'queueMicrotask'])
          .concat(['structuredClone', 'fetch', 'TextEncoder'])
          .map((name) => [name, 'readonly']),
      ),
    },
  },
  {
    files: ['**/*.cjs', 'bin/*.js'],
    languageOptions: {
      sourceType: 'commonjs',
      globals: { require: 'readonly', module: 'writable', __dirname: 'readonly', __filename: 'readonly' },
    },
  },
);
