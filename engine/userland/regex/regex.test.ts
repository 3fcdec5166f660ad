import { describe, expect, it } from 'vitest';
import { compile, RegexBudgetError, RegexError, type RegexOptions } from '.';

function found(pattern: string, text: string, options: RegexOptions = {}): string | null {
  return (
    compile(pattern, options)
      .exec(text)
      ?.groups.map((group) => group ?? '-')
      .join('|') ?? null
  );
}
const extended = { extended: true };

describe('regular expressions', () => {
  it.each([
    ['a*', 'aab', {}, 'aa'],
    ['\\(a\\|ab\\)\\(c\\|bcd\\)*', 'abcd', {}, 'abcd|a|bcd'],
    ['x*', 'abc', {}, ''],
    ['a\\{2,3\\}', 'aaaa', {}, 'aaa'],
    ['*a', 'b*a', {}, '*a'],
    ['a|ab', 'xab', extended, 'ab'],
    ['(foo|foobar)(baz)?', 'foobarbaz', extended, 'foobarbaz|foobar|baz'],
    ['(.)\\1', 'abba', extended, 'bb|b'],
    ['[[:digit:]]+-[^]x]', 'a12-]b12-y', extended, '12-y'],
    ['\\<is\\>', 'this is', {}, 'is'],
    ['\\w+$', 'one two', extended, 'two'],
    ['a{,2}b', 'aaab', extended, 'aab'],
    ['a{x', 'a{x', { ...extended, lenient: true }, 'a{x'],
    ['GET', 'get', { ignoreCase: true }, 'get'],
    ['b$', 'ab\nc', { multiline: true }, 'b'],
    ['é+', 'caféé', extended, 'éé'],
    ['a\\.b', 'axb', {}, null],
    ['(^|x)b', 'xb', extended, 'xb|x'],
    ['()b', 'ab', extended, 'b|'],
  ])('%s in %s', (pattern, text, options, expected) => {
    expect(found(pattern, text, options)).toBe(expected);
  });

  it('finds the next match and knows where lines begin', () => {
    const regex = compile('^a');
    expect(regex.exec('aa', 1)).toBeNull();
    expect(compile('a').exec('ba', 1)).toMatchObject({ index: 1, end: 2 });
  });

  it.each([
    ['a\\(', {}, 'Unmatched ( or \\('],
    ['[a', {}, 'Unmatched [, [^, [:, [., or [='],
    ['a)', extended, 'Unmatched ) or \\)'],
    ['\\(a\\)\\2', {}, 'Invalid back reference'],
    ['[[:nope:]]', {}, 'Invalid character class name'],
    ['a\\', {}, 'Trailing backslash'],
    ['[b-a]', {}, 'Invalid range end'],
  ])('refuses %s', (pattern, options, message) => {
    expect(() => compile(pattern, options)).toThrow(new RegexError(message));
  });

  it('is not held up by patterns that backtrack', () => {
    const text = 'a'.repeat(3000);
    expect(compile('(a*)*b', extended).test(text)).toBe(false);
    expect(compile('(a|aa)+$', extended).exec(text)?.end).toBe(3000);
    expect(() => compile('\\(a*\\)*\\1b').test(text)).toThrow(RegexBudgetError);
  });
});
