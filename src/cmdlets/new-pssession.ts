import { streamItems } from './stream-items.ts';
import { defaultConfigurationName, pairNames, wishesFrom } from './session-wishes.ts';
import * as shared from './connection-parameters.ts';
import { defineCmdlet } from './cmdlet.ts';

/** Creates sessions: one per computer. @see reference/cmdlets.md section 3 */
export const newPSSession = defineCmdlet({
  name: 'New-PSSession',
  aliases: ['nsn'],
  summary: 'Creates a session on this computer or another: a long-lived shell that outlives the terminal.',
  view: 'session',
  relaysCommand: false,
  supportsShouldProcess: false,
  sets: {
    C: 'ComputerName',
    U: 'Uri',
    S: 'Session',
    H: 'SSHHost',
    K: 'SSHHostHashParam',
    VI: 'VMId',
    VN: 'VMName',
    CT: 'ContainerId',
    W: 'UseWindowsPowerShellParameterSet',
  },
  defaultSet: 'C',
  unsupportedSets: ['VI', 'VN', 'CT', 'W'],
  parameters: {
    ComputerName: {
      type: 'String',
      array: true,
      aliases: ['Cn'],
      sets: 'C@0',
      pipeline: 'both',
      description: 'The computers, as ssh knows them; this computer when omitted.',
    },
    Name: {
      type: 'String',
      array: true,
      sets: 'all',
      description:
        'Names for the new sessions, by position; one name alone is for every computer. Without it Session<Id>.',
    },
    Session: {
      type: 'PSSession',
      array: true,
      sets: 'S!@0',
      pipeline: 'both',
      description: 'Sessions to make another one like.',
    },
    SessionOption: shared.sessionOption('C U'),
    ConfigurationName: shared.configurationName('C U VI VN CT'),
    HostName: { type: 'String', array: true, sets: 'H!@0', description: 'The computers, as user@host:port.' },
    UserName: shared.userName('H'),
    Port: shared.port('C H'),
    KeyFilePath: shared.keyFilePath('H'),
    ConnectingTimeout: shared.connectingTimeout('H'),
    Options: shared.sshOptions('H'),
    SSHConnection: shared.sshConnection('K!'),
    SSHTransport: shared.sshTransport('H'),
    Subsystem: shared.subsystem('H'),
    ConnectionUri: shared.connectionUri('U!@0'),
    Credential: shared.credential('C U VI! VN!'),
    ThrottleLimit: shared.throttleLimit('C U S VI VN CT'),
    UseSSL: shared.useSsl('C'),
    ApplicationName: shared.applicationName('C'),
    AllowRedirection: shared.allowRedirection('U'),
    Authentication: shared.authentication('C U'),
    CertificateThumbprint: shared.certificateThumbprint('C U'),
    EnableNetworkAccess: shared.enableNetworkAccess('C U S'),
    VMId: shared.vmId('VI!@0'),
    VMName: shared.vmName('VN!'),
    ContainerId: shared.containerId('CT!'),
    RunAsAdministrator: shared.runAsAdministrator('CT'),
    UseWindowsPowerShell: { type: 'Switch', sets: 'W!', description: 'Windows PowerShell; not supported here.' },
  },
  examples: [
    {
      command: 'pssession new-session -ComputerName server01 -Name build',
      description: 'Makes the session build on server01.',
    },
    {
      command: "pssession new-session -Name report -SessionOption 'IdleTimeout=86400000;OutputBufferingMode=Drop'",
      description:
        'Makes a session here that lives 24 hours without anybody connected and never stops a command for a full buffer.',
    },
    {
      command: 's=$(pssession New-PSSession -ComputerName Srv1,Srv2,Srv30 -Name ITTask)',
      description: 'Makes one session on each of three computers and keeps them for other cmdlets: -Session "$s".',
    },
  ],
  run: async function* (context, bound) {
    const { values } = bound;
    const computers = values.Session?.map((session) =>
      'computerName' in session ? session.computerName : undefined,
    ) ??
      values.ComputerName ?? ['localhost'];
    yield* streamItems(context, 'newSession', {
      scope: context.scope,
      targets: pairNames(computers, values.Name),
      configurationName: values.ConfigurationName ?? defaultConfigurationName,
      wishes: wishesFrom(values.SessionOption),
      throttleLimit: values.ThrottleLimit,
    });
  },
});
