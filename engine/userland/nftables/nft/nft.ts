/** nft(8) 1.0.6. */
import {
  type Blocking,
  decode,
  isSysError,
  type NftCommand,
  type NftTable,
  type Program,
  type Sys,
  type SysError,
  strerror,
} from '../../../kernel/sim';
import { Output, readAll, readFile, writeAll } from '../../lib/io';
import { parseOptions, UsageError } from '../../lib/options';
import { Services } from '../../net/names';
import { readCommands } from './commands';
import { Cursor } from './cursor';
import { echoText } from './echo';
import { NftSyntaxError, tokenize } from './lexer';
import { listText, warningText } from './list';
import { expandVariables } from './preprocess';
import { type ListRequest, type Places, type Planned, Reading, type Span } from './reading';

const specs = [
  { short: 'f', long: 'file', value: 'required' as const },
  { short: 'a', long: 'handle' },
  { short: 'n', long: 'numeric' },
  { short: 's', long: 'stateless' },
  { short: 'c', long: 'check' },
  { short: 'e', long: 'echo' },
  { short: 'j', long: 'json' },
  { short: 'v', long: 'version' },
  { short: 'V' },
  { short: 'h', long: 'help' },
  { short: 'i', long: 'interactive' },
  { short: 'o', long: 'optimize' },
  { short: 'y', long: 'numeric-priority' },
  { short: 'p', long: 'numeric-protocol' },
  { short: 'S', long: 'service' },
  { short: 'N', long: 'reversedns' },
  { short: 'u', long: 'guid' },
  { short: 't', long: 'terse' },
  { short: 'I', long: 'includepath', value: 'required' as const },
  { short: 'D', long: 'define', value: 'required' as const },
  { short: 'T', long: 'numeric-time' },
  { short: 'd', long: 'debug', value: 'required' as const },
];

/** What is to be run, and what it is called in messages; null: the command line. */
interface Source {
  text: string;
  name: string | null;
}

export const nft: Program = function* (sys, argv) {
  let options: ReturnType<typeof parseOptions>;
  try {
    options = parseOptions(argv.slice(1), specs, { stopAtOperand: true });
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    yield* writeAll(sys, 2, `nft: ${error.message}\n`);
    return 1;
  }
  if (options.has('version') || options.has('V')) {
    yield* writeAll(sys, 1, 'nftables v1.0.6 (Lester Gooch #5)\n');
    return 0;
  }
  if (options.has('help')) {
    yield* writeAll(sys, 1, 'Usage: nft [ options ] [ cmds... ]\n');
    return 0;
  }
  for (const name of ['json', 'interactive', 'optimize']) {
    if (!options.has(name)) continue;
    yield* writeAll(sys, 2, `nft: --${name}: not available here\n`);
    return 1;
  }
  const source = yield* readSource(sys, options.value('file'), options.operands);
  if (source === null) {
    yield* writeAll(sys, 2, 'nft: no command specified\n');
    return 1;
  }
  if (typeof source === 'string') {
    yield* writeAll(sys, 2, source);
    return 1;
  }
  const settings = {
    handles: options.has('handle'),
    stateless: options.has('stateless'),
    numeric: options.has('numeric') || options.has('numeric-priority'),
    now: sys.clockGettime('monotonic'),
  };
  const out = new Output(sys);
  try {
    const services = yield* Services.load(sys);
    const knownSet = (family: string, table: string, set: string) =>
      tablesOf(sys)
        .find((one) => one.family === family && one.name === table)
        ?.sets.get(set);
    const tokens = expandVariables(tokenize(source.text));
    const planned = readCommands(new Reading(new Cursor(tokens), services, knownSet));
    yield* run(sys, out, planned, { ...settings, check: options.has('check'), echo: options.has('echo') });
  } catch (error) {
    yield* out.flush();
    if (error instanceof NftSyntaxError) {
      yield* writeAll(sys, 2, errorText(source, error));
      return 1;
    }
    if (!isSysError(error, 'EPERM')) throw error;
    // Reading a file it says only that it has no rules to begin with.
    const asked = source.name === null ? `${strerror('EPERM')} (you must be root)\n` : '';
    yield* writeAll(sys, 2, `${asked}netlink: Error: cache initialization failed: ${strerror('EPERM')}\n`);
    return 1;
  }
  yield* out.flush();
  return 0;
};

/** A text is a message about why there is none. */
function* readSource(sys: Sys, file: string | null, words: readonly string[]): Blocking<Source | string | null> {
  if (file === null) return words.length === 0 ? null : { text: `${words.join(' ')}\n`, name: null };
  if (file === '-') return { text: decode(yield* readAll(sys, 0)), name: '/dev/stdin' };
  try {
    return { text: yield* withIncludes(sys, yield* readFile(sys, file)), name: file };
  } catch (error) {
    if (!isSysError(error)) throw error;
    return `internal:0:0-0: Error: Could not open file "${file}": ${strerror(error.errno)}\n\n\n`;
  }
}

function* withIncludes(sys: Sys, text: string): Blocking<string> {
  const lines: string[] = [];
  for (const line of text.split('\n')) {
    const path = /^\s*include\s+"([^"]+)"/.exec(line)?.[1];
    lines.push(path === undefined ? line : yield* withIncludes(sys, yield* readFile(sys, path)));
  }
  return lines.join('\n');
}

