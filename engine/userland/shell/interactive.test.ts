/** A person at a terminal: the editor, job control, prompts with their marks, completion. */

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { programs as coreutils } from '../coreutils';
import { atTerminal, type Piece } from '../testing/at-terminal';
import { programs as shells, standaloneShell } from '.';

function type(argv: readonly string[], pieces: readonly Piece[], files: Record<string, string> = {}): string[] {
  const own = { '/etc/passwd': 'root:x:0:0:root:/root:/bin/bash\n', '/root/.bash_history': 'echo one\necho two\n' };
  return atTerminal({ ...coreutils, ...shells }, argv, pieces, { files: { ...own, ...files } }).shown;
}

const prompt = '\x1b[?2004hbash-5.2# ';
const entered = '\r\n\x1b[?2004l\r';
const plain = ['bash', '--norc'];

describe('the editor', () => {
  test('draws what readline draws', () => {
    expect(type(plain, ['echo hi', '\r', '\x1b[A', '\x15', 'ab\x02c', '\x01x\x05y', '\x17\x03'])).toEqual([
      prompt,
      'echo hi',
      `${entered}hi\r\n${prompt}`,
      'echo hi',
      '\b\b\b\b\b\b\b\x1b[K',
      'acb\b',
      '\b\bxacby',
      `^C\x1b[?2004l\r\r\n${prompt}`,
    ]);
  });

  test('says that it has no keys of vi, and goes on as it was', () => {
    const shown = type(plain, ['set -o vi; set -o | grep -w vi\r']).join('');
    expect(shown).toContain('set: vi: lines are edited with the keys of Emacs here');
    expect(shown).not.toMatch(/vi\s+on/);
  });

  test('wraps at the margin', () => {
    const shown = type(plain, ['x'.repeat(75), '\x01', 'y', '\x05', '\x7f'.repeat(7)]);
    expect(shown.slice(1)).toEqual([
      'x'.repeat(75),
      '\x1b[A\x1b[5C',
      `y${'x'.repeat(75)}\x1b[A\x1b[5C`,
      '\r\n\x1b[6C',
      '\x1b[A\x1b[73C\x1b[J',
    ]);
  });

  test('knows the window it is in, also when that changes while it waits', () => {
    const shown = type(plain, ['echo $COLUMNS $LINES\r', { cols: 100, rows: 30 }, 'echo $COLUMNS $LINES\r']);
    expect(shown[1]).toContain('\r80 24\r\n');
    expect(shown[3]).toContain('\r100 30\r\n');
  });

  test('searches, recalls and expands the history', () => {
    const shown = type(plain, ['\x12one\r', '!!\r', '^one^three^\r', 'echo a b\r', 'echo \x1b.\r']);
    expect(shown[1]).toContain("(reverse-i-search)`one': echo one");
    expect(shown[2]).toBe(`!!${entered}echo one\r\none\r\n${prompt}`);
    expect(shown[3]).toBe(`^one^three^${entered}echo three\r\nthree\r\n${prompt}`);
    expect(shown[5]).toBe(`echo b${entered}b\r\n${prompt}`);
  });

  test('completes commands, files and variables', () => {
    const shown = type(plain, [
      '> abc; > abd; mkdir "a dir"\r',
      'cat ab\t',
      '\t',
      'c\t',
      '\x03',
      'cd a\\ \t',
      '\x03',
      'echo $HISTF\t',
    ]);
    expect(shown[2]).toBe('cat ab\x07');
    expect(shown[3]).toBe('\r\nabc  abd  \r\nbash-5.2# cat ab');
    expect(shown[4]).toBe('c ');
    expect(shown[6]).toBe('cd a\\ dir/');
    expect(shown[8]).toBe('echo $HISTFILE\x07');
  });
});

describe('job control', () => {
  test('stops, lists, continues and interrupts', () => {
    expect(type(plain, ['sleep 10\r', '\x1a', 'jobs\r', 'fg\r', '\x03', 'sleep 0.1 &\r', '\r'])).toEqual([
      prompt,
      `sleep 10${entered}`,
      `^Z\r\n[1]+  Stopped                 sleep 10\r\n${prompt}`,
      `jobs${entered}[1]+  Stopped                 sleep 10\r\n${prompt}`,
      `fg${entered}sleep 10\r\n`,
      `^C\r\n${prompt}`,
      expect.stringMatching(/^sleep 0\.1 &\r\n\x1b\[\?2004l\r\[1\] \d+\r\n\x1b\[\?2004hbash-5\.2# $/),
      `${entered}[1]+  Done                    sleep 0.1\r\n${prompt}`,
    ]);
  });

  test('ends a loop of builtins by ^C, and warns of stopped jobs', () => {
    const shown = type(plain, ['while :; do :; done\r', '\x03', 'echo $?\r', 'sleep 9\r', '\x1a', 'exit\r', 'exit\r']);
    expect(shown[2]).toBe(`^C\r\n${prompt}`);
    expect(shown[3]).toBe(`echo $?${entered}130\r\n${prompt}`);
    expect(shown[6]).toBe(`exit${entered}exit\r\nThere are stopped jobs.\r\n${prompt}`);
    expect(shown[7]).toBe(`exit${entered}exit\r\n`);
  });
});

test("BusyBox's shell greets and shows where it is; dash does neither, and both end in silence", () => {
  const ash = standaloneShell(() => undefined);
  const { shown } = atTerminal({ ...coreutils, ash }, ['ash'], ['cd /tmp\r', 'exit\r'], {});
  expect(shown).toEqual([
    '\r\n\r\nBusyBox v1.35.0 (Debian 1:1.35.0-4+deb12u1+b1) built-in shell (ash)\r\n' +
      "Enter 'help' for a list of built-in commands.\r\n\r\n~ # ",
    'cd /tmp\r\n/tmp # ',
    'exit\r\n',
  ]);
  expect(type(['sh'], ['exit\r'])).toEqual(['# ', 'exit\r\n']);
});

test("the Machine's own bash.bashrc marks prompts and commands", () => {
  const rc = readFileSync(new URL('../../../setup/rootfs/etc/bash.bashrc', import.meta.url), 'utf8');
  const shown = type(['bash'], ['true\r', '\r', 'false\r'], { '/etc/bash.bashrc': rc });
  const marked = '\x1b[?2004h\x1b]133;A\x07\x1b[1;36mroot@host:~#\x1b[0m \x1b]133;B\x07';
  expect(shown).toEqual([
    marked,
    `true${entered}\x1b]133;C\x07\x1b]133;D;0\x07${marked}`,
    `${entered}${marked}`,
    `false${entered}\x1b]133;C\x07\x1b]133;D;1\x07${marked}`,
  ]);
});
