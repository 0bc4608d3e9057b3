import { describe, expect, it } from 'vitest';
import { cmdlets, findCmdlet } from '../../../src/cmdlets/index.ts';
import type { Cmdlet } from '../../../src/cmdlets/cmdlet.ts';
import { PSSessionError } from '../../../src/powershell/error-record.ts';
import {
  bindParameters,
  withPipelineSessions,
  type BindingOptions,
  type BoundParameters,
} from '../../../src/powershell/parameter-binder.ts';
import { membershipIn } from '../../../src/powershell/parameter-spec.ts';

const guid = '97a7af76-7509-4274-a796-976fb4324d93';
const sessionJson = JSON.stringify({ Id: 2, Name: 'build', InstanceId: guid, ComputerName: 'server01' });
const sessionReference = { kind: 'Object', instanceId: guid, computerName: 'server01', name: 'build', id: 2 };

function cmdlet(name: string): Cmdlet {
  const found = findCmdlet(name);
  if (found === undefined) throw new Error(`no cmdlet ${name}`);
  return found;
}

function bind(line: readonly string[], options: BindingOptions = { pipelineInput: false }): BoundParameters {
  const [name = '', ...words] = line;
  return bindParameters(cmdlet(name), words, options);
}

function refusal(line: readonly string[]): PSSessionError {
  try {
    bind(line);
  } catch (error) {
    if (error instanceof PSSessionError) return error;
    throw error;
  }
  throw new Error(`bound: ${line.join(' ')}`);
}

