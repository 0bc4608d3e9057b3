import fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { shareWidth } from '../../../src/render/column-widths.ts';
import { renderObjects, type RenderOptions } from '../../../src/render/render-objects.ts';

const session = {
  Id: 1,
  Name: 'UpdateSession',
  InstanceId: '97a7af76-7509-4274-a796-976fb4324d93',
  ComputerName: 'Server01',
  ComputerType: 'RemoteMachine',
  Transport: 'Local',
  State: 'Disconnected',
  Availability: 'None',
  ConfigurationName: 'Microsoft.PowerShell',
  IdleTimeout: 7_200_000,
  DisconnectedOn: '2026-11-21T08:00:00.000Z',
  ExpiresOn: '2026-11-21T10:00:00.000Z',
  Command: null,
  Holder: null,
};
const opened = {
  ...session,
  Id: 12,
  Name: 'ITTask',
  State: 'Opened',
  Availability: 'Available',
  DisconnectedOn: null,
  ExpiresOn: null,
};
const job = {
  Id: 3,
  Name: 'Job3',
  PSJobTypeName: 'RemoteJob',
  State: 'Running',
  HasMoreData: true,
  Location: 'Server02',
  Command: 'ls',
};

const plain: RenderOptions = {
  format: 'table',
  isTerminal: false,
  terminalColumns: undefined,
  colorLevel: 0,
  nowMs: Date.parse('2026-11-21T08:30:00.000Z'),
};

async function* each(objects: readonly object[]): AsyncGenerator<object> {
  for (const object of objects) yield await Promise.resolve(object);
}

async function render(objects: readonly object[], options: Partial<RenderOptions> = {}): Promise<string> {
  let text = '';
  for await (const part of renderObjects(each(objects), { ...plain, ...options })) text += part;
  return text;
}

