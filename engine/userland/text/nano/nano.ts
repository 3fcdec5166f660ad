/** nano: a small editor without modes (nano(1), version 7.2; a part of it). */
import {
  type Blocking,
  isSysError,
  O_CREAT,
  O_RDONLY,
  O_TRUNC,
  O_WRONLY,
  type Sys,
  strerror,
  W_OK,
} from '../../../kernel/sim';
import { succeeds } from '../../lib/attempt';
import { readAll, writeAll } from '../../lib/io';
import { isDirectory } from '../../lib/stat';
import { decodeLossless, encodeLossless } from '../common/lossless';
import type { Environment } from '../common/spawn';
import {
  clearScreen,
  enterAlternateScreen,
  type Key,
  keypadOff,
  keypadOn,
  leaveAlternateScreen,
  Terminal,
} from '../common/terminal';
import { Buffer, type Position } from '../vi/buffer';
import { drawView, textRows, type View } from './screen';

const help = `Usage: nano [OPTIONS] [[+LINE] FILE]

 -l   line numbers     -v   view only     -V   say the version
`;

export function* nano(sys: Sys, argv: readonly string[], env: Environment): Blocking<number> {
  const args = argv.slice(1);
  if (args.some((arg) => ['-V', '--version', '-h', '--help'].includes(arg))) {
    yield* writeAll(
      sys,
      1,
      args.some((arg) => arg === '-V' || arg === '--version') ? ' GNU nano, version 7.2\n' : help,
    );
    return 0;
  }
  let start = 1;
  let isView = false;
  let numbers = false;
  const files: string[] = [];
  for (const arg of args) {
    if (/^\+\d+$/.test(arg)) start = Number(arg.slice(1));
    else if (arg === '-v' || arg === '--view') isView = true;
    else if (arg === '-l' || arg === '--linenumbers') numbers = true;
    else if (/^-[wcimASET]+$/.test(arg)) continue;
    else if (arg.startsWith('-') && arg !== '-') {
      yield* writeAll(
        sys,
        2,
        `nano: invalid option -- '${arg.replace(/^-+/, '')}'\nType 'nano -h' for a list of available options.\n`,
      );
      return 1;
    } else files.push(arg);
  }
  const terminal = sys.isatty(0) && sys.isatty(1) ? yield* Terminal.open(sys) : null;
  if (terminal === null || (env.TERM ?? '') === '') {
    yield* writeAll(
      sys,
      2,
      terminal === null ? 'Standard input is not a terminal\n' : 'Error opening terminal: unknown.\n',
    );
    return 1;
  }
  return yield* new Nano(sys, terminal, isView, numbers).run(files[0] ?? null, start);
}

class Nano {
  readonly #buffer = new Buffer();
  #cursor: Position = { line: 0, column: 0 };
  #wanted = 0;
  #top = 0;
  #path: string | null = null;
  #message = '';
  #cut: string[] = [];
  #cutGoesOn = false;
  #lastSearch = '';
  #isOver = false;
  #prompt: View['prompt'] = null;
  #typing = false;

  constructor(
    private readonly sys: Sys,
    private readonly terminal: Terminal,
    private readonly isView: boolean,
    private readonly lineNumbers: boolean,
  ) {}

  *run(path: string | null, start: number): Blocking<number> {
    const { terminal } = this;
    if (path !== null) yield* this.#open(path);
    this.#cursor = { line: Math.max(0, Math.min(this.#buffer.count, start) - 1), column: 0 };
    terminal.raw(false);
    terminal.draw(enterAlternateScreen + keypadOn + clearScreen);
    while (!this.#isOver) {
      const key = yield* this.#key();
      if (key === 'eof') break;
      this.#message = '';
      yield* this.#command(key);
    }
    terminal.draw(`\x1b[${terminal.size.rows};1H${keypadOff}${leaveAlternateScreen}`);
    yield* terminal.flush();
    terminal.restore();
    return 0;
  }

