/** The editor itself: what is on the screen, and what each key does. */
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
import { readAll, writeAll } from '../../lib/io';
import { exists, isDirectory } from '../../lib/stat';
import { decodeLossless, encodeLossless } from '../common/lossless';
import {
  clearScreen,
  enterAlternateScreen,
  type Key,
  keypadOff,
  keypadOn,
  leaveAlternateScreen,
  type Terminal,
} from '../common/terminal';
import { Buffer, type Position } from '../vi/buffer';

import { clamped, find, locationText, move } from './movement';
import { Questions } from './questions';
import { drawView, textRows } from './screen';

export class Nano {
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
  readonly #questions = new Questions(() => this.#key());
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
      prompt: this.#questions.asked,
      lineNumbers: this.lineNumbers,
    });
  }

  *#ask(question: string, start?: string): Blocking<string | null> {
    const answer = yield* this.#questions.text(question, start);
    if (answer === null) this.#message = 'Cancelled';
    return answer;
  }

  *#confirm(question: string): Blocking<boolean | null> {
    const answer = yield* this.#questions.confirm(question);
    if (answer === null) this.#message = 'Cancelled';
    return answer;
  }

  *#write(): Blocking<boolean> {
    const path = yield* this.#ask('File Name to Write: ', this.#path ?? '');
    if (path === null || path === '') return false;
    if (
      path !== this.#path &&
      exists(this.sys, path) &&
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
    if (text !== null) this.#type(text, wasTyping);
    else if (!this.#move(key) && !this.#edit(key, wasTyping, goesOn)) yield* this.#other(key);
  }

  #type(text: string, wasTyping: boolean): void {
    if (!this.#change()) return;
    if (!wasTyping || text === '\n') this.#buffer.checkpoint(this.#cursor);
    this.#typing = text !== '\n';
    this.#cursor = this.#buffer.insert(this.#cursor, text);
    this.#wanted = this.#cursor.column;
  }

  /** Keys that change the text at once. True when the key was one. */
  #edit(key: Key, wasTyping: boolean, goesOn: boolean): boolean {
    switch (key) {
      case '^K':
        this.#cutLine(goesOn);
        return true;
      case 'meta-6':
        this.#cut = [this.#buffer.line(this.#cursor.line)];
        this.#move('down');
        return true;
      case '^U':
        this.#paste();
        return true;
      case 'meta-u':
        this.#travel(this.#buffer.undo(this.#cursor), 'Undid change', 'Nothing to undo');
        return true;
      case 'meta-e':
        this.#travel(this.#buffer.redo(), 'Redid change', 'Nothing to redo');
        return true;
      case 'backspace':
      case '^H':
      case 'delete':
      case '^D':
        this.#erase(key === 'backspace' || key === '^H', wasTyping);
        return true;
      default:
        return false;
    }
  }

  #travel(place: Position | null, done: string, nothing: string): void {
    this.#message = place ? done : nothing;
    this.#cursor = clamped(this.#buffer, place ?? this.#cursor);
  }

  *#other(key: Key): Blocking<void> {
    switch (key) {
      case '^X':
        return yield* this.#exit();
      case '^O':
      case '^S':
        yield* this.#write();
        return;
      case '^W':
        return yield* this.#search();
      case 'meta-w':
        return this.#find(this.#lastSearch);
      case '^_':
      case 'meta-g':
        return yield* this.#goTo();
      case '^R': {
        const path = yield* this.#ask('File to insert [from ./]: ');
        if (path !== null && path !== '' && this.#change()) yield* this.#insertFile(path);
        return;
      }
      case '^C':
        this.#message = locationText(this.#buffer, this.#cursor);
        return;
      case '^G':
        this.#message = 'Ctrl-O writes, Ctrl-X leaves, Ctrl-K cuts a line, Ctrl-U puts it back, Ctrl-W searches';
        return;
      case '^L':
        this.terminal.draw(clearScreen);
        return;
      default:
        this.#message = `Unbound key: ${key.replace(/^meta-/, 'M-')}`;
    }
  }

  *#goTo(): Blocking<void> {
    const answer = yield* this.#ask('Enter line number, column number: ');
    if (answer === null) return;
    const [line = Number.NaN, column = 1] = answer.split(/[,\s]+/).map(Number);
    if (Number.isInteger(line)) {
      const at = Math.max(1, Math.min(this.#buffer.count, line));
      this.#cursor = clamped(this.#buffer, { line: at - 1, column: Math.max(0, (column || 1) - 1) });
    } else this.#message = 'Invalid line or column number';
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
    this.#cursor = clamped(this.#buffer, this.#cursor);
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
    this.#cursor = clamped(this.#buffer, this.#cursor);
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
    const found = find(this.#buffer, this.#cursor, text);
    if (found) this.#cursor = found.at;
    if (!found) this.#message = `"${text}" not found`;
    else if (found.hasWrapped) this.#message = 'Search Wrapped';
  }

  /** True when the key moves the cursor. */
  #move(key: Key): boolean {
    const page = Math.max(1, textRows(this.terminal) - 2);
    const place = move(key, this.#buffer, { cursor: this.#cursor, wanted: this.#wanted }, page);
    if (place === null) return false;
    this.#cursor = place.cursor;
    this.#wanted = place.wanted;
    return true;
  }
}
