/** head: the beginning of files (head(1)). */
import { type Blocking, isSysError, SEEK_CUR, type Sys, strerror } from '../../kernel/sim';
import { Held } from '../lib/held';
import { LineReader } from '../lib/io';
import { parseNumber, sizeSuffixes } from '../lib/numbers';
import { UsageError } from '../lib/options';
import { Headers, wantsHeaders } from './common/headers';
import { chunkBytes, closeInput, inputNames, openInput } from './common/input';
import { Fatal, makeTool, type Tool } from './common/tool';

/** What is kept of a line besides its text. */
const bytesALine = 120;

interface Amount {
  unit: 'lines' | 'bytes';
  /** Everything but so many at the end. */
  isAllBut: boolean;
  count: number;
}

export const head = makeTool({
  name: 'head',
  options: [
    { short: 'c', long: 'bytes', value: 'required' },
    { short: 'n', long: 'lines', value: 'required' },
    { short: 'q', long: 'quiet' },
    { long: 'silent', as: 'quiet' },
    { short: 'v', long: 'verbose' },
    { short: 'z', long: 'zero-terminated' },
  ],
  help: `[OPTION]... [FILE]...
Print the first 10 lines of each FILE.

  -c, --bytes=[-]NUM      the first NUM bytes; with '-', all but the last NUM
  -n, --lines=[-]NUM      the first NUM lines; with '-', all but the last NUM
  -q, --quiet, --silent   no headers with file names
  -v, --verbose           always headers
  -z, --zero-terminated   lines end with NUL`,
  rewrite,
  *run(tool) {
    const amount = readAmount(tool);
    const names = inputNames(tool);
    const headers = new Headers(tool, wantsHeaders(tool, names.length));
    for (const name of names) {
      const input = yield* openInput(tool, name, `cannot open ${tool.quote(name)} for reading`);
      if (input === null) continue;
      yield* headers.write(name);
      const shown = name === '-' ? 'standard input' : name;
      yield* tool.attempt(`error reading ${tool.quote(shown)}`, () => copyHead(tool, input.fd, amount));
      yield* tool.flush();
      closeInput(tool.sys, input);
    }
  },
});

/** `-5`, `-20c`, `-3qv`: only as the first argument. */
function rewrite(args: readonly string[]): string[] {
  const [first = '', ...rest] = args;
  const match = /^-(\d+)([a-zA-Z]*)$/.exec(first);
  if (!match) {
    const behind = args.map((arg) => /^-[qvz]+(\d)/.exec(arg)?.[1]).find((digit) => digit !== undefined);
    if (behind !== undefined) throw new UsageError(`invalid trailing option -- ${behind}`);
    return [...args];
  }
  const [, digits = '', letters = ''] = match;
  const wrong = /[^bckmlqvz]/.exec(letters);
  if (wrong) throw new UsageError(`invalid trailing option -- ${wrong[0]}`);
  const unit = letters.match(/[bkm]/g)?.at(-1) ?? '';
  const isBytes = /[bckm]/.test(letters.replace(/.*l/, ''));
  const others = [...letters].filter((letter) => /[qvz]/.test(letter)).map((letter) => `-${letter}`);
  return [isBytes ? '-c' : '-n', `${digits}${unit}`, ...others, ...rest];
}

function readAmount(tool: Tool): Amount {
  const last = tool.options.given.findLast(({ name }) => name === 'bytes' || name === 'lines');
  if (!last) return { unit: 'lines', isAllBut: false, count: 10 };
  const unit = last.name === 'bytes' ? 'bytes' : 'lines';
  const text = last.value ?? '';
  const isAllBut = text.startsWith('-');
  const parsed = parseNumber(isAllBut ? text.slice(1) : text, sizeSuffixes);
  if (!parsed.ok) {
    const why = parsed.reason === 'overflow' ? `: ${strerror('EOVERFLOW')}` : '';
    throw new Fatal(`invalid number of ${unit}: ${tool.word(isAllBut ? text.slice(1) : text)}${why}`);
  }
  return { unit, isAllBut, count: parsed.value };
}

function* copyHead(tool: Tool, fd: number, amount: Amount): Blocking<void> {
  const end = tool.has('zero-terminated') ? 0 : 10;
  if (amount.isAllBut) {
    yield* amount.unit === 'bytes' ? allButBytes(tool, fd, amount.count) : allButLines(tool, fd, amount.count, end);
  } else yield* amount.unit === 'bytes' ? firstBytes(tool, fd, amount.count) : firstLines(tool, fd, amount.count, end);
}

function* firstBytes(tool: Tool, fd: number, count: number): Blocking<void> {
  for (let left = count; left > 0; ) {
    const data = yield* tool.sys.read(fd, Math.min(left, chunkBytes));
    if (data.length === 0) return;
    yield* tool.write(data);
    yield* tool.flush();
    left -= data.length;
  }
}

function* firstLines(tool: Tool, fd: number, count: number, end: number): Blocking<void> {
  for (let left = count; left > 0; ) {
    const data = yield* tool.sys.read(fd, 1024);
    if (data.length === 0) return;
    let at = 0;
    while (left > 0 && at < data.length) {
      const next = data.indexOf(end, at);
      at = next < 0 ? data.length : next + 1;
      if (next >= 0) left--;
    }
    if (left === 0 && at < data.length) unread(tool.sys, fd, data.length - at);
    yield* tool.write(data.subarray(0, at));
    yield* tool.flush();
  }
}

/** What was read too much is there for the next program, where that is possible. */
function unread(sys: Sys, fd: number, count: number): void {
  try {
    sys.lseek(fd, -count, SEEK_CUR);
  } catch (error) {
    if (!isSysError(error, 'ESPIPE')) throw error;
  }
}

function* allButBytes(tool: Tool, fd: number, count: number): Blocking<void> {
  const held: Uint8Array[] = [];
  const memory = new Held(tool.sys);
  let size = 0;
  for (;;) {
    const data = yield* tool.sys.read(fd, chunkBytes);
    if (data.length === 0) return;
    held.push(data);
    memory.add(data.length);
    size += data.length;
    while (size > count) {
      const first = held[0] ?? new Uint8Array();
      const part = first.subarray(0, Math.min(first.length, size - count));
      yield* tool.write(part);
      size -= part.length;
      memory.add(-part.length);
      if (part.length === first.length) held.shift();
      else held[0] = first.subarray(part.length);
    }
  }
}

function* allButLines(tool: Tool, fd: number, count: number, end: number): Blocking<void> {
  const lines: Uint8Array[] = [];
  const memory = new Held(tool.sys);
  const reader = new LineReader(tool.sys, fd, end);
  let first = 0;
  for (let line = yield* reader.nextBytes(); line !== null; line = yield* reader.nextBytes()) {
    lines.push(line);
    memory.add(line.length + bytesALine);
    const oldest = lines[first];
    if (lines.length - first <= count || oldest === undefined) continue;
    yield* tool.write(oldest);
    memory.add(-oldest.length - bytesALine);
    // Taken out in one go, now and then: each time would move all the others.
    if (++first < lines.length / 2) continue;
    lines.splice(0, first);
    first = 0;
  }
}
