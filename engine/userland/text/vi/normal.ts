/** Normal and visual mode: what a key begins. */
import type { Blocking } from '../../../kernel/sim';
import type { Key } from '../common/terminal';
import type { Position } from './buffer';
import type { Editor } from './editor';
import { MotionKeys } from './motion-keys';
import { firstNonBlank } from './motions';
import { Operators, type Span } from './operators';
import { scroll } from './scroll';
import type { EditorState } from './state';
import { textObject } from './text-objects';

/** The operator a key means while something is selected. */
const visualOperators: Readonly<Record<string, string>> = {
  d: 'd',
  x: 'd',
  X: 'd',
  D: 'd',
  delete: 'd',
  y: 'y',
  Y: 'y',
  c: 'c',
  s: 'c',
  '<': '<',
  '>': '>',
};

export class NormalMode {
  readonly #motions: MotionKeys;
  readonly #operators: Operators;

  constructor(private readonly editor: Editor) {
    this.#motions = new MotionKeys(editor);
    this.#operators = new Operators(editor);
  }

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

  /** True when the key was a motion. */
  *#move(key: Key, count: number | null): Blocking<boolean> {
    const state = this.#state;
    const found = yield* this.#motions.read(key, count);
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
      yield* this.#operators.apply(
        operator,
        { from: { line: state.cursor.line, column: 0 }, to: { line: last, column: 0 }, linewise: true },
        register,
      );
      return;
    }
    if (key === 'i' || key === 'a') {
      const object = textObject(state.buffer, state.cursor, key, yield* this.editor.nextKey());
      if (object) yield* this.#operators.apply(operator, { ...object, linewise: false }, register);
      return;
    }
    // `cw` ends where the word ends.
    const isWord =
      operator === 'c' && (key === 'w' || key === 'W') && /\S/.test(state.line[state.cursor.column] ?? ' ');
    const found = yield* this.#motions.read(isWord ? (key === 'w' ? 'e' : 'E') : key, total);
    if (!found) return;
    yield* this.#operators.apply(operator, this.#operators.span(found, key), register);
  }

  *#visual(key: Key, count: number | null, register: string): Blocking<void> {
    const state = this.#state;
    if (key === 'escape' || key === '^C' || key === (state.mode === 'visual' ? 'v' : 'V')) {
      state.mode = 'normal';
    } else if (key === 'v' || key === 'V') {
      state.mode = key === 'v' ? 'visual' : 'visual-line';
    } else if (key === 'o') {
      [state.anchor, state.cursor] = [state.cursor, state.anchor];
    } else if (key in visualOperators || ':~JpP'.includes(key)) {
      yield* this.#onSelection(key, this.#takeSelection(), register);
    } else if (!(yield* this.#move(key, count))) {
      state.terminal.draw('\x07');
    }
  }

  /** What is selected; visual mode is over then. */
  #takeSelection(): Span {
    const state = this.#state;
    const { anchor, cursor } = state;
    const isForward = anchor.line < cursor.line || (anchor.line === cursor.line && anchor.column <= cursor.column);
    const [from, to] = isForward ? [anchor, cursor] : [cursor, anchor];
    const linewise = state.mode === 'visual-line';
    state.mode = 'normal';
    state.marks.set('<', from);
    state.marks.set('>', to);
    const end = Math.min(state.buffer.line(to.line).length, to.column + 1);
    return linewise
      ? { from: { line: from.line, column: 0 }, to, linewise }
      : { from, to: { line: to.line, column: end }, linewise };
  }

  *#onSelection(key: Key, selection: Span, register: string): Blocking<void> {
    const { from, to, linewise } = selection;
    const { buffer } = this.#state;
    switch (key) {
      case ':':
        return yield* this.editor.commandLine("'<,'>");
      case 'J':
        return this.#operators.join(from.line, Math.max(1, to.line - from.line));
      case '~': {
        const column = linewise ? buffer.line(to.line).length : to.column;
        return this.#operators.swapCase(from, { line: to.line, column });
      }
      case 'p':
      case 'P':
        return this.#operators.replace(selection, register);
      default:
        yield* this.#operators.apply(visualOperators[key] ?? 'y', selection, register);
    }
  }

  *#command(key: Key, count: number | null, register: string): Blocking<void> {
    const times = count ?? 1;
    if (yield* this.#operate(key, times, register)) return;
    if (yield* this.#insert(key, times)) return;
    if (yield* scroll(this.editor, key, times)) return;
    yield* this.#other(key, count);
  }

  /** Operators with their motion in one key, and other changes. True when the key was one. */
  *#operate(key: Key, times: number, register: string): Blocking<boolean> {
    const span = this.#operators.shorthand(key, times);
    if (span) {
      yield* this.#operators.apply(span.operator, span, register);
      return true;
    }
    const { cursor, line } = this.#state;
    switch (key) {
      case 'x':
      case 'delete':
      case 'X':
        return true;
      case 'p':
      case 'P':
        this.#operators.put(key === 'p', times, register);
        return true;
      case 'J':
        this.#operators.join(cursor.line, Math.max(1, times - 1));
        return true;
      case 'r':
        this.#operators.overwrite(yield* this.editor.nextKey(), times);
        return true;
      case '~': {
        if (line === '') return true;
        const column = Math.min(line.length, cursor.column + times);
        this.#operators.swapCase(cursor, { line: cursor.line, column });
        this.#state.cursor = { line: cursor.line, column: Math.min(line.length - 1, column) };
        return true;
      }
      default:
        return false;
    }
  }

  /** True when the key begins insert or replace mode. */
  *#insert(key: Key, times: number): Blocking<boolean> {
    const state = this.#state;
    const { buffer, cursor, line } = state;
    switch (key) {
      case 'i':
      case 'insert':
        break;
      case 'a':
        state.cursor = { line: cursor.line, column: Math.min(line.length, cursor.column + 1) };
        break;
      case 'I':
        state.cursor = { line: cursor.line, column: line.trim() === '' ? line.length : firstNonBlank(line) };
        break;
      case 'A':
        state.cursor = { line: cursor.line, column: line.length };
        break;
      case 'R':
        yield* this.editor.insertMode('replace', times);
        return true;
      case 'o':
      case 'O': {
        buffer.checkpoint(cursor);
        const at = cursor.line + (key === 'o' ? 1 : 0);
        const indent = state.options.autoIndent ? (/^\s*/.exec(line)?.[0] ?? '') : '';
        buffer.splice(at, 0, indent);
        state.cursor = { line: at, column: indent.length };
        yield* this.editor.insertMode('insert', times, { goesOn: true, between: '\n' });
        return true;
      }
      default:
        return false;
    }
    yield* this.editor.insertMode('insert', times);
    return true;
  }

  *#other(key: Key, count: number | null): Blocking<void> {
    const state = this.#state;
    const { editor } = this;
    switch (key) {
      case 'u':
        return this.#undo(state.buffer.undo(state.cursor), 'Already at oldest change');
      case '^R':
        return this.#undo(state.buffer.redo(), 'Already at newest change');
      case '.':
        return yield* editor.repeatLast(count);
      case 'v':
      case 'V':
        state.anchor = { ...state.cursor };
        state.mode = key === 'v' ? 'visual' : 'visual-line';
        return;
      case ':':
        return yield* editor.commandLine(count === null ? '' : count === 1 ? '.' : `.,.+${count - 1}`);
      case 'm':
        state.marks.set(yield* editor.nextKey(), { ...state.cursor });
        return;
      case 'Z': {
        const next = yield* editor.nextKey();
        if (next === 'Z') yield* editor.execute('x');
        else if (next === 'Q') yield* editor.execute('q!');
        return;
      }
      case '^G':
        return yield* editor.execute('f');
      case '^L':
      case 'resize':
        return editor.screen.forget();
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
}
