/** Commands behind the colon that need nothing but their arguments. */

import type { Blocking } from '../../../kernel/sim';
import { encodeLossless } from '../common/lossless';
import type { ExCommand, Range } from './ex';
import { openFile, readLines, writeFile } from './files';
import { setOption } from './set';
import type { EditorState } from './state';

export class ExError extends Error {}

interface Call {
  bang: boolean;
  args: string;
  range: Range;
  state: EditorState;
}

type Command = (ex: ExCommand, call: Call) => Blocking<void>;

function* quit({ bang, state }: Call): Blocking<void> {
  yield* state.terminal.flush();
  if (state.buffer.isModified && !bang) throw new ExError('E37: No write since last change (add ! to override)');
  state.isOver = true;
}

function* write({ bang, args, range, state }: Call): Blocking<boolean> {
  const path = args === '' ? state.path : args;
  if (path === null) throw new ExError('E32: No file name');
  const lines = range.count === 0 ? state.buffer.lines : state.buffer.lines.slice(range.from, range.to + 1);
  if (!(yield* writeFile(state, path, lines, bang))) return false;
  state.path ??= path;
  if (path === state.path && range.count === 0) {
    state.buffer.markSaved();
    state.isNew = false;
  }
  return true;
}

export const commands: ReadonlyArray<readonly [RegExp, Command]> = [
  [/^(q|qu|quit|qa|qall|cq)$/, (_, call) => quit(call)],
  [
    /^(w|wr|write|wa|wall)$/,
    function* (_, call) {
      yield* write(call);
    },
  ],
  [
    /^(x|xi|xit|exi|exit|xa|xall)$/,
    function* (_, call) {
      if ((call.state.buffer.isModified || call.state.isNew) && !(yield* write(call))) return;
      call.state.isOver = true;
    },
  ],
  [
    /^(wq|wqa)$/,
    function* (_, call) {
      if (!(yield* write(call))) return;
      call.state.isOver = true;
    },
  ],
  [
    /^(e|ed|edit)$/,
    function* (_, { bang, args, state }) {
      if (state.buffer.isModified && !bang) throw new ExError('E37: No write since last change (add ! to override)');
      const path = args === '' ? state.path : args;
      if (path === null) throw new ExError('E32: No file name');
      yield* openFile(state, path);
    },
  ],
  [
    /^(r|re|read)$/,
    function* (_, { args, range, state }) {
      const lines = yield* readLines(state, args);
      if (lines === null) return;
      state.buffer.checkpoint(state.cursor);
      state.buffer.splice(range.to + 1, 0, ...lines);
      state.cursor = { line: range.to + 1, column: 0 };
      state.say(`"${args}" ${lines.length}L, ${encodeLossless(lines.map((line) => `${line}\n`).join('')).length}B`);
    },
  ],
  [
    /^(d|de|del|delete)$/,
    function* (_, { range, state }) {
      yield* state.terminal.flush();
      const { from, to } = range;
      state.buffer.checkpoint(state.cursor);
      state.registers.set('"', { text: state.buffer.lines.slice(from, to + 1).join('\n'), linewise: true });
      state.buffer.splice(from, to - from + 1);
      state.cursor = { line: Math.min(from, state.buffer.count - 1), column: 0 };
      if (to - from + 1 > 2) state.say(`${to - from + 1} fewer lines`);
    },
  ],
  [
    /^(y|ya|yank)$/,
    function* (_, { range, state }) {
      yield* state.terminal.flush();
      state.registers.set('"', { text: state.buffer.lines.slice(range.from, range.to + 1).join('\n'), linewise: true });
    },
  ],
  [
    /^(m|move|t|copy|co)$/,
    function* (_, { args, range, state }) {
      yield* state.terminal.flush();
      const target = args.trim() === '$' ? state.buffer.count : Number(args);
      if (!Number.isInteger(target)) throw new ExError('E14: Invalid address');
      const lines = state.buffer.lines.slice(range.from, range.to + 1);
      state.buffer.checkpoint(state.cursor);
      state.buffer.splice(target, 0, ...lines);
    },
  ],
  [
    /^(se|set)$/,
    function* (_, { args, state }) {
      yield* state.terminal.flush();
      for (const word of args.split(/\s+/).filter((part) => part !== '')) setOption(state, word);
    },
  ],
  [
    /^(noh|nohlsearch|nohl)$/,
    function* (_, { state }) {
      yield* state.terminal.flush();
      state.pattern = null;
    },
  ],
  [
    /^(f|file)$/,
    function* (_, { args, state }) {
      yield* state.terminal.flush();
      if (args !== '') state.path = args;
      state.say(
        `"${state.path ?? '[No Name]'}"${state.buffer.isModified ? ' [Modified]' : ''} ${state.buffer.count} line${state.buffer.count === 1 ? '' : 's'}`,
      );
    },
  ],
  [
    /^(u|undo|red|redo)$/,
    function* (_, { state }) {
      yield* state.terminal.flush();
      const place = state.buffer.undo(state.cursor);
      if (place) state.cursor = place;
    },
  ],
  [
    /^(sy|syn|syntax|filetype|colo|colorscheme)$/,
    function* (_, { state }) {
      yield* state.terminal.flush();
      throw new ExError('E319: Sorry, the command is not available in this version');
    },
  ],
  [
    /^(h|help)$/,
    function* (_, { state }) {
      yield* state.terminal.flush();
      throw new ExError(
        'E433: No help files in this simulator: i insert, Esc back, :w write, :q leave, :q! leave without writing',
      );
    },
  ],
];

/** Parts between delimiters; a backslash keeps one from being such. */
export function splitFields(text: string, delimiter: string): string[] {
  const fields = [''];
  for (let at = 0; at < text.length; at++) {
    const char = text[at] ?? '';
    if (char === '\\' && at + 1 < text.length) {
      const next = text[++at] ?? '';
      fields[fields.length - 1] += next === delimiter ? next : `\\${next}`;
    } else if (char === delimiter && fields.length < 3) fields.push('');
    else fields[fields.length - 1] += char;
  }
  return fields;
}
