/** A program of its own: starts a session (arguments: directory, bash), types a command that lasts, says so, and waits to be killed. */
import { mkdirSync } from 'node:fs';
import { startShell } from '../../../src/host/shell-start.ts';
import { clock, facts, openFifo } from './shell-rig.ts';

const [directory = '', shellPath = ''] = process.argv.slice(2);
mkdirSync(directory, { mode: 0o700 });
const shell = await startShell(
  {
    directory,
    instanceId: 'started-in-a-child',
    shell: 'bash',
    shellPath,
    environment: { HOME: directory, PATH: process.env['PATH'] ?? '', TERM: 'dumb' },
    workingDirectory: '/',
    noProfile: true,
    columns: 80,
    rows: 24,
    segmentBytes: 65_536,
    markToken: '01'.repeat(16),
  },
  { clock, facts, openFifo, onEvent: () => undefined },
  { deadlineMs: 10_000 },
);
await shell.runCommand(1, { text: 'while :; do sleep 1; done', args: [] });
while (shell.begunCommand < 1) await clock.delay(5);
process.stdout.write('running\n');
