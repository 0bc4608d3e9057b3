/**
 * A small source tree with the project's own configuration, for tests that plant a breach and expect a gate to see it.
 *
 * It lies inside the checkout, so that the gates find node_modules, in a folder git ignores; disposing removes it.
 */
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../..');
const configuration = [
  'package.json',
  'tsconfig.json',
  'eslint.config.js',
  '.prettierrc',
  '.prettierignore',
  'test/architecture/dependency-cruiser.cjs',
];

/** Sources in which every gate finds nothing to say. */
const soundSources = {
  'src/common/answer.ts': 'export const answer = 42;\n',
  'src/agent/ask.ts': "import { answer } from '../common/answer.ts';\n\nexport const ask = (): number => answer;\n",
};

export interface Gate {
  readonly exitCode: number;
  readonly output: string;
}

export interface PlantedTree extends AsyncDisposable {
  /** Runs one of package.json's scripts on the tree, exactly as `npm run` does in the checkout. */
  run(script: string): Promise<Gate>;
}

/** Makes the sound tree plus `planted`: path in the tree → content. */
export async function plantTree(planted: Readonly<Record<string, string>> = {}): Promise<PlantedTree> {
  await mkdir(path.join(root, '.planted'), { recursive: true });
  const tree = await mkdtemp(path.join(root, '.planted', 'tree-'));
  for (const file of configuration) await cp(path.join(root, file), path.join(tree, file));
  for (const [file, content] of Object.entries({ ...soundSources, ...planted })) {
    await mkdir(path.dirname(path.join(tree, file)), { recursive: true });
    await writeFile(path.join(tree, file), content);
  }
  return {
    run: (script) => runScript(tree, script),
    [Symbol.asyncDispose]: () => rm(tree, { recursive: true, force: true }),
  };
}

/** Runs a script of the package in `directory`; a gate that fails is an answer, not an error. */
export function runScript(directory: string, script: string): Promise<Gate> {
  return new Promise((resolve) => {
    const env = { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0' };
    execFile('npm', ['run', script], { cwd: directory, env }, (error, stdout, stderr) => {
      const exitCode = error === null ? 0 : typeof error.code === 'number' ? error.code : 255;
      resolve({ exitCode, output: stdout + stderr });
    });
  });
}

/** The checkout itself. */
export const checkout = root;
