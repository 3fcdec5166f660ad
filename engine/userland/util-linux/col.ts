/** col(1): takes steps back and overstriking out of a text. */
import { LineReader, writeAll } from '../lib/io';
import { charWidth, indentation } from '../lib/width';
import { Fatal, type Frame, utilLinux } from './common/frame';

const tabStop = 8;

export const col = utilLinux({
  name: 'col',
  options: [
    { long: 'no-backspaces', short: 'b' },
    { long: 'fine', short: 'f' },
    { long: 'pass', short: 'p' },
    { long: 'tabs', short: 'h' },
    { long: 'spaces', short: 'x' },
    { long: 'lines', short: 'l', value: 'required' },
    { short: 'H', as: 'help' },
  ],
  help: '[options]\n\nFilter out reverse line feeds from standard input.',
  *run(frame) {
    const { sys, options: given, out } = frame;
    if (given.operands.length > 0) {
      yield* writeAll(sys, 2, "col: bad usage\nTry 'col --help' for more information.\n");
      return 1;
    }
    const lines = given.value('lines');
    if (lines !== null && !/^\d+$/.test(lines)) throw new Fatal(`bad -l argument: '${lines}'`);
    const input = new LineReader(sys, 0);
    for (let line = yield* input.next(); line !== null; line = yield* input.next()) {
      yield* out.line(plain(frame, line.replace(/\n$/, '')));
    }
    return 0;
  },
});

/** What stands in each column, the latest last. */
function plain({ options: given }: Frame, line: string): string {
  const columns = new Map<number, string[]>();
  let at = 0;
  for (const char of withoutEscapes(line)) {
    const code = char.codePointAt(0) ?? 0;
    if (char === '\b') at = Math.max(0, at - 1);
    else if (char === '\r') at = 0;
    else if (char === '\t') at += tabStop - (at % tabStop);
    else if (char === ' ') at++;
    else if (code >= 0x20 || given.has('pass')) {
      columns.set(at, [...(columns.get(at) ?? []), char]);
      at += Math.max(0, charWidth(code));
    }
  }
  let [text, end] = ['', 0];
  for (const column of [...columns.keys()].sort((a, b) => a - b)) {
    const chars = columns.get(column) ?? [];
    const shown = given.has('no-backspaces') ? chars.slice(-1) : chars;
    text += gap(end, column, given.has('spaces')) + shown.join('\b');
    end = column + Math.max(0, charWidth(shown.at(-1)?.codePointAt(0) ?? 0));
  }
  return text;
}

/** An escape and the character behind it move the paper, or mean nothing. */
function withoutEscapes(line: string): string {
  return line.replace(/\x1b./g, '');
}

function gap(from: number, to: number, onlySpaces: boolean): string {
  if (onlySpaces || to - from < 2) return ' '.repeat(Math.max(0, to - from));
  return indentation(from, to, tabStop);
}
