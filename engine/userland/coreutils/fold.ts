/** fold: breaks long lines (fold(1)). */
import { type Blocking, strerror } from '../../kernel/sim';
import { parseNumber } from '../lib/numbers';
import { eachInput } from './common/input';
import { Lines } from './common/lines';
import { Fatal, makeTool, type Tool } from './common/tool';

export const fold = makeTool({
  name: 'fold',
  options: [
    { short: 'b', long: 'bytes' },
    { short: 's', long: 'spaces' },
    { short: 'w', long: 'width', value: 'required' },
  ],
  rewrite: (args) => args.map((arg) => arg.replace(/^-(\d+)$/, '-w$1')),
  help: `[OPTION]... [FILE]...
Break lines so that they fit.

  -b, --bytes         count bytes rather than columns
  -s, --spaces        break at spaces
  -w, --width=WIDTH   instead of 80 columns`,
  *run(tool) {
    const text = tool.value('width') ?? '80';
    const width = parseNumber(text);
    if (!width.ok || width.value === 0) {
      const why = width.ok || width.reason === 'overflow' ? `: ${strerror('ERANGE')}` : '';
      throw new Fatal(`invalid number of columns: ${tool.word(text)}${why}`);
    }
    yield* eachInput(tool, ({ fd }) => foldLines(tool, fd, width.value));
  },
});

function* foldLines(tool: Tool, fd: number, width: number): Blocking<void> {
  const lines = new Lines(tool.sys, fd);
  for (let line = yield* lines.next(); line !== null; line = yield* lines.next()) {
    yield* tool.writeBinary(folded(tool, line.text, width) + (line.isEnded ? '\n' : ''));
    if (!lines.hasOne) yield* tool.flush();
  }
}

function folded(tool: Tool, line: string, width: number): string {
  const [countsBytes, atSpaces] = [tool.has('bytes'), tool.has('spaces')];
  const pieces: string[] = [];
  let [start, column] = [0, 0];
  for (let at = 0; at < line.length; at++) {
    const next = columnAfter(line[at] ?? '', column, countsBytes);
    if (next <= width || at === start) {
      column = next;
      continue;
    }
    const space = atSpaces ? lastBlank(line, start, at) : -1;
    const stop = space >= start ? space + 1 : at;
    pieces.push(line.slice(start, stop));
    start = stop;
    column = 0;
    for (let again = start; again < at; again++) column = columnAfter(line[again] ?? '', column, countsBytes);
    at--;
  }
  return [...pieces, line.slice(start)].join('\n');
}

function lastBlank(line: string, from: number, to: number): number {
  for (let at = to - 1; at >= from; at--) if (line[at] === ' ' || line[at] === '\t') return at;
  return -1;
}

function columnAfter(char: string, column: number, countsBytes: boolean): number {
  if (countsBytes) return column + 1;
  if (char === '\b') return Math.max(0, column - 1);
  if (char === '\r') return 0;
  return char === '\t' ? column + 8 - (column % 8) : column + 1;
}
