/** What terminals can do (terminfo(5)): the sequences of the xterm family, and of the VT100 it descends from. */
export interface TerminalType {
  names: string[];
  flags: string[];
  numbers: Record<string, number>;
  strings: Record<string, string>;
}

const vt100Strings: Record<string, string> = {
  bel: '\x07',
  blink: '\x1b[5m',
  bold: '\x1b[1m',
  clear: '\x1b[H\x1b[J',
  cr: '\r',
  csr: '\x1b[%i%p1%d;%p2%dr',
  cub: '\x1b[%p1%dD',
  cub1: '\b',
  cud: '\x1b[%p1%dB',
  cud1: '\n',
  cuf: '\x1b[%p1%dC',
  cuf1: '\x1b[C',
  cup: '\x1b[%i%p1%d;%p2%dH',
  cuu: '\x1b[%p1%dA',
  cuu1: '\x1b[A',
  ed: '\x1b[J',
  el: '\x1b[K',
  el1: '\x1b[1K',
  home: '\x1b[H',
  ht: '\t',
  hts: '\x1bH',
  ind: '\n',
  kbs: '\b',
  kcub1: '\x1bOD',
  kcud1: '\x1bOB',
  kcuf1: '\x1bOC',
  kcuu1: '\x1bOA',
  rc: '\x1b8',
  rev: '\x1b[7m',
  ri: '\x1bM',
  rmso: '\x1b[m',
  rmul: '\x1b[m',
  sc: '\x1b7',
  sgr0: '\x1b[m\x0f',
  smso: '\x1b[7m',
  smul: '\x1b[4m',
  tbc: '\x1b[3g',
};

const xtermStrings: Record<string, string> = {
  ...vt100Strings,
  E3: '\x1b[3J',
  civis: '\x1b[?25l',
  clear: '\x1b[H\x1b[2J',
  cnorm: '\x1b[?12l\x1b[?25h',
  cvvis: '\x1b[?12;25h',
  dch: '\x1b[%p1%dP',
  dch1: '\x1b[P',
  dim: '\x1b[2m',
  dl: '\x1b[%p1%dM',
  dl1: '\x1b[M',
  ech: '\x1b[%p1%dX',
  hpa: '\x1b[%i%p1%dG',
  ich: '\x1b[%p1%d@',
  il: '\x1b[%p1%dL',
  il1: '\x1b[L',
  invis: '\x1b[8m',
  is2: '\x1b[!p\x1b[?3;4l\x1b[4l\x1b>',
  kbs: '\x7f',
  khome: '\x1bOH',
  kend: '\x1bOF',
  op: '\x1b[39;49m',
  ritm: '\x1b[23m',
  rmacs: '\x1b(B',
  rmcup: '\x1b[?1049l\x1b[23;0;0t',
  rmir: '\x1b[4l',
  rmso: '\x1b[27m',
  rmul: '\x1b[24m',
  rs1: '\x1bc',
  rs2: '\x1b[!p\x1b[?3;4l\x1b[4l\x1b>',
  setab: '\x1b[4%p1%dm',
  setaf: '\x1b[3%p1%dm',
  sgr0: '\x1b(B\x1b[m',
  sitm: '\x1b[3m',
  smacs: '\x1b(0',
  smcup: '\x1b[?1049h\x1b[22;0;0t',
  smir: '\x1b[4h',
  vpa: '\x1b[%i%p1%dd',
};

const xtermFlags = ['am', 'bce', 'km', 'mc5i', 'mir', 'msgr', 'npc', 'xenl'];

const types: readonly TerminalType[] = [
  {
    names: ['xterm', 'xterm-debian', 'xterm terminal emulator (X Window System)'],
    flags: xtermFlags,
    numbers: { colors: 8, cols: 80, it: 8, lines: 24, pairs: 64 },
    strings: xtermStrings,
  },
  {
    names: ['xterm-256color', 'xterm with 256 colors'],
    flags: [...xtermFlags.slice(0, 2), 'ccc', ...xtermFlags.slice(2)],
    numbers: { colors: 256, cols: 80, it: 8, lines: 24, pairs: 65536 },
    strings: { ...xtermStrings, initc: '', setab: '\x1b[48;5;%p1%dm', setaf: '\x1b[38;5;%p1%dm' },
  },
  {
    names: ['vt100', 'vt100-am', 'dec vt100 (w/advanced video)'],
    flags: ['am', 'mc5i', 'msgr', 'xenl', 'xon'],
    numbers: { cols: 80, it: 8, lines: 24, vt: 3 },
    strings: vt100Strings,
  },
  {
    names: ['linux', 'Linux console'],
    flags: ['am', 'bce', 'ccc', 'eo', 'mir', 'msgr', 'xenl', 'xon'],
    numbers: { colors: 8, it: 8, ncv: 18, pairs: 64 },
    strings: {
      ...xtermStrings,
      clear: '\x1b[H\x1b[J',
      cnorm: '\x1b[?25h\x1b[?0c',
      sgr0: '\x1b[m\x0f',
      smcup: '',
      rmcup: '',
    },
  },
  {
    names: ['screen', 'VT 100/ANSI X3.64 virtual terminal'],
    flags: ['am', 'km', 'mir', 'msgr', 'xenl'],
    numbers: { colors: 8, cols: 80, it: 8, lines: 24, pairs: 64 },
    strings: { ...xtermStrings, sgr0: '\x1b[m\x0f', smcup: '\x1b[?1049h', rmcup: '\x1b[?1049l' },
  },
  {
    names: ['dumb', '80-column dumb tty'],
    flags: ['am'],
    numbers: { cols: 80 },
    strings: { bel: '\x07', cr: '\r', cud1: '\n', ind: '\n' },
  },
];

export function terminalType(name: string): TerminalType | null {
  const wanted = /^(screen|tmux)/.test(name) ? 'screen' : name;
  return types.find(({ names }) => names.slice(0, -1).includes(wanted)) ?? null;
}

/** The first 16 colours of a terminal with 256 have short sequences. */
export function colour(type: TerminalType, capability: string, number: number): string | null {
  if ((type.numbers.colors ?? 0) < 256 || (capability !== 'setaf' && capability !== 'setab')) return null;
  const isFront = capability === 'setaf';
  if (number < 8) return `\x1b[${isFront ? 3 : 4}${number}m`;
  if (number < 16) return `\x1b[${isFront ? 9 : 10}${number - 8}m`;
  return null;
}

/** Puts parameters in: `%i`, `%pN%d` and nothing else is used here. */
export function instantiate(sequence: string, parameters: readonly number[]): string {
  const add = sequence.includes('%i') ? 1 : 0;
  return sequence.replaceAll('%i', '').replace(/%p(\d)%d/g, (_, which: string) => {
    const at = Number(which) - 1;
    return String((parameters[at] ?? 0) + (at < 2 ? add : 0));
  });
}
