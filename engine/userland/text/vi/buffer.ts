/** The text that is edited, with undo. A change makes a new list of lines; the old one is what undo goes back to. */

export interface Position {
  line: number;
  column: number;
}

interface Snapshot {
  lines: readonly string[];
  cursor: Position;
}

export class Buffer {
  #lines: readonly string[] = [''];
  readonly #undo: Snapshot[] = [];
  #redo: Snapshot[] = [];
  #saved: readonly string[] = this.#lines;

  get lines(): readonly string[] {
    return this.#lines;
  }
  get count(): number {
    return this.#lines.length;
  }
  get isModified(): boolean {
    return this.#lines !== this.#saved;
  }

  line(at: number): string {
    return this.#lines[at] ?? '';
  }

  /** A file's lines: nothing to undo. */
  load(lines: readonly string[]): void {
    this.#lines = lines.length === 0 ? [''] : lines;
    this.#saved = this.#lines;
    this.#undo.length = 0;
    this.#redo = [];
  }

  markSaved(): void {
    this.#saved = this.#lines;
  }

  /** To be called before a command changes anything: what undo takes back at once. */
  checkpoint(cursor: Position): void {
    const last = this.#undo.at(-1);
    if (last?.lines === this.#lines) last.cursor = { ...cursor };
    else this.#undo.push({ lines: this.#lines, cursor: { ...cursor } });
    if (this.#undo.length > 1000) this.#undo.shift();
  }

  /** Replaces `remove` lines at `at`. */
  splice(at: number, remove: number, ...insert: string[]): void {
    const lines = [...this.#lines.slice(0, at), ...insert, ...this.#lines.slice(at + remove)];
    this.#lines = lines.length === 0 ? [''] : lines;
    this.#redo = [];
  }

  setLine(at: number, text: string): void {
    if (text !== this.line(at)) this.splice(at, 1, text);
  }

  /** Null when there is nothing to take back. */
  undo(cursor: Position): Position | null {
    for (let last = this.#undo.pop(); last !== undefined; last = this.#undo.pop()) {
      if (last.lines === this.#lines) continue;
      this.#redo.push({ lines: this.#lines, cursor: { ...cursor } });
      this.#lines = last.lines;
      return last.cursor;
    }
    return null;
  }

  redo(): Position | null {
    const next = this.#redo.pop();
    if (!next) return null;
    this.#undo.push({ lines: this.#lines, cursor: next.cursor });
    this.#lines = next.lines;
    return next.cursor;
  }

  /** Text between two places; the end is not part of it. */
  text(from: Position, to: Position): string {
    if (from.line === to.line) return this.line(from.line).slice(from.column, to.column);
    const middle = this.#lines.slice(from.line + 1, to.line);
    return [this.line(from.line).slice(from.column), ...middle, this.line(to.line).slice(0, to.column)].join('\n');
  }

  remove(from: Position, to: Position): void {
    const joined = this.line(from.line).slice(0, from.column) + this.line(to.line).slice(to.column);
    this.splice(from.line, to.line - from.line + 1, joined);
  }

  /** Answers where the inserted text ends. */
  insert(at: Position, text: string): Position {
    const [before, after] = [this.line(at.line).slice(0, at.column), this.line(at.line).slice(at.column)];
    const parts = text.split('\n');
    const last = parts.length - 1;
    const lines = parts.map((part, index) => (index === 0 ? before : '') + part + (index === last ? after : ''));
    this.splice(at.line, 1, ...lines);
    return { line: at.line + last, column: (last === 0 ? before.length : 0) + (parts[last]?.length ?? 0) };
  }
}
