/** What the commands of the editor work on: one line that is being read. */
import type { Blocking } from '../../../kernel/sim';
import type { Shell } from '../state/shell';
import type { Display } from './display';
import type { Key, KeyReader } from './keys';
import { EditLine, type KillRing } from './line';

export type Outcome =
  | { kind: 'line'; text: string }
  | { kind: 'end' }
  | { kind: 'interrupted' }
  /** `C-o`: the line is taken, and the one after it in the history comes next. */
  | { kind: 'operate'; text: string; next: number };

export interface Completer {
  /** Completes the word before the cursor; true when the list is wanted (`Tab` a second time). */
  complete(session: EditSession, again: boolean, key: string): Blocking<void>;
}

export class EditSession {
  readonly line = new EditLine();
  /** Which entry of the history is shown; its length for the new line. */
  historyAt: number;
  /** Lines of the history that were edited but not entered, by number. */
  readonly edited = new Map<number, string>();
  lastCommand = '';
  outcome: Outcome | null = null;
  /** Digits after Meta. */
  argument: number | null = null;
  /** What `M-.` put in, and from where. */
  lastArgument: { entry: number; length: number } | null = null;
  overwrites = false;
  /** The last Tab changed the line. */
  completionChanged = false;
  #unread: Key | null = null;

  constructor(
    readonly shell: Shell,
    readonly keys: KeyReader,
    readonly display: Display,
    readonly kills: KillRing,
    readonly completer: Completer,
    readonly prompt: string,
  ) {
    this.historyAt = shell.history.length;
  }

  *write(text: string): Blocking<void> {
    this.shell.printError(text);
    yield* this.shell.flush();
  }

  *bell(): Blocking<void> {
    yield* this.refresh();
    yield* this.write('\x07');
  }

  *refresh(): Blocking<void> {
    const out = this.display.show(this.line.chars, this.line.point);
    if (out !== '') yield* this.write(out);
  }

  /** The key is obeyed next. */
  unread(key: Key): void {
    this.#unread = key;
  }
  takeUnread(): Key | null {
    const key = this.#unread;
    this.#unread = null;
    return key;
  }

  /** Below the line; prompt and line are drawn again after it. */
  *printBelow(text: string): Blocking<void> {
    yield* this.write(this.display.toEnd());
    this.display.forget();
    yield* this.write(`\n${text}`);
  }

  /** Goes to another entry of the history. */
  goTo(entry: number): boolean {
    const { history } = this.shell;
    if (entry < 0 || entry > history.length) return false;
    this.edited.set(this.historyAt, this.line.text);
    this.historyAt = entry;
    this.line.replace(this.edited.get(entry) ?? history[entry]?.line ?? '');
    return true;
  }
}
