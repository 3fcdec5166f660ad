/** The modes of a terminal by the names stty has for them (stty(1), termios(3)). */

import type { Termios } from '../../../kernel/sim';
import { bare } from '../../../kernel/sim';

export type Group = 'control' | 'input' | 'output' | 'local';
export const groups: readonly Group[] = ['control', 'input', 'output', 'local'];

type Flag = { [Key in keyof Termios]-?: Required<Termios>[Key] extends boolean ? Key : never }[keyof Termios];

export interface Mode {
  name: string;
  group: Group;
  bit: number;
  /** What `stty sane` makes of it; null: it leaves it alone. */
  sane: boolean | null;
  /** Where the kernel keeps it; null: it is as `fixed` always. */
  flag: Flag | null;
  fixed: boolean;
}

const mode = (
  group: Group,
  name: string,
  bit: number,
  sane: boolean | null,
  flag: Flag | null = null,
  fixed = false,
): Mode => ({
  name,
  group,
  bit,
  sane,
  flag,
  fixed,
});

export const modes: readonly Mode[] = [
  mode('control', 'parenb', 0o400, null),
  mode('control', 'parodd', 0o1000, null),
  mode('control', 'cmspar', 0o10000000000, null),
  mode('control', 'cs8', 0o60, null, null, true),
  mode('control', 'hupcl', 0o2000, null),
  mode('control', 'cstopb', 0o100, null),
  mode('control', 'cread', 0o200, true, null, true),
  mode('control', 'clocal', 0o4000, null),
  mode('control', 'crtscts', 0o20000000000, null),
  mode('input', 'ignbrk', 0o1, false),
  mode('input', 'brkint', 0o2, true, 'brkint'),
  mode('input', 'ignpar', 0o4, null),
  mode('input', 'parmrk', 0o10, null),
  mode('input', 'inpck', 0o20, null),
  mode('input', 'istrip', 0o40, null, 'istrip'),
  mode('input', 'inlcr', 0o100, false, 'inlcr'),
  mode('input', 'igncr', 0o200, false, 'igncr'),
  mode('input', 'icrnl', 0o400, true, 'icrnl'),
  mode('input', 'ixon', 0o2000, null, 'ixon'),
  mode('input', 'ixoff', 0o10000, false, 'ixoff'),
  mode('input', 'iuclc', 0o1000, false),
  mode('input', 'ixany', 0o4000, false, 'ixany'),
  mode('input', 'imaxbel', 0o20000, true, 'imaxbel'),
  mode('input', 'iutf8', 0o40000, false, 'iutf8'),
  mode('output', 'opost', 0o1, true, 'opost'),
  mode('output', 'olcuc', 0o2, false),
  mode('output', 'ocrnl', 0o10, false, 'ocrnl'),
  mode('output', 'onlcr', 0o4, true, 'onlcr'),
  mode('output', 'onocr', 0o20, false),
  mode('output', 'onlret', 0o40, false),
  mode('output', 'ofill', 0o100, false),
  mode('output', 'ofdel', 0o200, false),
  ...['nl0', 'cr0', 'tab0', 'bs0', 'vt0', 'ff0'].map((name) => mode('output', name, 0, null, null, true)),
  mode('local', 'isig', 0o1, true, 'isig'),
  mode('local', 'icanon', 0o2, true, 'icanon'),
  mode('local', 'iexten', 0o100000, true, 'iexten'),
  mode('local', 'echo', 0o10, true, 'echo'),
  mode('local', 'echoe', 0o20, true, 'echoe'),
  mode('local', 'echok', 0o40, true, 'echok'),
  mode('local', 'echonl', 0o100, false, 'echonl'),
  mode('local', 'noflsh', 0o200, false, 'noflsh'),
  mode('local', 'xcase', 0o4, false),
  mode('local', 'tostop', 0o400, false, 'tostop'),
  mode('local', 'echoprt', 0o2000, false),
  mode('local', 'echoctl', 0o1000, true, 'echoctl'),
  mode('local', 'echoke', 0o4000, true, 'echoke'),
  mode('local', 'flusho', 0o10000, false),
  mode('local', 'extproc', 0o200000, false),
];

export const aliases: Readonly<Record<string, string>> = bare({
  hup: 'hupcl',
  tandem: 'ixoff',
  crterase: 'echoe',
  prterase: 'echoprt',
  ctlecho: 'echoctl',
  crtkill: 'echoke',
});

/** Names for several modes at once: `-x` switches off, `sane` stands for what the table above says. */
export const combinations: Readonly<Record<string, readonly string[]>> = bare({
  raw: [
    '-brkint',
    '-istrip',
    '-inlcr',
    '-igncr',
    '-icrnl',
    '-ixon',
    '-ixoff',
    '-ixany',
    '-imaxbel',
    '-opost',
    '-isig',
    '-icanon',
  ],
  '-raw': ['brkint', 'istrip', 'icrnl', 'ixon', 'opost', 'isig', 'icanon'],
  cbreak: ['-icanon'],
  '-cbreak': ['icanon'],
  nl: ['-icrnl', '-onlcr'],
  '-nl': ['icrnl', '-inlcr', '-igncr', 'onlcr', '-ocrnl'],
  decctlq: ['-ixany'],
  '-decctlq': ['ixany'],
  crt: ['echoe', 'echoctl', 'echoke'],
  pass8: ['-istrip'],
  '-pass8': ['istrip'],
  litout: ['-istrip', '-opost'],
  '-litout': ['istrip', 'opost'],
});

export type CharName = keyof Termios['chars'];

/** In the order stty -a has them; `swtch` is not kept. */
export const chars: ReadonlyArray<readonly [name: string, key: CharName | null, sane: number, place: number]> = [
  ['intr', 'intr', 3, 0],
  ['quit', 'quit', 28, 1],
  ['erase', 'erase', 127, 2],
  ['kill', 'kill', 21, 3],
  ['eof', 'eof', 4, 4],
  ['eol', 'eol', -1, 11],
  ['eol2', 'eol2', -1, 16],
  ['swtch', null, -1, 7],
  ['start', 'start', 17, 8],
  ['stop', 'stop', 19, 9],
  ['susp', 'susp', 26, 10],
  ['rprnt', 'reprint', 18, 12],
  ['werase', 'werase', 23, 14],
  ['lnext', 'lnext', 22, 15],
  ['discard', 'discard', 15, 13],
];

/** Places of VTIME and VMIN among the control characters. */
export const timePlace = 5;
export const minPlace = 6;
export const charCount = 32;

export const speeds: ReadonlyArray<readonly [baud: number, code: number]> = [
  [0, 0],
  [50, 1],
  [75, 2],
  [110, 3],
  [134, 4],
  [150, 5],
  [200, 6],
  [300, 7],
  [600, 8],
  [1200, 9],
  [1800, 10],
  [2400, 11],
  [4800, 12],
  [9600, 13],
  [19200, 14],
  [38400, 15],
  [57600, 0o10001],
  [115200, 0o10002],
  [230400, 0o10003],
  [460800, 0o10004],
];

export function isOn({ flag, fixed }: Mode, termios: Termios): boolean {
  return flag === null ? fixed : (termios[flag] ?? false);
}
