import { describe, expect, it } from 'vitest';
import { createError } from '../../../src/powershell/error-ids.ts';
import { toErrorRecord } from '../../../src/powershell/error-record.ts';
import { colorLevel, paintFor } from '../../../src/render/color.ts';
import { renderErrorRecord, renderMessage } from '../../../src/render/error-record.ts';
import { chooseFormat } from '../../../src/render/output-format.ts';
import { printableLine } from '../../../src/render/printable.ts';

const record = toErrorRecord(
  createError(
    'sessionNotOpened',
    { name: 'ITTask', state: 'Broken' },
    { target: { name: 'ITTask', type: 'PSSession' } },
  ),
  'Disconnect-PSSession',
);

describe('error-record', () => {
  it('is one line that names the cmdlet', async () => {
    const text = renderErrorRecord(record, { asJson: false, isVerbose: false, paint: await paintFor(0) });
    expect(text).toBe('Disconnect-PSSession : The session ITTask cannot be disconnected: it is Broken, not Opened.\n');
  });

  it('has category and id with -Verbose', async () => {
    const text = renderErrorRecord(record, { asJson: false, isVerbose: true, paint: await paintFor(0) });
    expect(text.split('\n').slice(1)).toEqual([
      '    + CategoryInfo          : InvalidOperation: (ITTask:PSSession) [Disconnect-PSSession], RuntimeException',
      '    + FullyQualifiedErrorId : CannotDisconnectSessionWhenNotOpened,Microsoft.PowerShell.Commands.DisconnectPSSessionCommand',
      '',
    ]);
  });

  it('is red on a terminal', async () => {
    const text = renderErrorRecord(record, { asJson: false, isVerbose: false, paint: await paintFor(1) });
    expect(text.startsWith('\u001b[31mDisconnect-PSSession')).toBe(true);
  });

  it('is a JSON object for programs', async () => {
    const text = renderErrorRecord(record, { asJson: true, isVerbose: false, paint: await paintFor(0) });
    expect(JSON.parse(text)).toMatchObject({
      ErrorId: 'CannotDisconnectSessionWhenNotOpened',
      Category: 'InvalidOperation',
      TargetName: 'ITTask',
      Activity: 'Disconnect-PSSession',
    });
  });

  it('names the computer, and cannot be forged by a message of several lines', async () => {
    const forged = { ...record, computerName: 'server01', message: 'bad\nGet-PSSession : fine\u001b[2J' };
    const text = renderErrorRecord(forged, { asJson: false, isVerbose: false, paint: await paintFor(0) });
    expect(text).toBe('Disconnect-PSSession : [server01] bad\n  Get-PSSession : fine␛[2J\n');
  });

  it('writes warnings as PowerShell does', async () => {
    expect(renderMessage('WARNING', 'Attempting to reconnect to a ...', await paintFor(0))).toBe(
      'WARNING: Attempting to reconnect to a ...\n',
    );
  });
});

describe('color', () => {
  it.each([
    [{ TERM: 'xterm' }, true, 1],
    [{ TERM: 'xterm-256color' }, true, 2],
    [{ TERM: 'xterm', COLORTERM: 'truecolor' }, true, 3],
    [{ TERM: 'xterm' }, false, 0],
    [{ TERM: 'dumb' }, true, 0],
    [{ TERM: 'xterm', CLICOLOR: '0' }, true, 0],
    [{ TERM: 'xterm', NO_COLOR: '1' }, true, 0],
    [{ TERM: 'xterm', NO_COLOR: '' }, true, 1],
    [{ TERM: 'xterm', CLICOLOR_FORCE: '1' }, false, 1],
    [{ TERM: 'dumb', CLICOLOR_FORCE: '1' }, false, 1],
    [{ CLICOLOR_FORCE: '0' }, false, 0],
    [{ NO_COLOR: '1', CLICOLOR_FORCE: '1' }, true, 0],
  ])('is decided by %j and a terminal (%j)', (environment, isTerminal, level) => {
    expect(colorLevel(environment, isTerminal)).toBe(level);
  });
});

describe('output-format', () => {
  it.each([
    ['csv', {}, true, 'csv'],
    ['csv', { PSSESSION_OUTPUT: 'json' }, true, 'csv'],
    [undefined, { PSSESSION_OUTPUT: 'JSON' }, true, 'json'],
    [undefined, { PSSESSION_OUTPUT: '' }, true, 'table'],
    [undefined, {}, true, 'table'],
    [undefined, {}, false, 'jsonl'],
  ] as const)('is %j with %j on a terminal (%j)', (parameter, environment, isTerminal, format) => {
    expect(chooseFormat(parameter, environment, isTerminal)).toBe(format);
  });

  it('refuses a PSSESSION_OUTPUT that is no format', () => {
    expect(() => chooseFormat(undefined, { PSSESSION_OUTPUT: 'xml' }, true)).toThrow(/"xml".*one of table/u);
  });
});

describe('printable', () => {
  it.each([
    ['plain', 'plain'],
    ['tab\t', 'tab␉'],
    ['\u007f', '␡'],
    ['\u009b', '\\u{9b}'],
    ['a\u202eb', 'a\\u{202e}b'],
    ['\ud800', '\ufffd'],
    ['naïve 夜 👩‍👩‍👧 \u0301', 'naïve 夜 👩‍👩‍👧 \u0301'],
  ])('makes %j visible', (text, expected) => {
    expect(printableLine(text)).toBe(expected);
  });
});
