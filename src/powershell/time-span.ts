/** Lengths of time as PowerShell reads and prints them. Everything is whole milliseconds inside. */

/**
 * Reads a number of milliseconds, `hh:mm`, `hh:mm:ss`, `hh:mm:ss.fff` or `d.hh:mm:ss`, each with an optional minus sign.
 *
 * @returns whole milliseconds, or undefined when the text is none of these forms or an hour, minute or second is out of
 *   its range (0..23, 0..59, 0..59).
 */
export function parseTimeSpan(text: string): number | undefined {
  const trimmed = text.trim();
  if (/^[+-]?\d+(?:\.\d+)?$/u.test(trimmed)) return safe(Math.round(Number(trimmed)));
  const match = /^(-?)(?:(\d+)\.)?(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,7}))?)?$/u.exec(trimmed);
  if (match === null) return undefined;
  const [, sign, days = '0', hours = '', minutes = '', seconds = '0', fraction = '0'] = match;
  if (Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 59) return undefined;
  const wholeSeconds = ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds);
  const milliseconds = wholeSeconds * 1000 + Math.round(Number(`0.${fraction}`) * 1000);
  return safe(sign === '-' ? -milliseconds : milliseconds);
}

/**
 * Prints milliseconds as .NET prints a TimeSpan: `00:03:00`, `1.12:00:00`, `-00:00:00.0010000`.
 *
 * @param milliseconds whole, of either sign.
 */
export function formatTimeSpan(milliseconds: number): string {
  const rest = Math.abs(milliseconds);
  const days = Math.floor(rest / 86_400_000);
  const clock = [Math.floor(rest / 3_600_000) % 24, Math.floor(rest / 60_000) % 60, Math.floor(rest / 1000) % 60]
    .map((part) => String(part).padStart(2, '0'))
    .join(':');
  const fraction = rest % 1000 === 0 ? '' : `.${String(rest % 1000).padStart(3, '0')}0000`;
  return `${milliseconds < 0 ? '-' : ''}${days === 0 ? '' : `${String(days)}.`}${clock}${fraction}`;
}

function safe(milliseconds: number): number | undefined {
  if (!Number.isSafeInteger(milliseconds)) return undefined;
  return milliseconds === 0 ? 0 : milliseconds;
}
