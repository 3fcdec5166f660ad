/** stty: shows and changes the settings of a terminal (stty(1)). */
import { type Blocking, isSysError, O_NONBLOCK, O_RDONLY, strerror, type Termios } from '../../../kernel/sim';
import { parseNumber } from '../../lib/numbers';
import { UsageError } from '../../lib/options';
import { Fatal, makeTool, type Tool } from '../common/tool';
import { aliases, chars, combinations, type Mode, modes, speeds } from './modes';
import { restored, saved, showAll, showChanged } from './show';

export const stty = makeTool({
  name: 'stty',
  options: [
    { short: 'a', long: 'all' },
    { short: 'g', long: 'save' },
    { short: 'F', long: 'file', value: 'required' },
  ],
  rewrite: separateSettings,
  help: `[-F DEVICE | --file=DEVICE] [SETTING]...
  or:  stty [-F DEVICE | --file=DEVICE] [-a|--all]
  or:  stty [-F DEVICE | --file=DEVICE] [-g|--save]
Print or change the settings of the terminal on standard input.

  -a, --all           all of them      -g, --save   so that stty can read them
  -F, --file=DEVICE   another terminal
SETTINGs: [-]echo [-]icanon [-]isig [-]ixon [-]opost [-]onlcr [-]icrnl [-]tostop ... (see -a),
raw, cooked, cbreak, sane, nl, ek; intr CHAR, quit CHAR, erase CHAR, kill CHAR, eof CHAR, susp CHAR ...;
rows N, cols N, min N, time N, speed, size, N (baud)`,
  *run(tool) {
    if (tool.has('all') && tool.has('save')) {
      throw new Fatal('the options for verbose and stty-readable output styles are\nmutually exclusive');
    }
    const settings = tool.operands;
    if (settings.length > 0 && (tool.has('all') || tool.has('save'))) {
      throw new Fatal('when specifying an output style, modes may not be set');
    }
    checkSettings(tool, settings);
    const device = yield* openDevice(tool);
    const changer = new Changer(tool, device.fd, device.name);
    yield* settings.length === 0 ? changer.show() : changer.change(settings);
  },
});

/** `-echo` is a setting, not an option. */
function separateSettings(args: readonly string[]): string[] {
  const options: string[] = [];
  const settings: string[] = [];
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] ?? '';
    if (/^(-[ag]+|--all|--save|--help|--version|--file=.*|-F.+)$/.test(arg)) options.push(arg);
    else if (arg === '-F' || arg === '--file') {
      options.push(arg, ...args.slice(at + 1, at + 2));
      at++;
    } else settings.push(arg);
  }
  return [...options, '--', ...settings];
}

const withNumber = new Set(['rows', 'cols', 'columns', 'min', 'time', 'line', 'ispeed', 'ospeed']);
const alone = new Set([
  'size',
  'speed',
  'sane',
  'ek',
  'cooked',
  '-cooked',
  'dec',
  'evenp',
  'oddp',
  '-evenp',
  '-oddp',
  'drain',
  '-drain',
]);

function findMode(name: string): Mode | undefined {
  return modes.find((mode) => mode.name === (aliases[name] ?? name));
}

/** Mistakes are told before anything is changed. */
function checkSettings(tool: Tool, settings: readonly string[]): void {
  for (let at = 0; at < settings.length; at++) {
    const word = settings[at] ?? '';
    const takesOne = withNumber.has(word) || chars.some(([name]) => name === word);
    if (takesOne) {
      const next = settings[++at];
      if (next === undefined) throw new UsageError(`missing argument to ${tool.word(word)}`);
      if (withNumber.has(word)) numberOf(tool, next);
    } else if (!isKnown(word)) throw new UsageError(`invalid argument ${tool.word(word)}`);
  }
}

function isKnown(word: string): boolean {
  if (alone.has(word) || word in combinations || isSpeed(word) || /^[0-9a-f]+(:[0-9a-f]+){35}$/i.test(word))
    return true;
  const mode = findMode(word.replace(/^-/, ''));
  return mode !== undefined && !(word.startsWith('-') && /\d$/.test(mode.name));
}

function isSpeed(word: string): boolean {
  return speeds.some(([baud]) => String(baud) === word);
}

function numberOf(tool: Tool, text: string): number {
  const parsed = parseNumber(text, 'bB');
  if (!parsed.ok) throw new Fatal(`invalid integer argument: ${tool.word(text)}`);
  return parsed.value;
}

function* openDevice(tool: Tool): Blocking<{ fd: number; name: string }> {
  const name = tool.value('file');
  if (name === null) return { fd: 0, name: 'standard input' };
  try {
    return { fd: yield* tool.sys.open(name, O_RDONLY | O_NONBLOCK), name };
  } catch (error) {
    if (!isSysError(error)) throw error;
    throw new Fatal(`${tool.bare(name)}: ${strerror(error.errno)}`);
  }
}

