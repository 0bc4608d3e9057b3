import { describe, expect, it } from 'vitest';
import { checkout, plantTree, runScript } from '../support/planted-tree.ts';

const breaches = [
  {
    title: 'the agent imports the host',
    files: {
      'src/host/host.ts': 'export const host = 1;\n',
      'src/agent/breach.ts': "export { host } from '../host/host.ts';\n",
    },
    says: ['agent-imports', 'src/agent/breach.ts', 'src/host/host.ts'],
  },
  {
    title: 'only a type crosses the border',
    files: {
      'src/agent/agent.ts': 'export type Agent = 1;\n',
      'src/cli/breach.ts': "import type { Agent } from '../agent/agent.ts';\n\nexport type Cli = Agent;\n",
    },
    says: ['cli-imports', 'src/cli/breach.ts', 'src/agent/agent.ts'],
  },
  {
    title: 'a lazy import crosses the border',
    files: {
      'src/transport/unix-socket.ts': 'export const dial = 1;\n',
      'src/protocol/breach.ts': "export const load = () => import('../transport/unix-socket.ts');\n",
    },
    says: ['protocol-imports', 'src/protocol/breach.ts', 'src/transport/unix-socket.ts'],
  },
  {
    title: 'a part imports the composition root',
    files: {
      'src/main/cli.ts': 'export const main = 1;\n',
      'src/cli/breach.ts': "export { main } from '../main/cli.ts';\n",
    },
    says: ['cli-imports', 'src/cli/breach.ts', 'src/main/cli.ts'],
  },
  {
    title: 'a source imports a test',
    files: {
      'test/support/rig.ts': 'export const rig = 1;\n',
      'src/main/breach.ts': "export { rig } from '../../test/support/rig.ts';\n",
    },
    says: ['main-imports', 'src/main/breach.ts', 'test/support/rig.ts'],
  },
  {
    title: 'two files import each other',
    files: {
      'src/common/one.ts': "import { two } from './two.ts';\n\nexport const one = (): unknown => two;\n",
      'src/common/two.ts': "import { one } from './one.ts';\n\nexport const two = (): unknown => one;\n",
    },
    says: ['no-cycles', 'src/common/one.ts', 'src/common/two.ts'],
  },
  {
    title: 'a folder has no row in the table',
    files: {
      'src/utils/breach.ts': "export { answer } from '../common/answer.ts';\n",
    },
    says: ['importer-without-a-row', 'src/utils/breach.ts'],
  },
  {
    title: 'an import leads nowhere',
    files: {
      'src/common/breach.ts': "export { nothing } from './nothing.ts';\n",
    },
    says: ['nothing-unresolved', 'src/common/breach.ts'],
  },
];

describe('the import table', () => {
  it('holds for the sources', async () => {
    const { exitCode, output } = await runScript(checkout, 'imports');
    expect(output).toContain('no dependency violations found');
    expect(exitCode).toBe(0);
  });

  it('lets a sound tree pass', async () => {
    await using tree = await plantTree();
    const { exitCode, output } = await tree.run('imports');
    expect(output).toContain('no dependency violations found');
    expect(exitCode).toBe(0);
  });

  for (const { title, files, says } of breaches) {
    it(`fails when ${title}`, async () => {
      await using tree = await plantTree(files);
      const { exitCode, output } = await tree.run('imports');
      for (const words of says) expect(output).toContain(words);
      expect(exitCode).toBeGreaterThan(0);
    });
  }
});
