/** cut: parts of lines (cut(1)). Characters are bytes. */
import type { Blocking } from '../../kernel/sim';
import { binaryOf } from '../lib/binary';
import { UsageError } from '../lib/options';
import { eachInput } from './common/input';
import { Lines } from './common/lines';
import { complement, parseRanges, type Range } from './common/ranges';
import { makeTool, type Tool } from './common/tool';

export const cut = makeTool({
  name: 'cut',
  options: [
    { short: 'b', long: 'bytes', value: 'required' },
    { short: 'c', long: 'characters', value: 'required' },
    { short: 'f', long: 'fields', value: 'required' },
    { short: 'd', long: 'delimiter', value: 'required' },
    { short: 'n' },
    { short: 's', long: 'only-delimited' },
    { long: 'output-delimiter', value: 'required' },
    { long: 'complement' },
    { short: 'z', long: 'zero-terminated' },
  ],
  help: `OPTION... [FILE]...
Print selected parts of each line.

  -b, --bytes=LIST         these bytes            -c, --characters=LIST   these characters
  -f, --fields=LIST        these fields; also lines without delimiter, unless -s
  -d, --delimiter=DELIM    instead of a tab
      --complement         all but the selected ones
  -n                       (nothing)
  -s, --only-delimited     no lines without delimiter
      --output-delimiter=STRING
  -z, --zero-terminated    lines end with NUL
LIST is made of N, N-, N-M and -M, with commas.`,
  *run(tool) {
    const cutter = readCutter(tool);
    const end = tool.has('zero-terminated') ? '\0' : '\n';
    yield* eachInput(tool, ({ fd }) => cutLines(tool, fd, cutter, end));
  },
});

/** Null for a line that is left out. */
type Cutter = (line: string) => string | null;

function readCutter(tool: Tool): Cutter {
  const given = tool.options.given.filter(({ name }) => ['bytes', 'characters', 'fields'].includes(name));
  if (given.length > 1) throw new UsageError('only one list may be specified');
  const [list] = given;
  if (list === undefined) throw new UsageError('you must specify a list of bytes, characters, or fields');
  const isFields = list.name === 'fields';
  const delimiter = tool.value('delimiter');
  if (delimiter !== null && binaryOf(delimiter).length > 1)
    throw new UsageError('the delimiter must be a single character');
  if (!isFields && delimiter !== null) {
    throw new UsageError('an input delimiter may be specified only when operating on fields');
  }
  if (!isFields && tool.has('only-delimited')) {
    throw new UsageError('suppressing non-delimited lines makes sense\n\tonly when operating on fields');
  }
  const position = 'byte or character positions are numbered from 1';
  const wanted = parseRanges(tool, list.value ?? '', {
    zero: isFields ? 'fields are numbered from 1' : position.replace('byte or character', 'byte/character'),
    invalid: isFields ? 'invalid field value' : 'invalid byte/character position',
  });
  const ranges = tool.has('complement') ? complement(wanted) : wanted;
  const output = tool.value('output-delimiter');
  const separator = binaryOf(delimiter ?? '\t') || '\0';
  if (!isFields) return (line) => cutBytes(line, ranges, binaryOf(output ?? ''));
  const out = output === null ? separator : binaryOf(output);
  return (line) => cutFields(line, ranges, separator, out, tool.has('only-delimited'));
}

function cutBytes(line: string, ranges: readonly Range[], separator: string): string {
  return ranges
    .filter(({ from }) => from <= line.length)
    .map(({ from, to }) => line.slice(from - 1, to))
    .join(separator);
}

function cutFields(
  line: string,
  ranges: readonly Range[],
  separator: string,
  out: string,
  only: boolean,
): string | null {
  if (!line.includes(separator)) return only ? null : line;
  const fields = line.split(separator);
  return ranges.flatMap(({ from, to }) => fields.slice(from - 1, to)).join(out);
}

function* cutLines(tool: Tool, fd: number, cutter: Cutter, end: string): Blocking<void> {
  const lines = new Lines(tool.sys, fd, end === '\0' ? 0 : 10);
  for (let line = yield* lines.next(); line !== null; line = yield* lines.next()) {
    const text = cutter(line.text);
    if (text !== null) yield* tool.writeBinary(text + end);
    if (!lines.hasOne) yield* tool.flush();
  }
}
