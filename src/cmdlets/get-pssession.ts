import { findSessions } from './find-sessions.ts';
import * as shared from './connection-parameters.ts';
import { defineCmdlet } from './cmdlet.ts';

/** Lists sessions. @see reference/cmdlets.md section 4 */
export const getPSSession = defineCmdlet({
  name: 'Get-PSSession',
  aliases: ['gsn'],
  summary: 'Lists the sessions of this terminal, of this account, or those that other computers hold.',
  view: 'session',
  relaysCommand: false,
  supportsShouldProcess: false,
  sets: {
    N: 'Name',
    I: 'Id',
    G: 'InstanceId',
    C: 'ComputerName',
    CG: 'ComputerInstanceId',
    U: 'ConnectionUri',
    UG: 'ConnectionUriInstanceId',
    VI: 'VMId',
    VIG: 'VMIdInstanceId',
    VN: 'VMName',
    VNG: 'VMNameInstanceId',
    CT: 'ContainerId',
    CTG: 'ContainerIdInstanceId',
  },
  defaultSet: 'N',
  unsupportedSets: ['VI', 'VIG', 'VN', 'VNG', 'CT', 'CTG'],
  parameters: {
    Name: {
      type: 'String',
      array: true,
      sets: 'N@0 C U VI VN CT',
      pipeline: 'property',
      wildcards: true,
      bareWord: true,
      description: 'Sessions with these names. A bare word that is no session here is taken for a computer.',
    },
    Id: {
      type: 'Int32',
      array: true,
      sets: 'I!@0',
      pipeline: 'property',
      description: 'Sessions with these Ids; 1..5 is a range.',
    },
    InstanceId: {
      type: 'Guid',
      array: true,
      sets: 'G!@0 CG! UG! VIG! VNG! CTG!',
      pipeline: 'property',
      description: 'Sessions with these InstanceIds.',
    },
    ComputerName: {
      type: 'String',
      array: true,
      aliases: ['Cn'],
      sets: 'C!@0 CG!@0',
      pipeline: 'property',
      description: 'Asks these computers for the sessions they hold, whoever made them.',
    },
    All: {
      type: 'Switch',
      sets: 'N',
      description: 'The sessions of this account in every terminal, not only those of this one.',
    },
    State: {
      type: 'Enum',
      values: ['All', 'Opened', 'Disconnected', 'Closed', 'Broken'],
      typeName: 'SessionFilterState',
      sets: 'C CG U UG VI VIG VN VNG CT CTG',
      description: 'Only sessions in this state, as seen from here.',
    },
    ConfigurationName: shared.configurationFilter('C CG U UG VI VIG VN VNG CT CTG'),
    ConnectionUri: shared.connectionUri('U!@0 UG!@0'),
    Credential: shared.credential('C CG U UG'),
    Port: shared.port('C CG'),
    ThrottleLimit: shared.throttleLimit('C CG U UG'),
    SessionOption: {
      type: 'PSSessionOption',
      sets: 'C CG U UG',
      description: 'Session options for the question itself: OpenTimeout, OperationTimeout.',
    },
    UseSSL: shared.useSsl('C CG'),
    ApplicationName: shared.applicationName('C CG'),
    AllowRedirection: shared.allowRedirection('U UG'),
    Authentication: shared.authentication('C CG U UG'),
    CertificateThumbprint: shared.certificateThumbprint('C CG U UG'),
    VMId: shared.vmId('VI! VIG!'),
    VMName: shared.vmName('VN! VNG!'),
    ContainerId: shared.containerId('CT! CTG!'),
  },
  examples: [
    { command: 'pssession get-session', description: 'Lists the sessions of this terminal.' },
    { command: 'pssession get-session -All', description: 'Lists the sessions of this account, whoever uses them.' },
    {
      command: "pssession get-session -ComputerName server01,server02 -Name 'build*' -State Disconnected",
      description: 'Asks two computers for disconnected sessions whose names begin with build.',
    },
    {
      command:
        'pssession get-session -ComputerName server12 -Name ITTask | pssession disconnect-session -IdleTimeoutSec 86400',
      description: 'Hands the sessions on to another cmdlet.',
    },
  ],
  run: async function* (context, bound) {
    const { sessions, elsewhere } = await findSessions(context, bound);
    yield* sessions;
    if (elsewhere === 0) return;
    const are = elsewhere === 1 ? 'session of this account is' : 'sessions of this account are';
    context.writeHint(`${elsewhere} ${are} elsewhere; 'get-session -All' lists them.`);
  },
});
