/** The pager itself: keys and what they do (less(1), version 590, COMMANDS). */
import type { Blocking, Sys } from '../../../kernel/sim';
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
import { inverse, promptText, whereabouts } from './prompt';
import { Search } from './search';
import { applyLetter, LessOptionError, type LessSettings } from './settings';
import { type Place, View } from './view';

const followNs = 500e6;

export class Pager {
  #view: View | null = null;
  readonly #search: Search;
  #message: string | null = null;
  #isFirst = true;
  #at = 0;
  #count = '';
  #halfPage: number | null = null;
  readonly #marks = new Map<string, Place>();

  constructor(
    sys: Sys,
    private readonly terminal: Terminal,
    private readonly settings: LessSettings,
    private readonly open: (index: number) => Blocking<Document | string>,
    private readonly fileCount: number,
  ) {
    this.#search = new Search(sys, settings);
  }

  get #shown(): View {
    if (this.#view === null) throw new Error('no document');
    return this.#view;
  }

  *run(): Blocking<number> {
    const { terminal, settings } = this;
    if (!(yield* this.#openFile(0))) return 1;
    if (settings.quitIfOneScreen && (yield* this.#shown.fitsOneScreen())) {
      yield* this.#printAll();
      return 0;
    }
    terminal.raw(true);
    terminal.draw(settings.noInit ? keypadOn : enterAlternateScreen + keypadOn);
    if (settings.pattern !== null) yield* this.#searchFor(settings.pattern, false, 1);
    for (const key of settings.commands.startsWith('/') ? [] : settings.commands)
      if (!(yield* this.#command(key))) return this.#leave();
    if (settings.commands.startsWith('/')) yield* this.#searchFor(settings.commands.slice(1), false, 1);
    for (;;) {
      if (!terminal.hasInput) yield* this.#draw();
      const key = yield* terminal.key();
      this.#message = null;
      this.#isFirst = false;
      if (key === 'eof' || !(yield* this.#command(key))) break;
      if (settings.quitAtEnd && (yield* this.#shown.isAtEnd())) break;
    }
    const status = this.#leave();
    yield* terminal.flush();
    return status;
  }

  #leave(): number {
    this.terminal.draw(`\r${clearLine}${keypadOff}${this.settings.noInit ? '' : leaveAlternateScreen}`);
    this.terminal.restore();
    this.#view?.document.close();
    return 0;
  }

  *#openFile(index: number): Blocking<boolean> {
    const opened = yield* this.open(index);
    if (typeof opened === 'string') {
      this.#message = opened;
      return false;
    }
    const shift = this.#view?.shift ?? 0;
    this.#view?.document.close();
    this.#view = new View(opened, this.terminal, this.settings);
    this.#view.shift = shift;
    this.#view.highlight = this.#search.highlight;
    this.#at = index;
    this.#isFirst = true;
    return true;
  }

  *#printAll(): Blocking<void> {
    const { document } = this.#shown;
    for (let line = 0; yield* document.load(line); line++)
      this.terminal.draw(`${this.#shown.rowsOf(line).join('\n')}\n`);
    yield* this.terminal.flush();
    document.close();
  }

  *#draw(): Blocking<void> {
    const view = this.#shown;
    const rows = yield* view.rows();
    const beyond = this.settings.tildes ? '~' : '';
    for (let at = 0; at < view.height; at++) this.terminal.draw(`${moveTo(at, 0)}${rows[at] ?? beyond}${clearLine}`);
    const facts = { at: this.#at, fileCount: this.fileCount, isFirst: this.#isFirst };
    this.#drawLast(this.#message === null ? yield* promptText(view, this.settings, facts) : inverse(this.#message));
  }

  #drawLast(text: string): void {
    this.terminal.draw(`${moveTo(this.#shown.height, 0)}${text}${clearLine}`);
  }

  /** Stays until the next key. */
  #tell(text: string): void {
    this.#message = `${text}  (press RETURN)`;
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
    return (yield* this.#move(key, given)) || (yield* this.#otherCommand(key, given ?? 1));
  }

  /** False when the key is not one that moves. */
  *#move(key: Key, given: number | null): Blocking<boolean> {
    const view = this.#shown;
    switch (key) {
      case 'j':
      case 'e':
      case 'down':
      case 'enter':
      case '^J':
      case '^N':
      case '^E':
        yield* view.forward(given ?? 1);
        return true;
      case 'J':
        yield* view.forward(given ?? 1, true);
        return true;
      case 'k':
      case 'y':
      case 'up':
      case '^P':
      case '^Y':
      case '^K':
        view.backward(given ?? 1);
        return true;
      case ' ':
      case 'f':
      case '^F':
      case '^V':
      case 'pagedown':
      case 'z':
        yield* view.forward(given ?? view.height);
        return true;
      case 'b':
      case '^B':
      case 'pageup':
      case 'w':
      case 'meta-v':
        view.backward(given ?? view.height);
        return true;
      case 'd':
      case '^D':
        yield* view.forward(this.#halfOf(given));
        return true;
      case 'u':
      case '^U':
        view.backward(this.#halfOf(given));
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
        if (given === null) yield* view.toEnd();
        else yield* this.#toLine(given);
        return true;
      case 'p':
      case '%':
        yield* view.toPercent(given ?? 0);
        return true;
      case 'right':
        view.shift += Math.floor(this.terminal.size.cols / 2);
        this.settings.chop = true;
        return true;
      case 'left':
        view.shift = Math.max(0, view.shift - Math.floor(this.terminal.size.cols / 2));
        return true;
      default:
        return false;
    }
  }

  /** A number given once counts from then on. */
  #halfOf(given: number | null): number {
    this.#halfPage = given ?? this.#halfPage;
    return this.#halfPage ?? Math.floor(this.#shown.height / 2);
  }

  *#toLine(number: number): Blocking<void> {
    if (!(yield* this.#shown.toLine(number))) this.#tell(`Cannot seek to line number ${number}`);
  }

  /** False: leave. */
  *#otherCommand(key: Key, count: number): Blocking<boolean> {
    switch (key) {
      case 'q':
      case 'Q':
        return false;
      case '/':
      case '?': {
        const text = yield* this.#ask(key);
        if (text !== null) yield* this.#searchFor(text, key === '?', count);
        return true;
      }
      case 'n':
      case 'N':
        yield* this.#searchOn(key === 'N' ? !this.#search.isBackward : this.#search.isBackward, count);
        return true;
      case 'h':
      case 'H':
        yield* this.#help();
        return true;
      case '=':
      case '^G':
        this.#tell(yield* whereabouts(this.#shown));
        return true;
      case 'F':
        yield* this.#follow();
        return true;
      case '-':
        yield* this.#toggle();
        return true;
      case 'm':
        this.#drawLast('set mark: ');
        this.#marks.set(yield* this.terminal.key(), { ...this.#shown.top });
        return true;
      case "'":
        yield* this.#toMark();
        return true;
      case 'meta-u':
        this.#search.showsMatches = !this.#search.showsMatches;
        this.#shown.highlight = this.#search.highlight;
        return true;
      case ':':
        return yield* this.#colon();
      case 'Z':
        return (yield* this.terminal.key()) !== 'Z';
      case 'interrupt':
      case 'resize':
      case 'r':
      case 'R':
      case '^L':
      case '^R':
        return true;
      case 'v':
      case '!':
      case '|':
      case 's':
      case '&':
        this.#tell(`\`${key}' is not there in this simulator`);
        return true;
      default:
        this.terminal.draw('\x07');
        return true;
    }
  }

  *#toMark(): Blocking<void> {
    this.#drawLast('goto mark: ');
    const place = this.#marks.get(yield* this.terminal.key());
    if (place) this.#shown.top = { ...place };
    else this.#tell('Mark not set');
  }

  /** A line of input at the bottom; null when it was cancelled. */
  *#ask(prompt: string): Blocking<string | null> {
    let text = '';
    for (;;) {
      this.#drawLast(`${prompt}${text}`);
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

  *#searchFor(pattern: string, isBackward: boolean, count: number): Blocking<void> {
    const problem = this.#search.begin(pattern, isBackward);
    if (problem !== null) return this.#tell(problem);
    this.#shown.highlight = this.#search.highlight;
    // The first search also looks at the line one has begun with.
    const { line } = this.#shown.top;
    yield* this.#searchOn(isBackward, count, this.#isFirst && line === 0 && !isBackward ? -1 : line);
  }

  *#searchOn(isBackward: boolean, count: number, from = this.#shown.top.line): Blocking<void> {
    const goesOn = () => !this.terminal.wasInterrupted;
    const found = yield* this.#search.next(this.#shown.document, { from, isBackward, count }, goesOn);
    if (typeof found === 'string') this.#tell(found);
    else this.#shown.top = { line: found, row: 0 };
  }

  /** As tail -f, until Ctrl-C. */
  *#follow(): Blocking<void> {
    for (;;) {
      this.#shown.document.reopen();
      yield* this.#shown.toEnd();
      this.#message = 'Waiting for data... (interrupt to abort)';
      yield* this.#draw();
      const key = yield* this.terminal.key(followNs);
      if (key !== 'timeout' && key !== 'resize') break;
    }
    this.#message = null;
  }

  *#toggle(): Blocking<void> {
    this.#drawLast('-');
    const letter = yield* this.terminal.key();
    try {
      if (letter.length === 1 && !'pPx'.includes(letter)) applyLetter(this.settings, letter, '');
      if (!this.settings.chop) this.#shown.shift = 0;
    } catch (error) {
      if (!(error instanceof LessOptionError)) throw error;
      this.#tell(`There is no ${letter} option`);
    }
  }

  *#colon(): Blocking<boolean> {
    this.#drawLast(' :');
    const key = yield* this.terminal.key();
    if (key === 'q' || key === 'Q') return false;
    if (key === 'f') this.#tell(yield* whereabouts(this.#shown));
    else if (key === 'n' || key === 'p') {
      const next = this.#at + (key === 'n' ? 1 : -1);
      if (next < 0 || next >= this.fileCount) this.#tell(`No ${key === 'n' ? 'next' : 'previous'} file`);
      else yield* this.#openFile(next);
    } else this.terminal.draw('\x07');
    return true;
  }

  *#help(): Blocking<void> {
    const { height } = this.#shown;
    const steps: Readonly<Record<string, number>> = {
      ' ': height,
      enter: height,
      pagedown: height,
      j: 1,
      down: 1,
      k: -1,
      up: -1,
    };
    for (let at = 0; ; ) {
      for (let row = 0; row < height; row++)
        this.terminal.draw(`${moveTo(row, 0)}${helpLines[at + row] ?? ''}${clearLine}`);
      this.#drawLast(inverse('HELP -- Press RETURN for more, or q when done'));
      const key = yield* this.terminal.key();
      if (key === 'q' || key === 'eof') return;
      at = Math.max(0, Math.min(at + (steps[key] ?? 0), helpLines.length - 1));
    }
  }
}
