import { confirmed, findSessions, selectorFor } from './find-sessions.ts';
import { streamItems } from './stream-items.ts';
import * as shared from './connection-parameters.ts';
import { defineCmdlet } from './cmdlet.ts';

/** Ends sessions and what runs in them. @see reference/cmdlets.md section 10 */
export const removePSSession = defineCmdlet({
  name: 'Remove-PSSession',
  aliases: ['rsn'],
  summary: 'Ends sessions with everything that runs in them, and forgets them.',
  view: 'none',
  relaysCommand: false,
  supportsShouldProcess: true,
  sets: {
    I: 'Id',
    S: 'Session',
    N: 'Name',
    C: 'ComputerName',
    G: 'InstanceId',
    CT: 'ContainerId',
    VI: 'VMId',
    VN: 'VMName',
  },
  defaultSet: 'I',
  unsupportedSets: ['CT', 'VI', 'VN'],
  parameters: {
    Id: {
      type: 'Int32',
      array: true,
      sets: 'I!@0',
      pipeline: 'property',
      description: 'Sessions with these Ids; 1..5 is a range.',
    },
    Session: {
      type: 'PSSession',
      array: true,
      sets: 'S!@0',
      pipeline: 'both',
      description: 'Sessions as get-session printed them.',
    },
    Name: {
      type: 'String',
      array: true,
      sets: 'N!@0',
      pipeline: 'property',
      wildcards: true,
      bareWord: true,
      description: 'Sessions with these names. A bare word that is no session here is taken for a computer.',
    },
    InstanceId: {
      type: 'Guid',
      array: true,
      sets: 'G!@0',
      pipeline: 'property',
      description: 'Sessions with these InstanceIds.',
    },
    ComputerName: {
      type: 'String',
      array: true,
      aliases: ['Cn'],
      sets: 'C!@0',
      pipeline: 'property',
      wildcards: true,
      description: 'Asks these computers for their sessions and removes them.',
    },
    Force: { type: 'Switch', sets: 'all', description: 'Removes sessions too that are in use elsewhere.' },
    VMId: shared.vmId('VI!'),
    VMName: shared.vmName('VN!'),
    ContainerId: shared.containerId('CT!'),
  },
  examples: [
    { command: 'pssession remove-session -Id 1,2', description: 'Ends two sessions.' },
    {
      command: 'pssession get-session | pssession remove-session',
      description: 'Ends every session of this terminal.',
    },
  ],
  run: async function* (context, bound) {
    const { sessions } = await findSessions(context, bound);
    const wanted = await confirmed(context, sessions, 'Remove', ({ ComputerName }) => ComputerName);
    if (wanted.length === 0) return;
    const request = { scope: context.scope, selector: selectorFor(wanted), force: bound.values.Force ?? false };
    yield* streamItems(context, 'removeSession', request);
  },
});
