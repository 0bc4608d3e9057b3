/**
 * Bundles each program into one CommonJS file under dist/.
 *
 * One file, because loading the loose packages costs more than all of our own start-up; CommonJS, because the ESM
 * loader costs some milliseconds more. `import()` inside the bundle stays lazy: its module runs when first asked for.
 */
import { readFile, rename, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const { version } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'));

// Written beside and renamed into place: a program that starts during a build never reads half a bundle.
const staging = `${root}dist/.building-${String(process.pid)}`;
try {
  const result = await build({
    absWorkingDir: root,
    entryPoints: { cli: 'src/main/cli.ts', daemon: 'src/main/daemon.ts' },
    outdir: staging,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20.19',
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
    logLevel: 'warning',
  });
  if (result.warnings.length > 0) process.exitCode = 1;
  for (const name of ['cli.cjs', 'daemon.cjs']) await rename(`${staging}/${name}`, `${root}dist/${name}`);
} catch (error) {
  // esbuild has printed its own errors already.
  if (!Array.isArray(error?.errors)) throw error;
  process.exitCode = 1;
} finally {
  await rm(staging, { recursive: true, force: true });
}
