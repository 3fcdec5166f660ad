/** The editor: takes keys, keeps the modes apart, repeats the last change. */
import type { Blocking } from '../../../kernel/sim';
import { type Regex, RegexBudgetError, RegexError } from '../../regex';
import { clearLine, type Key, moveTo } from '../common/terminal';
import { runEx } from './ex';
import type { Motion } from './motions';
import { NormalMode } from './normal';
import { Screen } from './screen';
import { compilePattern, findPattern } from './search';
import type { EditorState } from './state';

export class Editor {
  readonly screen: Screen;
  readonly #normal: NormalMode;
  /** Keys of the command at hand, and those of the last one that changed something. */
  #keys: Key[] = [];
  #afterEscape: Key | null = null;
  #lastChange: Key[] = [];
  /** Keys to be taken before those of the terminal. */
  #replay: Key[] = [];
  readonly #history: string[] = [];

  constructor(readonly state: EditorState) {
    this.screen = new Screen(state);
    this.#normal = new NormalMode(this);
  }

  *run(): Blocking<number> {
    const { state } = this;
    while (!state.isOver) {
      const key = yield* this.nextKey();
      if (key === 'eof') return 1;
      if (key !== 'resize') state.say('');
      this.#keys = [key];
      const before = state.buffer.lines;
      yield* this.#normal.run(key);
      const isChange = state.buffer.lines !== before && key !== 'u' && key !== '^R' && key !== '.' && key !== ':';
      if (isChange) this.#lastChange = [...this.#keys];
    }
    return state.status;
  }

  /** The next key; the screen is drawn while there is time. */
  *nextKey(): Blocking<Key> {
    const replayed = this.#replay.shift();
    if (replayed !== undefined) return replayed;
    const { terminal } = this.state;
    for (;;) {
      if (!terminal.hasInput) this.screen.draw();
      const key = this.#afterEscape ?? (yield* terminal.key());
      this.#afterEscape = null;
      // Escape and a key in one go are two keys here.
      const meta = /^meta-(.+)$/s.exec(key)?.[1];
      if (meta !== undefined) this.#afterEscape = meta;
      if (key === 'resize') {
        this.screen.forget();
        terminal.draw('\x1b[2J');
        continue;
      }
      const plain = meta !== undefined ? 'escape' : key === 'interrupt' ? '^C' : key;
      this.#keys.push(plain);
      if (this.#keys.length === 1 || this.#keys.length > 100_000) this.#keys = [plain];
      return plain;
    }
  }

  *repeatLast(count: number | null): Blocking<void> {
    if (this.#lastChange.length === 0) return;
    const keys = [...this.#lastChange];
    if (count !== null) {
      while (/^\d$/.test(keys[0] ?? '')) keys.shift();
      keys.unshift(...String(count));
    }
    this.#replay = keys.slice(1);
    yield* this.#normal.run(keys[0] ?? '');
    this.#replay = [];
  }

  /**
   * Typed text goes in until Escape, and `times` in all, with `between` in between. `goesOn`: the change has begun
   * already.
   */
  *insertMode(
    mode: 'insert' | 'replace',
    times: number,
    { goesOn = false, between = '' }: { goesOn?: boolean; between?: string } = {},
  ): Blocking<void> {
    const { state } = this;
    if (!goesOn) state.buffer.checkpoint(state.cursor);
    state.mode = mode;
    let typed = '';
    let isPlain = true;
    const overwritten: string[] = [];
    for (;;) {
      const key = yield* this.nextKey();
      if (key === 'escape' || key === '^C' || key === 'eof') break;
      state.say('');
      const text =
        key === 'enter' || key === '^J'
          ? '\n'
          : key === 'tab'
            ? this.#tab()
            : key === '^V'
              ? yield* this.#literal()
              : [...key].length === 1
                ? key
                : null;
      if (text === null) {
        isPlain &&= key === 'backspace' || key === '^H';
        if (key === 'backspace' || key === '^H') typed = typed.slice(0, -1);
        this.#insertKey(key, overwritten);
        continue;
      }
      typed += text;
      this.#type(text, mode, overwritten);
    }
    if (isPlain) for (let left = times - 1; left > 0; left--) this.#type(between + typed, mode, overwritten);
    state.mode = 'normal';
    if (state.cursor.column > 0) state.cursor.column--;
    state.wanted = state.cursor.column;
    state.clamp();
  }

  #tab(): string {
    const { expandTab, shiftWidth } = this.state.options;
    return expandTab ? ' '.repeat(shiftWidth - (this.state.cursor.column % shiftWidth)) : '\t';
  }

  *#literal(): Blocking<string> {
    const key = yield* this.nextKey();
    if (key === 'tab') return '\t';
    if (key === 'escape') return '\x1b';
    if (key === 'enter') return '\r';
    return key.startsWith('^') && key.length === 2 ? String.fromCharCode(key.charCodeAt(1) & 31) : key;
  }

  #type(text: string, mode: 'insert' | 'replace', overwritten: string[]): void {
    const { state } = this;
    if (mode === 'replace' && text !== '\n') {
      const old = state.line.slice(state.cursor.column, state.cursor.column + text.length);
      overwritten.push(old);
      state.buffer.remove(state.cursor, { line: state.cursor.line, column: state.cursor.column + old.length });
    }
    const indent = text === '\n' && state.options.autoIndent ? (/^\s*/.exec(state.line)?.[0] ?? '') : '';
    state.cursor = state.buffer.insert(state.cursor, text + indent);
  }

