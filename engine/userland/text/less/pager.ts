/** The pager itself: what is on the screen, and the commands (less(1), version 590). */
import type { Blocking, Sys } from '../../../kernel/sim';
import { compile, type Regex, RegexBudgetError, RegexError } from '../../regex';
import {
  clearLine,
  enterAlternateScreen,
  type Key,
  keypadOff,
  keypadOn,
  leaveAlternateScreen,
  moveTo,
  type Terminal,
} from '../common/terminal';
import type { Document } from './document';
import { helpLines } from './help';
import { layoutLine, plainText } from './layout';
import { applyLetter, LessOptionError, type LessSettings } from './settings';

/** A line, and which of its rows. */
interface Place {
  line: number;
  row: number;
}

export class Pager {
  #top: Place = { line: 0, row: 0 };
  #shift = 0;
  #regex: Regex | null = null;
  #isBackward = false;
  #showsMatches = true;
  #message: string | null = null;
  #isFirst = true;
  #at = 0;
  #count = '';
  #halfPage: number | null = null;
  readonly #marks = new Map<string, Place>();

  constructor(
    private readonly sys: Sys,
    private readonly terminal: Terminal,
    private readonly settings: LessSettings,
    private readonly open: (index: number) => Blocking<Document | string>,
    private readonly fileCount: number,
  ) {}

  #document: Document | null = null;

  get #doc(): Document {
    if (this.#document === null) throw new Error('no document');
    return this.#document;
  }

