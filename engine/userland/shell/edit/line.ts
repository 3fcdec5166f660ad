/** The line being edited: its characters, the cursor, what was killed, and how to undo it. */
export interface LineState {
  chars: readonly string[];
  point: number;
}

const maxUndo = 1000;
const maxKills = 10;

/** Killed texts are shared by all lines of a shell. */
export class KillRing {
  readonly #texts: string[] = [];
  #at = 0;

  push(text: string, how: 'new' | 'append' | 'prepend'): void {
    if (text === '') return;
    const last = this.#texts.at(-1);
    if (how === 'new' || last === undefined) this.#texts.push(text);
    else this.#texts[this.#texts.length - 1] = how === 'append' ? last + text : text + last;
    if (this.#texts.length > maxKills) this.#texts.shift();
    this.#at = this.#texts.length - 1;
  }

  current(): string {
    return this.#texts[this.#at] ?? '';
  }

  /** The one killed before. */
  rotate(): string {
    this.#at = (this.#at + this.#texts.length - 1) % Math.max(1, this.#texts.length);
    return this.current();
  }
}

export class EditLine {
  chars: string[] = [];
  point = 0;
  mark = 0;
  #undo: LineState[] = [];
  #insertsSinceUndo = 0;

  get text(): string {
    return this.chars.join('');
  }

  /** For undo: called before a change. Typed characters are undone together. */
  remember(isTyping = false): void {
    if (isTyping && this.#insertsSinceUndo > 0 && this.#insertsSinceUndo < 20) {
      this.#insertsSinceUndo++;
      return;
    }
    this.#insertsSinceUndo = isTyping ? 1 : 0;
    this.#undo.push({ chars: [...this.chars], point: this.point });
    if (this.#undo.length > maxUndo) this.#undo.shift();
  }

  undo(): boolean {
    this.#insertsSinceUndo = 0;
    const state = this.#undo.pop();
    if (state === undefined) return false;
    this.chars = [...state.chars];
    this.point = state.point;
    return true;
  }

  revert(): void {
    const [first] = this.#undo;
    if (first === undefined) return;
    this.chars = [...first.chars];
    this.point = first.point;
    this.#undo = [];
  }

  replace(text: string): void {
    this.chars = [...text];
    this.point = this.chars.length;
  }

  insert(text: string): void {
    const inserted = [...text];
    this.chars.splice(this.point, 0, ...inserted);
    this.point += inserted.length;
  }

  /** Takes the characters between two places away; the cursor stands there afterwards. */
  remove(from: number, to: number): string {
    const [start, end] = from <= to ? [from, to] : [to, from];
    const removed = this.chars.splice(start, end - start);
    this.point = start;
    return removed.join('');
  }

  wordForward(): number {
    let at = this.point;
    while (at < this.chars.length && !isWordCharacter(this.chars[at])) at++;
    while (at < this.chars.length && isWordCharacter(this.chars[at])) at++;
    return at;
  }

  wordBackward(): number {
    let at = this.point;
    while (at > 0 && !isWordCharacter(this.chars[at - 1])) at--;
    while (at > 0 && isWordCharacter(this.chars[at - 1])) at--;
    return at;
  }

  /** To the blank before (`C-w`). */
  blankBackward(): number {
    let at = this.point;
    while (at > 0 && /\s/.test(this.chars[at - 1] ?? '')) at--;
    while (at > 0 && !/\s/.test(this.chars[at - 1] ?? '')) at--;
    return at;
  }
}

export function isWordCharacter(char: string | undefined): boolean {
  return char !== undefined && /[\p{L}\p{N}]/u.test(char);
}
