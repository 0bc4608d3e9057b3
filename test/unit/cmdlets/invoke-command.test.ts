import { describe, expect, it } from 'vitest';
import { checkInvokeCommand, type InvokeCommandValues } from '../../../src/cmdlets/check-invoke-command.ts';

describe('Invoke-Command', () => {
  it.each<[string, InvokeCommandValues, boolean, string]>([
    [
      'a job and a disconnected session',
      { InDisconnectedSession: true, AsJob: true },
      false,
      'System.InvalidOperationException',
    ],
    [
      'a named job and a disconnected session',
      { InDisconnectedSession: true, JobName: 'a' },
      false,
      'System.InvalidOperationException',
    ],
    ['a session name without a new session', { SessionName: ['a'] }, true, 'System.InvalidOperationException'],
    [
      'a name beside computers without a new session',
      { ComputerName: ['c'], Name: ['a'] },
      true,
      'System.InvalidOperationException',
    ],
    ['a pattern as file', { FilePath: 'x*.sh' }, false, 'Argument'],
  ])('refuses %s', (_title, values, names, id) => {
    expect(() => checkInvokeCommand(values, names)).toThrow(expect.objectContaining({ id }));
  });

  it.each<[string, InvokeCommandValues, boolean]>([
    ['a disconnected command in a named session', { InDisconnectedSession: true, Name: ['a'] }, false],
    ['a command in a named session', { Name: ['a'] }, false],
    ['new named sessions', { InDisconnectedSession: true, ComputerName: ['c'], Name: ['a'] }, true],
    ['a job', { AsJob: true, JobName: 'a' }, false],
  ])('accepts %s', (_title, values, names) => {
    expect(() => checkInvokeCommand(values, names)).not.toThrow();
  });
});