  #insertKey(key: Key, overwritten: string[]): void {
    const { state } = this;
    const { buffer, cursor } = state;
    const length = state.line.length;
    switch (key) {
      case 'backspace':
      case '^H':
        if (state.mode === 'replace') {
          if (cursor.column === 0) return;
          const from = { line: cursor.line, column: cursor.column - 1 };
          buffer.remove(from, cursor);
          buffer.insert(from, overwritten.pop() ?? '');
          state.cursor = from;
        } else if (cursor.column > 0) {
          const back = /[\udc00-\udfff]/.test(state.line[cursor.column - 1] ?? '') ? 2 : 1;
          const from = { line: cursor.line, column: cursor.column - back };
          buffer.remove(from, cursor);
          state.cursor = from;
        } else if (cursor.line > 0) {
          const from = { line: cursor.line - 1, column: buffer.line(cursor.line - 1).length };
          buffer.remove(from, cursor);
          state.cursor = from;
        }
        return;
      case 'delete':
        if (cursor.column < length) buffer.remove(cursor, { line: cursor.line, column: cursor.column + 1 });
        else if (cursor.line + 1 < buffer.count) buffer.remove(cursor, { line: cursor.line + 1, column: 0 });
        return;
      case '^W': {
        const start = state.line
          .slice(0, cursor.column)
          .replace(/(?:[\p{L}\p{N}_]+|[^\s\p{L}\p{N}_]+)?\s*$/u, '').length;
        buffer.remove({ line: cursor.line, column: start }, cursor);
        state.cursor = { line: cursor.line, column: start };
        return;
      }
      case '^U':
        buffer.remove({ line: cursor.line, column: 0 }, cursor);
        state.cursor = { line: cursor.line, column: 0 };
        return;
      case 'left':
      case 'right':
        state.cursor = {
          line: cursor.line,
          column: Math.max(0, Math.min(length, cursor.column + (key === 'left' ? -1 : 1))),
        };
        return;
      case 'up':
      case 'down': {
        const line = Math.max(0, Math.min(buffer.count - 1, cursor.line + (key === 'up' ? -1 : 1)));
        state.cursor = { line, column: Math.min(buffer.line(line).length, cursor.column) };
        return;
      }
      case 'home':
        state.cursor = { line: cursor.line, column: 0 };
        return;
      case 'end':
        state.cursor = { line: cursor.line, column: length };
        return;
      case 'pagedown':
      case 'pageup': {
        const step = (this.screen.textRows - 2) * (key === 'pageup' ? -1 : 1);
        const line = Math.max(0, Math.min(buffer.count - 1, cursor.line + step));
        state.cursor = { line, column: Math.min(buffer.line(line).length, cursor.column) };
        return;
      }
      default:
        return;
    }
  }

  /** A line at the bottom; null when it was given up. */
  *#ask(prompt: string, start: string): Blocking<string | null> {
    const { terminal } = this.state;
    let text = start;
    let at = text.length;
    let back = this.#history.length;
    for (;;) {
      this.screen.draw();
      terminal.draw(
        `${moveTo(terminal.size.rows - 1, 0)}${prompt}${text}${clearLine}${moveTo(terminal.size.rows - 1, prompt.length + at)}`,
      );
      const key = this.#replay.shift() ?? (yield* terminal.key());
      if (key !== 'resize') this.#keys.push(key);
      this.screen.forget();
      if (key === 'enter' || key === '^J') {
        this.#history.push(text);
        return text;
      }
      if (key === 'escape' || key === '^C' || key === 'interrupt' || key === 'eof') return null;
      if (key === 'backspace' || key === '^H') {
        if (text === '') return null;
        if (at > 0) text = text.slice(0, at - 1) + text.slice(at--);
      } else if (key === '^U') {
        text = text.slice(at);
        at = 0;
      } else if (key === '^W') {
        const front = text.slice(0, at).replace(/\S*\s*$/, '');
        text = front + text.slice(at);
        at = front.length;
      } else if (key === 'left') at = Math.max(0, at - 1);
      else if (key === 'right') at = Math.min(text.length, at + 1);
      else if (key === 'home' || key === '^B') at = 0;
      else if (key === 'end' || key === '^E') at = text.length;
      else if (key === 'up' || key === 'down') {
        back = Math.max(0, Math.min(this.#history.length, back + (key === 'up' ? -1 : 1)));
        text = this.#history[back] ?? '';
        at = text.length;
      } else if ([...key].length === 1) {
        text = text.slice(0, at) + key + text.slice(at);
        at += key.length;
      }
    }
  }

  *commandLine(start: string): Blocking<void> {
    const text = yield* this.#ask(':', start);
    if (text !== null && text.trim() !== '') yield* this.execute(text);
  }

  *execute(text: string): Blocking<void> {
    yield* runEx(this.state, text);
    this.screen.forget();
  }

  *askSearch(forward: boolean): Blocking<Motion | null> {
    const text = yield* this.#ask(forward ? '/' : '?', '');
    if (text === null) return null;
    this.state.isForward = forward;
    if (text !== '' && !this.#setPattern(text)) return null;
    return this.#find(forward);
  }

  #setPattern(text: string): boolean {
    const { state } = this;
    try {
      state.pattern = compilePattern(text, state.options.ignoreCase);
      state.patternText = text;
      return true;
    } catch (error) {
      if (!(error instanceof RegexError)) throw error;
      state.fail(`E383: Invalid search string: ${text}`);
      return false;
    }
  }

  searchAgain(isTurned: boolean): Motion | null {
    return this.#find(this.state.isForward !== isTurned);
  }

  searchWord(forward: boolean): Motion | null {
    const { state } = this;
    const rest = state.line.slice(state.cursor.column);
    const skip = rest.search(/[\p{L}\p{N}_]/u);
    if (skip < 0) {
      state.fail('E348: No string under cursor');
      return null;
    }
    const place = state.cursor.column + skip;
    const front = /[\p{L}\p{N}_]*$/u.exec(state.line.slice(0, place))?.[0] ?? '';
    const word = front + (/^[\p{L}\p{N}_]+/u.exec(state.line.slice(place))?.[0] ?? '');
    state.isForward = forward;
    return this.#setPattern(`\\<${word}\\>`) ? this.#find(forward) : null;
  }

  #find(forward: boolean): Motion | null {
    const { state } = this;
    const regex: Regex | null = state.pattern;
    if (regex === null) {
      state.fail('E35: No previous regular expression');
      return null;
    }
    try {
      const found = findPattern(state.buffer, regex, state.cursor, forward);
      if (found === null) {
        state.fail(`E486: Pattern not found: ${state.patternText}`);
        return null;
      }
      if (found.wrapped)
        state.fail(forward ? 'search hit BOTTOM, continuing at TOP' : 'search hit TOP, continuing at BOTTOM');
      else state.say(`${forward ? '/' : '?'}${state.patternText}`);
      return { to: found.at, linewise: false, inclusive: false };
    } catch (error) {
      if (!(error instanceof RegexBudgetError)) throw error;
      state.fail('E363: Pattern uses more memory than maxmempattern');
      return null;
    }
  }
}
