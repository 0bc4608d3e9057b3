/**
 * Bundles each program into one CommonJS file under dist/.
 *
 * One file, because loading the loose packages costs more than all of our own start-up; CommonJS, because the ESM
 * loader costs some milliseconds more. `import()` inside the bundle stays lazy: its module runs when first asked for.
 */
import { createHash } from 'node:crypto';
import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import v8 from 'node:v8';
import { Script } from 'node:vm';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const { version } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'));

/** Needed for help alone: files of their own, so that nobody else pays for loading them. */
const lazyPackages = { commander: 'commander' };

/** Plain ASCII is as wide as it is long: its measuring loads no table of emoji, which takes longer than to draw a listing. */
const quickStringWidth = `
  module.exports = (text) => (/^[\\x20-\\x7e\\u2026]*$/.test(text) ? text.length : require('string-width')(text));
`;

/** Node modules that most command lines never touch and that cost milliseconds to load. */
const lazyBuiltins = ['crypto', 'child_process', 'readline/promises', 'stream/consumers', 'fs/promises'];

/** As many characters as src/main/start.ts compares. */
const markLength = 32;

const programs = { cli: 'src/main/cli.ts', daemon: 'src/main/daemon.ts', start: 'src/main/start.ts' };

/** `require("node:crypto")` at the top of a bundle becomes an object that loads the module at its first use. */
function withLazyBuiltins(text) {
  const lazily = 'const lazily=(name)=>new Proxy({},{get:(_,key)=>require(name)[key]});';
  const directive = '"use strict";';
  const requires = new RegExp(`=require\\("(node:(?:${lazyBuiltins.join('|')}))"\\)`, 'gu');
  const body = text.startsWith(directive) ? text.slice(directive.length) : text;
  return `${directive}${lazily}${body.replace(requires, '=lazily("$1")')}`;
}

/** The bundle with a mark at its end that tells it from every other one; src/main/start.ts compares it with the cache's. */
function withMark(text) {
  return `${text.trimEnd()}\n//${createHash('sha256').update(text).digest('hex').slice(0, markLength)}`;
}

/**
 * What V8 makes of the bundle with all its functions compiled, behind the bundle's mark. Only the same V8 with the same
 * flags takes it, so they are put back before it is written.
 */
function codeCache(text) {
  v8.setFlagsFromString('--no-lazy');
  // V8 puts the name it finds in the cache into stack traces, wherever the bundle lies by then.
  const filename = 'pssession/dist/cli.cjs';
  const script = new Script(`(function(exports,require,module,__filename,__dirname){${text}\n})`, { filename });
  v8.setFlagsFromString('--lazy');
  return Buffer.concat([Buffer.from(text.slice(-markLength)), script.createCachedData()]);
}

// Written beside and renamed into place: a program that starts during a build never reads half a file.
const staging = `${root}dist/.building-${String(process.pid)}`;
try {
  const result = await build({
    absWorkingDir: root,
    entryPoints: { ...programs, ...lazyPackages },
    outdir: staging,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20.19',
    // Lazy parts come by `require`: an `import()` would load Node's ESM loader with them.
    supported: { 'dynamic-import': false },
    minifyWhitespace: true,
    minifySyntax: true,
    // Licences of the bundled packages travel with the bundle, at its end.
    legalComments: 'eof',
    define: {
      __PSSESSION_VERSION__: JSON.stringify(version),
      // CommonJS has no import.meta; these two are the part of it that sources may use.
      'import.meta.dirname': '__dirname',
      'import.meta.filename': '__filename',
    },
    plugins: [
      {
        name: 'lazy-packages',
        setup({ onResolve }) {
          onResolve({ filter: /^[a-z]/ }, ({ path, kind }) =>
            kind === 'dynamic-import' && path in lazyPackages ? { path: `./${path}.cjs`, external: true } : undefined,
          );
        },
      },
      {
        name: 'quick-string-width',
        setup({ onResolve, onLoad }) {
          onResolve({ filter: /^string-width$/ }, ({ namespace }) =>
            namespace === 'quick' ? undefined : { path: 'string-width', namespace: 'quick' },
          );
          onLoad({ filter: /.*/, namespace: 'quick' }, () => ({ contents: quickStringWidth, resolveDir: root }));
        },
      },
    ],
    logLevel: 'warning',
  });
  if (result.warnings.length > 0) process.exitCode = 1;
  const cli = withMark(withLazyBuiltins(await readFile(`${staging}/cli.cjs`, 'utf8')));
  await writeFile(`${staging}/cli.cjs`, cli);
  await writeFile(`${staging}/cli.cache`, codeCache(cli));
  for (const name of await readdir(staging)) await rename(`${staging}/${name}`, `${root}dist/${name}`);
} catch (error) {
  // esbuild has printed its own errors already.
  if (!Array.isArray(error?.errors)) throw error;
  process.exitCode = 1;
} finally {
  await rm(staging, { recursive: true, force: true });
}
