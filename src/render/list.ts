import { displayText, type Properties } from './views.ts';
import { printableLine } from './printable.ts';

/** One object as PowerShell's Format-List: a line for each property, `Name : value`, and a blank line after the object. */
export function drawList(object: Properties): string {
  const entries = Object.entries(object).map(([name, value]) => [printableLine(name), displayText(value)] as const);
  const width = Math.max(0, ...entries.map(([name]) => name.length));
  return `${entries.map(([name, value]) => `${name.padEnd(width)} : ${value}`.trimEnd()).join('\n')}\n\n`;
}
