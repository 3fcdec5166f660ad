/** What the real one answered to the same command lines. */
import { expect, it } from 'vitest';
import { bootTest } from '../../../kernel/sim/testing/boot';
import { diff } from './diff';

const files: Record<string, string> = {
  '/x': 'a\nb\nc\nd\ne\nf\ng\nh\ni\nj\nk\n',
  '/y': 'a\nB\nc\nd\ne\nf\ng\nh\nI\nj\nk\nl\n',
  '/w1': 'a  b\n',
  '/w2': 'a b\n',
  '/s1':
    '1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n13\n14\n15\n16\n17\n18\n19\n20\n21\n22\n23\n24\n25\n26\n27\n28\n29\n30\n31\n32\n33\n34\n35\n36\n37\n38\n39\n40\n41\n42\n43\n44\n45\n46\n47\n48\n49\n50\n',
  '/s2':
    '1\n2\n3\n4\n6\n7\n8\n9\n10\n11\n12\n13\n14\n15\n16\n17\n18\n19\nnew\n20\n21\n22\n23\n24\n25\n26\n27\n28\n29\n30\n31\n32\n33\n34\n35\n36\n37\n38\n39\n40x\n41\n42\n43\n44\n48\n49\n50\n',
  '/c2': 'f {\n a\n}\n\nh {\n c\n}\n\ng {\n b\n}\n',
  '/c1': 'f {\n a\n}\n\ng {\n b\n}\n',
  '/m2': 'c\nb\na\nb\na\nc\n',
  '/m1': 'a\nb\na\nb\nc\na\nb\nb\na\n',
  '/bl': 'a\n\nb\n',
  '/nb': 'a\nb\n',
  '/empty': '',
};

const answers: Array<[args: string[], stdin: string, stdout: string, code: number]> = [
  [['x', 'y'], '', '2c2\n< b\n---\n> B\n9c9\n< i\n---\n> I\n11a12\n> l\n', 1],
  [['-s', 'x', 'x'], '', 'Files x and x are identical\n', 0],
  [['x'], '', '', 2],
  [
    ['--color=always', 'x', 'y'],
    '',
    '\u001b[36m2c2\u001b[0m\n\u001b[31m< b\u001b[0m\n---\n\u001b[32m> B\u001b[0m\n\u001b[36m9c9\u001b[0m\n\u001b[31m< i\u001b[0m\n---\n\u001b[32m> I\u001b[0m\n\u001b[36m11a12\u001b[0m\n\u001b[32m> l\u001b[0m\n',
    1,
  ],
  [['-b', 'w1', 'w2'], '', '', 0],
  [['s1', 's2'], '', '5d4\n< 5\n19a19\n> new\n40c40\n< 40\n---\n> 40x\n45,47d44\n< 45\n< 46\n< 47\n', 1],
  [['c2', 'c1'], '', '5,8d4\n< h {\n<  c\n< }\n< \n', 1],
  [['m2', 'm1'], '', '1,2d0\n< c\n< b\n5a4\n> b\n6a6,9\n> a\n> b\n> b\n> a\n', 1],
  [['bl', 'nb'], '', '2d1\n< \n', 1],
  [
    ['-u', '--label', 'q', '--label', 'r', 'x', 'y'],
    '',
    '--- q\n+++ r\n@@ -1,11 +1,12 @@\n a\n-b\n+B\n c\n d\n e\n f\n g\n h\n-i\n+I\n j\n k\n+l\n',
    1,
  ],
  [['x', 'empty'], '', '1,11d0\n< a\n< b\n< c\n< d\n< e\n< f\n< g\n< h\n< i\n< j\n< k\n', 1],
];

it.each(answers)('compares as GNU diff 3.8 does: %j', (args, stdin, stdout, code) => {
  const result = bootTest(diff, { argv: ['diff', ...args], stdin, files, env: { PATH: '/bin' } });
  expect(result).toMatchObject({ stdout, code });
});
