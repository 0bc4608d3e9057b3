import { defineCmdlet } from './cmdlet.ts';

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
  run: nothing,
});

/** No interactive session hears this process: PowerShell does nothing then either (reference/semantics.md, R168). */
async function* nothing(): AsyncGenerator<object> {
  // yields nothing
}