describe('parameter-binder', () => {
  const bindings: readonly (readonly [string, readonly string[], string, object])[] = [
    ['a comma list', ['new-session', '-ComputerName', 'a,b'], 'ComputerName', { ComputerName: ['a', 'b'] }],
    ['a comma and a blank', ['new-session', '-ComputerName', 'a,', 'b'], 'ComputerName', { ComputerName: ['a', 'b'] }],
    ['a blank and a comma', ['new-session', '-ComputerName', 'a', ',b'], 'ComputerName', { ComputerName: ['a', 'b'] }],
    [
      'a comma of its own',
      ['new-session', '-ComputerName', 'a', ',', 'b'],
      'ComputerName',
      { ComputerName: ['a', 'b'] },
    ],
    ['a repeated list', ['nsn', '-Cn', 'a', '-ComputerName', 'b,c'], 'ComputerName', { ComputerName: ['a', 'b', 'c'] }],
    ['any case and a colon', ['NSN', '-computername:a'], 'ComputerName', { ComputerName: ['a'] }],
    ['a colon and a blank', ['nsn', '-ComputerName:', 'a'], 'ComputerName', { ComputerName: ['a'] }],
    ['a colon before a list', ['nsn', '-ComputerName:a,', 'b'], 'ComputerName', { ComputerName: ['a', 'b'] }],
    ['an alias', ['new-session', '-Cn', 'a'], 'ComputerName', { ComputerName: ['a'] }],
    ['a prefix', ['new-session', '-Comp', 'a'], 'ComputerName', { ComputerName: ['a'] }],
    ['a GNU name', ['new-session', '--computer-name', 'a'], 'ComputerName', { ComputerName: ['a'] }],
    ['a GNU name with =', ['new-session', '--computer-name=a'], 'ComputerName', { ComputerName: ['a'] }],
    ['a GNU prefix', ['new-session', '--comp=a'], 'ComputerName', { ComputerName: ['a'] }],
    ['an en dash from a web page', ['new-session', '–Name', 'a'], 'ComputerName', { Name: ['a'] }],
    ['a quoted comma', ['new-session', '-Name', '"a,b",c'], 'ComputerName', { Name: ['a,b', 'c'] }],
    ['an escaped comma', ['new-session', '-Name', 'a`,b'], 'ComputerName', { Name: ['a,b'] }],
    ['a value with a dash, after a colon', ['new-session', '-Name:-x'], 'ComputerName', { Name: ['-x'] }],
    ['a name that is a number', ['new-session', '-Name', '-1'], 'ComputerName', { Name: ['-1'] }],
    [
      'a positional list',
      ['nsn', 'Srv1,', 'Srv2,', 'Srv30'],
      'ComputerName',
      { ComputerName: ['Srv1', 'Srv2', 'Srv30'] },
    ],
    ['words after --', ['nsn', '--', '-odd,name'], 'ComputerName', { ComputerName: ['-odd,name'] }],
    ['Ids', ['remove-session', '-Id', '1,2,5'], 'Id', { Id: [1, 2, 5] }],
    ['a range', ['remove-session', '-Id', '1..5'], 'Id', { Id: [1, 2, 3, 4, 5] }],
    ['a range in parentheses', ['remove-session', '-Id', '(1..3)'], 'Id', { Id: [1, 2, 3] }],
    ['a range that counts down', ['remove-session', '-Id', '5..1'], 'Id', { Id: [5, 4, 3, 2, 1] }],
    ['ranges in a list', ['remove-session', '-Id', '1..2,9'], 'Id', { Id: [1, 2, 9] }],
    ['an array literal', ['remove-session', '-Id', '@(1,2)'], 'Id', { Id: [1, 2] }],
    ['Id 0', ['remove-session', '-Id', '0'], 'Id', { Id: [0] }],
    ['a bare number', ['disconnect-session', '3'], 'Id', { Id: [3] }],
    ['a bare range', ['disconnect-session', '1..3'], 'Id', { Id: [1, 2, 3] }],
    ['a bare name', ['disconnect-session', 'build'], 'Name', { Name: ['build'] }],
    ['a bare name to connect', ['connect-session', 'build', '-Force'], 'Name', { Name: ['build'], Force: true }],
    ['a bare name to receive', ['receive-session', 'build'], 'SessionName', { Name: 'build' }],
    ['a bare name to enter', ['enter-session', 'build'], 'Name', { Name: 'build' }],
    ['a bare name to get', ['get-session', 'build*'], 'Name', { Name: ['build*'] }],
    ['a bare name to remove', ['remove-session', 'build'], 'Name', { Name: ['build'] }],
    ['a bare GUID', ['connect-session', guid], 'InstanceId', { InstanceId: [guid] }],
    [
      'a GUID in braces',
      ['get-session', '-InstanceId', `{${guid.toUpperCase()}}`],
      'InstanceId',
      { InstanceId: [guid] },
    ],
    ['bare JSON', ['disconnect-session', sessionJson], 'Session', { Session: [sessionReference] }],
    [
      'JSON lines',
      ['dnsn', '-Session', `${sessionJson}\n${sessionJson}`],
      'Session',
      { Session: [sessionReference, sessionReference] },
    ],
    [
      'bare Ids as sessions',
      ['dnsn', '-Session', '1,2'],
      'Session',
      {
        Session: [
          { kind: 'Id', id: 1 },
          { kind: 'Id', id: 2 },
        ],
      },
    ],
    ['nothing', ['get-session'], 'Name', {}],
    ['nothing to create', ['new-session'], 'ComputerName', {}],
    [
      'a computer and a name',
      ['get-session', '-ComputerName', 'a', '-Name', 'b'],
      'ComputerName',
      { ComputerName: ['a'], Name: ['b'] },
    ],
    [
      'a bare computer when the name is given',
      ['connect-session', 'a', '-Name', 'b'],
      'ComputerName',
      { ComputerName: ['a'], Name: ['b'] },
    ],
    ['a switch before a word', ['disconnect-session', '-WhatIf', 'build'], 'Name', { Name: ['build'] }],
    [
      'a state by prefix',
      ['gsn', '-Cn', 'a', '-State', 'dis'],
      'ComputerName',
      { ComputerName: ['a'], State: 'Disconnected' },
    ],
    [
      'an enum by number',
      ['dnsn', 'a', '-OutputBufferingMode', '1'],
      'Name',
      { Name: ['a'], OutputBufferingMode: 'Drop' },
    ],
    ['-OutTarget J', ['rcsn', 'a', '-OutTarget', 'J'], 'SessionName', { Name: 'a', OutTarget: 'Job' }],
    [
      'a URI',
      ['nsn', '-ConnectionUri', 'ssh://me@server01:2222'],
      'Uri',
      { ConnectionUri: ['ssh://me@server01:2222'] },
    ],
    ['a bare URI', ['gsn', 'ssh://server01'], 'ConnectionUri', { ConnectionUri: ['ssh://server01'] }],
    [
      'session options',
      ['nsn', '-SessionOption', 'IdleTimeout=172800000;OutputBufferingMode=Drop'],
      'ComputerName',
      { SessionOption: { IdleTimeout: 172_800_000, OutputBufferingMode: 'Drop' } },
    ],
    [
      'a hash table',
      ['nsn', '-SessionOption', '@{IdleTimeout = 86400000}'],
      'ComputerName',
      { SessionOption: { IdleTimeout: 86_400_000 } },
    ],
    [
      'a command in a named session',
      ['invoke-command', '-Name', 'build', '-InDisconnectedSession', 'make -j8 all'],
      'Name',
      { Name: ['build'], InDisconnectedSession: true, ScriptBlock: 'make -j8 all' },
    ],
    ['a command by itself', ['icm', '{ hostname }'], 'InProcess', { ScriptBlock: 'hostname' }],
    [
      'a computer and a command',
      ['icm', 'server01', 'hostname'],
      'ComputerName',
      { ComputerName: ['server01'], ScriptBlock: 'hostname' },
    ],
    ['a session and a command', ['icm', '3', 'hostname'], 'Id', { Id: [3], ScriptBlock: 'hostname' }],
    [
      'a session and a file',
      ['icm', sessionJson, '-FilePath', './x.sh'],
      'FilePathRunspace',
      { Session: [sessionReference], FilePath: './x.sh' },
    ],
    ['a file alone', ['icm', '-FilePath', './x.sh'], 'FilePathComputerName', { FilePath: './x.sh' }],
    [
      'a script block that the shell has split',
      ['icm', '-Session', sessionJson, '{mkdir', '-p', 'x}'],
      'Session',
      { Session: [sessionReference], ScriptBlock: 'mkdir -p x' },
    ],
    [
      'a script block by name that the shell has split',
      ['icm', '-Name', 'a', '-ScriptBlock', '{', 'ls', '-la;', 'if', 'x;', '{', 'y', '}', '}', '-HCN'],
      'Name',
      { Name: ['a'], ScriptBlock: 'ls -la; if x; { y }', HideComputerName: true },
    ],
    ["a shell's own groups", ['icm', '{ a; } | { b; }'], 'InProcess', { ScriptBlock: '{ a; } | { b; }' }],
    [
      'arguments after --',
      ['icm', '-Name', 'a', '-FilePath', 'x.sh', '--', '-v', 'a,b', ''],
      'FilePathName',
      { Name: ['a'], FilePath: 'x.sh', ArgumentList: ['-v', 'a,b', ''] },
    ],
    [
      'a command and arguments after --',
      ['icm', '-Name', 'a', '--', 'printf %s "$@"', 'x y'],
      'Name',
      { Name: ['a'], ScriptBlock: 'printf %s "$@"', ArgumentList: ['x y'] },
    ],
    [
      'an argument list',
      ['icm', '-Name', 'a', 'cmd', '-Args', '1,2'],
      'Name',
      { Name: ['a'], ScriptBlock: 'cmd', ArgumentList: ['1', '2'] },
    ],
    [
      'standard input',
      ['icm', '-Name', 'a', 'cat', '-InputObject', '-'],
      'Name',
      { Name: ['a'], ScriptBlock: 'cat', InputObject: '-' },
    ],
    [
      'the fifth example of the Receive-PSSession document',
      [
        'icm',
        '-InDisconnectedSession',
        '-ComputerName',
        'a,b',
        '-FilePath',
        'x.sh',
        '-Name',
        'BugStatus',
        '-ConfigurationName',
        'ITTasks',
      ],
      'FilePathComputerName',
      {
        InDisconnectedSession: true,
        ComputerName: ['a', 'b'],
        FilePath: 'x.sh',
        Name: ['BugStatus'],
        ConfigurationName: 'ITTasks',
      },
    ],
    [
      'the seed of the same page',
      ['nsn', '-Computer', 'Server01', '-Name', 'ITTask'],
      'ComputerName',
      { ComputerName: ['Server01'], Name: ['ITTask'] },
    ],
    ['a virtual machine', ['nsn', '-VMName', 'a', '-Credential', 'me'], 'VMName', { VMName: ['a'], Credential: 'me' }],
    ['exit', ['exit-session'], '__AllParameterSets', {}],
  ];

  it.each(bindings)('binds %s', (_title, line, setName, values) => {
    const bound = bind(line);
    expect({ setName: bound.setName, values: bound.values }).toEqual({ setName, values });
  });

  const refusals: readonly (readonly [string, readonly string[], string, RegExp])[] = [
    [
      'a parameter that nothing is named like',
      ['get-session', '-Computr', 'a'],
      'NamedParameterNotFound',
      /Did you mean -ComputerName\?/,
    ],
    [
      'a prefix of several parameters',
      ['new-session', '-Co', 'a'],
      'AmbiguousParameter',
      /-ComputerName.*-ConfigurationName/,
    ],
    [
      'parameters of disjoint sets',
      ['get-session', '-Id', '1', '-ComputerName', 'a'],
      'AmbiguousParameterSet',
      /-Id and -ComputerName/,
    ],
    [
      'too little to choose a set',
      ['receive-session', '-ComputerName', 'a'],
      'AmbiguousParameterSet',
      /-Name or -InstanceId/,
    ],
    ['a missing value', ['get-session', '-Name'], 'MissingArgument', /-Name needs a value/],
    ['a parameter in place of a value', ['get-session', '-Name', '-Id'], 'MissingArgument', /write -Name:-Id/],
    ['a missing mandatory parameter', ['remove-session'], 'MissingMandatoryParameter', /-Id.*-Session.*-Name/],
    ['a missing command', ['invoke-command', '-Name', 'a'], 'AmbiguousParameterSet', /-ScriptBlock or -FilePath/],
    [
      'a scalar given twice',
      ['dnsn', 'a', '-IdleTimeoutSec', '60', '-IdleTimeoutSec', '70'],
      'ParameterAlreadyBound',
      /-IdleTimeoutSec/,
    ],
    ['a switch given twice', ['dnsn', 'a', '-WhatIf', '-wi'], 'ParameterAlreadyBound', /-WhatIf/],
    ['a word too many', ['get-session', 'a', 'b'], 'PositionalParameterNotFound', /"b"/],
    ['a word for a cmdlet without any', ['exit-session', 'a'], 'PositionalParameterNotFound', /"a"/],
    ['an Id that is no number', ['remove-session', '-Id', 'abc'], 'CannotConvertArgumentNoMessage', /"abc"/],
    ['an Id over Int32', ['remove-session', '-Id', '99999999999'], 'CannotConvertArgumentNoMessage', /2147483647/],
    ['a bare Id over Int32', ['remove-session', '99999999999'], 'CannotConvertArgumentNoMessage', /2147483647/],
    [
      'an absurd range',
      ['remove-session', '-Id', '1..2000000000'],
      'CannotConvertArgumentNoMessage',
      /range of at most/,
    ],
    ['a list for one value', ['receive-session', '-Id', '1..2'], 'CannotConvertArgumentNoMessage', /one whole number/],
    ['a GUID that is none', ['get-session', '-InstanceId', 'abc'], 'CannotConvertArgumentNoMessage', /GUID/],
    [
      'an enum value that is none',
      ['rcsn', 'a', '-OutTarget', 'Screen'],
      'CannotConvertArgumentNoMessage',
      /Default, Host, Job/,
    ],
    [
      'a switch that is neither',
      ['dnsn', 'a', '-Confirm:maybe'],
      'CannotConvertArgumentNoMessage',
      /\$true or \$false/,
    ],
    ['a switch whose value the shell has emptied', ['dnsn', 'a', '-Confirm:'], 'MissingArgument', /quote it/],
    [
      'a number below its bound',
      ['dnsn', 'a', '-IdleTimeoutSec', '-1'],
      'ParameterArgumentValidationError',
      /0 or more/,
    ],
    ['a port above its bound', ['nsn', '-Port', '70000'], 'ParameterArgumentValidationError', /65535 or less/],
    ['an empty value', ['get-session', '-Name', ''], 'ParameterArgumentValidationError', /empty/],
    ['an empty item of a list', ['get-session', '-Name', 'a,,b'], 'MissingArgument', /comma with nothing beside it/],
    ['a session that is none', ['dnsn', '-Session', '{"Id":1}'], 'CannotConvertArgumentNoMessage', /a session/],
    [
      'a session option that is none',
      ['nsn', '-SessionOption', 'IdelTimeout=1'],
      'ParameterArgumentTransformationError',
      /Did you mean IdleTimeout\?/,
    ],
    ['a script block without an end', ['icm', '{', 'ls'], 'MissingEndCurlyBrace', /"{ ls"/],
    ['a quoted script block without an end', ['icm', '{ ls'], 'MissingEndCurlyBrace', /no closing brace/],
    ['-WhatIf where nothing is changed', ['get-session', '-WhatIf'], 'NamedParameterNotFound', /-WhatIf/],
    [
      'parameters of a document that never worked',
      ['remove-session', '-ComputerName', 'X', '-Id', '3'],
      'AmbiguousParameterSet',
      /./,
    ],
  ];

  it.each(refusals)('refuses %s', (_title, line, id, sentence) => {
    const error = refusal(line);
    expect(error.id).toBe(id);
    expect(error.message).toMatch(sentence);
  });

  it('reads the common parameters of PowerShell and -Output', () => {
    const { common } = bind(['dnsn', 'a', '-vb', '-ea', 'Sil', '-wa:0', '-Confirm:$false', '-o', 'json', '--what-if']);
    expect(common).toEqual({
      Verbose: true,
      ErrorAction: 'SilentlyContinue',
      WarningAction: 'SilentlyContinue',
      Confirm: false,
      Output: 'json',
      WhatIf: true,
    });
  });

  it("prefers a cmdlet's own parameter to a common one of the same beginning", () => {
    expect(bind(['rcsn', 'a', '-Out', 'Job']).values).toEqual({ Name: 'a', OutTarget: 'Job' });
  });

  it('accepts the OutVariable family and says that it does nothing', () => {
    const bound = bind(['get-session', '-OutVariable', 'x', '-ev:y']);
    expect(bound.warnings).toEqual([
      '-OutVariable has no meaning outside PowerShell; it is ignored.',
      '-ErrorVariable has no meaning outside PowerShell; it is ignored.',
    ]);
    expect(bound.values).toEqual({});
  });

  it.each([
    ['get-session', 'ComputerName', ['build']],
    ['connect-session', 'ComputerName', ['build']],
    ['remove-session', 'ComputerName', ['build']],
    ['enter-session', 'ComputerName', 'build'],
  ])('keeps for %s that a bare word may be a computer too', (name, parameter, value) => {
    const [first] = bind([name, 'build']).alternatives;
    expect(first).toMatchObject({ setName: 'ComputerName', values: { [parameter]: value } });
  });

  it('has no other reading for a bare number', () => {
    expect(bind(['remove-session', '1']).alternatives).toEqual([]);
  });

  it.each(['disconnect-session', 'connect-session', 'receive-session', 'remove-session'])(
    'takes the sessions of %s from the pipeline when no parameter names any',
    (name) => {
      const bound = bind([name, '-Verbose'], { pipelineInput: true });
      expect(bound).toMatchObject({ setName: 'Session', awaitsPipeline: true });
      const filled = withPipelineSessions(cmdlet(name), bound, [{ kind: 'Id', id: 1 }]);
      expect(filled).toMatchObject({ awaitsPipeline: false, values: { Session: [{ kind: 'Id', id: 1 }] } });
    },
  );

  it.each([['get-session'], ['new-session'], ['remove-session', '-Id', '1'], ['disconnect-session', 'build']])(
    'leaves standard input alone for %s %s %s',
    (...line) => {
      expect(bind(line, { pipelineInput: true }).awaitsPipeline).toBe(false);
    },
  );

  it('keeps -IdleTimeoutSec with sessions from the pipeline', () => {
    const bound = bind(['dnsn', '-OutputBufferingMode', 'Drop', '-IdleTimeoutSec', '86400'], { pipelineInput: true });
    expect(bound).toMatchObject({
      setName: 'Session',
      values: { IdleTimeoutSec: 86_400, OutputBufferingMode: 'Drop' },
    });
  });

  it('keeps a long word short in its error', () => {
    expect(refusal(['remove-session', '-Id', 'x'.repeat(5000)]).message.length).toBeLessThan(300);
  });
});

