/**
 * Starts the command line: runs dist/cli.cjs with the code that V8 made of it when it was built.
 *
 * The cache saves time and is never needed: when it is missing, or V8 refuses it (another Node, another processor), the
 * source is compiled as ever. V8 compares of the source only its length, so bundle and cache carry the mark of one build.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Script } from 'node:vm';

type CommonJsModule = (...parts: readonly unknown[]) => void;

/** As many characters as scripts/build.mjs makes. */
const markLength = 32;
const filename = join(import.meta.dirname, 'cli.cjs');
const source = readFileSync(filename, 'utf8');
const cachedData = cacheOf(source.slice(-markLength));
const script = new Script(`(function(exports,require,module,__filename,__dirname){${source}\n})`, {
  filename,
  ...(cachedData && { cachedData }),
});
(script.runInThisContext() as CommonJsModule)(exports, require, module, filename, import.meta.dirname);

function cacheOf(mark: string): Buffer | undefined {
  try {
    const cache = readFileSync(join(import.meta.dirname, 'cli.cache'));
    return cache.toString('latin1', 0, markLength) === mark ? cache.subarray(markLength) : undefined;
  } catch {
    return undefined; // not there, or not ours to read
  }
}
