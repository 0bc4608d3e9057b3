import { describe, expect, it } from 'vitest';
import type { CmdletContext } from '../../../src/cmdlets/cmdlet.ts';
import { shellName } from '../../../src/cmdlets/cmdlet.ts';
import { findCmdlet } from '../../../src/cmdlets/index.ts';
import { bindParameters } from '../../../src/powershell/parameter-binder.ts';

const guid = '97a7af76-7509-4274-a796-976fb4324d93';
// The refusal comes before a cmdlet touches anything.
const nothing = {} as CmdletContext;

describe('cmdlet', () => {
  it.each([
    ['new-session', ['-VMName', 'a', '-Credential', 'me'], 'CreateRemoteRunspaceForVMFailed'],
    ['new-session', ['-UseWindowsPowerShell'], 'UseWindowsPowerShellParameterNotSupported'],
    ['get-session', ['-VMId', guid, '-InstanceId', guid], 'CreateRemoteRunspaceForVMFailed'],
    ['remove-session', ['-ContainerId', 'a'], 'CreateRemoteRunspaceForContainerFailed'],
    ['invoke-command', ['-ContainerId', 'a', '-FilePath', 'x.sh'], 'CreateRemoteRunspaceForContainerFailed'],
  ])('%s refuses %j in plain words', (name, words, id) => {
    const cmdlet = findCmdlet(name) ?? expect.fail();
    const bound = bindParameters(cmdlet, words, { pipelineInput: false });
    expect(() => cmdlet.run(nothing, bound)).toThrow(expect.objectContaining({ id, category: 'NotImplemented' }));
  });

  it.each([
    ['New-PSSession', 'new-session'],
    ['Invoke-Command', 'invoke-command'],
    ['New-PSSessionOption', 'new-sessionoption'],
    ['New-PSTransportOption', 'new-transportoption'],
    ['Get-PSSessionConfiguration', 'get-sessionconfiguration'],
    ['Get-Job', 'get-job'],
  ])('%s is called %s in a shell', (name, expected) => {
    expect(shellName(name)).toBe(expected);
  });
});
