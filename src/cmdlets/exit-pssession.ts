import { defineCmdlet } from './cmdlet.ts';
import { notYet } from './not-yet.ts';

/** Ends an interactive session; typed inside one. @see reference/cmdlets.md section 9 */
export const exitPSSession = defineCmdlet({
  name: 'Exit-PSSession',
  aliases: ['exsn'],
  summary: 'Ends an interactive session, as exit does. Outside of one it does nothing.',
  view: 'none',
  relaysCommand: false,
  supportsShouldProcess: false,
  sets: { D: '__AllParameterSets' },
  defaultSet: 'D',
  parameters: {},
  examples: [
    {
      command: 'exit-pssession',
      description: 'Typed in an interactive session: goes back to where enter-session was typed.',
    },
  ],
  run: notYet,
});
