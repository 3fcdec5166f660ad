/** Operators and the other changes of text: delete, yank, put, shift, join. */
import type { Blocking } from '../../../kernel/sim';
import type { Key } from '../common/terminal';
import type { Position } from './buffer';
import type { Editor } from './editor';
import { firstNonBlank, type Motion } from './motions';
import type { EditorState } from './state';

/** What an operator works on: whole lines, or from one place up to before another. */
export interface Span {
  from: Position;
  to: Position;
  linewise: boolean;
}

export class Operators {
  constructor(private readonly editor: Editor) {}

  get #state(): EditorState {
    return this.editor.state;
  }

  span(found: Motion, key: Key): Span {
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

  *apply(operator: Key, span: Span, register: string): Blocking<void> {
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
    buffer.checkpoint(linewise ? { line: from.line, column: state.cursor.column } : from);
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
    if (operator === 'c') yield* this.editor.insertMode('insert', 1, { goesOn: true });
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

  swapCase(from: Position, to: Position): void {
    const state = this.#state;
    state.buffer.checkpoint(state.cursor);
    const text = state.buffer.text(from, to);
    const swapped = [...text]
      .map((char) => (char === char.toUpperCase() ? char.toLowerCase() : char.toUpperCase()))
      .join('');
    state.buffer.remove(from, to);
    state.buffer.insert(from, swapped);
  }

  join(line: number, times: number): void {
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

  put(after: boolean, count: number, register: string): void {
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

  /** `r`: other characters in place of those at the cursor. */
  overwrite(char: Key, times: number): void {
    const state = this.#state;
    const { buffer, cursor } = state;
    if (char === 'escape' || cursor.column + times > state.line.length) return;
    buffer.checkpoint(cursor);
    const text = char === 'enter' ? '\n' : (char === 'tab' ? '\t' : char).repeat(times);
    buffer.remove(cursor, { line: cursor.line, column: cursor.column + times });
    const end = buffer.insert(cursor, text);
    state.cursor = { line: end.line, column: Math.max(0, end.column - (text === '\n' ? 0 : 1)) };
  }

  /** `p` in visual mode: the register in place of what is selected, which goes into the unnamed register. */
  replace(selection: Span, register: string): void {
    const state = this.#state;
    const { buffer, registers } = state;
    const { text, linewise } = registers.get(register.toLowerCase()) ?? { text: '', linewise: false };
    const { from, to } = selection;
    this.#yank(selection, '"');
    buffer.checkpoint(state.cursor);
    if (selection.linewise) {
      buffer.splice(from.line, to.line - from.line + 1, ...text.split('\n'));
      state.cursor = { line: from.line, column: firstNonBlank(buffer.line(from.line)) };
      return;
    }
    buffer.remove(from, to);
    const end = buffer.insert(from, linewise ? `\n${text}\n` : text);
    state.cursor =
      text.includes('\n') || linewise ? { ...from } : { line: end.line, column: Math.max(0, end.column - 1) };
  }

  /** `x` is `dl`, `D` is `d$` and so on; null where there is nothing, or the key is none of these. */
  shorthand(key: Key, times: number): (Span & { operator: string }) | null {
    const { buffer, cursor, line } = this.#state;
    const here = (column: number): Position => ({ line: cursor.line, column });
    const right = here(Math.min(line.length, cursor.column + times));
    const lines = {
      from: here(0),
      to: { line: Math.min(buffer.count - 1, cursor.line + times - 1), column: 0 },
      linewise: true,
    };
    switch (key) {
      case 'x':
      case 'delete':
        return line === '' ? null : { operator: 'd', from: cursor, to: right, linewise: false };
      case 'X': {
        const left = here(Math.max(0, cursor.column - times));
        return cursor.column === 0 ? null : { operator: 'd', from: left, to: cursor, linewise: false };
      }
      case 'D':
      case 'C':
        return { operator: key.toLowerCase(), from: cursor, to: here(line.length), linewise: false };
      case 's':
        return { operator: 'c', from: cursor, to: right, linewise: false };
      case 'S':
        return { operator: 'c', ...lines };
      case 'Y':
        return { operator: 'y', ...lines };
      default:
        return null;
    }
  }
}
