import { describe, expect, it } from 'vitest';
import { parseOptionTable } from '../../../src/powershell/option-table.ts';
import { readSessionOption, type SessionOptionResult } from '../../../src/powershell/session-option.ts';

function read(text: string): SessionOptionResult {
  const result = parseOptionTable(text);
  if (!result.ok) throw new Error(result.reason);
  return readSessionOption(result.table);
}

describe('session-option', () => {
  it.each([
    ['IdleTimeout=172800000', { IdleTimeout: 172_800_000 }],
    ['idletimeoutmsec=1', { IdleTimeout: 1 }],
    ['IdleTimeout=-1', { IdleTimeout: -1 }],
    ['IdleTimeout=2.00:00:00', { IdleTimeout: 172_800_000 }],
    ['IdleTimeout=99999999999', { IdleTimeout: 99_999_999_999 }],
    ['OutputBufferingMode=dr', { OutputBufferingMode: 'Drop' }],
    ['OutputBufferingMode=2', { OutputBufferingMode: 'Block' }],
    ['NoMachineProfile=$true', { NoMachineProfile: true }],
    ['MaximumRedirection=-1', { MaximumConnectionRedirectionCount: -1 }],
    ['MaxConnectionRetryCount="3"', { MaxConnectionRetryCount: 3 }],
    ['OutputBufferMB=128;Culture=de-DE', { OutputBufferMB: 128, Culture: 'de-DE' }],
    ['SkipCACheck=true', {}],
    ['{"Culture":null,"OpenTimeout":"00:00:30"}', { OpenTimeout: 30_000 }],
  ])('reads %j', (text, option) => {
    expect(read(text)).toEqual({ ok: true, option });
  });

  it.each([
    ['IdelTimeout=1', 'Did you mean IdleTimeout?'],
    ['Foo=1', 'not a session option'],
    ['IdleTimeout=soon', 'milliseconds or hh:mm:ss'],
    ['IdleTimeout=-2', 'milliseconds'],
    ['OpenTimeout=-1', 'milliseconds'],
    ['OutputBufferingMode=Keep', 'None, Drop or Block'],
    ['OutputBufferMB=0', 'whole number'],
    ['NoCompression=1', 'true or false'],
  ])('refuses %j and says why', (text, reason) => {
    expect(read(text)).toEqual({ ok: false, reason: expect.stringContaining(reason) as string });
  });
});
