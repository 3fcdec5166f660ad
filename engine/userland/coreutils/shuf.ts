/** shuf: lines at random (shuf(1)). */
import { type Blocking, isSysError, O_CREAT, O_TRUNC, O_WRONLY, strerror } from '../../kernel/sim';
import { binaryOf, fromBinary } from '../lib/binary';
import { Held } from '../lib/held';
import { readAll, writeAll } from '../lib/io';
import { parseNumber } from '../lib/numbers';
import { UsageError } from '../lib/options';
import { Lines } from './common/lines';
import { extraOperand } from './common/operands';
import { Fatal, makeTool, type Tool } from './common/tool';

/** What is kept of a line besides its text. */
const bytesALine = 120;
const linesAtOnce = 1024;

export const shuf = makeTool({
  name: 'shuf',
  options: [
    { short: 'e', long: 'echo' },
    { short: 'i', long: 'input-range', value: 'required' },
    { short: 'n', long: 'head-count', value: 'required' },
    { short: 'o', long: 'output', value: 'required' },
    { long: 'random-source', value: 'required' },
    { short: 'r', long: 'repeat' },
    { short: 'z', long: 'zero-terminated' },
  ],
  help: `[OPTION]... [FILE]
  or:  shuf -e [OPTION]... [ARG]...
  or:  shuf -i LO-HI [OPTION]...
Print lines in a random order.

  -e, --echo               the ARGs are the lines
  -i, --input-range=LO-HI  the numbers from LO to HI are the lines
  -n, --head-count=COUNT   no more than COUNT
  -o, --output=FILE        into FILE
      --random-source=FILE take random bytes from FILE
  -r, --repeat             lines may come again
  -z, --zero-terminated    lines end with NUL`,
  *run(tool) {
    const lines = yield* readLines(tool);
    const most = headCount(tool);
    const random = yield* randomSource(tool);
    const output = tool.value('output');
    const end = tool.has('zero-terminated') ? '\0' : '\n';
    if (tool.has('repeat')) {
      if (lines.length === 0) {
        if (most === 0) return;
        throw new Fatal('no lines to repeat');
      }
      for (let count = 0; count < most; count++) {
        yield* tool.writeBinary(lines.at(random(lines.length)) + end);
        yield* tool.sys.checkpoint();
      }
      return;
    }
    const chosen = yield* shuffled(tool, lines, Math.min(most, lines.length), random);
    yield* output === null ? writeLines(tool, 1, chosen, end) : writeFile(tool, output, chosen, end);
  },
});

function headCount(tool: Tool): number {
  const counts = tool.options.values('head-count').map((text) => {
    const parsed = parseNumber(text);
    if (!parsed.ok) throw new Fatal(`invalid line count: ${tool.word(text)}`);
    return parsed.value;
  });
  return Math.min(Number.POSITIVE_INFINITY, ...counts);
}

/** What there is to choose from. */
interface Choice {
  length: number;
  at: (place: number) => string;
}

function choice(lines: readonly string[]): Choice {
  return { length: lines.length, at: (place) => lines[place] ?? '' };
}

function* readLines(tool: Tool): Blocking<Choice> {
  const { operands } = tool;
  const range = tool.value('input-range');
  if (tool.has('echo') && range !== null) throw new UsageError('cannot combine -e and -i options');
  if (tool.has('echo')) return choice(operands.map(binaryOf));
  if (range !== null) {
    if (operands.length > 0) throw extraOperand(tool, operands[0] ?? '');
    return rangeLines(tool, range);
  }
  if (operands.length > 1) throw extraOperand(tool, operands[1] ?? '');
  const [name = '-'] = operands;
  const end = tool.has('zero-terminated') ? '\0' : '\n';
  return yield* orReadError(tool, name, (fd) => linesOf(tool, fd, end));
}

function rangeLines(tool: Tool, range: string): Choice {
  const match = /^(\d+)-(\d+)$/.exec(range);
  const [low, high] = [Number(match?.[1]), Number(match?.[2])];
  if (!match || low > high + 1) throw new Fatal(`invalid input range: ${tool.word(range)}`);
  return { length: high - low + 1, at: (place) => String(low + place) };
}

function* linesOf(tool: Tool, fd: number, end: string): Blocking<Choice> {
  const held = new Held(tool.sys);
  const found: string[] = [];
  const lines = new Lines(tool.sys, fd, end.charCodeAt(0));
  for (let line = yield* lines.next(); line !== null; line = yield* lines.next()) {
    held.add(bytesALine + line.text.length);
    found.push(line.text);
  }
  return choice(found);
}

function* orReadError<T>(tool: Tool, name: string, read: (fd: number) => Blocking<T>): Blocking<T> {
  try {
    return yield* read(name === '-' ? 0 : yield* tool.sys.open(name, 0));
  } catch (error) {
    if (!isSysError(error)) throw error;
    const what = error.errno === 'EISDIR' ? 'read error' : tool.bare(name);
    throw new Fatal(`${what}: ${strerror(error.errno)}`);
  }
}

function* writeLines(tool: Tool, fd: number, lines: readonly string[], end: string): Blocking<void> {
  for (let at = 0; at < lines.length; at += linesAtOnce) {
    const text = lines.slice(at, at + linesAtOnce).join(end) + end;
    yield* fd === 1 ? tool.writeBinary(text) : writeAll(tool.sys, fd, fromBinary(text));
  }
}

function* writeFile(tool: Tool, name: string, lines: readonly string[], end: string): Blocking<void> {
  try {
    const fd = yield* tool.sys.open(name, O_WRONLY | O_CREAT | O_TRUNC, 0o666);
    yield* writeLines(tool, fd, lines, end);
    tool.sys.close(fd);
  } catch (error) {
    if (!isSysError(error)) throw error;
    throw new Fatal(`${tool.bare(name)}: ${strerror(error.errno)}`);
  }
}

/** A whole number from 0 to below its argument. */
type RandomBelow = (below: number) => number;

function* randomSource(tool: Tool): Blocking<RandomBelow> {
  const name = tool.value('random-source');
  const data = name === null ? null : yield* orReadError(tool, name, (fd) => readAll(tool.sys, fd));
  let at = 0;
  const bytes = (count: number): Uint8Array => {
    if (data === null) return tool.sys.random(count);
    at += count;
    if (at > data.length) throw new Fatal(`${tool.bare(name ?? '')}: end of file`);
    return data.subarray(at - count, at);
  };
  return (below) => {
    const number = bytes(6).reduce((sum, byte) => sum * 256 + byte, 0);
    return Math.floor((number / 2 ** 48) * below);
  };
}

/** Fisher and Yates, only as far as needed: what was moved is noted by its place. */
function* shuffled(tool: Tool, lines: Choice, count: number, random: RandomBelow): Blocking<string[]> {
  const held = new Held(tool.sys);
  const moved = new Map<number, number>();
  const chosen: string[] = [];
  for (let at = 0; at < count; at++) {
    const other = at + random(lines.length - at);
    chosen.push(lines.at(moved.get(other) ?? other));
    moved.set(other, moved.get(at) ?? at);
    moved.delete(at);
    held.add(bytesALine);
    if (at % 64 === 0) yield* tool.sys.checkpoint();
  }
  return chosen;
}
