'use strict';

/** Who may import whom: folder of src/ → the other folders it may import. The table of docs/architecture.md. */
const mayImport = {
  common: [],
  powershell: ['common'],
  protocol: ['powershell', 'common'],
  transport: ['common'],
  host: ['protocol', 'powershell', 'common'],
  agent: ['protocol', 'powershell', 'common'],
  cmdlets: ['protocol', 'powershell', 'common'],
  render: ['protocol', 'powershell', 'common'],
  cli: ['cmdlets', 'render', 'protocol', 'powershell', 'common'],
};
// main is the composition root: it may import everything, and nothing imports it.
const inTable = `^src/(${[...Object.keys(mayImport), 'main'].join('|')})/`;
const outsideSrc = 'test|bench|demo|scripts|bin|dist';

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...Object.entries(mayImport).map(([folder, allowed]) => ({
      name: `${folder}-imports`,
      comment: `src/${folder} may import only: ${[folder, ...allowed].join(', ')}`,
      severity: 'error',
      from: { path: `^src/${folder}/` },
      to: { path: `^(src|${outsideSrc})/`, pathNot: `^src/(${[folder, ...allowed].join('|')})/` },
    })),
    {
      name: 'main-imports',
      comment: 'src/main may import everything in src, and nothing of ours beside it',
      severity: 'error',
      from: { path: '^src/main/' },
      to: { path: `^(${outsideSrc})/` },
    },
    {
      name: 'importer-without-a-row',
      comment: 'the importing file lies in no folder of the table',
      severity: 'error',
      from: { path: '^src/', pathNot: inTable },
      to: {},
    },
    {
      name: 'imported-without-a-row',
      comment: 'the imported file lies in no folder of the table',
      severity: 'error',
      from: {},
      to: { path: '^src/', pathNot: inTable },
    },
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'nothing-unresolved',
      comment: 'an import that cannot be followed would escape the table',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    // Packages that export only ES modules resolve too.
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['node', 'import', 'require', 'default'] },
    doNotFollow: { path: 'node_modules' },
  },
};
