/** What a run came to → the exit code. The one table of exit codes (design.md section 5). */

/** The exit codes with a meaning of their own. */
export const exitCode = {
  success: 0,
  /** An error record was written. */
  error: 1,
  /** The command line is wrong. */
  usage: 2,
  /** A -Timeout was over; as timeout(1). */
  waitExpired: 124,
  /** A cmdlet that relays a command failed itself, or nobody knows the status; as ssh(1). */
  relayFailed: 255,
  /** Ctrl-C: 128 + SIGINT. */
  interrupted: 130,
} as const;

/** The id of the error record that a -Timeout ends with. */
export const waitExpiredId = 'WaitTimeoutExpired';

/** What happened while a cmdlet ran. */
export interface Outcome {
  /** True when the cmdlet is one that relays a command. */
  readonly relaysCommand: boolean;
  /** The exit statuses of relayed commands; null where nobody knows it. */
  readonly statuses: readonly (number | null)[];
  /** The ids of the error records, terminating ones included. */
  readonly errorIds: readonly string[];
  /** The words did not bind. */
  readonly isUsageError: boolean;
  /** Ctrl-C ended the cmdlet. */
  readonly isInterrupted: boolean;
}

/** The exit code of a cmdlet. */
export function exitCodeFor(outcome: Outcome): number {
  if (outcome.isUsageError) return exitCode.usage;
  if (outcome.isInterrupted) return exitCode.interrupted;
  const failures = outcome.errorIds.filter((id) => id !== waitExpiredId);
  if (failures.length > 0) return outcome.relaysCommand ? exitCode.relayFailed : exitCode.error;
  if (outcome.errorIds.length > 0) return exitCode.waitExpired;
  if (!outcome.relaysCommand) return exitCode.success;
  return Math.max(exitCode.success, ...outcome.statuses.map((status) => status ?? exitCode.relayFailed));
}
