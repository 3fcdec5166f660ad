/** What is on the screen after keys: the first line and the last one, as of less 590 at 24 rows. */
import { describe, expect, test } from 'vitest';
import { atTerminal, type Piece } from '../../testing/at-terminal';
import { less } from './less';

const lines = (count: number, text = (n: number) => `line ${n}`) =>
  Array.from({ length: count }, (_, at) => `${text(at + 1)}\n`).join('');

const files = {
  '/root/hundred': lines(100),
  '/root/few': lines(3),
  '/root/wide': `${'x'.repeat(200)}\nsecond\n${lines(60)}`,
};

/** Each screen that was drawn, as its first and last line, without attributes. */
function screens(args: readonly string[], keys: readonly Piece[]): string[] {
  const { shown } = atTerminal({ less }, ['less', ...args], keys, { files });
  return shown.map((output) => {
    const rows = new Map<string, string>();
    for (const [, row = '', text = ''] of output.matchAll(/\x1b\[(\d+)(?:;1)?H([^\r]*?)\x1b\[K/g)) rows.set(row, text);
    const plain = (row: string) => (rows.get(row) ?? '').replace(/\x1b\[[0-9;]*m/g, '');
    return `${plain('1')} | ${plain('24')}`;
  });
}

describe('moving', () => {
  test('by lines, pages and halves', () => {
    expect(screens(['hundred'], ['j', ' ', 'd', 'k', 'b', 'u', '5j'])).toEqual([
      'line 1 | hundred',
      'line 2 | :',
      'line 25 | :',
      'line 36 | :',
      'line 35 | :',
      'line 12 | :',
      'line 1 | :',
      'line 6 | :',
    ]);
  });

  test('to the end, a line and a share', () => {
    expect(screens(['hundred'], ['G', 'g', '40G', '50p', "ma g'a"])).toEqual([
      'line 1 | hundred',
      'line 78 | (END)',
      'line 1 | :',
      'line 40 | :',
      'line 50 | :',
      'line 50 | :',
    ]);
  });

  test('not beyond the end, nor to a line that is not there', () => {
    expect(screens(['hundred'], ['200j', '500G'])).toEqual([
      'line 1 | hundred',
      'line 78 | (END)',
      'line 78 | Cannot seek to line number 500  (press RETURN)',
    ]);
  });

  test('through rows of a long line', () => {
    expect(screens(['wide'], ['3j'])[1]).toBe('second | :');
    expect(screens(['-S', 'wide'], ['j'])[1]).toBe('second | :');
  });

  test('in a window of another size', () => {
    expect(screens(['hundred'], [{ rows: 11, cols: 80 }, 'G']).at(-1)).toBe('line 91 | ');
  });
});

describe('searching', () => {
  test('forward, on, and back', () => {
    expect(screens(['hundred'], ['/line .5$\r', 'n', '2n', 'N', '?line 1$\r'])).toEqual([
      'line 1 | hundred',
      'line 15 | :',
      'line 25 | :',
      'line 45 | :',
      'line 35 | :',
      'line 1 | :',
    ]);
  });

  test('for what is not there, is no pattern, or was never said', () => {
    expect(screens(['hundred'], ['n', '/nothing\r', '/(\r'])).toEqual([
      'line 1 | hundred',
      'line 1 | No previous regular expression  (press RETURN)',
      'line 1 | Pattern not found  (press RETURN)',
      expect.stringMatching(/\(press RETURN\)$/),
    ]);
  });

  test('with small letters for all, on request', () => {
    expect(screens(['-i', 'hundred'], ['/LINE 7$\r', '/line 9$\r'])).toEqual([
      'line 1 | hundred',
      'line 1 | Pattern not found  (press RETURN)',
      'line 9 | :',
    ]);
    expect(screens(['-I', 'hundred'], ['/LINE 7$\r'])[1]).toBe('line 7 | :');
  });
});

test('several files, one after the other', () => {
  expect(screens(['few', 'hundred'], [':n', ':n', ':p'])).toEqual([
    'line 1 | few (file 1 of 2) (END)',
    'line 1 | hundred (file 2 of 2)',
    'line 1 | No next file  (press RETURN)',
    'line 1 | few (file 1 of 2) (END)',
  ]);
});

test('what it leaves out says so, and help is help', () => {
  const [, shell, help, back] = screens(['hundred'], ['!', 'h', 'q']);
  expect(shell).toBe("line 1 | `!' is not there in this simulator  (press RETURN)");
  expect(help).toMatch(/\| HELP -- Press RETURN for more, or q when done$/);
  expect(back).toBe('line 1 | :');
});

test('-F leaves when all fits on the screen, and shows it', () => {
  const { shown } = atTerminal({ less }, ['less', '-F', '-X', 'few'], [], { files });
  expect(shown.join('').replaceAll('\r', '')).toContain('line 1\nline 2\nline 3\n');
});