  *run(): Blocking<number> {
    const { terminal, settings } = this;
    const opened = yield* this.#openFile(0);
    if (!opened) return 1;
    if (settings.quitIfOneScreen && (yield* this.#fitsOneScreen())) {
      yield* this.#printAll();
      return 0;
    }
    terminal.raw(true);
    terminal.draw(settings.noInit ? keypadOn : enterAlternateScreen + keypadOn);
    if (settings.pattern !== null) yield* this.#search(settings.pattern, false, 1);
    for (const key of settings.commands.startsWith('/') ? [] : settings.commands)
      if (!(yield* this.#command(key))) return this.#leave();
    if (settings.commands.startsWith('/')) yield* this.#search(settings.commands.slice(1), false, 1);
    for (;;) {
      if (!terminal.hasInput) yield* this.#draw();
      const key = yield* terminal.key();
      this.#message = null;
      this.#isFirst = false;
      if (key === 'eof' || !(yield* this.#command(key))) break;
      if (settings.quitAtEnd && (yield* this.#isAtEnd())) break;
    }
    const status = this.#leave();
    yield* terminal.flush();
    return status;
  }

  #leave(): number {
    this.terminal.draw(`\r${clearLine}${keypadOff}${this.settings.noInit ? '' : leaveAlternateScreen}`);
    this.terminal.restore();
    this.#document?.close();
    return 0;
  }

  *#openFile(index: number): Blocking<boolean> {
    const opened = yield* this.open(index);
    if (typeof opened === 'string') {
      this.#message = opened;
      return false;
    }
    this.#document?.close();
    this.#document = opened;
    this.#at = index;
    this.#top = { line: 0, row: 0 };
    this.#isFirst = true;
    return true;
  }

  *#fitsOneScreen(): Blocking<boolean> {
    const { rows } = this.terminal.size;
    let used = 0;
    for (let line = 0; yield* this.#doc.load(line); line++) {
      used += this.#rows(line).length;
      if (used >= rows) return false;
    }
    return true;
  }

  *#printAll(): Blocking<void> {
    for (let line = 0; yield* this.#doc.load(line); line++) this.terminal.draw(`${this.#rows(line).join('\n')}\n`);
    yield* this.terminal.flush();
    this.#doc.close();
  }

  #rows(line: number): string[] {
    const { cols } = this.terminal.size;
    const highlight = this.#showsMatches ? this.#regex : null;
    return layoutLine(this.#doc.lines[line] ?? '', line + 1, {
      settings: this.settings,
      cols,
      highlight,
      shift: this.#shift,
    });
  }

  get #page(): number {
    return this.terminal.size.rows - 1;
  }

  *#draw(): Blocking<void> {
    const { terminal } = this;
    const shown: string[] = [];
    for (let { line, row } = this.#top; shown.length < this.#page && (yield* this.#doc.load(line)); line++, row = 0)
      shown.push(...this.#rows(line).slice(row));
    const tilde = this.settings.tildes ? '~' : '';
    for (let at = 0; at < this.#page; at++) terminal.draw(`${moveTo(at, 0)}${shown[at] ?? tilde}${clearLine}`);
    terminal.draw(`${moveTo(this.#page, 0)}${yield* this.#prompt()}${clearLine}`);
  }

  *#prompt(): Blocking<string> {
    const inverse = (text: string) => `\x1b[7m${text}\x1b[27m`;
    if (this.#message !== null) return inverse(this.#message);
    const atEnd = yield* this.#isAtEnd();
    const { name } = this.#doc;
    const end = atEnd ? '(END)' : '';
    if (this.settings.manualPage !== null)
      return inverse(
        ` Manual page ${this.settings.manualPage} line ${this.#top.line + 1}${atEnd ? `/${this.#doc.lines.length} (END)` : ''} (press h for help or q to quit)`,
      );
    if (this.settings.prompt !== null)
      return inverse(
        yield* this.#longPrompt(this.settings.prompt.replace(/^[msMhw=]/, '').replaceAll('%f', name), atEnd),
      );
    if (this.settings.longPrompt) return inverse(yield* this.#longPrompt(name, atEnd));
    if (this.#isFirst && name !== '') {
      const which = this.fileCount > 1 ? ` (file ${this.#at + 1} of ${this.fileCount})` : '';
      return inverse(`${name}${which} ${end}`.trimEnd());
    }
    return atEnd ? inverse(end) : ':';
  }

  *#longPrompt(name: string, atEnd: boolean): Blocking<string> {
    const bottom = yield* this.#bottomLine();
    const total = this.#doc.isComplete ? `/${this.#doc.lines.length}` : '';
    return `${name}${name === '' ? '' : ' '}lines ${this.#top.line + 1}-${bottom}${total}${atEnd ? ' (END)' : ''}`;
  }

  *#bottomLine(): Blocking<number> {
    let used = -this.#top.row;
    let { line } = this.#top;
    for (; used < this.#page && (yield* this.#doc.load(line)); line++) used += this.#rows(line).length;
    return line;
  }

  *#isAtEnd(): Blocking<boolean> {
    let used = -this.#top.row;
    for (let { line } = this.#top; yield* this.#doc.load(line); line++) {
      used += this.#rows(line).length;
      if (used > this.#page) return false;
    }
    return true;
  }

  /** Down by so many rows, but not beyond the end (unless it is `far`). */
  *#forward(count: number, far = false): Blocking<void> {
    for (let left = count; left > 0; left--) {
      if (!far && (yield* this.#isAtEnd())) return;
      const { line, row } = this.#top;
      if (row + 1 < this.#rows(line).length) this.#top = { line, row: row + 1 };
      else if (yield* this.#doc.load(line + 1)) this.#top = { line: line + 1, row: 0 };
      else return;
    }
  }

  #backward(count: number): void {
    for (let left = count; left > 0; left--) {
      const { line, row } = this.#top;
      if (row > 0) this.#top = { line, row: row - 1 };
      else if (line > 0) this.#top = { line: line - 1, row: this.#rows(line - 1).length - 1 };
      else return;
    }
  }

  *#toEnd(): Blocking<void> {
    yield* this.#doc.loadAll(() => !this.terminal.wasInterrupted);
    this.#top = { line: Math.max(0, this.#doc.lines.length - 1), row: 0 };
    const last = this.#rows(this.#top.line).length - 1;
    this.#top.row = last;
    this.#backward(this.#page - 1);
  }

  /** False: leave. */
  *#command(key: Key): Blocking<boolean> {
    if (/^\d$/.test(key)) {
      this.#count += key;
      this.#message = `:${this.#count}`;
      return true;
    }
    const given = this.#count === '' ? null : Number(this.#count);
    this.#count = '';
    const count = given ?? 1;
    switch (key) {
      case 'q':
      case 'Q':
        return false;
      case 'j':
      case 'e':
      case 'down':
      case 'enter':
      case '^J':
      case '^N':
      case '^E':
        yield* this.#forward(count);
        return true;
      case 'J':
        yield* this.#forward(count, true);
        return true;
      case 'k':
      case 'y':
      case 'up':
      case '^P':
      case '^Y':
      case '^K':
        this.#backward(count);
        return true;
      case ' ':
      case 'f':
      case '^F':
      case '^V':
      case 'pagedown':
      case 'z':
        yield* this.#forward(given ?? this.#page);
        return true;
      case 'b':
      case '^B':
      case 'pageup':
      case 'w':
      case 'meta-v':
        this.#backward(given ?? this.#page);
        return true;
      case 'd':
      case '^D':
        this.#halfPage = given ?? this.#halfPage;
        yield* this.#forward(this.#halfPage ?? Math.floor(this.#page / 2));
        return true;
      case 'u':
      case '^U':
        this.#halfPage = given ?? this.#halfPage;
        this.#backward(this.#halfPage ?? Math.floor(this.#page / 2));
        return true;
      case 'g':
      case '<':
      case 'home':
      case 'meta-<':
        yield* this.#toLine(given ?? 1);
        return true;
      case 'G':
      case '>':
      case 'end':
      case 'meta->':
        if (given === null) yield* this.#toEnd();
        else yield* this.#toLine(given);
        return true;
      case 'p':
      case '%':
        yield* this.#doc.loadAll(() => !this.terminal.wasInterrupted);
        yield* this.#toLine(Math.max(1, Math.round((this.#doc.lines.length * (given ?? 0)) / 100)));
        return true;
      case 'right':
        this.#shift += Math.floor(this.terminal.size.cols / 2);
        this.settings.chop = true;
        return true;
      case 'left':
        this.#shift = Math.max(0, this.#shift - Math.floor(this.terminal.size.cols / 2));
        return true;
      case 'resize':
      case 'r':
      case 'R':
      case '^L':
      case '^R':
        return true;
      default:
        return yield* this.#otherCommand(key, count);
    }
  }

  *#otherCommand(key: Key, count: number): Blocking<boolean> {
    switch (key) {
      case '/':
      case '?': {
        const text = yield* this.#ask(key);
        if (text !== null) yield* this.#search(text, key === '?', count);
        return true;
      }
      case 'n':
      case 'N':
        yield* this.#searchAgain(key === 'N' ? !this.#isBackward : this.#isBackward, count);
        return true;
      case 'h':
      case 'H':
        yield* this.#help();
        return true;
      case '=':
      case '^G':
        yield* this.#tell();
        return true;
      case 'F':
        yield* this.#follow();
        return true;
      case '-':
        yield* this.#toggle();
        return true;
      case 'm': {
        this.terminal.draw(`${moveTo(this.#page, 0)}set mark: ${clearLine}`);
        this.#marks.set(yield* this.terminal.key(), { ...this.#top });
        return true;
      }
      case "'": {
        this.terminal.draw(`${moveTo(this.#page, 0)}goto mark: ${clearLine}`);
        const place = this.#marks.get(yield* this.terminal.key());
        if (place) this.#top = { ...place };
        else this.#message = 'Mark not set  (press RETURN)';
        return true;
      }
      case 'meta-u':
        this.#showsMatches = !this.#showsMatches;
        return true;
      case ':':
        return yield* this.#colon();
      case 'Z': {
        return (yield* this.terminal.key()) !== 'Z';
      }
      case 'interrupt':
        return true;
      case 'v':
      case '!':
      case '|':
      case 's':
      case '&':
        this.#message = `\`${key}' is not there in this simulator  (press RETURN)`;
        return true;
      default:
        this.terminal.draw('\x07');
        return true;
    }
  }

  *#toLine(number: number): Blocking<void> {
    if (yield* this.#doc.load(number - 1)) this.#top = { line: Math.max(0, number - 1), row: 0 };
    else {
      yield* this.#toEnd();
      if (number > this.#doc.lines.length) this.#message = `Cannot seek to line number ${number}  (press RETURN)`;
    }
  }

  /** A line of input at the bottom; null when it was cancelled. */
  *#ask(prompt: string): Blocking<string | null> {
    let text = '';
    for (;;) {
      this.terminal.draw(`${moveTo(this.#page, 0)}${prompt}${text}${clearLine}`);
      const key = yield* this.terminal.key();
      if (key === 'enter' || key === '^J') return text;
      if (key === 'escape' || key === 'interrupt' || key === 'eof' || key === '^C') return null;
      if (key === 'backspace' || key === '^H') {
        if (text === '') return null;
        text = [...text].slice(0, -1).join('');
      } else if (key === '^U') text = '';
      else if ([...key].length === 1) text += key;
    }
  }

  *#search(pattern: string, isBackward: boolean, count: number): Blocking<void> {
    this.#isBackward = isBackward;
    if (pattern !== '') {
      const hasCapitals = /\p{Lu}/u.test(pattern);
      const ignoreCase =
        this.settings.ignoreCase === 'always' || (this.settings.ignoreCase === 'unless-capitals' && !hasCapitals);
      try {
        this.#regex = compile(pattern, { extended: true, ignoreCase });
      } catch (error) {
        if (!(error instanceof RegexError)) throw error;
        this.#message = `${error.message}  (press RETURN)`;
        return;
      }
    }
    this.#showsMatches = true;
    yield* this.#searchAgain(
      isBackward,
      count,
      this.#isFirst && this.#top.line === 0 && !isBackward ? -1 : this.#top.line,
    );
  }

  *#searchAgain(isBackward: boolean, count: number, from = this.#top.line): Blocking<void> {
    const regex = this.#regex;
    if (regex === null) {
      this.#message = 'No previous regular expression  (press RETURN)';
      return;
    }
    let left = count;
    const step = isBackward ? -1 : 1;
    let line = from;
    for (;;) {
      line += step;
      if (line < 0) break;
      if (!(yield* this.#doc.load(line, () => !this.terminal.wasInterrupted))) break;
      yield* this.sys.checkpoint();
      try {
        if (!regex.test(plainText(this.#doc.lines[line] ?? ''))) continue;
      } catch (error) {
        if (!(error instanceof RegexBudgetError)) throw error;
        continue;
      }
      left--;
      if (left > 0) continue;
      this.#top = { line, row: 0 };
      return;
    }
    this.#message = 'Pattern not found  (press RETURN)';
  }

  *#tell(): Blocking<void> {
    const bottom = yield* this.#bottomLine();
    const total = this.#doc.isComplete ? `/${this.#doc.lines.length}` : '';
    const percent =
      this.#doc.isComplete && this.#doc.lines.length > 0
        ? ` ${Math.round((bottom * 100) / this.#doc.lines.length)}%`
        : '';
    this.#message = `${this.#doc.name || '(standard input)'} lines ${this.#top.line + 1}-${bottom}${total} byte ${this.#doc.bytes}${percent}  (press RETURN)`;
  }

  /** As tail -f, until Ctrl-C. */
  *#follow(): Blocking<void> {
    const { terminal } = this;
    for (;;) {
      this.#doc.reopen();
      yield* this.#toEnd();
      this.#message = 'Waiting for data... (interrupt to abort)';
      yield* this.#draw();
      const key = yield* terminal.key(500e6);
      if (key !== 'timeout' && key !== 'resize') break;
    }
    this.#message = null;
  }

  *#toggle(): Blocking<void> {
    this.terminal.draw(`${moveTo(this.#page, 0)}-${clearLine}`);
    const letter = yield* this.terminal.key();
    try {
      if (letter.length === 1 && !'pPx'.includes(letter)) applyLetter(this.settings, letter, '');
      if (!this.settings.chop) this.#shift = 0;
    } catch (error) {
      if (!(error instanceof LessOptionError)) throw error;
      this.#message = `There is no ${letter} option  (press RETURN)`;
    }
  }

  *#colon(): Blocking<boolean> {
    this.terminal.draw(`${moveTo(this.#page, 0)} :${clearLine}`);
    const key = yield* this.terminal.key();
    if (key === 'q' || key === 'Q') return false;
    if (key === 'f') yield* this.#tell();
    else if (key === 'n' || key === 'p') {
      const next = this.#at + (key === 'n' ? 1 : -1);
      if (next < 0 || next >= this.fileCount)
        this.#message = `No ${key === 'n' ? 'next' : 'previous'} file  (press RETURN)`;
      else yield* this.#openFile(next);
    } else this.terminal.draw('\x07');
    return true;
  }

  *#help(): Blocking<void> {
    const { terminal } = this;
    for (let at = 0; ; ) {
      for (let row = 0; row < this.#page; row++)
        terminal.draw(`${moveTo(row, 0)}${helpLines[at + row] ?? ''}${clearLine}`);
      terminal.draw(`${moveTo(this.#page, 0)}\x1b[7mHELP -- Press RETURN for more, or q when done\x1b[27m${clearLine}`);
      const key = yield* terminal.key();
      if (key === 'q' || key === 'eof') return;
      const step =
        key === ' ' || key === 'enter' || key === 'pagedown'
          ? this.#page
          : key === 'j' || key === 'down'
            ? 1
            : key === 'k' || key === 'up'
              ? -1
              : 0;
      at = Math.max(0, Math.min(at + step, helpLines.length - 1));
    }
  }
}
