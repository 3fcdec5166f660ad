import { expect, test } from 'vitest';
import { commandsIn } from './commands';

test('one command a line, comments and empty lines none', () => {
  expect(commandsIn('# make them\nmkdir a b\n\nls')).toEqual([
    { first: 1, last: 1, text: 'mkdir a b' },
    { first: 3, last: 3, text: 'ls' },
  ]);
});

test('keeps a continued line and a here-document together', () => {
  const code = 'mount -t overlay none \\\n  -o lowerdir=a merged\ncat > f <<"END"\none\nEND\nls';
  expect(commandsIn(code).map((command) => command.text)).toEqual([
    'mount -t overlay none \\\n  -o lowerdir=a merged',
    'cat > f <<"END"\none\nEND',
    'ls',
  ]);
});
