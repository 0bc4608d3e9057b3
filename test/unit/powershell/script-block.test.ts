import { describe, expect, it } from 'vitest';
import { joinScriptBlock, scriptText } from '../../../src/powershell/script-block.ts';

describe('script-block', () => {
  it.each([
    ['make all', 'make all'],
    ['{ make all }', 'make all'],
    ['{make all}', 'make all'],
    ['{}', ''],
    [' { a\nb } ', 'a\nb'],
    ['{ a; }; { b; }', '{ a; }; { b; }'],
    ['{ if x; then { y; }; fi }', 'if x; then { y; }; fi'],
    ['{ echo "}" }', 'echo "}"'],
    ["{ echo '{' }", "echo '{'"],
    ['{ echo \\} }', 'echo \\}'],
    ["{ echo it's }", "echo it's"],
    ['echo {a,b}', 'echo {a,b}'],
  ])('takes the braces of %j', (text, expected) => {
    expect(scriptText(text)).toBe(expected);
  });

  it.each([
    [['ls', '-la'], 1],
    [['{ls}', 'x'], 1],
    [['{ls', '-la}', 'x'], 2],
    [['{', 'ls', '}'], 3],
    [['{', 'a', '{', 'b', '}', 'c', '}', 'd'], 7],
    [['{echo', "don't}"], 2],
    [['{', 'ls'], undefined],
  ])('joins %j', (words, count) => {
    expect(joinScriptBlock(words)).toBe(count);
  });
});
