import { defineCmdlet } from './cmdlet.ts';
import * as shared from './connection-parameters.ts';
import { runCommand } from './run-command.ts';

/** Sets that reach computers over SSH or here, with a script block and with a file. */
const remote = 'S FS C FC U FU H FH K FK N FN I FI G FG';
const virtual = 'VI VN FVI FVN CT FCT';

/**
 * Runs a command in sessions that exist, or in one made for it.
 *
 * `-Name` selects sessions that exist (ours); together with `-ComputerName` it is another word for `-SessionName`, as the
 * fifth example of the Receive-PSSession document writes it.
 *
 * @see reference/cmdlets.md section 11; design.md section 5
 */
export const invokeCommand = defineCmdlet({
  name: 'Invoke-Command',
  aliases: ['icm'],
  summary: 'Runs a command in sessions or on computers; its output, errors and exit status are yours.',
  view: 'record',
  relaysCommand: true,
  supportsShouldProcess: false,
  sets: {
    P: 'InProcess',
    C: 'ComputerName',
    FC: 'FilePathComputerName',
    S: 'Session',
    FS: 'FilePathRunspace',
    N: 'Name',
    FN: 'FilePathName',
    I: 'Id',
    FI: 'FilePathId',
    G: 'InstanceId',
    FG: 'FilePathInstanceId',
    U: 'Uri',
    FU: 'FilePathUri',
    H: 'SSHHost',
    FH: 'FilePathSSHHost',
    K: 'SSHHostHashParam',
    FK: 'FilePathSSHHostHash',
    VI: 'VMId',
    VN: 'VMName',
    FVI: 'FilePathVMId',
    FVN: 'FilePathVMName',
    CT: 'ContainerId',
    FCT: 'FilePathContainerId',
  },
  defaultSet: 'P',
  unsupportedSets: ['VI', 'VN', 'FVI', 'FVN', 'CT', 'FCT'],
  parameters: {
    Session: {
      type: 'PSSession',
      array: true,
      sets: 'S!@0 FS!@0',
      description: 'Sessions as get-session printed them.',
    },
    ComputerName: {
      type: 'String',
      array: true,
      aliases: ['Cn'],
      sets: 'C@0 FC@0',
      description: 'Makes a session on each of these computers for this command.',
    },
    Name: {
      type: 'String',
      array: true,
      sets: 'N! FN! C+ComputerName FC+ComputerName',
      wildcards: true,
      description:
        'Sessions with these names; with -ComputerName and -InDisconnectedSession names for the new sessions.',
    },
    Id: { type: 'Int32', array: true, sets: 'I!@0 FI!@0', description: 'Sessions with these Ids; 1..5 is a range.' },
    InstanceId: { type: 'Guid', array: true, sets: 'G!@0 FG!@0', description: 'Sessions with these InstanceIds.' },
    ScriptBlock: {
      type: 'ScriptBlock',
      aliases: ['Command'],
      sets: 'P!@0 C!@1 S!@1 N!@1 I!@1 G!@1 U!@1 H!@1 K!@1 VI!@1 VN!@1 CT!@1',
      description: "The command for the session's shell: 'make all' or '{ make all }'.",
    },
    FilePath: {
      type: 'String',
      aliases: ['PSPath'],
      sets: 'FC!@1 FS!@1 FN!@1 FI!@1 FG!@1 FU!@1 FH!@1 FK!@1 FVI!@1 FVN!@1 FCT!@1',
      description: 'A script of this computer; its text is sent, and run by the interpreter of its first line.',
    },
    ArgumentList: {
      type: 'Object',
      array: true,
      aliases: ['Args'],
      sets: 'all',
      remaining: true,
      description: 'Arguments of the command: $1, $2 …; words after -- are arguments too, and keep their commas.',
    },
    InputObject: {
      type: 'Object',
      sets: 'all',
      pipeline: 'value',
      description: 'Standard input of the command: a text, or - for standard input itself, which a pipe is anyway.',
    },
    InDisconnectedSession: {
      type: 'Switch',
      aliases: ['Disconnected'],
      sets: 'C FC U FU S FS N FN I FI G FG',
      description: 'Starts the command, disconnects the session at once and prints the session.',
    },
    SessionName: {
      type: 'String',
      array: true,
      sets: 'C FC',
      description: 'Names for the new sessions of -InDisconnectedSession, by position.',
    },
    AsJob: {
      type: 'Switch',
      sets: `${remote} ${virtual}`,
      description: 'Returns at once with a job that collects the output.',
    },
    JobName: { type: 'String', sets: `${remote} CT FCT`, description: 'A name for the job; implies -AsJob.' },
    HideComputerName: {
      type: 'Switch',
      aliases: ['HCN'],
      sets: `${remote} ${virtual}`,
      description: 'Leaves out the [computer] before each line that several targets have.',
    },
    SessionOption: shared.sessionOption('C FC U FU'),
    ConfigurationName: shared.configurationName(`C FC U FU ${virtual}`),
    ThrottleLimit: shared.throttleLimit(`S FS N FN I FI G FG C FC U FU ${virtual}`),
    HostName: { type: 'String', array: true, sets: 'H! FH!', description: 'The computers, as user@host:port.' },
    UserName: shared.userName('H FH'),
    Port: shared.port('C FC H FH'),
    KeyFilePath: shared.keyFilePath('H FH'),
    ConnectingTimeout: shared.connectingTimeout('H FH'),
    Options: shared.sshOptions('H FH'),
    SSHConnection: shared.sshConnection('K! FK!'),
    SSHTransport: shared.sshTransport('H FH'),
    Subsystem: shared.subsystem('H FH'),
    ConnectionUri: shared.connectionUri('U!@0 FU!@0'),
    Credential: shared.credential('C FC U FU VI! VN! FVI! FVN!'),
    UseSSL: shared.useSsl('C FC'),
    ApplicationName: shared.applicationName('C FC'),
    AllowRedirection: shared.allowRedirection('U FU'),
    Authentication: shared.authentication('C FC U FU'),
    CertificateThumbprint: shared.certificateThumbprint('C U'),
    EnableNetworkAccess: shared.enableNetworkAccess('C FC U FU'),
    NoNewScope: { type: 'Switch', sets: 'P', description: 'Accepted; a command here is always a process of its own.' },
    RemoteDebug: {
      type: 'Switch',
      sets: `${remote} ${virtual}`,
      description: 'Accepted; shells have no remote debugger.',
    },
    VMId: shared.vmId('VI!@0 FVI!@0'),
    VMName: shared.vmName('VN! FVN!'),
    ContainerId: shared.containerId('CT! FCT!'),
    RunAsAdministrator: shared.runAsAdministrator('CT FCT'),
  },
  examples: [
    {
      command: "pssession invoke-command -Name build -InDisconnectedSession 'make -j8 all'",
      description: 'Starts a long command in the session build and leaves it; receive-session gets its output later.',
    },
    {
      command: 'pssession invoke-command server01,server02 uptime',
      description: 'Runs a command on two computers; each line says where it is from.',
    },
    {
      command: 'pssession invoke-command -Session "$s" -FilePath ./get-patch-status.sh -- --all',
      description: 'Runs a local script in sessions, with an argument.',
    },
    {
      command: 'tar c . | pssession invoke-command -Name build "tar x"',
      description: 'Standard input is that of the command.',
    },
  ],
  run: (context, bound) => runCommand(context, bound),
});
