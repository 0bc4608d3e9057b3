import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseOptionTable } from '../../../src/powershell/option-table.ts';

describe('option-table', () => {
  it.each([
    ['IdleTimeout=172800000;OutputBufferingMode=Drop', { IdleTimeout: 172_800_000, OutputBufferingMode: 'Drop' }],
    ['@{a=1; b=2}', { a: 1, b: 2 }],
    ['@{IdleTimeout = 86400000}', { IdleTimeout: 86_400_000 }],
    ['@{\n a = 1\n b = 2\n}', { a: 1, b: 2 }],
    ['{"a":1,"b":{"c":[true,null]}}', { a: 1, b: { c: [true, null] } }],
    ['a=\'x; y\'; b="z = 1"', { a: 'x; y', b: 'z = 1' }],
    ["a='it''s'", { a: "it's" }],
    ['a=$true;b=false;c=$null', { a: true, b: false, c: null }],
    ['a=00:03:00', { a: '00:03:00' }],
    ['a=-1;b=1.5', { a: -1, b: 1.5 }],
    ['a=x=y', { a: 'x=y' }],
    ['a=99999999999999999999', { a: '99999999999999999999' }],
    ["'a b'=1", { 'a b': 1 }],
    ['', {}],
    ['@{}', {}],
    ['a=1;', { a: 1 }],
  ])('reads %j', (text, table) => {
    expect(parseOptionTable(text)).toEqual({ ok: true, table });
  });

  it.each([
    ['a', 'not of the form key=value'],
    ['a=', 'no value'],
    ['@{a=1', 'not closed'],
    ['a=1;A=2', 'given twice'],
    ['{"a":', 'JSON'],
    ['=1', 'not of the form'],
  ])('refuses %j and says why', (text, reason) => {
    expect(parseOptionTable(text)).toEqual({ ok: false, reason: expect.stringContaining(reason) as string });
  });

  it('has no key that reaches the prototype', () => {
    const result = parseOptionTable('__proto__=1');
    expect(result.ok && Object.hasOwn(result.table, '__proto__')).toBe(true);
    expect(Object.prototype).not.toHaveProperty('1');
  });

  it('reads any JSON object as it is', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/u), fc.jsonValue()), (table) => {
        expect(parseOptionTable(JSON.stringify(table))).toEqual({
          ok: true,
          table: JSON.parse(JSON.stringify(table)) as object,
        });
      }),
    );
  });
});
