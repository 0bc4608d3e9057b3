import { confirmed, findSessions, selectorFor } from './find-sessions.ts';
import { streamItems } from './stream-items.ts';
import * as shared from './connection-parameters.ts';
import { defineCmdlet } from './cmdlet.ts';

/** Leaves sessions; their commands go on and their output is kept. @see reference/cmdlets.md section 6 */
export const disconnectPSSession = defineCmdlet({
  name: 'Disconnect-PSSession',
  aliases: ['dnsn'],
  summary: 'Leaves sessions: their commands go on, their output is kept, any computer may connect them again.',
  view: 'session',
  relaysCommand: false,
  supportsShouldProcess: true,
  sets: { S: 'Session', I: 'Id', N: 'Name', G: 'InstanceId' },
  defaultSet: 'S',
  parameters: {
    Session: {
      type: 'PSSession',
      array: true,
      sets: 'S!@0',
      pipeline: 'both',
      description: 'Sessions as get-session printed them.',
    },
    Id: {
      type: 'Int32',
      array: true,
      sets: 'I!@0',
      pipeline: 'property',
      description: 'Sessions with these Ids; 1..5 is a range.',
    },
    Name: {
      type: 'String',
      array: true,
      sets: 'N!@0',
      pipeline: 'property',
      wildcards: true,
      bareWord: true,
      description: 'Sessions with these names.',
    },
    InstanceId: {
      type: 'Guid',
      array: true,
      sets: 'G!@0',
      pipeline: 'property',
      description: 'Sessions with these InstanceIds.',
    },
    IdleTimeoutSec: {
      type: 'Int32',
      minimum: 0,
      sets: 'all',
      description:
        'How long the session lives while nobody is connected, in seconds: 60 up to the maximum of its configuration.',
    },
    OutputBufferingMode: shared.outputBufferingMode('all'),
    ThrottleLimit: shared.throttleLimit('all'),
  },
  examples: [
    { command: 'pssession disconnect-session -Name UpdateSession', description: 'Leaves one session by its name.' },
    {
      command:
        'pssession get-session -ComputerName Server12 -Name ITTask | pssession disconnect-session -OutputBufferingMode Drop -IdleTimeoutSec 43200',
      description: 'Leaves a session for twelve hours; a full buffer does not stop its command.',
    },
  ],
  run: async function* (context, bound) {
    const { sessions } = await findSessions(context, bound);
    const wanted = await confirmed(context, sessions, 'Disconnect', ({ Name }) => Name);
    if (wanted.length === 0) return;
    const { IdleTimeoutSec, OutputBufferingMode, ThrottleLimit } = bound.values;
    yield* streamItems(context, 'disconnectSession', {
      scope: context.scope,
      selector: selectorFor(wanted),
      throttleLimit: ThrottleLimit,
      idleTimeoutMs: IdleTimeoutSec === undefined ? undefined : IdleTimeoutSec * 1000,
      outputBufferingMode: OutputBufferingMode,
    });
  },
});
