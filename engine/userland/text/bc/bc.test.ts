/** What the real one answered to the same command lines. */
import { expect, it } from 'vitest';
import { bootTest } from '../../../kernel/sim/testing/boot';
import { bc } from './bc';

const files: Record<string, string> = {};

const answers: Array<[args: string[], stdin: string, stdout: string, code: number]> = [
  [[], '1+1\n', '2\n', 0],
  [[], '2^0.5\n', '1\n', 0],
  [
    [],
    '5>3\n1==2\n1&&0\n!0\nibase=16\nFF\nibase=A\nobase=16\n255\nobase=2\n5\nobase=10\nlast\nquit\n',
    '1\n0\n0\n1\n255\nFF\n101\n5\n',
    0,
  ],
  [[], 'foo bar\n', '', 0],
  [[], 'sqrt(-1)\n', '', 0],
  [
    [],
    'define f(n) { if (n<2) return (1); return (n*f(n-1)); }\nf(20)\ndefine g(x) {\n auto y\n y = x + 1\n return (y)\n}\ng(3)\ny\n',
    '2432902008176640000\n4\n0\n',
    0,
  ],
  [[], 'while (1) { if (i++ > 3) break; i }\n', '1\n2\n3\n4\n', 0],
  [[], 'scale=2; sqrt(16); sqrt(2); sqrt(0.25); length(1.50); 1/3*3\n', '4.00\n1.41\n.50\n3\n.99\n', 0],
  [['-l'], 'scale\n1/3\ne(0)\ns(0)\nl(1)\na(0)\n', '20\n.33333333333333333333\n1.00000000000000000000\n0\n0\n0\n', 0],
  [[], 'obase=16; 3.14; obase=100; 12345\n', '3.23\n 01 23 45\n', 0],
];

it.each(answers)('calculates as GNU bc does: %j', (args, stdin, stdout, code) => {
  const result = bootTest(bc, { argv: ['bc', ...args], stdin, files, env: { PATH: '/bin' } });
  expect(result).toMatchObject({ stdout, code });
});
