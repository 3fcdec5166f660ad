/** clear(1), tput(1), reset(1), infocmp(1): programs of ncurses about the terminal. */
import { type Blocking, bare, defaultTermios, type Program, type Sys } from '../../../kernel/sim';
import { LineReader, writeAll } from '../../lib/io';
import { colour, instantiate, type TerminalType, terminalType } from './capabilities';

const version = 'ncurses 6.4.20221231\n';

function* complain(sys: Sys, text: string, status: number): Blocking<number> {
  yield* writeAll(sys, 2, `${text}\n`);
  return status;
}

export const clear: Program = function* (sys, argv, env) {
  const args = argv.slice(1);
  if (args.includes('-V')) {
    yield* writeAll(sys, 1, version);
    return 0;
  }
  const at = args.indexOf('-T');
  const name = at >= 0 ? args[at + 1] : env.TERM;
  if (name === undefined || name === '') return yield* complain(sys, 'TERM environment variable not set.', 1);
  const type = terminalType(name);
  if (!type) return yield* complain(sys, `'${name}': unknown terminal type.`, 1);
  const scrollback = args.includes('-x') ? '' : (type.strings.E3 ?? '');
  yield* writeAll(sys, 1, (type.strings.clear ?? '') + scrollback);
  return 0;
};

const usage = `Usage: tput [options] [command]

Options:
  -S <<       commands come from standard input
  -T TERM     instead of $TERM
  -V          the version
  -x          leave what has scrolled off

Commands:
  clear       clear the screen
  init        set the terminal up
  reset       set the terminal up anew
  capname     the capability of that name
  longname    the terminal's name
`;

const [misuse, unknownTerminal, unknownCapability] = [2, 3, 4];

export const tput: Program = function* (sys, argv, env) {
  const args = argv.slice(1);
  let name = env.TERM;
  let fromInput = false;
  while (args[0]?.startsWith('-') === true) {
    const option = args.shift() ?? '';
    if (option === '-V') {
      yield* writeAll(sys, 1, version);
      return 0;
    }
    if (option === '-S') fromInput = true;
    else if (option.startsWith('-T')) name = option.slice(2) || args.shift();
    else if (option !== '-x') return yield* complain(sys, usage.trimEnd(), misuse);
  }
  if (args.length === 0 && !fromInput) return yield* complain(sys, usage.trimEnd(), misuse);
  if (name === undefined || name === '')
    return yield* complain(sys, 'tput: No value for $TERM and no -T specified', misuse);
  const type = terminalType(name);
  if (!type) return yield* complain(sys, `tput: unknown terminal "${name}"`, unknownTerminal);
  if (!fromInput) return yield* put(sys, env, type, args);
  const input = new LineReader(sys, 0);
  for (let line = yield* input.next(); line !== null; line = yield* input.next()) {
    const status = yield* put(sys, env, type, line.trim().split(/\s+/));
    if (status !== 0 && status !== 1) return status;
  }
  return 0;
};

/** One capability after the other; what follows a name that takes parameters are its parameters. */
function* put(
  sys: Sys,
  env: Readonly<Record<string, string>>,
  type: TerminalType,
  words: readonly string[],
): Blocking<number> {
  const rest = [...words];
  let status = 0;
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    const [capability, sequence] = [word, bare(type.strings)[word]];
    if (capability === 'longname') yield* writeAll(sys, 1, type.names.at(-1) ?? '');
    else if (capability === 'init' || capability === 'reset')
      yield* writeAll(sys, 1, type.strings[capability === 'init' ? 'is2' : 'rs2'] ?? '');
    else if (capability === 'clear') yield* writeAll(sys, 1, (sequence ?? '') + (type.strings.E3 ?? ''));
    else if (sequence !== undefined) {
      const count = (sequence.match(/%p\d/g) ?? []).length;
      const parameters = rest.splice(0, count).map(Number);
      yield* writeAll(sys, 1, colour(type, capability, parameters[0] ?? 0) ?? instantiate(sequence, parameters));
    } else {
      const answer = numberOf(sys, env, type, capability);
      if (answer !== null) yield* writeAll(sys, 1, `${answer}\n`);
      else if (type.flags.includes(capability)) status = 0;
      else if (knownFlags.has(capability) || knownStrings.has(capability)) status = 1;
      else return yield* complain(sys, `tput: unknown terminfo capability '${capability}'`, unknownCapability);
    }
  }
  return status;
}

