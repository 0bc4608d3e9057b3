import { confirmed, findSessions, selectorFor } from './find-sessions.ts';
import { relayAll } from './relay-all.ts';
import { streamItems } from './stream-items.ts';
import { waitMilliseconds } from './wait-time.ts';
import * as shared from './connection-parameters.ts';
import { defineCmdlet } from './cmdlet.ts';

/** Gets the output of a command that ran or runs in a session. @see reference/cmdlets.md section 7 */
export const receivePSSession = defineCmdlet({
  name: 'Receive-PSSession',
  aliases: ['rcsn'],
  summary: 'Connects a session if need be and gets what its command printed, until the command ends.',
  view: 'record',
  relaysCommand: true,
  supportsShouldProcess: true,
  sets: {
    S: 'Session',
    I: 'Id',
    C: 'ComputerSessionName',
    CG: 'ComputerInstanceId',
    U: 'ConnectionUriSessionName',
    UG: 'ConnectionUriInstanceId',
    G: 'InstanceId',
    N: 'SessionName',
  },
  defaultSet: 'S',
  parameters: {
    Session: {
      type: 'PSSession',
      array: true,
      sets: 'S!@0',
      pipeline: 'both',
      description: 'Sessions as get-session printed them; several are received one after the other.',
    },
    Id: { type: 'Int32', sets: 'I!@0', pipeline: 'both', description: 'The session with this Id.' },
    Name: {
      type: 'String',
      sets: 'C! U! N!@0',
      pipeline: 'both',
      wildcards: true,
      bareWord: true,
      description: 'The session with this name; with -ComputerName the whole name.',
    },
    InstanceId: {
      type: 'Guid',
      sets: 'CG! UG! G!@0',
      pipeline: 'both',
      description: 'The session with this InstanceId.',
    },
    ComputerName: {
      type: 'String',
      aliases: ['Cn'],
      sets: 'C!@0 CG!@0',
      pipeline: 'property',
      description: 'The computer that holds the session.',
    },
    OutTarget: {
      type: 'Enum',
      values: ['Default', 'Host', 'Job'],
      typeName: 'OutTarget',
      sets: 'all',
      description:
        'Host prints the output here; Job makes a job of it; Default takes the job that started the command, else prints.',
    },
    JobName: { type: 'String', sets: 'all', description: 'A name for the new job; without it Job<Id>.' },
    Wait: shared.wait('all'),
    Timeout: shared.timeout('all'),
    ConfigurationName: shared.configurationFilter('C CG U UG'),
    ConnectionUri: shared.oneConnectionUri('U!@0 UG!@0'),
    Credential: shared.credential('C CG U UG'),
    Port: shared.port('C CG'),
    SessionOption: shared.connectSessionOption('C CG U UG'),
    UseSSL: shared.useSsl('C CG'),
    ApplicationName: shared.applicationName('C CG'),
    AllowRedirection: shared.allowRedirection('U UG'),
    Authentication: shared.authentication('C CG U UG'),
    CertificateThumbprint: shared.certificateThumbprint('C CG U UG'),
  },
  examples: [
    {
      command: 'pssession receive-session -ComputerName server01 -Name build',
      description: 'Gets the output of a command that was started yesterday from another computer.',
    },
    {
      command: 'pssession receive-session -ComputerName Server01 -Name ITTask -OutTarget Job -JobName ITTaskJob01',
      description: 'Returns at once with a job that collects the output.',
    },
    {
      command: 'pssession get-session -ComputerName Server01,Server02 | pssession receive-session',
      description: 'Gets the output of every session of two computers.',
    },
  ],
  run: async function* (context, bound) {
    const { values } = bound;
    const { sessions } = await findSessions(context, bound);
    const wanted = await confirmed(context, sessions, 'Receive', ({ Name }) => Name);
    const waitMs = waitMilliseconds(values);
    for (const session of wanted) {
      if (waitMs !== 0) {
        const wish = { scope: context.scope, selector: selectorFor([session]), force: false, waitMs };
        for await (const _connected of streamItems(context, 'connectSession', wish));
      }
      await relayAll(context, bound, [session], {
        onInterrupt: 'stop-receiving',
        requestFor: ({ InstanceId, ComputerName }) => ({
          method: 'receiveSession',
          request: { scope: context.scope, instanceId: InstanceId, computerName: ComputerName },
        }),
      });
    }
    yield* [];
  },
});
