import { expect, test } from 'vitest';
import { quoteArg, quoteBare, quoteName, quoteWord } from './quote';

test.each([
  ['a', 'a'],
  ['', "''"],
  ['a b', "'a b'"],
  ["it's", '"it\'s"'],
  ['$x', "'$x'"],
  ['q\'"z', "'q'\\''\"z'"],
  ['n\nl', "'n'$'\\n''l'"],
  ['\t', "''$'\\t'"],
  ['~a', "'~a'"],
  ['a~', 'a~'],
  ['{', "'{'"],
  ['a{b}', 'a{b}'],
  ['é', 'é'],
])('quotes %j for the shell as ls does it', (name, quoted) => {
  expect(quoteArg(name, 'shell-escape')).toBe(quoted);
});

test('shows what is not ASCII as bytes in the C locale', () => {
  expect(quoteName('é', false)).toBe("''$'\\303\\251'");
  expect(quoteWord('x', false)).toBe("'x'");
});

test('has a style for every kind of message', () => {
  expect(quoteName('a')).toBe("'a'");
  expect(quoteBare('a')).toBe('a');
  expect(quoteBare('a:b')).toBe("'a:b'");
  expect(quoteWord('x’y')).toBe('‘x\\’y’');
  expect(quoteArg('a"b\n', 'c')).toBe('"a\\"b\\n"');
  expect(quoteArg('a b', 'escape', { also: ' ' })).toBe('a\\ b');
});
