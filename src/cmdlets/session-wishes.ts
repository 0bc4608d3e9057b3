/** What new-session and invoke-command tell the agent about sessions to make. */
import { limits } from '../common/limits.ts';
import { createError } from '../powershell/error-ids.ts';
import type { SessionOption } from '../powershell/session-option.ts';
import type { SessionWishes } from '../protocol/model.ts';

/** The configuration that is used when none is named. */
export const defaultConfigurationName = 'Microsoft.PowerShell';

/** @throws Argument when IdleTimeout is below a minute and not -1 (R33) */
export function wishesFrom(option: SessionOption | undefined): SessionWishes {
  const idleTimeout = option?.IdleTimeout;
  if (idleTimeout !== undefined && idleTimeout !== -1 && idleTimeout < limits.minIdleTimeoutMs) {
    const minimumMs = limits.minIdleTimeoutMs;
    throw createError('idleTimeoutOptionInvalid', { wanted: idleTimeout / 1000, minimum: minimumMs / 1000, minimumMs });
  }
  return {
    idleTimeoutMs: idleTimeout === -1 ? undefined : idleTimeout,
    outputBufferingMode: option?.OutputBufferingMode,
    outputBufferBytes: option?.OutputBufferMB === undefined ? undefined : option.OutputBufferMB * 1024 * 1024,
    cancelTimeoutMs: option?.CancelTimeout,
    noProfile: option?.NoMachineProfile,
    culture: option?.Culture,
  };
}

/** The i-th name goes to the i-th computer; one name alone is for every computer (seeds, Disconnect-PSSession example 3). */
export function pairNames(
  computers: readonly (string | undefined)[],
  names: readonly string[] | undefined,
): { computerName: string; name?: string }[] {
  return computers.map((computer, index) => {
    const name = names?.length === 1 ? names[0] : names?.[index];
    const computerName = computer === undefined || computer === '.' ? 'localhost' : computer;
    return name === undefined ? { computerName } : { computerName, name };
  });
}
