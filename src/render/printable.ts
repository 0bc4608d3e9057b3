/**
 * Makes text from elsewhere (names, titles, commands, messages) safe to print: what a terminal would obey becomes something
 * to see. Letters of every script, emoji and combining marks stay as they are.
 */

/** For text that has to stay on one line: line breaks and tabs become visible too. */
export function printableLine(text: string): string {
  return text.replace(unsafe, visible);
}

/** For messages of several lines: line breaks stay, everything else becomes visible; no line can pass for one of ours. */
export function printableText(text: string): string {
  return text
    .split(/\r?\n/u)
    .map((line, index) => (index === 0 ? '' : '  ') + printableLine(line))
    .join('\n');
}

/**
 * C0 and C1 controls and DEL; zero-width and direction characters, with which a name can look like another; line and
 * paragraph separators; lone surrogates. The zero-width joiner stays: emoji are made with it.
 */
const unsafe =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff\u{e0000}-\u{e007f}]|\p{Surrogate}/gu;

function visible(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20) return String.fromCodePoint(0x2400 + code);
  if (code === 0x7f) return '\u2421';
  if (code >= 0xd800 && code <= 0xdfff) return '\ufffd';
  return `\\u{${code.toString(16)}}`;
}
