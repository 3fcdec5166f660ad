/** What the real one answered to the same command lines. */
import { expect, it } from 'vitest';
import { bootTest } from '../../../kernel/sim/testing/boot';
import { sed } from './sed';

const files: Record<string, string> = {
  '/f': 'a\nb\nc\n',
  '/g': 'one two\nthree four\nfive six',
  '/n': '1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n',
  '/conf': 'hello world\n# comment\nkey=value\n\nother = 5\n',
};

const answers: Array<[args: string[], stdin: string, stdout: string, code: number]> = [
  [['k', 'f'], '', '', 1],
  [['p}', 'f'], '', '', 1],
  [['-e', 'a\\', 'f'], '', 'a\nb\nc\n', 0],
  [['0p', 'f'], '', '', 1],
  [['1~2p', 'f', '-n'], '', 'a\nc\n', 0],
  [['=', 'f'], '', '1\na\n2\nb\n3\nc\n', 0],
  [['-n', '/b/,$p', 'f'], '', 'b\nc\n', 0],
  [['-n', '$=', 'f', 'f'], '', '6\n', 0],
  [['s/a/b/;;p', 'f'], '', 'b\nb\nb\nb\nc\nc\n', 0],
  [['l 3', 'f'], '', 'a$\na\nb$\nb\nc$\nc\n', 0],
  [['1,2a foo', 'f'], '', 'a\nfoo\nb\nfoo\nc\n', 0],
  [['s/[aeiou]/\\U&/g', 'g'], '', 'OnE twO\nthrEE fOUr\nfIvE sIx', 0],
  [['2,$d', 'g'], '', 'one two\n', 0],
  [['n;d', 'n'], '', '1\n3\n5\n7\n9\n', 0],
  [['/3/,+2d', 'n'], '', '1\n2\n6\n7\n8\n9\n10\n', 0],
  [['s|/|_|g', 'conf'], '', 'hello world\n# comment\nkey=value\n\nother = 5\n', 0],
  [['s/b*/X/2'], 'abc\n', 'aXc\n', 0],
  [['-n', '/FOO/Ip'], 'foo\n', 'foo\n', 0],
  [['-n', '-e', '/a/{', '-e', 'p', '-e', '}', 'f'], '', 'a\n', 0],
  [['R g', 'f'], '', 'a\none two\nb\nthree four\nc\nfive six', 0],
  [['-n', '/b/=', 'f'], '', '2\n', 0],
  [['-n', '$p', 'f', 'g'], '', 'five six', 0],
  [['y/abc/xyz/', 'f'], '', 'x\ny\nz\n', 0],
  [['s/a\\|b/X/', 'f'], '', 'X\nX\nc\n', 0],
  [['s/\\s/_/g', 'g'], '', 'one_two\nthree_four\nfive_six', 0],
  [['c\\', '-e', 'x'], '', '', 2],
  [['-n', '/a/{b};p', 'f'], '', 'b\nc\n', 0],
  [['\\xbxd', 'f'], '', 'a\nc\n', 0],
  [['s/^[ \\t]*//;s/[ \\t]*$//'], '   trim  \n', 'trim\n', 0],
  [['s/x/\\x26/'], 'x\n', '&\n', 0],
];

it.each(answers)('edits as GNU sed 4.9 does: %j', (args, stdin, stdout, code) => {
  const result = bootTest(sed, { argv: ['sed', ...args], stdin, files, env: { PATH: '/bin' } });
  expect(result).toMatchObject({ stdout, code });
});