function tablesOf(sys: Sys): readonly NftTable[] {
  return sys.nft.tables();
}

interface RunSettings {
  handles: boolean;
  stateless: boolean;
  numeric: boolean;
  now: number;
  check: boolean;
  echo: boolean;
}

/** Changes that follow each other are one transaction. */
function* run(sys: Sys, out: Output, planned: readonly Planned[], settings: RunSettings): Blocking<void> {
  let batch: Array<Extract<Planned, { kind: 'change' }>> = [];
  const commit = function* (): Blocking<void> {
    if (batch.length === 0) return;
    apply(sys, batch, settings.check);
    if (settings.echo)
      yield* out.write(
        echoText(
          batch.map(({ command }) => command),
          tablesOf(sys),
          settings,
        ),
      );
    batch = [];
  };
  for (const one of planned) {
    if (one.kind === 'change') batch.push(one);
    else {
      yield* commit();
      yield* list(sys, out, one.request, settings);
      if (one.request.reset) resetCounters(sys, one.request.family);
    }
  }
  yield* commit();
}

/** Of a whole set of rules table by table, each below the warning about it. */
function* list(sys: Sys, out: Output, request: ListRequest, settings: RunSettings): Blocking<void> {
  const tables = tablesOf(sys);
  const parts = request.what === 'ruleset' ? tables.map((table) => [table]) : [tables];
  for (const part of parts) {
    const warning = warningText(request, part);
    if (warning !== '') {
      yield* out.flush();
      yield* writeAll(sys, 2, warning);
    }
    yield* out.write(listText(request, part, settings));
  }
}

function resetCounters(sys: Sys, family: string | null): void {
  const commands = tablesOf(sys).flatMap((table): NftCommand[] =>
    family !== null && table.family !== family
      ? []
      : [...table.counters.keys()].map((counter) => ({
          do: 'reset counter',
          family: table.family,
          table: table.name,
          counter,
        })),
  );
  sys.nft.apply(commands);
}

function apply(sys: Sys, batch: ReadonlyArray<Extract<Planned, { kind: 'change' }>>, isCheck: boolean): void {
  try {
    sys.nft.apply(isCheck ? [] : batch.map(({ command }) => command));
  } catch (error) {
    if (!isSysError(error)) throw error;
    const [first] = batch;
    if (first && error.errno === 'EPERM' && batch.every(({ command }) => isBlind(command)))
      throw refused(error, first.command, withEnd(first.places), []);
    const failed = batch[Number(error.detail)];
    if (!failed || error.detail === '') throw error;
    throw refused(error, failed.command, failed.places, tablesOf(sys));
  }
}

/** Sent to the kernel without asking first what is there. */
function isBlind(command: NftCommand): boolean {
  return ['add table', 'create table', 'flush table', 'flush chain', 'flush ruleset'].includes(command.do);
}

/** What was never asked about is marked with the end of its line. */
function withEnd(places: Places): Places {
  const { start, end } = places.whole;
  return { ...places, whole: { start, end: end + 1 } };
}

/** In nft's words, at the place that is to blame. */
function refused(error: SysError, command: NftCommand, places: Places, tables: readonly NftTable[]): NftSyntaxError {
  const span = placeOf(error, command, places, tables);
  const isEarly = command.do === 'add chain' && error.errno === 'ENOENT';
  const isSet = 'rule' in command && error.errno === 'ENOENT' && span === places.whole;
  const prefix = isEarly || isSet ? '' : 'Could not process rule: ';
  return new NftSyntaxError(`${prefix}${strerror(error.errno)}`, span.start, span.end);
}

function placeOf({ errno }: SysError, command: NftCommand, places: Places, tables: readonly NftTable[]): Span {
  const { whole, table: tableSpan, object, handle, target } = places;
  if (!('table' in command)) return whole;
  const table = tables.find((one) => one.family === command.family && one.name === command.table);
  if (errno === 'ENOENT') {
    if (!table) return tableSpan ?? whole;
    if ('chain' in command && command.do !== 'add chain' && !table.chains.has(command.chain)) return object ?? whole;
    return handle ?? target ?? ('rule' in command ? whole : (object ?? whole));
  }
  if (errno === 'EEXIST' || errno === 'EBUSY')
    return command.do.endsWith('table') ? (tableSpan ?? whole) : (object ?? whole);
  return whole;
}

/** `Error: message`, the line, and carets below it. */
function errorText({ text, name }: Source, { message, start, end, related }: NftSyntaxError): string {
  const lineStart = text.lastIndexOf('\n', Math.max(0, start - 1)) + 1;
  const isAtEnd = start >= text.length;
  const from = isAtEnd ? text.slice(0, -1).lastIndexOf('\n') + 1 : lineStart;
  const to = text.indexOf('\n', from);
  const line = text.slice(from, to < 0 ? text.length : to);
  const column = isAtEnd ? 0 : start - from;
  const width = Math.max(1, Math.min(end, (to < 0 ? text.length : to) + 1) - start);
  const number = text.slice(0, start).split('\n').length;
  const place = name === null ? '' : `${name}:${number}:${column + 1}-${column + width}: `;
  const marks = Array.from(line.slice(0, column), (char, at) => {
    if (related && at + from >= related.start && at + from < related.end) return '~';
    return char === '\t' ? '\t' : ' ';
  });
  return `${place}Error: ${message}\n${line}\n${marks.join('')}${'^'.repeat(width)}\n`;
}