describe('table', () => {
  it('prints sessions as the documents do', async () => {
    expect(await render([session, opened])).toBe(
      [
        ' Id Name            ComputerName    State         ConfigurationName     Availability',
        ' -- ----            ------------    -----         -----------------     ------------',
        '  1 UpdateSession   Server01        Disconnected  Microsoft.PowerShell          None',
        ' 12 ITTask          Server01        Opened        Microsoft.PowerShell     Available',
        '',
      ].join('\n'),
    );
  });

  it('prints jobs as the documents do, without blanks at the ends of lines', async () => {
    expect(await render([job, { ...job, Command: '' }])).toBe(
      [
        'Id     Name            PSJobTypeName   State         HasMoreData     Location             Command',
        '--     ----            -------------   -----         -----------     --------             -------',
        '3      Job3            RemoteJob       Running       True            Server02             ls',
        '3      Job3            RemoteJob       Running       True            Server02',
        '',
      ].join('\n'),
    );
  });

  it('grows with its content', async () => {
    const lines = (await render([{ ...session, Id: 123_456, Name: 'a-name-that-is-long-enough' }, session])).split(
      '\n',
    );
    expect(lines).toEqual([
      '    Id Name                       ComputerName    State         ConfigurationName     Availability',
      '    -- ----                       ------------    -----         -----------------     ------------',
      '123456 a-name-that-is-long-enough Server01        Disconnected  Microsoft.PowerShell          None',
      '     1 UpdateSession              Server01        Disconnected  Microsoft.PowerShell          None',
      '',
    ]);
  });

  it('counts cells, not characters', async () => {
    const lines = (
      await render([{ ...session, Name: '夜間バッチ処理の長い名前' }, { ...session, Name: '👩‍👩‍👧 build' }, session])
    ).split('\n');
    const starts = lines
      .slice(0, -1)
      .map((line) => stringWidth(line.slice(0, line.search(/ComputerName|------------|Server01/u))));
    expect(new Set(starts).size).toBe(1);
  });

  it('gives up padding first on 80 columns, and hides nothing', async () => {
    const lines = (await render([session], { terminalColumns: 80 })).trimEnd().split('\n');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(lines[2]?.split(/ +/u)).toEqual([
      '',
      '1',
      'UpdateSession',
      'Server01',
      'Disconnected',
      'Microsoft.PowerShell',
      'None',
    ]);
  });

  it('marks what does not fit', async () => {
    const text = await render([session], { terminalColumns: 50 });
    expect(text).toContain('Upda');
    expect(text).toContain('…');
    for (const line of text.trimEnd().split('\n')) expect(stringWidth(line)).toBeLessThanOrEqual(50);
  });

  it('shows control characters instead of obeying them', async () => {
    expect(await render([{ ...session, Name: 'a\u001b[2Jb\nc' }])).toContain('a␛[2Jb␊c');
  });

  it('adds columns in the wide format: what is left of the idle timeout, the transport, the command and the holder', async () => {
    const [header, , row] = (await render([{ ...session, Command: 'make -j8 all' }], { format: 'wide' })).split('\n');
    expect(header).toMatch(/Transport +IdleLeft +Holder +Command$/u);
    expect(row).toMatch(/Local +01:30:00 +make -j8 all$/u);
  });

  it('prints nothing for no objects', async () => {
    expect(await render([])).toBe('');
  });

  it('begins a new table for objects of another kind', async () => {
    const text = await render([session, job, job]);
    expect(text.split('\n\n')).toHaveLength(2);
    expect(text).toContain('PSJobTypeName');
  });

  it('makes columns of the properties of other objects', async () => {
    expect(await render([{ Version: '1.0', Sessions: 12 }])).toBe(
      'Version Sessions\n------- --------\n1.0           12\n',
    );
  });

  it('colours the header on a terminal, and only it', async () => {
    const lines = (await render([session], { colorLevel: 1 })).split('\n');
    expect(lines[0]).toContain('\u001b[32m');
    expect(lines[2]).not.toContain('\u001b');
  });

  it('gives out what came before a failure', async () => {
    async function* failing(): AsyncGenerator<object> {
      yield session;
      throw await Promise.resolve(new Error('later'));
    }
    let text = '';
    await expect(async () => {
      for await (const part of renderObjects(failing(), plain)) text += part;
    }).rejects.toThrow('later');
    expect(text).toContain('UpdateSession');
  });

  it('never loses a column, and stays within the terminal wherever that is possible', () => {
    const wish = fc.record({ content: fc.nat(60), preferred: fc.nat(30), isKey: fc.boolean() });
    fc.assert(
      fc.property(
        fc.array(wish, { minLength: 1, maxLength: 10 }),
        fc.integer({ min: 1, max: 200 }),
        (wishes, available) => {
          const widths = shareWidth(wishes, available);
          expect(widths).toHaveLength(wishes.length);
          expect(Math.min(...widths)).toBeGreaterThanOrEqual(1);
          const total = widths.reduce((sum, width) => sum + width, widths.length - 1);
          if (available >= 2 * wishes.length - 1) expect(total).toBeLessThanOrEqual(available);
        },
      ),
    );
  });

  it('keeps every row in line, whatever the names', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: 'grapheme', maxLength: 40 }), { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 20, max: 120 }),
        async (names, terminalColumns) => {
          const rows = names.map((Name) => ({ ...session, Name }));
          const lines = (await render(rows, { terminalColumns })).trimEnd().split('\n');
          expect(lines).toHaveLength(names.length + 2);
          // Availability is the last column and right-aligned: where a line ends, the one above it ends.
          expect(new Set(lines.map((line) => stringWidth(line))).size).toBe(1);
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('other formats', () => {
  it('prints one JSON object a line', async () => {
    expect(await render([{ Id: 1 }, { Id: 2 }], { format: 'jsonl' })).toBe('{"Id":1}\n{"Id":2}\n');
  });

  it.each([
    [[], '[]\n'],
    [[{ Id: 1 }, { Id: 2 }], '[\n{"Id":1},\n{"Id":2}\n]\n'],
  ])('prints one JSON array', async (objects, text) => {
    expect(await render(objects, { format: 'json' })).toBe(text);
  });

  it('keeps JSON the same data without a character that a terminal obeys', async () => {
    const name = 'a\u009b2J\u202eb\u2028';
    const text = await render([{ Name: name }], { format: 'jsonl' });
    expect(text).toBe('{"Name":"a\\u009b2J\\u202eb\\u2028"}\n');
    expect(JSON.parse(text)).toEqual({ Name: name });
  });

  it('prints CSV by RFC 4180', async () => {
    const text = await render([{ Id: 1, Name: 'a,"b"', Note: 'x\ny', Done: true, Left: null }], { format: 'csv' });
    expect(text).toBe('Id,Name,Note,Done,Left\r\n1,"a,""b""","x\ny",True,\r\n');
  });

  it('shows control characters of CSV on a terminal', async () => {
    expect(await render([{ Name: 'a\u001b' }], { format: 'csv', isTerminal: true })).toBe('Name\r\na␛\r\n');
  });

  it('prints a list', async () => {
    expect(await render([{ Id: 1, ComputerName: 'a', Command: null }], { format: 'list' })).toBe(
      'Id           : 1\nComputerName : a\nCommand      :\n\n',
    );
  });

  it.each([
    ['name', 'UpdateSession\nITTask\n'],
    ['id', '1\n12\n'],
  ] as const)('prints the %s alone', async (format, text) => {
    expect(await render([session, opened], { format })).toBe(text);
  });
});