const knownFlags = new Set(['am', 'bce', 'ccc', 'eo', 'hc', 'hs', 'km', 'mc5i', 'mir', 'msgr', 'npc', 'xenl', 'xon']);
const knownStrings = new Set(Object.keys(terminalType('xterm')?.strings ?? {}));
const knownNumbers = new Set(['colors', 'cols', 'it', 'lines', 'ncv', 'pairs', 'vt']);

/** The size is that of the terminal, when there is one. -1 for what the terminal does not say. */
function numberOf(sys: Sys, env: Readonly<Record<string, string>>, type: TerminalType, name: string): number | null {
  if (!knownNumbers.has(name)) return null;
  if (name === 'cols' || name === 'lines') {
    const asked = env[name === 'cols' ? 'COLUMNS' : 'LINES'];
    if (asked !== undefined && /^[1-9]\d*$/.test(asked)) return Number(asked);
    const fd = [2, 1, 0].find((one) => sys.isatty(one));
    const size = fd === undefined ? null : sys.getWinsize(fd);
    const value = size === null ? 0 : name === 'cols' ? size.cols : size.rows;
    if (value > 0) return value;
  }
  return bare(type.numbers)[name] ?? -1;
}

/** Settings a terminal begins with, and the screen cleared. */
export const reset: Program = function* (sys, argv, env) {
  const name = (argv[0] ?? 'reset').split('/').at(-1);
  const fd = [2, 1, 0].find((one) => sys.isatty(one));
  if (fd === undefined) {
    yield* writeAll(sys, 2, `${name}: terminal attributes: No such device or address\n\n`);
    return 1;
  }
  const type = terminalType(env.TERM ?? 'dumb');
  if (!type) return yield* complain(sys, `${name}: unknown terminal type ${env.TERM}`, 1);
  const { iutf8, chars, min, time } = sys.tcgetattr(fd);
  sys.tcsetattr(fd, { ...defaultTermios(), iutf8, chars, min, time });
  if (name === 'reset') yield* writeAll(sys, 2, (type.strings.rs1 ?? '') + (type.strings.rs2 ?? ''));
  return 0;
};

export const infocmp: Program = function* (sys, argv, env) {
  const name = argv.slice(1).find((arg) => !arg.startsWith('-')) ?? env.TERM;
  if (name === undefined || name === '') return yield* complain(sys, 'infocmp: environment variable TERM not set', 1);
  const type = terminalType(name);
  if (!type)
    return yield* complain(
      sys,
      `infocmp: couldn't open terminfo file /usr/share/terminfo/${name.slice(0, 1)}/${name}.`,
      1,
    );
  const numbers = Object.entries(type.numbers).map(
    ([key, value]) => `${key}#${value > 255 ? `0x${value.toString(16)}` : value}`,
  );
  const strings = Object.entries(type.strings)
    .filter(([, value]) => value !== '')
    .map(([key, value]) => `${key}=${visible(value)}`);
  const lines = [
    `#\tReconstructed via infocmp from file: /lib/terminfo/${name.slice(0, 1)}/${name}`,
    `${type.names.join('|')},`,
    ...[type.flags, numbers, strings.sort()].flatMap(wrapped),
  ];
  yield* writeAll(sys, 1, `${lines.join('\n')}\n`);
  return 0;
};

function visible(text: string): string {
  return text.replaceAll(',', '\\,').replace(/[\0-\x1f\x7f]/g, (char) => {
    const code = char.charCodeAt(0);
    if (code === 27) return '\\E';
    return code === 127 ? '^?' : `^${String.fromCharCode(code + 64)}`;
  });
}

/** Items with commas behind them, in lines of at most 60 characters behind a tab. */
function wrapped(items: readonly string[]): string[] {
  const lines: string[] = [];
  let line = '';
  for (const item of items) {
    const next = `${line}${line === '' ? '' : ' '}${item},`;
    if (line !== '' && next.length > 52) {
      lines.push(`\t${line}`);
      line = `${item},`;
    } else line = next;
  }
  return line === '' ? lines : [...lines, `\t${line}`];
}
