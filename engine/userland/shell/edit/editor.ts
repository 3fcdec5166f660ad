/** Reads a line from a terminal with the editor. */
import { type Blocking, isSysError, type Sys, signalNumbers } from '../../../kernel/sim';
import { orNull } from '../../lib/attempt';
import type { Shell } from '../state/shell';
import { bindings, run } from './commands';
import { Display } from './display';
import { type Key, KeyReader } from './keys';
import { KillRing } from './line';
import { type Completer, EditSession, type Outcome } from './session';
import { prepareTerminal, restoreTerminal } from './terminal-mode';
import { setWindowVariables } from './window-variables';

const pasteOn = '\x1b[?2004h';
const pasteOff = '\x1b[?2004l\r';

export class LineEditor {
  readonly #keys: KeyReader;
  readonly #kills = new KillRing();
  readonly #display: Display;
  readonly #isDumb: boolean;
  /** The entry that comes first with the next line (`C-o`). */
  #next: number | null = null;

  constructor(
    private readonly shell: Shell,
    private readonly completer: Completer,
  ) {
    this.#keys = new KeyReader(shell.sys, 0);
    this.#isDumb = ['dumb', ''].includes(shell.vars.get('TERM') ?? 'dumb');
    this.#display = new Display(this.#isDumb);
  }

  /** Null at the end of the input; 'interrupted' after ^C. */
  *readLine(prompt: string): Blocking<string | null | 'interrupted'> {
    const { shell } = this;
    const session = new EditSession(shell, this.#keys, this.#display, this.#kills, this.completer, prompt);
    if (this.#next !== null) session.goTo(this.#next);
    this.#next = null;
    const before = prepareTerminal(shell.sys, 0);
    let outcome: Outcome;
    try {
      this.#display.columns = windowWidth(shell.sys);
      this.#display.setPrompt(prompt);
      this.#display.forget();
      if (!this.#isDumb) yield* session.write(pasteOn);
      yield* session.refresh();
      outcome = yield* this.#edit(session);
      yield* this.#finish(session, outcome);
    } finally {
      restoreTerminal(shell.sys, 0, before);
    }
    if (outcome.kind === 'end') return null;
    if (outcome.kind === 'interrupted') return 'interrupted';
    if (outcome.kind === 'operate') this.#next = outcome.next;
    return outcome.text;
  }

  *#finish(session: EditSession, outcome: Outcome): Blocking<void> {
    const off = this.#isDumb ? '' : pasteOff;
    if (outcome.kind !== 'end') yield* session.refresh();
    if (outcome.kind === 'line' || outcome.kind === 'operate') yield* session.write(this.#display.finish() + off);
    else if (outcome.kind === 'interrupted') {
      yield* session.write(`${this.#display.toEnd()}^C${off}`);
      if (this.shell.pendingSignals.length > 0) yield* this.shell.hooks.runPendingTraps(this.shell);
      yield* session.write('\n');
    } else yield* session.write(`${off}`);
  }

  *#edit(session: EditSession): Blocking<Outcome> {
    const { shell } = this;
    for (;;) {
      let key: Key;
      try {
        key = session.takeUnread() ?? (yield* this.#keys.next());
      } catch (error) {
        if (!isSysError(error, 'EINTR')) {
          // The terminal is gone.
          if (shell.fatalSignal !== 0) yield* shell.hooks.runPendingTraps(shell);
          if (isSysError(error)) return { kind: 'end' };
          throw error;
        }
        if (this.#isInterrupted()) return { kind: 'interrupted' };
        if (shell.pendingSignals.length > 0 || shell.fatalSignal !== 0) yield* shell.hooks.runPendingTraps(shell);
        if (shell.windowChanged) yield* this.#redraw(session);
        continue;
      }
      try {
        yield* this.#obey(session, key);
      } catch (error) {
        if (!isSysError(error, 'EINTR')) throw error;
        if (this.#isInterrupted()) return { kind: 'interrupted' };
      }
      if (session.outcome !== null) return session.outcome;
      if (!this.#keys.hasMore) yield* session.refresh();
    }
  }

  /** SIGINT came, whether there is a trap for it or not. */
  #isInterrupted(): boolean {
    const { shell } = this;
    const is = shell.isInterrupted || shell.pendingSignals.includes(signalNumbers.SIGINT);
    shell.isInterrupted = false;
    return is;
  }

  *#redraw(session: EditSession): Blocking<void> {
    setWindowVariables(this.shell);
    const erased = this.#display.erase();
    this.#display.columns = windowWidth(this.shell.sys);
    yield* session.write(erased);
    yield* session.refresh();
  }

  *#obey(session: EditSession, key: Key): Blocking<void> {
    const { line } = session;
    if (key.kind === 'end') {
      if (this.shell.fatalSignal !== 0) yield* this.shell.hooks.runPendingTraps(this.shell);
      session.outcome = line.chars.length === 0 ? { kind: 'end' } : { kind: 'line', text: line.text };
      return;
    }
    if (key.kind === 'paste') {
      line.remember();
      line.insert(key.text);
      session.lastCommand = 'paste';
      return;
    }
    if (key.kind === 'text') {
      line.remember(true);
      if (session.overwrites && line.point < line.chars.length) line.remove(line.point, line.point + 1);
      line.insert(key.text.repeat(Math.max(1, Math.min(1000, session.argument ?? 1))));
      session.argument = null;
      session.lastCommand = 'insert';
      return;
    }
    const digit = /^M-(\d)$/.exec(key.name)?.[1];
    if (digit !== undefined) {
      session.argument = Math.min(10_000, (session.argument ?? 0) * 10 + Number(digit));
      return;
    }
    if (key.name.startsWith('C-x')) return yield* this.#prefixed(session);
    const command = bindings[key.name];
    if (command === undefined) return yield* session.bell();
    yield* run(command, session);
    // A command that goes on with the next one marks itself by an exclamation mark.
    session.lastCommand = session.lastCommand.endsWith('!') ? session.lastCommand.slice(0, -1) : key.name;
    session.argument = null;
  }

  /** After `C-x`. */
  *#prefixed(session: EditSession): Blocking<void> {
    const key = yield* this.#keys.next();
    const { line } = session;
    if (key.kind === 'key' && (key.name === 'C-u' || key.name === 'C-_')) line.undo();
    else if (key.kind === 'key' && key.name === 'C-x')
      [line.point, line.mark] = [Math.min(line.mark, line.chars.length), line.point];
    else if (key.kind === 'key' && key.name === 'backspace') yield* run(bindings['C-u'] ?? (() => undefined), session);
    else yield* session.bell();
  }
}

export function windowWidth(sys: Sys): number {
  return orNull(() => sys.getWinsize(0).cols || 80) ?? 80;
}
