/** The table of cmdlets. This is the one place that knows them all. */
import { namesOf, type Cmdlet } from './cmdlet.ts';
import { connectPSSession } from './connect-pssession.ts';
import { disconnectPSSession } from './disconnect-pssession.ts';
import { enterPSSession } from './enter-pssession.ts';
import { exitPSSession } from './exit-pssession.ts';
import { getPSSession } from './get-pssession.ts';
import { invokeCommand } from './invoke-command.ts';
import { newPSSession } from './new-pssession.ts';
import { receivePSSession } from './receive-pssession.ts';
import { removePSSession } from './remove-pssession.ts';

/** Every cmdlet, in the order in which help lists them. */
export const cmdlets: readonly Cmdlet[] = [
  newPSSession,
  getPSSession,
  invokeCommand,
  disconnectPSSession,
  connectPSSession,
  receivePSSession,
  enterPSSession,
  exitPSSession,
  removePSSession,
];

/** The cmdlet of a name, an alias or a PowerShell name, in any letter case. */
export function findCmdlet(word: string, table: readonly Cmdlet[] = cmdlets): Cmdlet | undefined {
  const wanted = word.toLowerCase();
  return table.find((cmdlet) => namesOf(cmdlet).includes(wanted));
}
