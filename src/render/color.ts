/** Whether to use colour, and the few colours there are. */

/** 0 none, 1 sixteen, 2 two hundred and fifty-six, 3 all. */
export type ColorLevel = 0 | 1 | 2 | 3;

/**
 * Decides on colour for one stream.
 *
 * NO_COLOR forbids it, CLICOLOR_FORCE demands it even into a pipe, TERM=dumb and CLICOLOR=0 switch it off, in this order.
 *
 * @see https://no-color.org, https://bixense.com/clicolors
 */
export function colorLevel(environment: Readonly<Record<string, string | undefined>>, isTerminal: boolean): ColorLevel {
  const isSet = (name: string): boolean => (environment[name] ?? '') !== '';
  if (isSet('NO_COLOR')) return 0;
  const isForced = isSet('CLICOLOR_FORCE') && environment['CLICOLOR_FORCE'] !== '0';
  if (!isForced && (!isTerminal || environment['TERM'] === 'dumb' || environment['CLICOLOR'] === '0')) return 0;
  if (/^(?:truecolor|24bit)$/iu.test(environment['COLORTERM'] ?? '')) return 3;
  return /-256(?:color)?$/iu.test(environment['TERM'] ?? '') ? 2 : 1;
}

/** The colours, by what they are for. */
export interface Paint {
  error(this: void, text: string): string;
  warning(this: void, text: string): string;
  header(this: void, text: string): string;
}

const plain: Paint = { error: (text) => text, warning: (text) => text, header: (text) => text };

/** Paint for a level. chalk is loaded only when there is something to colour. */
export async function paintFor(level: ColorLevel): Promise<Paint> {
  if (level === 0) return plain;
  const { Chalk } = await import('chalk');
  const chalk = new Chalk({ level });
  return {
    error: (text) => chalk.red(text),
    warning: (text) => chalk.yellow(text),
    header: (text) => chalk.green.bold(text),
  };
}
