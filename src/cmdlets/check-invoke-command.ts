/** What Invoke-Command refuses although it binds. */
import { createError } from '../powershell/error-ids.ts';
import { hasWildcard } from '../powershell/wildcard.ts';

/** What {@link checkInvokeCommand} looks at. */
export interface InvokeCommandValues {
  readonly ComputerName?: readonly string[];
  readonly Name?: readonly string[];
  readonly SessionName?: readonly string[];
  readonly InDisconnectedSession?: boolean;
  readonly AsJob?: boolean;
  readonly JobName?: string;
  readonly FilePath?: string;
}

/**
 * Refuses what binds and still makes no sense.
 *
 * @param names false for `-Name` that selects sessions, true where it names new ones (the computer sets).
 * @throws System.InvalidOperationException (two switches that exclude each other, a name without a new session); Argument
 *   (a pattern as file)
 * @see reference/cmdlets.md section 11.3; reference/messages.md section 9
 */
export function checkInvokeCommand(values: InvokeCommandValues, names: boolean): void {
  const disconnected = values.InDisconnectedSession === true;
  if (disconnected && (values.AsJob === true || values.JobName !== undefined))
    throw createError('jobAndDisconnected', {});
  const naming =
    values.SessionName !== undefined ? 'SessionName' : names && values.Name !== undefined ? 'Name' : undefined;
  if (!disconnected && naming !== undefined) throw createError('sessionNameNotDisconnected', { parameter: naming });
  if (values.FilePath !== undefined && hasWildcard(values.FilePath))
    throw createError('filePathHasWildcard', { path: values.FilePath });
}
