/** `--check`: compares files with a list of checksums. */
import { type Blocking, isSysError } from '../../../kernel/sim';
import { LineReader } from '../../lib/io';
import { UsageError } from '../../lib/options';
import { lookUp } from '../../lib/stat';
import { closeInput, openInput } from '../common/input';
import type { Tool } from '../common/tool';
import { digestFile } from './digest-file';
import { type DigestKind, escapedName, parseLine } from './lines';

export interface CheckOptions {
  ignoreMissing: boolean;
  quiet: boolean;
  status: boolean;
  strict: boolean;
  warn: boolean;
}

/** Options that mean something only with `--check`. */
export function refuseWithoutCheck(tool: Tool): void {
  for (const name of ['ignore-missing', 'status', 'warn', 'quiet', 'strict']) {
    if (tool.has(name)) throw new UsageError(`the --${name} option is meaningful only when verifying checksums`);
  }
}

interface Counts {
  lines: number;
  misformatted: number;
  mismatched: number;
  unreadable: number;
  matched: number;
}

export function* checkList(
  tool: Tool,
  list: string,
  kinds: readonly DigestKind[],
  options: CheckOptions,
): Blocking<void> {
  const shown = list === '-' ? 'standard input' : list;
  const input = yield* openInput(tool, list);
  if (input === null) return;
  const counts: Counts = { lines: 0, misformatted: 0, mismatched: 0, unreadable: 0, matched: 0 };
  const reader = new LineReader(tool.sys, input.fd);
  let number = 0;
  try {
    for (let line = yield* reader.next(); line !== null; line = yield* reader.next()) {
      number++;
      if (line.startsWith('#')) continue;
      const text = line.replace(/\r?\n$/, '');
      if (text === '') continue;
      const listed = parseLine(text, kinds);
      if (listed === null || (list === '-' && listed.file === '-')) {
        counts.misformatted++;
        const kindLabel = listed?.kind.label ?? kinds[0]?.label ?? '';
        if (options.warn)
          yield* tool.warn(`${tool.bare(shown)}: ${number}: improperly formatted ${kindLabel} checksum line`);
        continue;
      }
      counts.lines++;
      yield* checkFile(tool, listed.file, listed.hex, listed.kind, options, counts);
    }
  } catch (error) {
    if (!isSysError(error)) throw error;
    yield* tool.failWith(`${tool.bare(shown)}: read error`, error.errno);
    return;
  }
  closeInput(tool.sys, input);
  yield* summarize(tool, shown, options, counts);
}

function* checkFile(
  tool: Tool,
  file: string,
  hex: string,
  kind: DigestKind,
  options: CheckOptions,
  counts: Counts,
): Blocking<void> {
  const { quiet, status } = options;
  const [prefix, name] = file.includes('\n') ? escapedName(file) : ['', file];
  if (options.ignoreMissing && lookUp(tool.sys, file) === 'ENOENT') return;
  const actual = yield* digestFile(tool, file, kind);
  if (actual === null) {
    counts.unreadable++;
    if (!status) yield* tool.line(`${prefix}${name}: FAILED open or read`);
    return;
  }
  if (actual === hex) counts.matched++;
  else counts.mismatched++;
  if (status || (quiet && actual === hex)) return;
  yield* tool.line(`${prefix}${name}: ${actual === hex ? 'OK' : 'FAILED'}`);
}

function* summarize(tool: Tool, list: string, options: CheckOptions, counts: Counts): Blocking<void> {
  const { lines, misformatted, mismatched, unreadable, matched } = counts;
  if (lines === 0) return yield* tool.fail(`${tool.bare(list)}: no properly formatted checksum lines found`);
  const warning = (count: number, one: string, many: string) =>
    tool.warn(`WARNING: ${count} ${count === 1 ? one : many}`);
  if (!options.status) {
    if (misformatted > 0)
      yield* warning(misformatted, 'line is improperly formatted', 'lines are improperly formatted');
    if (unreadable > 0) yield* warning(unreadable, 'listed file could not be read', 'listed files could not be read');
    if (mismatched > 0)
      yield* warning(mismatched, 'computed checksum did NOT match', 'computed checksums did NOT match');
    if (options.ignoreMissing && matched === 0) yield* tool.fail(`${tool.bare(list)}: no file was verified`);
  }
  const isFine = mismatched === 0 && unreadable === 0 && (!options.strict || misformatted === 0);
  if (!isFine || (options.ignoreMissing && matched === 0)) tool.status = 1;
}