  *#open(path: string): Blocking<void> {
    this.#path = path;
    try {
      if (isDirectory(this.sys.stat(path))) {
        this.#path = null;
        this.#message = `"${path}" is a directory`;
        return;
      }
      const lines = yield* this.#read(path);
      this.#buffer.load(lines);
      let isWritable = true;
      try {
        this.sys.access(path, W_OK);
      } catch (error) {
        if (!isSysError(error)) throw error;
        isWritable = false;
      }
      this.#message = isWritable
        ? `Read ${lines.length} line${lines.length === 1 ? '' : 's'}`
        : `File '${path}' is unwritable`;
    } catch (error) {
      if (!isSysError(error)) throw error;
      this.#message = error.errno === 'ENOENT' ? 'New File' : `Error reading ${path}: ${strerror(error.errno)}`;
      if (error.errno !== 'ENOENT') this.#path = null;
    }
  }

  *#read(path: string): Blocking<string[]> {
    const fd = yield* this.sys.open(path, O_RDONLY);
    const text = decodeLossless(yield* readAll(this.sys, fd));
    this.sys.close(fd);
    return text === '' ? [] : (text.endsWith('\n') ? text.slice(0, -1) : text).split('\n');
  }

  *#key(): Blocking<Key> {
    for (;;) {
      if (!this.terminal.hasInput) this.#draw();
      const key = yield* this.terminal.key();
      if (key === 'resize') this.terminal.draw(clearScreen);
      else return key;
    }
  }

  #draw(): void {
    const height = textRows(this.terminal);
    if (this.#cursor.line < this.#top || this.#cursor.line >= this.#top + height)
      this.#top = Math.max(0, this.#cursor.line - Math.floor(height / 2));
    drawView(this.terminal, {
      buffer: this.#buffer,
      cursor: this.#cursor,
      top: this.#top,
      title: this.#path ?? 'New Buffer',
      isModified: this.#buffer.isModified,
      message: this.#message,
      prompt: this.#prompt,
      lineNumbers: this.lineNumbers,
    });
  }

  /** What is typed at the bottom; null when it was given up. */
  *#ask(text: string, start = ''): Blocking<string | null> {
    let answer = start;
    for (;;) {
      this.#prompt = {
        text,
        answer,
        keys: [
          ['^G', 'Help'],
          ['^C', 'Cancel'],
        ],
      };
      const key = yield* this.#key();
      if (key === 'enter' || key === '^C' || key === 'escape' || key === 'eof') {
        this.#prompt = null;
        if (key === 'enter') return answer;
        this.#message = 'Cancelled';
        return null;
      }
      if (key === 'backspace' || key === '^H') answer = [...answer].slice(0, -1).join('');
      else if (key === '^K' || key === '^U') answer = '';
      else if ([...key].length === 1) answer += key;
    }
  }

  /** Yes, no, or null for cancel. */
  *#confirm(text: string): Blocking<boolean | null> {
    this.#prompt = {
      text,
      answer: '',
      keys: [
        [' Y', 'Yes'],
        [' N', 'No'],
        ['^C', 'Cancel'],
      ],
    };
    for (;;) {
      const key = yield* this.#key();
      const answer = /^y$/i.test(key)
        ? true
        : /^n$/i.test(key)
          ? false
          : key === '^C' || key === 'escape' || key === 'eof'
            ? null
            : undefined;
      if (answer === undefined) continue;
      this.#prompt = null;
      if (answer === null) this.#message = 'Cancelled';
      return answer;
    }
  }

  *#write(): Blocking<boolean> {
    const path = yield* this.#ask('File Name to Write: ', this.#path ?? '');
    if (path === null || path === '') return false;
    if (
      path !== this.#path &&
      this.#exists(path) &&
      (yield* this.#confirm(`File "${path}" exists; OVERWRITE? `)) !== true
    )
      return false;
    const { lines } = this.#buffer;
    const text = lines.length === 1 && lines[0] === '' ? '' : lines.map((line) => `${line}\n`).join('');
    try {
      const fd = yield* this.sys.open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o666);
      yield* writeAll(this.sys, fd, encodeLossless(text));
      this.sys.close(fd);
    } catch (error) {
      if (!isSysError(error)) throw error;
      this.#message = `Error writing ${path}: ${strerror(error.errno)}`;
      return false;
    }
    this.#path = path;
    this.#buffer.markSaved();
    const count = text === '' ? 0 : lines.length;
    this.#message = `Wrote ${count} line${count === 1 ? '' : 's'}`;
    return true;
  }

  #exists(path: string): boolean {
    return succeeds(() => this.sys.stat(path));
  }

  *#exit(): Blocking<void> {
    if (!this.#buffer.isModified) {
      this.#isOver = true;
      return;
    }
    const answer = yield* this.#confirm('Save modified buffer? ');
    if (answer === null) return;
    if (!answer || (yield* this.#write())) this.#isOver = true;
  }

  #change(): boolean {
    if (this.isView) this.#message = 'Key is invalid in view mode';
    return !this.isView;
  }

  *#command(key: Key): Blocking<void> {
    const wasTyping = this.#typing;
    this.#typing = false;
    const goesOn = this.#cutGoesOn;
    this.#cutGoesOn = false;
    const text = key === 'enter' ? '\n' : key === 'tab' ? '\t' : [...key].length === 1 ? key : null;
    if (text !== null) {
      if (!this.#change()) return;
      if (!wasTyping || text === '\n') this.#buffer.checkpoint(this.#cursor);
      this.#typing = text !== '\n';
      this.#cursor = this.#buffer.insert(this.#cursor, text);
      this.#wanted = this.#cursor.column;
      return;
    }
    if (this.#move(key)) return;
    switch (key) {
      case '^X':
        return yield* this.#exit();
      case '^O':
      case '^S':
        yield* this.#write();
        return;
      case '^K':
        return this.#cutLine(goesOn);
      case 'meta-6':
        this.#cut = [this.#buffer.line(this.#cursor.line)];
        this.#move('down');
        return;
      case '^U':
        return this.#paste();
      case '^W':
        return yield* this.#search();
      case 'meta-w':
        return this.#find(this.#lastSearch);
      case '^_':
      case 'meta-g': {
        const answer = yield* this.#ask('Enter line number, column number: ');
        const [line = Number.NaN, column = 1] = (answer ?? '').split(/[,\s]+/).map(Number);
        if (Number.isInteger(line))
          this.#cursor = {
            line: Math.max(0, Math.min(this.#buffer.count, line) - 1),
            column: Math.max(0, (column || 1) - 1),
          };
        else if (answer !== null) this.#message = 'Invalid line or column number';
        this.#clamp();
        return;
      }
      case '^R': {
        const path = yield* this.#ask('File to insert [from ./]: ');
        if (path !== null && path !== '' && this.#change()) yield* this.#insertFile(path);
        return;
      }
      case '^C':
        this.#location();
        return;
      case 'meta-u':
      case 'meta-e': {
        const place = key === 'meta-u' ? this.#buffer.undo(this.#cursor) : this.#buffer.redo();
        if (place) this.#cursor = { ...place };
        this.#message = place
          ? key === 'meta-u'
            ? 'Undid change'
            : 'Redid change'
          : key === 'meta-u'
            ? 'Nothing to undo'
            : 'Nothing to redo';
        this.#clamp();
        return;
      }
      case '^G':
        this.#message = 'Ctrl-O writes, Ctrl-X leaves, Ctrl-K cuts a line, Ctrl-U puts it back, Ctrl-W searches';
        return;
      case 'backspace':
      case '^H':
      case 'delete':
      case '^D':
        return this.#erase(key === 'backspace' || key === '^H', wasTyping);
      case '^L':
        this.terminal.draw(clearScreen);
        return;
      default:
        this.#message = `Unbound key: ${key.replace(/^meta-/, 'M-')}`;
    }
  }

  #erase(isBackward: boolean, wasTyping: boolean): void {
    if (!this.#change()) return;
    const { line, column } = this.#cursor;
    const { length } = this.#buffer.line(line);
    if (!wasTyping) this.#buffer.checkpoint(this.#cursor);
    this.#typing = true;
    let [from, to]: [Position, Position] = [
      { line, column },
      { line, column: column + 1 },
    ];
    if (isBackward && column > 0)
      [from, to] = [
        { line, column: column - 1 },
        { line, column },
      ];
    else if (isBackward && line > 0)
      [from, to] = [
        { line: line - 1, column: this.#buffer.line(line - 1).length },
        { line, column: 0 },
      ];
    else if (isBackward) return;
    else if (column >= length && line + 1 >= this.#buffer.count) return;
    else if (column >= length) to = { line: line + 1, column: 0 };
    this.#buffer.remove(from, to);
    this.#cursor = from;
    this.#wanted = from.column;
  }

  #cutLine(goesOn: boolean): void {
    if (!this.#change()) return;
    this.#buffer.checkpoint(this.#cursor);
    if (!goesOn) this.#cut = [];
    this.#cut.push(this.#buffer.line(this.#cursor.line));
    this.#buffer.splice(this.#cursor.line, 1);
    this.#cutGoesOn = true;
    this.#cursor = { line: this.#cursor.line, column: 0 };
    this.#clamp();
  }

  #paste(): void {
    if (!this.#change()) return;
    if (this.#cut.length === 0) {
      this.#message = 'Cutbuffer is empty';
      return;
    }
    this.#buffer.checkpoint(this.#cursor);
    this.#buffer.splice(this.#cursor.line, 0, ...this.#cut);
    this.#cursor = { line: this.#cursor.line + this.#cut.length, column: 0 };
    this.#clamp();
  }

  *#insertFile(path: string): Blocking<void> {
    try {
      const lines = yield* this.#read(path);
      this.#buffer.checkpoint(this.#cursor);
      this.#buffer.splice(this.#cursor.line, 0, ...lines);
      this.#message = `Inserted ${lines.length} line${lines.length === 1 ? '' : 's'}`;
    } catch (error) {
      if (!isSysError(error)) throw error;
      this.#message = `Error reading ${path}: ${strerror(error.errno)}`;
    }
  }

  *#search(): Blocking<void> {
    const text = yield* this.#ask(this.#lastSearch === '' ? 'Search: ' : `Search [${this.#lastSearch}]: `);
    if (text === null) return;
    if (text !== '') this.#lastSearch = text;
    if (this.#lastSearch !== '') this.#find(this.#lastSearch);
  }

  #find(text: string): void {
    const wanted = text.toLowerCase();
    const total = this.#buffer.count;
    for (let step = 0; step <= total; step++) {
      const line = (this.#cursor.line + step) % total;
      const from = step === 0 ? this.#cursor.column + 1 : 0;
      const column = this.#buffer.line(line).toLowerCase().indexOf(wanted, from);
      if (column < 0) continue;
      if (line < this.#cursor.line || (line === this.#cursor.line && column <= this.#cursor.column))
        this.#message = 'Search Wrapped';
      this.#cursor = { line, column };
      return;
    }
    this.#message = `"${text}" not found`;
  }

  #location(): void {
    const { line, column } = this.#cursor;
    const text = this.#buffer.line(line);
    const percent = (part: number, whole: number) => `${Math.round((part * 100) / Math.max(1, whole))}%`;
    const before = this.#buffer.lines.slice(0, line).reduce((sum, one) => sum + one.length + 1, 0) + column;
    const all = this.#buffer.lines.reduce((sum, one) => sum + one.length + 1, 0);
    const { count } = this.#buffer;
    this.#message = `line ${line + 1}/${count} (${percent(line + 1, count)}), col ${column + 1}/${text.length + 1} (${percent(column + 1, text.length + 1)}), char ${before}/${all} (${percent(before, all)})`;
  }

  #clamp(): void {
    const line = Math.max(0, Math.min(this.#cursor.line, this.#buffer.count - 1));
    this.#cursor = { line, column: Math.max(0, Math.min(this.#cursor.column, this.#buffer.line(line).length)) };
  }

  /** True when the key moves the cursor. */
  #move(key: Key): boolean {
    const { line, column } = this.#cursor;
    const { length } = this.#buffer.line(line);
    const page = Math.max(1, textRows(this.terminal) - 2);
    const vertical = (to: number) => {
      this.#cursor = { line: Math.max(0, Math.min(to, this.#buffer.count - 1)), column: this.#wanted };
      this.#clamp();
      return true;
    };
    const horizontal = (to: Position) => {
      this.#cursor = to;
      this.#clamp();
      this.#wanted = this.#cursor.column;
      return true;
    };
    switch (key) {
      case 'up':
      case '^P':
        return vertical(line - 1);
      case 'down':
      case '^N':
        return vertical(line + 1);
      case 'pageup':
      case '^Y':
        return vertical(line - page);
      case 'pagedown':
      case '^V':
        return vertical(line + page);
      case 'left':
      case '^B':
        return horizontal(
          column > 0
            ? { line, column: column - 1 }
            : line > 0
              ? { line: line - 1, column: Number.POSITIVE_INFINITY }
              : { line, column },
        );
      case 'right':
      case '^F':
        return horizontal(
          column < length
            ? { line, column: column + 1 }
            : line + 1 < this.#buffer.count
              ? { line: line + 1, column: 0 }
              : { line, column },
        );
      case 'home':
      case '^A':
        return horizontal({ line, column: 0 });
      case 'end':
      case '^E':
        return horizontal({ line, column: length });
      case 'meta-\\':
      case 'meta-|':
        return horizontal({ line: 0, column: 0 });
      case 'meta-/':
      case 'meta-?':
        return horizontal({ line: this.#buffer.count - 1, column: Number.POSITIVE_INFINITY });
      default:
        return false;
    }
  }
}
