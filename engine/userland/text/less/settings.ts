/** Options of less, on the command line, in LESS, and changed while it runs. */
import { bare } from '../../../kernel/sim';
export interface LessSettings {
  chop: boolean;
  lineNumbers: boolean;
  raw: boolean;
  quitIfOneScreen: boolean;
  quitAtEnd: boolean;
  noInit: boolean;
  ignoreCase: 'no' | 'unless-capitals' | 'always';
  squeeze: boolean;
  longPrompt: boolean;
  tildes: boolean;
  pattern: string | null;
  /** Typed before the first key: `+G`. */
  commands: string;
  tabSize: number;
  prompt: string | null;
  /** What man(1) shows: `unshare(1)`; null for other texts. */
  manualPage: string | null;
  files: string[];
  show: 'version' | 'help' | null;
}

export class LessOptionError extends Error {}

export function initialSettings(): LessSettings {
  return {
    chop: false,
    lineNumbers: false,
    raw: false,
    quitIfOneScreen: false,
    quitAtEnd: false,
    noInit: false,
    ignoreCase: 'no',
    squeeze: false,
    longPrompt: false,
    tildes: true,
    pattern: null,
    commands: '',
    tabSize: 8,
    prompt: null,
    manualPage: null,
    files: [],
    show: null,
  };
}

const words: Readonly<Record<string, string>> = bare({
  'chop-long-lines': 'S',
  'LINE-NUMBERS': 'N',
  'RAW-CONTROL-CHARS': 'R',
  'raw-control-chars': 'R',
  'quit-if-one-screen': 'F',
  'QUIT-AT-EOF': 'E',
  'quit-at-eof': 'e',
  'no-init': 'X',
  'ignore-case': 'i',
  'IGNORE-CASE': 'I',
  'squeeze-blank-lines': 's',
  'LONG-PROMPT': 'M',
  'long-prompt': 'm',
  tilde: '~',
  version: 'V',
  help: '?',
  quiet: 'q',
  silent: 'q',
  'quit-on-intr': 'K',
});
/** Letters that take a value. */
const valued = 'pPxjbhotyzkD';

export function applyArguments(settings: LessSettings, args: readonly string[]): void {
  const rest = [...args];
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    if (arg === '--') {
      settings.files.push(...rest);
      return;
    }
    if (arg.startsWith('+')) settings.commands += arg.slice(1);
    else if (arg.startsWith('--')) {
      const [name = '', value] = arg.slice(2).split(/=(.*)/s, 2);
      const letter = words[name];
      if (letter === undefined) throw new LessOptionError(`There is no ${name} option ("less --help" for help)`);
      applyLetter(settings, letter, value ?? '');
    } else if (arg.startsWith('-') && arg !== '-') applyLetters(settings, arg.slice(1), rest);
    else settings.files.push(arg);
  }
}

function applyLetters(settings: LessSettings, letters: string, rest: string[]): void {
  for (let at = 0; at < letters.length; at++) {
    const letter = letters[at] ?? '';
    if (!valued.includes(letter)) {
      applyLetter(settings, letter, '');
      continue;
    }
    const value = letters.slice(at + 1) || rest.shift();
    if (value === undefined) throw new LessOptionError(`Value is required after -${letter}`);
    applyLetter(settings, letter, value);
    return;
  }
}

const actions: Readonly<Record<string, (settings: LessSettings, value: string) => void>> = bare({
  S: (s) => {
    s.chop = !s.chop;
  },
  N: (s) => {
    s.lineNumbers = !s.lineNumbers;
  },
  n: (s) => {
    s.lineNumbers = false;
  },
  R: (s) => {
    s.raw = !s.raw;
  },
  r: (s) => {
    s.raw = !s.raw;
  },
  F: (s) => {
    s.quitIfOneScreen = !s.quitIfOneScreen;
  },
  E: (s) => {
    s.quitAtEnd = !s.quitAtEnd;
  },
  e: (s) => {
    s.quitAtEnd = !s.quitAtEnd;
  },
  X: (s) => {
    s.noInit = !s.noInit;
  },
  s: (s) => {
    s.squeeze = !s.squeeze;
  },
  M: (s) => {
    s.longPrompt = true;
  },
  m: (s) => {
    s.longPrompt = true;
  },
  i: (s) => {
    s.ignoreCase = s.ignoreCase === 'unless-capitals' ? 'no' : 'unless-capitals';
  },
  I: (s) => {
    s.ignoreCase = s.ignoreCase === 'always' ? 'no' : 'always';
  },
  '~': (s) => {
    s.tildes = !s.tildes;
  },
  p: (s, value) => {
    s.pattern = value;
  },
  P: (s, value) => {
    s.prompt = value;
  },
  x: (s, value) => {
    s.tabSize = Number(value) || 8;
  },
  V: (s) => {
    s.show = 'version';
  },
  '?': (s) => {
    s.show = 'help';
  },
  // What makes no difference here.
  q: () => undefined,
  Q: () => undefined,
  c: () => undefined,
  C: () => undefined,
  f: () => undefined,
  K: () => undefined,
  g: () => undefined,
  G: () => undefined,
  a: () => undefined,
  w: () => undefined,
  W: () => undefined,
  J: () => undefined,
  j: () => undefined,
  b: () => undefined,
  B: () => undefined,
  h: () => undefined,
  z: () => undefined,
  L: () => undefined,
  u: () => undefined,
  U: () => undefined,
  d: () => undefined,
});

export function applyLetter(settings: LessSettings, letter: string, value: string): void {
  const action = actions[letter];
  if (!action) throw new LessOptionError(`There is no ${letter} option ("less --help" for help)`);
  action(settings, value);
}

/** $LESS: options without or with dashes, spaces between them. */
export function applyVariable(settings: LessSettings, variable: string | undefined): void {
  for (const word of (variable ?? '').split(/\s+/).filter((part) => part !== '')) {
    if (word.startsWith('+')) settings.commands += word.slice(1);
    else applyArguments(settings, [word.startsWith('-') ? word : `-${word}`]);
  }
}
