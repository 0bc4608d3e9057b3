import { confirmed, findSessions, selectorFor } from './find-sessions.ts';
import { streamItems } from './stream-items.ts';
import { waitMilliseconds } from './wait-time.ts';
import * as shared from './connection-parameters.ts';
import { defineCmdlet } from './cmdlet.ts';

/** Connects disconnected sessions to this terminal. @see reference/cmdlets.md section 5 */
export const connectPSSession = defineCmdlet({
  name: 'Connect-PSSession',
  aliases: ['cnsn'],
  summary: 'Connects disconnected sessions to this terminal, wherever they were made.',
  view: 'session',
  relaysCommand: false,
  supportsShouldProcess: true,
  sets: {
    N: 'Name',
    S: 'Session',
    C: 'ComputerName',
    CG: 'ComputerNameGuid',
    U: 'ConnectionUri',
    UG: 'ConnectionUriGuid',
    G: 'InstanceId',
    I: 'Id',
  },
  defaultSet: 'N',
  parameters: {
    Name: {
      type: 'String',
      array: true,
      sets: 'N!@0 C U',
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
    InstanceId: { type: 'Guid', array: true, sets: 'CG! UG! G!@0', description: 'Sessions with these InstanceIds.' },
    Session: {
      type: 'PSSession',
      array: true,
      sets: 'S!@0',
      pipeline: 'both',
      description: 'Sessions as get-session printed them.',
    },
    ComputerName: {
      type: 'String',
      array: true,
      aliases: ['Cn'],
      sets: 'C!@0 CG!',
      description: 'Computers that hold the sessions; without -Name or -InstanceId every disconnected session there.',
    },
    Wait: shared.wait('all'),
    Timeout: shared.timeout('all'),
    Force: {
      type: 'Switch',
      sets: 'all',
      description: 'Takes a session over that is in use elsewhere: it becomes disconnected there.',
    },
    ConfigurationName: shared.configurationFilter('C CG U UG'),
    ConnectionUri: shared.connectionUri('U!@0 UG!@0'),
    Credential: shared.credential('C CG U UG'),
    Port: shared.port('C CG'),
    SessionOption: shared.connectSessionOption('C CG U UG'),
    ThrottleLimit: shared.throttleLimit('all'),
    UseSSL: shared.useSsl('C CG'),
    ApplicationName: shared.applicationName('C CG'),
    AllowRedirection: shared.allowRedirection('U UG'),
    Authentication: shared.authentication('C CG U UG'),
    CertificateThumbprint: shared.certificateThumbprint('C CG U UG'),
  },
  examples: [
    {
      command: 'pssession connect-session build',
      description: 'Connects the session build again that this terminal disconnected.',
    },
    {
      command: 'pssession connect-session -ComputerName server01 -Name build -Wait -Timeout 60',
      description: 'Connects a session that was made elsewhere; waits up to a minute while it is in use.',
    },
  ],
  run: async function* (context, bound) {
    const { sessions } = await findSessions(context, bound);
    const wanted = await confirmed(context, sessions, 'Connect', ({ Name }) => Name);
    if (wanted.length === 0) return;
    const option = bound.values.SessionOption;
    if (option?.IdleTimeout !== undefined) {
      context.writeVerbose('IdleTimeout is ignored at connect; disconnect-session -IdleTimeoutSec changes it.');
    }
    yield* streamItems(context, 'connectSession', {
      scope: context.scope,
      selector: selectorFor(wanted),
      throttleLimit: bound.values.ThrottleLimit,
      force: bound.values.Force ?? false,
      outputBufferingMode: option?.OutputBufferingMode,
      waitMs: waitMilliseconds(bound.values),
    });
  },
});