describe('declarations', () => {
  it.each(cmdlets.map((each) => [each.name, each] as const))('of %s use only sets that it has', (_name, each) => {
    const known = [...Object.keys(each.sets), 'all'];
    for (const [name, spec] of Object.entries(each.parameters)) {
      const codes = spec.sets
        .split(' ')
        .map((word) => /^(\w+)!?(?:@\d)?(?:\+\w+)?$/u.exec(word)?.[1] ?? `unreadable "${word}"`);
      expect(known, `-${name}`).toEqual(expect.arrayContaining(codes));
      expect(new Set(codes).size, `-${name}`).toBe(codes.length);
    }
    expect(Object.keys(each.sets)).toContain(each.defaultSet);
  });

  it.each(cmdlets.map((each) => [each.name, each] as const))('of %s have no spelling twice', (_name, each) => {
    const spellings = Object.entries(each.parameters).flatMap(([name, spec]) =>
      [name, ...(spec.aliases ?? [])].map((text) => text.toLowerCase()),
    );
    expect(new Set(spellings).size).toBe(spellings.length);
  });

  it.each(cmdlets.map((each) => [each.name, each] as const))(
    'of %s describe every set with a parameter',
    (_name, each) => {
      if (each.name === 'Exit-PSSession') return;
      for (const code of Object.keys(each.sets)) {
        const members = Object.values(each.parameters).filter((spec) => membershipIn(spec, code) !== undefined);
        expect(members.length, code).toBeGreaterThan(0);
      }
    },
  );
});
