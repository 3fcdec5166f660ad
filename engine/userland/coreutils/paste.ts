/** paste: lines of several files side by side (paste(1)). */
import { type Blocking, bare, isSysError, strerror } from '../../kernel/sim';
import { binaryOf } from '../lib/binary';
import { inputNames } from './common/input';
import { Lines } from './common/lines';
import { Fatal, makeTool, type Tool } from './common/tool';

export const paste = makeTool({
  name: 'paste',
  options: [
    { short: 'd', long: 'delimiters', value: 'required' },
    { short: 's', long: 'serial' },
    { short: 'z', long: 'zero-terminated' },
  ],
  help: `[OPTION]... [FILE]...
Print lines made of the corresponding lines of each FILE, with tabs between.

  -d, --delimiters=LIST   the characters of LIST in turn instead of tabs
  -s, --serial            one file a line
  -z, --zero-terminated   lines end with NUL`,
  *run(tool) {
    const delimiters = readDelimiters(tool);
    const end = tool.has('zero-terminated') ? '\0' : '\n';
    if (tool.has('serial')) yield* serial(tool, delimiters, end);
    else yield* parallel(tool, delimiters, end);
  },
});

function readDelimiters(tool: Tool): string[] {
  const list = binaryOf(tool.value('delimiters') ?? '\t');
  if (/(^|[^\\])(\\\\)*\\$/.test(list)) {
    throw new Fatal(`delimiter list ends with an unescaped backslash: ${tool.value('delimiters') ?? ''}`);
  }
  const escapes: Readonly<Record<string, string>> = bare({
    0: '',
    b: '\b',
    f: '\f',
    n: '\n',
    r: '\r',
    t: '\t',
    v: '\v',
    '\\': '\\',
  });
  const delimiters = Array.from(list.matchAll(/\\([\s\S])|[\s\S]/g), ([char, escaped]) =>
    escaped === undefined ? char : (escapes[escaped] ?? escaped),
  );
  return delimiters.length === 0 ? [''] : delimiters;
}

function* open(tool: Tool, name: string, end: string): Blocking<Lines> {
  return new Lines(tool.sys, name === '-' ? 0 : yield* tool.sys.open(name, 0), end === '\0' ? 0 : 10);
}

function* parallel(tool: Tool, delimiters: readonly string[], end: string): Blocking<void> {
  const files: Array<Lines | null> = [];
  let standardInput: Lines | null = null;
  for (const name of inputNames(tool)) {
    try {
      if (name === '-') standardInput ??= yield* open(tool, name, end);
      files.push(name === '-' ? standardInput : yield* open(tool, name, end));
    } catch (error) {
      if (!isSysError(error)) throw error;
      throw new Fatal(`${tool.bare(name)}: ${strerror(error.errno)}`);
    }
  }
  for (;;) {
    const texts: string[] = [];
    let isOver = true;
    for (const [at, file] of files.entries()) {
      const line = file === null ? null : yield* next(tool, file, inputNames(tool)[at] ?? '-');
      if (line === null) files[at] = null;
      else isOver = false;
      texts.push(line ?? '');
    }
    if (isOver) return;
    yield* tool.writeBinary(joined(texts, delimiters) + end);
    yield* tool.sys.checkpoint();
  }
}

function* next(tool: Tool, lines: Lines, name: string): Blocking<string | null> {
  const line = yield* tool.attempt(tool.bare(name), () => lines.next());
  return line?.text ?? null;
}

function joined(texts: readonly string[], delimiters: readonly string[]): string {
  return texts.reduce(
    (all, text, at) => (at === 0 ? text : all + (delimiters[(at - 1) % delimiters.length] ?? '') + text),
    '',
  );
}

function* serial(tool: Tool, delimiters: readonly string[], end: string): Blocking<void> {
  for (const name of inputNames(tool)) {
    const lines = yield* tool.attempt(tool.bare(name), () => open(tool, name, end));
    if (lines === null) continue;
    const texts: string[] = [];
    for (let text = yield* next(tool, lines, name); text !== null; text = yield* next(tool, lines, name))
      texts.push(text);
    yield* tool.writeBinary(joined(texts, delimiters) + end);
  }
}
