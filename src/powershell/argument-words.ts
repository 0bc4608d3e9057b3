/** The first step of binding: which of the raw words are parameter names and which are values. */
import { createError } from './error-ids.ts';
import { joinScriptBlock } from './script-block.ts';

/** One word of a command line. */
export type Word =
  | {
      readonly kind: 'parameter';
      /** As written, without its value: `-Cn`, `--computer-name`. */
      readonly text: string;
      /** Without dashes: `Cn`, `computername`. */
      readonly name: string;
      /** The value after `:` or `=`; may be empty. */
      readonly attached: string | undefined;
    }
  | {
      readonly kind: 'value';
      readonly text: string;
      /** Came after `--`: never a parameter, never split at commas. */
      readonly literal: boolean;
    };

/**
 * Tells parameters and values apart, as PowerShell does: a dash and a letter begin a parameter, whereas `-1` and `-` are
 * values. `--name` is GNU's spelling of the same, `--` ends parameters. An unquoted script block becomes one word again.
 *
 * @throws MissingEndCurlyBrace when a block is not closed.
 */
export function readWords(words: readonly string[]): readonly Word[] {
  const result: Word[] = [];
  for (let index = 0; index < words.length; index++) {
    const text = words[index] ?? '';
    if (text === '--') {
      result.push(...words.slice(index + 1).map((rest): Word => ({ kind: 'value', text: rest, literal: true })));
      break;
    }
    const parameter = parameterForm.exec(text);
    const value = parameter === null ? text : parameter[2];
    const blockLength = value === undefined ? 1 : lengthOfBlock([value, ...words.slice(index + 1)]);
    const joined = [value, ...words.slice(index + 1, index + blockLength)].join(' ');
    index += blockLength - 1;
    if (parameter === null) {
      result.push({ kind: 'value', text: joined, literal: false });
    } else {
      const name = parameter[1] ?? '';
      result.push({
        kind: 'parameter',
        text: text.slice(0, text.length - (value === undefined ? 0 : value.length + 1)),
        name: name.replaceAll('-', ''),
        attached: value === undefined ? undefined : joined,
      });
    }
  }
  return result;
}

/** @throws MissingEndCurlyBrace */
function lengthOfBlock(words: readonly string[]): number {
  const length = joinScriptBlock(words);
  if (length !== undefined) return length;
  const text = words.join(' ');
  throw createError('scriptBlockNotClosed', {
    text: text.length <= 80 ? text : `${text.slice(0, 79)}…`,
    example: '{ make all }',
  });
}

// PowerShell takes the dashes that word processors make for hyphens too: en dash, em dash, horizontal bar.
const parameterForm = /^(?:--?|[\u2013\u2014\u2015])([A-Za-z_?][^:=]*)(?:[:=]([\s\S]*))?$/u;
