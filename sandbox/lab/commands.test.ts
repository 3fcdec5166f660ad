import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CommandMarks } from './commands';

const A = '\x1b]133;A\x07';
const B = '\x1b]133;B\x07';
const C = '\x1b]133;C\x07';
const D = (code: number) => `\x1b]133;D;${code}\x07`;

function follow(pieces: Uint8Array[], columns = 80): string[] {
  const seen: string[] = [];
  const marks = new CommandMarks(columns, {
    onStart: (line) => seen.push(`start ${line}`),
    onEnd: (code) => seen.push(`end ${code}`),
  });
  for (const piece of pieces) marks.feed(piece);
  return seen;
}
const run = (text: string, columns = 80) => follow([Buffer.from(text)], columns);
const prompt = `${A}root@lab:~# ${B}`;

describe('CommandMarks', () => {
  test('tells a command line and its exit code', () => {
    expect(run(`${prompt}false\r\n${C}${D(1)}${prompt}`)).toEqual(['start false', 'end 1']);
  });

  test('survives any cut of the output', () => {
    const text = Buffer.from(
      `hello${prompt}echo \u00e9\u4e16\r\n${C}\u00e9\r\n${D(0)}${prompt}exit 3\r\n\x1b]133;C\x1b\\bye${D(3)}`,
    );
    const whole = ['start echo \u00e9\u4e16', 'end 0', 'start exit 3', 'end 3'];
    fc.assert(
      fc.property(fc.array(fc.nat(text.length), { maxLength: 30 }), (cuts) => {
        const at = [0, ...cuts.sort((a, b) => a - b), text.length];
        expect(follow(at.slice(1).map((end, i) => text.subarray(at[i], end)))).toEqual(whole);
      }),
    );
  });

  test('reads the line as it stands after editing', () => {
    expect(run(`${prompt}lss\b\x1b[K -l\r\n${C}`)).toEqual(['start ls -l']);
    expect(run(`${prompt}ls /tmp\x1b[4D\x1b[1@vtmp\b\b\b\x1b[1P\r\n${C}`)).toEqual(['start ls vmpp']);
    expect(run(`${prompt}old command\r\x1b[12Cnew\x1b[K\r\n${C}`)).toEqual(['start new']);
    expect(run(`${prompt}\x1b[?2004hmount\x1b[?2004l\r\n${C}`)).toEqual(['start mount']);
    expect(run(`${prompt}\x1b[1;31mred\x1b[0m\r\n${C}`)).toEqual(['start red']);
  });

  test('joins a line that wraps at the right edge', () => {
    expect(run(`${prompt}echo aaaaaaa \rbbb\r\n${C}`, 24)).toEqual(['start echo aaaaaaabbb']);
    expect(run(`${prompt}abcdefghijklmnopqrstuvwxyz\r\n${C}`, 20)).toEqual(['start abcdefghijklmnopqrstuvwxyz']);
  });

  test('keeps the lines of a command that goes on after Enter', () => {
    expect(run(`${prompt}for i in 1; do\r\n> echo; done\r\n${C}`)).toEqual(['start for i in 1; do\n> echo; done']);
  });

  test('an empty line is no command, and a new prompt ends one that told no code', () => {
    expect(run(`${prompt}\r\n${C}${prompt}sleep 9\r\n${C}${prompt}`)).toEqual(['start sleep 9', 'end null']);
  });

  test('takes no harm from junk', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.constantFrom(
            A,
            B,
            C,
            D(0),
            '\x1b',
            '\x1b]133;',
            '\x1b[99999999C',
            '\x1b[999B',
            'x',
            '\r',
            '\n',
            '\t',
            '\b',
          ),
        ),
        (parts) => {
          run(parts.join(''), 2);
        },
      ),
    );
    expect(run(`\x1b]133;${'A'.repeat(100)}${prompt}ls\r\n${C}`)).toEqual(['start ls']);
  });
});