class Changer {
  #termios: Termios;
  #isChanged = false;

  constructor(
    private readonly tool: Tool,
    private readonly fd: number,
    private readonly name: string,
  ) {
    this.#termios = this.#orFail(() => tool.sys.tcgetattr(fd));
  }

  #orFail<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      if (!isSysError(error)) throw error;
      throw new Fatal(`${this.tool.bare(this.name)}: ${strerror(error.errno)}`);
    }
  }

  *show(): Blocking<void> {
    const { tool } = this;
    if (tool.has('save')) return yield* tool.line(saved(this.#termios));
    const size = this.#orFail(() => tool.sys.getWinsize(this.fd));
    const width = size.cols || Number(tool.env.COLUMNS) || 80;
    yield* tool.write(tool.has('all') ? showAll(this.#termios, size, width) : showChanged(this.#termios, width));
  }

  *change(settings: readonly string[]): Blocking<void> {
    const { tool } = this;
    for (let at = 0; at < settings.length; at++) {
      const word = settings[at] ?? '';
      const next = settings[at + 1] ?? '';
      if (word === 'size') {
        const { rows, cols } = this.#orFail(() => tool.sys.getWinsize(this.fd));
        yield* tool.line(`${rows} ${cols}`);
      } else if (word === 'speed') yield* tool.line(String(this.#termios.speed ?? 38_400));
      else if (withNumber.has(word)) {
        this.#number(word, numberOf(tool, next));
        at++;
      } else if (chars.some(([name]) => name === word)) {
        this.#char(word, next);
        at++;
      } else this.#word(word);
    }
    if (this.#isChanged) this.#orFail(() => tool.sys.tcsetattr(this.fd, this.#termios, 'drain'));
  }

  #number(word: string, value: number): void {
    const { tool } = this;
    if (word === 'min' || word === 'time') {
      this.#termios = { ...this.#termios, [word]: value };
      this.#isChanged = true;
    } else if (word === 'rows' || word === 'cols' || word === 'columns') {
      const size = this.#orFail(() => tool.sys.getWinsize(this.fd));
      const changed = word === 'rows' ? { ...size, rows: value } : { ...size, cols: value };
      this.#orFail(() => tool.sys.setWinsize(this.fd, changed));
    } else if (word !== 'line') this.#speed(value);
  }

  #speed(baud: number): void {
    this.#termios = { ...this.#termios, speed: baud };
    this.#isChanged = true;
  }

  #char(name: string, text: string): void {
    const key = chars.find(([known]) => known === name)?.[1];
    if (!key) return;
    this.#termios = { ...this.#termios, chars: { ...this.#termios.chars, [key]: charValue(this.tool, text) } };
    this.#isChanged = true;
  }

  #word(word: string): void {
    this.#isChanged = true;
    if (isSpeed(word)) return this.#speed(Number(word));
    const back = restored(word, this.#termios);
    if (back !== null) {
      this.#termios = back;
      return;
    }
    if (word === 'sane') return this.#sane();
    if (word === 'ek') return this.#usualChars('erase', 'kill');
    const name = word === 'cooked' ? '-raw' : word === '-cooked' ? 'raw' : word;
    const combination = combinations[name];
    if (combination === undefined) return this.#mode(word);
    for (const part of combination) this.#mode(part);
    if (name === 'raw') this.#termios = { ...this.#termios, min: 1, time: 0 };
    if (name === '-raw') this.#usualChars('eof', 'eol');
    if (name === 'dec') this.#usualChars('intr', 'erase', 'kill');
  }

  /** What the kernel does not keep cannot be set, and nobody is told, as with a driver that does not support it. */
  #mode(word: string): void {
    const flag = findMode(word.replace(/^-/, ''))?.flag ?? null;
    if (flag !== null) this.#termios = { ...this.#termios, [flag]: !word.startsWith('-') };
  }

  #usualChars(...names: string[]): void {
    const usual = chars.flatMap(([name, key, sane]) => (key !== null && names.includes(name) ? [[key, sane]] : []));
    this.#termios = { ...this.#termios, chars: { ...this.#termios.chars, ...Object.fromEntries(usual) } };
  }

  #sane(): void {
    this.#usualChars(...chars.map(([name]) => name));
    for (const { name, sane } of modes) if (sane !== null) this.#mode(sane ? name : `-${name}`);
    this.#termios = { ...this.#termios, min: 1, time: 0 };
  }
}

/** `^C`, `^?`, `undef`, a character or a number. */
function charValue(tool: Tool, text: string): number {
  if (text === 'undef' || text === '^-') return -1;
  if (text === '^?') return 127;
  const control = /^\^(.)$/.exec(text)?.[1];
  if (control !== undefined) return control.toUpperCase().charCodeAt(0) & 0x1f;
  if (text.length <= 1) return text === '' ? -1 : text.charCodeAt(0);
  return numberOf(tool, text) & 0xff;
}
