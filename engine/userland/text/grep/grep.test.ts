/** What the real one answered to the same command lines. */
import { expect, it } from 'vitest';
import { bootTest } from '../../../kernel/sim/testing/boot';
import { grep } from './grep';

const files: Record<string, string> = {
  '/f': 'a\nb\nfoo bar\nc\nd\nfoo\n',
  '/g': 'a\nb\nfoo bar\nc\nd\nfoo\n',
  '/passwd':
    'root:x:0:0:root:/root:/bin/bash\nlearner:x:1000:1000::/home/learner:/bin/bash\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n',
  '/h': 'one Two\nthree\ntwo two\ncafé\n',
};

const answers: Array<[args: string[], stdin: string, stdout: string, code: number]> = [
  [[], '', '', 2],
  [['-E', 'a{1', 'f'], '', '', 1],
  [['[:space:]', 'f'], '', '', 2],
  [['a\\', 'f'], '', '', 2],
  [['-d', 'foo', 'x'], '', '', 1],
  [
    ['--color=always', '-l', 'foo', 'f', 'g'],
    '',
    '\u001b[35m\u001b[Kf\u001b[m\u001b[K\n\u001b[35m\u001b[Kg\u001b[m\u001b[K\n',
    0,
  ],
  [['-B1', 'foo', 'f', 'g'], '', 'f-b\nf:foo bar\n--\nf-d\nf:foo\n--\ng-b\ng:foo bar\n--\ng-d\ng:foo\n', 0],
  [['--group-separator=XX', '-A0', 'foo', 'f'], '', 'foo bar\nXX\nfoo\n', 0],
  [['--label=foo', '-H', 'a'], 'a\n', 'foo:a\n', 0],
  [['-w', 'fo', 'f'], '', '', 1],
  [['-vc', 'foo', 'f'], '', '4\n', 0],
  [['-ob', 'foo', 'f'], '', '4:foo\n16:foo\n', 0],
  [
    ['-v', 'nologin', 'passwd'],
    '',
    'root:x:0:0:root:/root:/bin/bash\nlearner:x:1000:1000::/home/learner:/bin/bash\n',
    0,
  ],
  [['-e', 'a', '-e', 'b', 'f'], '', 'a\nb\nfoo bar\n', 0],
  [['\\bfoo\\b', 'f'], '', 'foo bar\nfoo\n', 0],
  [['-oP', 'x:\\K\\d+', 'passwd'], '', '0\n1000\n65534\n', 0],
  [['--exclude=f', 'foo', 'f', 'g'], '', 'g:foo bar\ng:foo\n', 0],
  [['-ic', 'FOO', 'f'], '', '2\n', 0],
  [['o\\{2\\}', 'f'], '', 'foo bar\nfoo\n', 0],
  [['[[:alpha:][:space:]]\\{7\\}', 'h'], '', 'one Two\ntwo two\n', 0],
  [['--binary-files=foo', 'x', 'f'], '', '', 2],
  [['-n5', 'foo', 'f'], '', '1-a\n2-b\n3:foo bar\n4-c\n5-d\n6:foo\n', 0],
  [['foo$', 'f'], '', 'foo\n', 0],
  [['-E', '\\.', 'passwd'], '', '', 1],
  [['[b-a]', 'f'], '', '', 2],
  [['--context', 'o', 'f'], '', '', 2],
];

it.each(answers)('greps as GNU grep 3.8 does: %j', (args, stdin, stdout, code) => {
  const result = bootTest(grep, { argv: ['grep', ...args], stdin, files, env: { PATH: '/bin' } });
  expect(result).toMatchObject({ stdout, code });
});
