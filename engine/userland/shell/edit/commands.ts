/** The commands of the editor, by key: readline's in emacs mode (readline(3), "DEFAULT KEY BINDINGS"). */

import type { Blocking } from '../../../kernel/sim';
import { bare } from '../../../kernel/sim';
import { incrementalSearch } from './search';
import type { EditSession } from './session';

type Command = (session: EditSession) => Blocking<void> | void;

function count(session: EditSession): number {
  return session.argument ?? 1;
}

function move(to: (session: EditSession) => number): Command {
  return (session) => {
    session.line.point = Math.max(0, Math.min(session.line.chars.length, to(session)));
  };
}

/** Kills from the cursor to a place; kills in a row are put together. */
function killTo(to: (session: EditSession) => number): Command {
  return function* (session) {
    const { line } = session;
    const target = Math.max(0, Math.min(line.chars.length, to(session)));
    if (target === line.point) {
      if (line.chars.length === 0 || target === 0) return yield* session.bell();
      return;
    }
    const forward = target > line.point;
    line.remember();
    const text = line.remove(line.point, target);
    session.kills.push(text, session.lastCommand === 'kill' ? (forward ? 'append' : 'prepend') : 'new');
    session.lastCommand = 'kill!';
  };
}

const deleteForward: Command = function* (session) {
  const { line } = session;
  if (line.point >= line.chars.length) return yield* session.bell();
  line.remember();
  line.remove(line.point, Math.min(line.chars.length, line.point + count(session)));
};

const deleteBackward: Command = function* (session) {
  const { line } = session;
  if (line.point === 0) return yield* session.bell();
  line.remember();
  line.remove(Math.max(0, line.point - count(session)), line.point);
};

const endOrDelete: Command = function* (session) {
  if (session.line.chars.length === 0) {
    session.outcome = { kind: 'end' };
    return;
  }
  yield* run(deleteForward, session);
};

const accept: Command = (session) => {
  session.outcome = { kind: 'line', text: session.line.text };
};

function history(step: number): Command {
  return function* (session) {
    if (!session.goTo(session.historyAt + step)) yield* session.bell();
  };
}

const yank: Command = (session) => {
  session.line.remember();
  session.line.mark = session.line.point;
  session.line.insert(session.kills.current());
  session.lastCommand = 'yank!';
};

const yankBefore: Command = function* (session) {
  if (session.lastCommand !== 'yank') return yield* session.bell();
  const { line } = session;
  line.remove(line.mark, line.point);
  line.mark = line.point;
  line.insert(session.kills.rotate());
  session.lastCommand = 'yank!';
};

