/** tac: files with their last line first (tac(1)). */
import type { Blocking, Sys } from '../../kernel/sim';
import { binaryOf, toBinary } from '../lib/binary';
import { Held } from '../lib/held';
import { linesATurn, readAll } from '../lib/io';
import { compile } from '../regex';
import { closeInput, inputNames, openInput } from './common/input';
import { Fatal, makeTool, type Tool } from './common/tool';

/** What is kept of a record besides its text. */
const bytesARecord = 64;

export const tac = makeTool({
  name: 'tac',
  options: [
    { short: 'b', long: 'before' },
    { short: 'r', long: 'regex' },
    { short: 's', long: 'separator', value: 'required' },
  ],
  help: `[OPTION]... [FILE]...
Print each FILE, last line first.

  -b, --before             the separator stands before a record
  -r, --regex              the separator is a regular expression
  -s, --separator=STRING   use STRING instead of a newline`,
  *run(tool) {
    const separator = binaryOf(tool.value('separator') ?? '\n');
    if (tool.has('regex') && separator === '') throw new Fatal('separator cannot be empty');
    for (const name of inputNames(tool)) {
      const input = yield* openInput(tool, name, `failed to open ${tool.quote(name)} for reading`);
      if (input === null) continue;
      const shown = name === '-' ? 'standard input' : name;
      yield* tool.attempt(`${tool.bare(shown)}: read error`, () =>
        reverse(tool, tool.sys, input.fd, separator || '\0'),
      );
      closeInput(tool.sys, input);
    }
  },
});

function* reverse(tool: Tool, sys: Sys, fd: number, separator: string): Blocking<void> {
  const text = toBinary(yield* readAll(sys, fd));
  const held = new Held(sys);
  const records: string[] = [];
  let from = 0;
  for (const [start, end] of separators(tool, text, separator)) {
    if (records.length % linesATurn === 0) yield* sys.checkpoint();
    held.add(bytesARecord);
    const cut = tool.has('before') ? start : end;
    if (cut > from || !tool.has('before')) records.push(text.slice(from, cut));
    from = cut;
  }
  records.push(text.slice(from));
  for (const record of records.reverse()) yield* tool.writeBinary(record);
}

function* separators(tool: Tool, text: string, separator: string): Generator<[start: number, end: number]> {
  if (!tool.has('regex')) {
    for (let at = text.indexOf(separator); at >= 0; at = text.indexOf(separator, at + separator.length)) {
      yield [at, at + separator.length];
    }
    return;
  }
  const regex = compile(separator);
  for (let match = regex.exec(text); match !== null; match = regex.exec(text, Math.max(match.end, match.index + 1))) {
    yield [match.index, match.end];
  }
}
