/** Normal and visual mode: motions, operators, everything a key does. */
import type { Blocking } from '../../../kernel/sim';
import type { Key } from '../common/terminal';
import type { Position } from './buffer';
import type { Editor } from './editor';
import { findChar, firstNonBlank, type Motion, motion } from './motions';
import type { EditorState } from './state';
import { textObject } from './text-objects';

/** What an operator works on: whole lines, or from one place up to before another. */
interface Span {
  from: Position;
  to: Position;
  linewise: boolean;
}

export class NormalMode {
  #lastFind: { kind: string; char: string } | null = null;

  constructor(private readonly editor: Editor) {}

  get #state(): EditorState {
    return this.editor.state;
  }

  /** One command, from its first key. */
  *run(first: Key): Blocking<void> {
    const state = this.#state;
    let key = first;
    let register = '"';
    let digits = '';
    for (;;) {
      if (key === '"') {
        register = yield* this.editor.nextKey();
        key = yield* this.editor.nextKey();
      } else if (/^[1-9]$/.test(key) || (key === '0' && digits !== '')) {
        digits += key;
        key = yield* this.editor.nextKey();
      } else break;
    }
    const count = digits === '' ? null : Number(digits);
    if (state.mode === 'visual' || state.mode === 'visual-line') yield* this.#visual(key, count, register);
    else if ('dcy<>'.includes(key) && key.length === 1) yield* this.#operator(key, count, register);
    else if (!(yield* this.#move(key, count))) yield* this.#command(key, count, register);
    state.clamp();
  }

  /** Keys that take more keys: f x, gg, /text. Null when there is no way; undefined when it is no motion. */
  *#motion(key: Key, count: number | null): Blocking<Motion | null | undefined> {
    const { buffer, cursor } = this.#state;
    if (key.length === 1 && 'fFtT'.includes(key)) {
      const char = yield* this.editor.nextKey();
      if (char === 'escape') return null;
      this.#lastFind = { kind: key, char: char === 'tab' ? '\t' : char };
      return findChar(buffer, cursor, key, this.#lastFind.char, count ?? 1);
    }
    if (key === ';' || key === ',') {
      if (!this.#lastFind) return null;
      const { kind, char } = this.#lastFind;
      const turned = key === ';' ? kind : kind === kind.toLowerCase() ? kind.toUpperCase() : kind.toLowerCase();
      return findChar(buffer, cursor, turned, char, count ?? 1);
    }
    if (key === 'g') {
      const next = yield* this.editor.nextKey();
      if (next === 'g') return motion(buffer, 'G', cursor, count ?? 1);
      if (next === 'j' || next === 'k') return motion(buffer, next, cursor, count);
      return next === '_' ? motion(buffer, '$', cursor, count) : null;
    }
    if (key === '/' || key === '?') return yield* this.editor.askSearch(key === '/');
    if (key === 'n' || key === 'N') return this.editor.searchAgain(key === 'N');
    if (key === '*' || key === '#') return this.editor.searchWord(key === '*');
    if (key === "'" || key === '`') {
      const mark = this.#state.marks.get(yield* this.editor.nextKey());
      if (!mark) {
        this.#state.fail('E20: Mark not set');
        return null;
      }
      return key === '`'
        ? { to: mark, linewise: false, inclusive: false }
        : { to: { line: mark.line, column: firstNonBlank(buffer.line(mark.line)) }, linewise: true, inclusive: true };
    }
    if (key === 'H' || key === 'M' || key === 'L') {
      const last = Math.min(buffer.count - 1, this.#state.top + this.editor.screen.textRows - 1);
      const line = key === 'H' ? this.#state.top : key === 'L' ? last : Math.floor((this.#state.top + last) / 2);
      return { to: { line, column: firstNonBlank(buffer.line(line)) }, linewise: true, inclusive: true };
    }
    if (!'hjklwWbBeE0^$|G{}%+- '.includes(key) && !/^(up|down|left|right|home|end|enter|backspace|\^[HJNP])$/.test(key))
      return undefined;
    return motion(buffer, key, cursor, count);
  }

  /** True when the key was a motion. */
  *#move(key: Key, count: number | null): Blocking<boolean> {
    const state = this.#state;
    const found = yield* this.#motion(key, count);
    if (found === undefined) return false;
    if (found === null) {
      if (state.message === '') state.terminal.draw('\x07');
      return true;
    }
    const isVertical = found.linewise && found.to.column < 0;
    state.cursor = { line: found.to.line, column: isVertical ? state.wanted : found.to.column };
    if (!isVertical) state.wanted = key === '$' || key === 'end' ? Number.POSITIVE_INFINITY : found.to.column;
    state.clamp();
    if (!isVertical && key !== '$' && key !== 'end') state.wanted = state.cursor.column;
    return true;
  }

  *#operator(operator: Key, count: number | null, register: string): Blocking<void> {
    const state = this.#state;
    let key = yield* this.editor.nextKey();
    let digits = '';
    while (/^[1-9]$/.test(key) || (key === '0' && digits !== '')) {
      digits += key;
      key = yield* this.editor.nextKey();
    }
    const total = count === null && digits === '' ? null : (count ?? 1) * Number(digits || 1);
    if (key === operator) {
      const last = Math.min(state.buffer.count - 1, state.cursor.line + (total ?? 1) - 1);
      yield* this.#apply(
        operator,
        { from: { line: state.cursor.line, column: 0 }, to: { line: last, column: 0 }, linewise: true },
        register,
      );
      return;
    }
    if (key === 'i' || key === 'a') {
      const object = textObject(state.buffer, state.cursor, key, yield* this.editor.nextKey());
      if (object) yield* this.#apply(operator, { ...object, linewise: false }, register);
      return;
    }
    // `cw` ends where the word ends.
    const isWord =
      operator === 'c' && (key === 'w' || key === 'W') && /\S/.test(state.line[state.cursor.column] ?? ' ');
    const found = yield* this.#motion(isWord ? (key === 'w' ? 'e' : 'E') : key, total);
    if (!found) return;
    yield* this.#apply(operator, this.#span(found, key), register);
  }

  #span(found: Motion, key: Key): Span {
    const { buffer, cursor } = this.#state;
    const isBackward =
      found.to.line < cursor.line || (found.to.line === cursor.line && found.to.column < cursor.column);
    const [from, to] = isBackward ? [found.to, cursor] : [cursor, found.to];
    if (found.linewise) return { from, to, linewise: true };
    // `dw` on the last word of a line stays on it.
    if ((key === 'w' || key === 'W') && to.line > from.line && to.column <= firstNonBlank(buffer.line(to.line))) {
      return { from, to: { line: to.line - 1, column: buffer.line(to.line - 1).length }, linewise: false };
    }
    return {
      from,
      to: found.inclusive ? { line: to.line, column: Math.min(buffer.line(to.line).length, to.column + 1) } : to,
      linewise: false,
    };
  }

  *#apply(operator: Key, span: Span, register: string): Blocking<void> {
    const state = this.#state;
    const { buffer } = state;
    const { from, to, linewise } = span;
    if (operator === '<' || operator === '>') return this.#shift(operator, from.line, to.line);
    this.#yank(span, register);
    if (operator === 'y') {
      if (!linewise || from.line < state.cursor.line)
        state.cursor = linewise ? { line: from.line, column: state.cursor.column } : { ...from };
      if (linewise && to.line - from.line >= 2) state.say(`${to.line - from.line + 1} lines yanked`);
      return;
    }
    buffer.checkpoint(state.cursor);
    if (linewise && operator === 'd') {
      buffer.splice(from.line, to.line - from.line + 1);
      const line = Math.min(from.line, buffer.count - 1);
      state.cursor = { line, column: firstNonBlank(buffer.line(line)) };
      if (to.line - from.line >= 2) state.say(`${to.line - from.line + 1} fewer lines`);
    } else if (linewise) {
      buffer.splice(from.line, to.line - from.line + 1, '');
      state.cursor = { line: from.line, column: 0 };
    } else {
      buffer.remove(from, to);
      state.cursor = { ...from };
    }
    state.wanted = state.cursor.column;
    if (operator === 'c') yield* this.editor.insertMode('insert', 1, false);
  }

  #yank({ from, to, linewise }: Span, register: string): void {
    const { buffer, registers } = this.#state;
    const text = linewise ? buffer.lines.slice(from.line, to.line + 1).join('\n') : buffer.text(from, to);
    registers.set('"', { text, linewise });
    if (register !== '"') registers.set(register.toLowerCase(), { text, linewise });
  }

  #shift(operator: string, first: number, last: number): void {
    const state = this.#state;
    state.buffer.checkpoint(state.cursor);
    const unit =
      state.options.expandTab || state.options.shiftWidth % 8 !== 0 ? ' '.repeat(state.options.shiftWidth) : '\t';
    for (let line = first; line <= last; line++) {
      const text = state.buffer.line(line);
      if (operator === '>') state.buffer.setLine(line, text === '' ? '' : unit + text);
      else state.buffer.setLine(line, text.replace(new RegExp(`^(?:\\t| {1,${state.options.shiftWidth}})`), ''));
    }
    state.cursor = { line: first, column: firstNonBlank(state.buffer.line(first)) };
  }

  *#visual(key: Key, count: number | null, register: string): Blocking<void> {
    const state = this.#state;
    const leave = () => {
      state.mode = 'normal';
    };
    if (key === 'escape' || key === '^C' || key === (state.mode === 'visual' ? 'v' : 'V')) return leave();
    if (key === 'v' || key === 'V') {
      state.mode = key === 'v' ? 'visual' : 'visual-line';
      return;
    }
    if (key === 'o') {
      [state.anchor, state.cursor] = [state.cursor, state.anchor];
      return;
    }
    const operator = {
      d: 'd',
      x: 'd',
      delete: 'd',
      y: 'y',
      c: 'c',
      s: 'c',
      '<': '<',
      '>': '>',
      X: 'd',
      D: 'd',
      Y: 'y',
    }[key];
    if (operator === undefined && key !== ':' && key !== '~' && key !== 'J') {
      if (!(yield* this.#move(key, count))) state.terminal.draw('\x07');
      return;
    }
    const { anchor, cursor } = state;
    const isForward = anchor.line < cursor.line || (anchor.line === cursor.line && anchor.column <= cursor.column);
    const [from, to] = isForward ? [anchor, cursor] : [cursor, anchor];
    const linewise = state.mode === 'visual-line';
    leave();
    state.marks.set('<', from);
    state.marks.set('>', to);
    if (key === ':') return yield* this.editor.commandLine("'<,'>");
    if (key === 'J') return this.#join(from.line, Math.max(1, to.line - from.line));
    if (key === '~')
      return this.#swapCase(from, {
        line: to.line,
        column: linewise ? state.buffer.line(to.line).length : to.column + 1,
      });
    yield* this.#apply(
      operator ?? 'y',
      {
        from: linewise ? { line: from.line, column: 0 } : from,
        to: linewise ? to : { line: to.line, column: Math.min(state.buffer.line(to.line).length, to.column + 1) },
        linewise,
      },
      register,
    );
  }

  #swapCase(from: Position, to: Position): void {
    const state = this.#state;
    state.buffer.checkpoint(state.cursor);
    const text = state.buffer.text(from, to);
    const swapped = [...text]
      .map((char) => (char === char.toUpperCase() ? char.toLowerCase() : char.toUpperCase()))
      .join('');
    state.buffer.remove(from, to);
    state.buffer.insert(from, swapped);
  }

  #join(line: number, times: number): void {
    const state = this.#state;
    if (line + 1 >= state.buffer.count) return;
    state.buffer.checkpoint(state.cursor);
    for (let left = times; left > 0 && line + 1 < state.buffer.count; left--) {
      const [first, second] = [state.buffer.line(line), state.buffer.line(line + 1).trimStart()];
      const space = first === '' || /\s$/.test(first) || second === '' || second.startsWith(')') ? '' : ' ';
      state.cursor = { line, column: Math.max(0, first.length + (space === '' ? -1 : 0)) };
      state.buffer.splice(line, 2, first + space + second);
    }
  }

  #put(after: boolean, count: number, register: string): void {
    const state = this.#state;
    const { text, linewise } = state.registers.get(register.toLowerCase()) ?? { text: '', linewise: false };
    if (!state.registers.has(register.toLowerCase())) {
      state.fail(`E353: Nothing in register ${register}`);
      return;
    }
    state.buffer.checkpoint(state.cursor);
    if (linewise) {
      const lines = Array.from({ length: count }, () => text.split('\n')).flat();
      const at = state.cursor.line + (after ? 1 : 0);
      state.buffer.splice(at, 0, ...lines);
      state.cursor = { line: at, column: firstNonBlank(state.buffer.line(at)) };
      if (lines.length > 2) state.say(`${lines.length} more lines`);
      return;
    }
    const column = after && state.line !== '' ? state.cursor.column + 1 : state.cursor.column;
    const end = state.buffer.insert({ line: state.cursor.line, column }, text.repeat(count));
    state.cursor = text.includes('\n')
      ? { line: state.cursor.line, column }
      : { line: end.line, column: Math.max(0, end.column - 1) };
  }

  *#command(key: Key, count: number | null, register: string): Blocking<void> {
    const state = this.#state;
    const { editor } = this;
    const { buffer, cursor } = state;
    const times = count ?? 1;
    const length = state.line.length;
    const here = (column: number): Position => ({ line: cursor.line, column });
    switch (key) {
      case 'x':
      case 'delete':
        if (length > 0)
          yield* this.#apply(
            'd',
            { from: cursor, to: here(Math.min(length, cursor.column + times)), linewise: false },
            register,
          );
        return;
      case 'X':
        if (cursor.column > 0)
          yield* this.#apply(
            'd',
            { from: here(Math.max(0, cursor.column - times)), to: cursor, linewise: false },
            register,
          );
        return;
      case 'D':
        return yield* this.#apply('d', { from: cursor, to: here(length), linewise: false }, register);
      case 'C':
        return yield* this.#apply('c', { from: cursor, to: here(length), linewise: false }, register);
      case 's':
        return yield* this.#apply(
          'c',
          { from: cursor, to: here(Math.min(length, cursor.column + times)), linewise: false },
          register,
        );
      case 'S':
        return yield* this.#apply(
          'c',
          {
            from: here(0),
            to: { line: Math.min(buffer.count - 1, cursor.line + times - 1), column: 0 },
            linewise: true,
          },
          register,
        );
      case 'Y':
        return yield* this.#apply(
          'y',
          {
            from: here(0),
            to: { line: Math.min(buffer.count - 1, cursor.line + times - 1), column: 0 },
            linewise: true,
          },
          register,
        );
      case 'p':
      case 'P':
        return this.#put(key === 'p', times, register);
      case 'J':
        return this.#join(cursor.line, Math.max(1, times - 1));
      case 'r': {
        const char = yield* editor.nextKey();
        if (char === 'escape' || cursor.column + times > length) return;
        buffer.checkpoint(cursor);
        const text = char === 'enter' ? '\n' : (char === 'tab' ? '\t' : char).repeat(times);
        buffer.remove(cursor, here(cursor.column + times));
        const end = buffer.insert(cursor, text);
        state.cursor = { line: end.line, column: Math.max(0, end.column - (text === '\n' ? 0 : 1)) };
        return;
      }
      case '~':
        if (length === 0) return;
        this.#swapCase(cursor, here(Math.min(length, cursor.column + times)));
        state.cursor = here(Math.min(length - 1, cursor.column + times));
        return;
      case 'i':
      case 'insert':
        return yield* editor.insertMode('insert', times);
      case 'a':
        state.cursor = here(Math.min(length, cursor.column + 1));
        return yield* editor.insertMode('insert', times);
      case 'I':
        state.cursor = here(state.line.trim() === '' ? length : firstNonBlank(state.line));
        return yield* editor.insertMode('insert', times);
      case 'A':
        state.cursor = here(length);
        return yield* editor.insertMode('insert', times);
      case 'R':
        return yield* editor.insertMode('replace', times);
      case 'o':
      case 'O': {
        buffer.checkpoint(cursor);
        const at = cursor.line + (key === 'o' ? 1 : 0);
        const indent = state.options.autoIndent ? (/^\s*/.exec(state.line)?.[0] ?? '') : '';
        buffer.splice(at, 0, indent);
        state.cursor = { line: at, column: indent.length };
        return yield* editor.insertMode('insert', 1, false);
      }
      case 'u':
        return this.#undo(buffer.undo(cursor), 'Already at oldest change');
      case '^R':
        return this.#undo(buffer.redo(), 'Already at newest change');
      case '.':
        return yield* editor.repeatLast(count);
      case 'v':
      case 'V':
        state.anchor = { ...cursor };
        state.mode = key === 'v' ? 'visual' : 'visual-line';
        return;
      case ':':
        return yield* editor.commandLine(count === null ? '' : count === 1 ? '.' : `.,.+${count - 1}`);
      case 'm':
        state.marks.set(yield* editor.nextKey(), { ...cursor });
        return;
      case 'Z': {
        const next = yield* editor.nextKey();
        if (next === 'Z') yield* editor.execute('x');
        else if (next === 'Q') yield* editor.execute('q!');
        return;
      }
      case '^F':
      case 'pagedown':
        return this.#scrollBy(times * Math.max(1, editor.screen.textRows - 2));
      case '^B':
      case 'pageup':
        return this.#scrollBy(-times * Math.max(1, editor.screen.textRows - 2));
      case '^D':
        return this.#scrollBy(Math.floor(editor.screen.textRows / 2));
      case '^U':
        return this.#scrollBy(-Math.floor(editor.screen.textRows / 2));
      case '^E':
      case '^Y':
        state.top = Math.max(0, Math.min(buffer.count - 1, state.top + (key === '^E' ? times : -times)));
        state.cursor.line = Math.max(state.top, Math.min(cursor.line, state.top + editor.screen.textRows - 1));
        return;
      case 'z': {
        const next = yield* editor.nextKey();
        const rows = editor.screen.textRows;
        state.top = Math.max(
          0,
          next === 't' || next === 'enter'
            ? cursor.line
            : next === 'b'
              ? cursor.line - rows + 1
              : cursor.line - Math.floor(rows / 2),
        );
        return;
      }
      case '^G':
        return yield* editor.execute('f');
      case '^L':
      case 'resize':
        editor.screen.forget();
        return;
      case 'escape':
        return;
      case '^C':
        state.say('Type  :qa!  and press <Enter> to abandon all changes and exit Vim');
        return;
      default:
        state.terminal.draw('\x07');
    }
  }

  #undo(place: Position | null, nothing: string): void {
    if (place === null) this.#state.say(nothing);
    else this.#state.cursor = place;
  }

  #scrollBy(lines: number): void {
    const state = this.#state;
    const line = Math.max(0, Math.min(state.buffer.count - 1, state.cursor.line + lines));
    state.top = Math.max(0, Math.min(state.buffer.count - 1, state.top + lines));
    state.cursor = { line, column: firstNonBlank(state.buffer.line(line)) };
  }
}
