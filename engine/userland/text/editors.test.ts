/** What the real editors made of the same keys: vim 9.0 as `vi`, nano 7.2. */
import { describe, expect, test } from 'vitest';
import { atTerminal } from '../testing/at-terminal';
import { nano } from './nano/nano';
import { vi } from './vi/vi';

type Case = [before: string, keys: string[], after: string];

const viCases: Case[] = [
  ['one two three\nfour five\nsix\n', ['wdw', 'j0x', 'G$r!', ':wq\r'], 'one three\nour five\nsi!\n'],
  [
    'one two three\nfour five\nsix\n',
    ['cwONE\x1b', 'j', 'A end\x1b', 'o\tnew\x1b', 'u', ':x\r'],
    'ONE two three\nfour five end\nsix\n',
  ],
  ['alpha beta gamma\ndelta\n', ['ftD', 'jp', 'yyp', '3x', 'ZZ'], 'alpha be\ndeltata gamma\ntata gamma\n'],
  ['a b c d e f\n', ['d2w', '.', '$bi<\x1b', ':w\r', ':q!\r'], '<e f\n'],
  ['one\ntwo\nthree\nfour\n', ['ddp', 'j2J', 'gg~w', 'GVkd', 'u', ':wq\r'], 'Two\none\nthree four\n'],
  ['x = (1, 2)\ny = "text"\n', ['f1ci(3\x1b', 'j0ci"new\x1b', ':%s/=/:=/\r', ':wq\r'], 'x := (3)\ny := "new"\n'],
  [
    'foo bar\nfoo foo\nbaz foo\n',
    ['/foo\rcwX\x1b', 'n', 'n', 'dw', ':2,3s/o/0/g\r', ':wq\r'],
    'foo bar\nX f00\nbaz \n',
  ],
  ['1\n2\n3\n4\n5\n', [':2,4d\r', 'p', ':g/5/d\r', ':$\r', 'dGu', ':wq\r'], '1\n2\n3\n4\n'],
  ['ab\ncd\n', ['RXY\x1b', 'jI> \x1b', 'yyP', '~~', '"ayy', 'G"ap', ':wq\r'], 'XY\n> cd\n> cd\n> cd\n'],
  ['word word word\n', ['*cwW\x1b', 'n.', 'ma0i-\x1b`aD', ':wq\r'], '-word W\n'],
  [
    '  indent\nline\n',
    ['j>>', '<<', 'k>j', 'ggOtop\x1b', '5.', ':wq\r'],
    'top\ntop\ntop\ntop\ntop\ntop\n\t  indent\n\tline\n',
  ],
  ['one two\nthree four\n', ['vey', 'jp', 'Vp', 'ea!\x1b', 'b3X', ':wq\r'], 'one two\none!\n'],
  ['aXbXc\n', ['fX;r-', ',x', 'tcs..\x1b', 'u\x12', ':wq\r'], 'ab..c\n'],
  [
    'l1\nl2\nl3\nl4\nl5\nl6\n',
    ['3G', 'd2k', 'Y2p', 'jC9\x1b', 'ggSnew\x1b', ':$\ri+\x1b', ':wq\r'],
    'new\nl4\n9\nl5\n+l6\n',
  ],
  ['a1\nb2\nc3\nd4\n', ['"bdd', 'j"byy', 'P', 'V~', 'xxp', 'zt', '\x04', ':wq\r'], 'b2\n3\nc3\nd4\n'],
  [
    'one two\nthree\n',
    ['A three\x1b', '3ix\x1b', '0R12\x1b', '2oab\x1b', ':wq\r'],
    '12e two threxxxe\nab\nab\nthree\n',
  ],
  ['p q r\ns t\n', ['wvj$d', 'u', 'vwhy', '$p', 'vbP', ':wq\r'], 'p q q \ns t\n'],
];

const nanoCases: Case[] = [
  ['one\ntwo\nthree\n', ['X', '\x0b', '\x0b', '\x15', '\x0f', '\r', '\x18'], 'Xone\ntwo\nthree\n'],
  ['one two\nthree\n', ['\x1b[B', '\x05', '!', '\r', 'new', '\x18', 'y', '\r'], 'one two\nthree!\nnew\n'],
  ['abc\ndef\n', ['\x04', '\x05', '\x7f', '\x1b[B', '\b', '\x18', 'n'], 'abc\ndef\n'],
  ['find me\nhere me\n', ['\x17', 'me\r', 'X', '\x1bw', 'Y', '\x18', 'y', '\r'], 'find Xme\nhere Yme\n'],
  ['1\n2\n3\n4\n', ['\x1f', '3\r', 'Z', '\x1bu', '\x1be', '\x18', 'y', '\r'], '1\n2\nZ3\n4\n'],
  ['a\nb\nc\n', ['\x1b6', '\x1b[B', '\x15', '\x18', 'y', '\r'], 'a\nb\na\nc\n'],
  ['left right\n', ['\x06\x06', '-', '\x02', '_', '\x01', '^', '\x18', 'y', '\r'], '^le_-ft right\n'],
];

const edited = (program: 'vi' | 'nano', before: string, keys: readonly string[]) =>
  atTerminal({ vi, nano }, [program, 'f'], keys, { files: { '/root/f': before }, read: ['/root/f'] }).files['/root/f'];

describe('editors', () => {
  test.each(viCases)('vi: %j, %j', (before, keys, after) => {
    expect(edited('vi', before, keys)).toBe(after);
  });

  test.each(nanoCases)('nano: %j, %j', (before, keys, after) => {
    expect(edited('nano', before, keys)).toBe(after);
  });
});