/** `M-.`: the last word of the line before, of the one before that when it is pressed again. */
const lastArgument: Command = function* (session) {
  const { line } = session;
  const again = session.lastCommand === 'last-argument' ? session.lastArgument : null;
  const entry = (again?.entry ?? session.shell.history.length) - 1;
  const text = session.shell.history[entry]?.line;
  if (text === undefined) return yield* session.bell();
  line.remember();
  if (again) line.remove(line.point - again.length, line.point);
  const words = text.trim().match(/(?:[^\s'"\\]|\\.|'[^']*'|"(?:[^"\\]|\\.)*")+/g) ?? [];
  const word = session.argument === null ? (words.at(-1) ?? '') : (words[session.argument] ?? '');
  line.insert(word);
  session.lastArgument = { entry, length: [...word].length };
  session.lastCommand = 'last-argument!';
};

const transposeChars: Command = function* (session) {
  const { line } = session;
  if (line.point === 0 || line.chars.length < 2) return yield* session.bell();
  line.remember();
  const at = line.point === line.chars.length ? line.point - 1 : line.point;
  const [before = '', after = ''] = [line.chars[at - 1], line.chars[at]];
  line.chars.splice(at - 1, 2, after, before);
  line.point = at + 1;
};

const transposeWords: Command = function* (session) {
  const { line } = session;
  const end2 = line.wordForward();
  line.point = end2;
  const start2 = line.wordBackward();
  line.point = start2;
  const start1 = line.wordBackward();
  line.point = start1;
  const end1 = line.wordForward();
  if (start1 === start2 || end1 > start2) return yield* session.bell();
  line.remember();
  const [first, middle, second] = [
    line.chars.slice(start1, end1),
    line.chars.slice(end1, start2),
    line.chars.slice(start2, end2),
  ];
  line.chars.splice(start1, end2 - start1, ...second, ...middle, ...first);
  line.point = end2;
};

function changeWord(change: (word: string) => string): Command {
  return (session) => {
    const { line } = session;
    const end = line.wordForward();
    line.remember();
    const changed = [...change(line.chars.slice(line.point, end).join(''))];
    line.chars.splice(line.point, end - line.point, ...changed);
    line.point += changed.length;
  };
}

const clearScreen: Command = function* (session) {
  yield* session.write('\x1b[H\x1b[2J');
  session.display.forget();
};

const quotedInsert: Command = function* (session) {
  const text = yield* session.keys.literal();
  session.line.remember();
  session.line.insert(text);
};

const complete: Command = function* (session) {
  // The list is shown when the Tab before could not do anything.
  const again = session.lastCommand === 'complete' && !session.completionChanged;
  const before = session.line.text;
  yield* session.completer.complete(session, again, '\t');
  session.completionChanged = session.line.text !== before;
  session.lastCommand = 'complete!';
};

const possible: Command = function* (session) {
  yield* session.completer.complete(session, true, '?');
};

const comment: Command = (session) => {
  session.line.point = 0;
  session.line.insert('#');
  session.outcome = { kind: 'line', text: session.line.text };
};

const operate: Command = (session) => {
  session.outcome = { kind: 'operate', text: session.line.text, next: session.historyAt + 1 };
};

const undo: Command = function* (session) {
  if (!session.line.undo()) yield* session.bell();
};

/** Back to the line searched for (`M-<`, `M->`). */
const oldest: Command = (session) => {
  session.goTo(0);
};
const newest: Command = (session) => {
  session.goTo(session.shell.history.length);
};

export const bindings: Readonly<Record<string, Command>> = bare({
  'C-a': move(() => 0),
  home: move(() => 0),
  'C-e': move(({ line }) => line.chars.length),
  end: move(({ line }) => line.chars.length),
  'C-b': move((session) => session.line.point - count(session)),
  left: move((session) => session.line.point - count(session)),
  'C-f': move((session) => session.line.point + count(session)),
  right: move((session) => session.line.point + count(session)),
  'M-b': move(({ line }) => line.wordBackward()),
  'C-left': move(({ line }) => line.wordBackward()),
  'M-left': move(({ line }) => line.wordBackward()),
  'M-f': move(({ line }) => line.wordForward()),
  'C-right': move(({ line }) => line.wordForward()),
  'M-right': move(({ line }) => line.wordForward()),
  'C-k': killTo(({ line }) => line.chars.length),
  'C-u': killTo(() => 0),
  'C-w': killTo(({ line }) => line.blankBackward()),
  'M-d': killTo(({ line }) => line.wordForward()),
  'M-backspace': killTo(({ line }) => line.wordBackward()),
  'M-C-h': killTo(({ line }) => line.wordBackward()),
  'C-y': yank,
  'M-y': yankBefore,
  'M-.': lastArgument,
  'M-_': lastArgument,
  'C-d': endOrDelete,
  delete: deleteForward,
  backspace: deleteBackward,
  'C-h': deleteBackward,
  'C-t': transposeChars,
  'M-t': transposeWords,
  'M-u': changeWord((word) => word.toUpperCase()),
  'M-l': changeWord((word) => word.toLowerCase()),
  'M-c': changeWord((word) => word.toLowerCase().replace(/[\p{L}]/u, (letter) => letter.toUpperCase())),
  'C-l': clearScreen,
  'M-C-l': clearScreen,
  enter: accept,
  'C-j': accept,
  'C-m': accept,
  'C-o': operate,
  'C-p': history(-1),
  up: history(-1),
  'C-n': history(1),
  down: history(1),
  'M-<': oldest,
  'M->': newest,
  'C-r': (session) => incrementalSearch(session, 'backward'),
  'C-s': (session) => incrementalSearch(session, 'forward'),
  'C-_': undo,
  'M-r': ({ line }) => line.revert(),
  'C-q': quotedInsert,
  'C-v': quotedInsert,
  tab: complete,
  'M-?': possible,
  'M-=': possible,
  'M-#': comment,
  insert: (session) => {
    session.overwrites = !session.overwrites;
  },
});

export function* run(command: Command, session: EditSession): Blocking<void> {
  const result = command(session);
  if (result !== undefined) yield* result;
}
