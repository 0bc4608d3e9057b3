import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  compileWildcard,
  escapeWildcard,
  hasWildcard,
  matchesWildcard,
  unescapeWildcard,
} from '../../../src/powershell/wildcard.ts';

describe('wildcard', () => {
  it.each([
    ['build', 'build', true],
    ['BUILD', 'build', true],
    ['build', 'build2', false],
    ['build*', 'build', true],
    ['build*', 'build2', true],
    ['*2', 'build2', true],
    ['*', '', true],
    ['', '', true],
    ['', 'a', false],
    ['b?ild', 'build', true],
    ['b?ild', 'bild', false],
    ['?', '😀', true],
    ['[abc]1', 'B1', true],
    ['[a-c]1', 'd1', false],
    ['[a-cx-z]', 'Y', true],
    ['[-a]', '-', true],
    ['[a-]', '-', true],
    ['[a`-c]', 'b', false],
    ['[`]]', ']', true],
    ['[]', 'a', false],
    [']', ']', true],
    ['a`*', 'a*', true],
    ['a`*', 'ab', false],
    ['a``', 'a`', true],
    ['a`', 'a`', true],
    ['a*b*c', 'aXbYbZc', true],
    ['a*b*c', 'aXbYbZ', false],
    ['É*', 'étude', true],
  ])('matches %j with %j: %j', (pattern, text, expected) => {
    expect(matchesWildcard(pattern, text)).toBe(expected);
  });

  it.each(['[a', 'x[a-', '[z-a]'])('refuses %j', (pattern) => {
    expect(() => compileWildcard(pattern)).toThrow(expect.objectContaining({ id: 'WildcardPattern_Invalid' }));
  });

  it.each([
    ['build', false],
    ['b*', true],
    ['b?', true],
    ['[b]', true],
    ['b`*', false],
    ['b``*', true],
    ['b]', false],
  ])('says of %j whether it is a pattern: %j', (text, expected) => {
    expect(hasWildcard(text)).toBe(expected);
  });

  it('matches any text with its escaped form, and gives it back', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const pattern = escapeWildcard(text);
        expect(hasWildcard(pattern)).toBe(false);
        expect(matchesWildcard(pattern, text)).toBe(true);
        expect(unescapeWildcard(pattern)).toBe(text);
      }),
    );
  });

  it('agrees with a regular expression for * and ?', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', 'b', '*', '?') }),
        fc.string({ unit: fc.constantFrom('a', 'b', 'B') }),
        (pattern, text) => {
          const regex = new RegExp(`^${pattern.replaceAll('*', '.*').replaceAll('?', '.')}$`, 'iu');
          expect(matchesWildcard(pattern, text)).toBe(regex.test(text));
        },
      ),
    );
  });

  it('does not take longer than the product of both lengths for a hostile pattern', () => {
    expect(matchesWildcard(`${'*a'.repeat(200)}*b`, 'a'.repeat(5000))).toBe(false);
  });
});
