/** Motions as they are typed: keys that take more keys, searches, marks, places on the screen. */
import type { Blocking } from '../../../kernel/sim';
import type { Key } from '../common/terminal';
import type { Editor } from './editor';
import { findChar, firstNonBlank, type Motion, motion } from './motions';
import type { EditorState } from './state';

const plainMotions = 'hjklwWbBeE0^$|G{}%+- ';
const namedMotions = /^(up|down|left|right|home|end|enter|backspace|\^[HJNP])$/;

/** Null when there is no way; undefined when the key is no motion. */
type Found = Motion | null | undefined;

export class MotionKeys {
  #lastFind: { kind: string; char: string } | null = null;

  constructor(private readonly editor: Editor) {}

  get #state(): EditorState {
    return this.editor.state;
  }

  *read(key: Key, count: number | null): Blocking<Found> {
    const { buffer, cursor } = this.#state;
    if (key.length === 1 && 'fFtT'.includes(key)) return yield* this.#find(key, count ?? 1);
    if (key === ';' || key === ',') return this.#findAgain(key, count ?? 1);
    if (key === 'g') return yield* this.#afterG(count);
    if (key === '/' || key === '?') return yield* this.editor.askSearch(key === '/');
    if (key === 'n' || key === 'N') return this.editor.searchAgain(key === 'N');
    if (key === '*' || key === '#') return this.editor.searchWord(key === '*');
    if (key === "'" || key === '`') return this.#toMark(key, yield* this.editor.nextKey());
    if (key === 'H' || key === 'M' || key === 'L') return this.#onScreen(key);
    const isPlain = plainMotions.includes(key) || namedMotions.test(key);
    return isPlain ? motion(buffer, key, cursor, count) : undefined;
  }

  *#find(key: Key, count: number): Blocking<Found> {
    const { buffer, cursor } = this.#state;
    const char = yield* this.editor.nextKey();
    if (char === 'escape') return null;
    this.#lastFind = { kind: key, char: char === 'tab' ? '\t' : char };
    return findChar(buffer, cursor, key, this.#lastFind.char, count);
  }

  #findAgain(key: ';' | ',', count: number): Found {
    if (!this.#lastFind) return null;
    const { buffer, cursor } = this.#state;
    const { kind, char } = this.#lastFind;
    const turned = kind === kind.toLowerCase() ? kind.toUpperCase() : kind.toLowerCase();
    return findChar(buffer, cursor, key === ';' ? kind : turned, char, count);
  }

  *#afterG(count: number | null): Blocking<Found> {
    const { buffer, cursor } = this.#state;
    const next = yield* this.editor.nextKey();
    if (next === 'g') return motion(buffer, 'G', cursor, count ?? 1);
    if (next === 'j' || next === 'k') return motion(buffer, next, cursor, count);
    return next === '_' ? motion(buffer, '$', cursor, count) : null;
  }

  #toMark(key: "'" | '`', name: Key): Found {
    const mark = this.#state.marks.get(name);
    if (!mark) {
      this.#state.fail('E20: Mark not set');
      return null;
    }
    return key === '`' ? { to: mark, linewise: false, inclusive: false } : this.#toLine(mark.line);
  }

  #onScreen(key: 'H' | 'M' | 'L'): Found {
    const { top, buffer } = this.#state;
    const last = Math.min(buffer.count - 1, top + this.editor.screen.textRows - 1);
    return this.#toLine(key === 'H' ? top : key === 'L' ? last : Math.floor((top + last) / 2));
  }

  #toLine(line: number): Motion {
    const column = firstNonBlank(this.#state.buffer.line(line));
    return { to: { line, column }, linewise: true, inclusive: true };
  }
}
