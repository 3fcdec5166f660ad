import { expect, test } from 'vitest';
import { applyMode, modeString, parseMode } from './mode';

function changed(text: string, mode: number, umask = 0o022): string {
  const changes = parseMode(text);
  return changes === null ? 'invalid' : applyMode(changes, mode, umask).toString(8);
}

test.each([
  ['755', 0o100600, '755'],
  ['u+x', 0o100644, '744'],
  ['+x', 0o100644, '755'],
  ['+w', 0o100444, '644'],
  ['go=', 0o100777, '700'],
  ['u=rwX,go=u-w', 0o100755, '755'],
  ['a+X', 0o100644, '644'],
  ['a+X', 0o040644, '755'],
  ['u+s,o+t', 0o100755, '5755'],
  ['g=o', 0o100754, '744'],
  ['755', 0o042777, '2755'],
  ['00755', 0o042777, '755'],
  ['=2755', 0o040700, '2755'],
  ['zz', 0o100644, 'invalid'],
  ['77777', 0o100644, 'invalid'],
])('%s makes %o to %s', (text, mode, result) => {
  expect(changed(text, mode)).toBe(result);
});

test('writes modes as ls does', () => {
  expect(modeString(0o100644)).toBe('-rw-r--r--');
  expect(modeString(0o041777)).toBe('drwxrwxrwt');
  expect(modeString(0o104711)).toBe('-rws--x--x');
  expect(modeString(0o102644)).toBe('-rw-r-Sr--');
});
