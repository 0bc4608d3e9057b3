import { describe, expect, it } from 'vitest';
import { parseGuid, parseSessionReferences } from '../../../src/powershell/session-reference.ts';

const guid = '97a7af76-7509-4274-a796-976fb4324d93';
const object = { Id: 2, Name: 'build', InstanceId: guid, ComputerName: 'server01', State: 'Opened' };
const reference = { kind: 'Object', instanceId: guid, computerName: 'server01', name: 'build', id: 2 };
const line = JSON.stringify(object);

describe('session-reference', () => {
  it.each([
    ['nothing', '', []],
    ['blank lines', '\n \n', []],
    ['one object', line, [reference]],
    ['JSON lines', `${line}\n${line}\n`, [reference, reference]],
    ['lines of a Windows file', `${line}\r\n${line}\r\n`, [reference, reference]],
    ['an array', JSON.stringify([object, object]), [reference, reference]],
    ['a printed array', JSON.stringify([object], undefined, 2), [reference]],
    ['an empty array', '[]', []],
    ['an object with no more than its InstanceId', `{"InstanceId":"${guid}"}`, [{ kind: 'Object', instanceId: guid }]],
    ['an Id', '3', [{ kind: 'Id', id: 3 }]],
    [
      'Ids in lines',
      '3\n4',
      [
        { kind: 'Id', id: 3 },
        { kind: 'Id', id: 4 },
      ],
    ],
    [
      'a comma list',
      '3,build',
      [
        { kind: 'Id', id: 3 },
        { kind: 'Name', name: 'build' },
      ],
    ],
    ['an InstanceId', guid.toUpperCase(), [{ kind: 'InstanceId', instanceId: guid }]],
    ['a name with blanks', 'night build', [{ kind: 'Name', name: 'night build' }]],
    ['a mixture', `${line}\n7\nbuild`, [reference, { kind: 'Id', id: 7 }, { kind: 'Name', name: 'build' }]],
  ])('reads %s', (_title, text, references) => {
    expect(parseSessionReferences(text)).toEqual({ ok: true, references });
  });

  it.each([
    ['an object without InstanceId', '{"Id":1}'],
    ['an InstanceId that is none', '{"InstanceId":"x"}'],
    ['half an object', line.slice(0, 20)],
    ['a good line and a bad one', `${line}\n{"Id":`],
    ['an Id over Int32', '99999999999'],
    ['an empty item', '1,,2'],
    ['an array of something else', '[{"a":1}]'],
  ])('refuses %s', (_title, text) => {
    expect(parseSessionReferences(text).ok).toBe(false);
  });

  it.each([
    [guid, guid],
    [`{${guid}}`, guid],
    [`(${guid.toUpperCase()})`, guid],
    [guid.replaceAll('-', ''), guid],
    ['97a7af76', undefined],
    [`${guid}0`, undefined],
  ])('reads the GUID %s', (text, expected) => {
    expect(parseGuid(text)).toBe(expected);
  });
});
