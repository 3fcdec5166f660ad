/** xargs: builds command lines from its input and runs them (xargs(1), GNU findutils 4.9). */

import { type Blocking, bare, isSysError, type Sys, strerror, type WaitResult } from '../../kernel/sim';
import { execByName } from '../lib/exec';
import { complain, LineReader, readAll, writeAll } from '../lib/io';
import { type OptionSpec, type ParsedOptions, parseOptions, UsageError } from '../lib/options';
import { quoteBare } from '../lib/quote';
import { closeInput, openInput } from './common/input';
import { decodeLossless } from './common/lossless';
import type { Environment } from './common/spawn';
import { split, unquoted, words, XargsError } from './xargs-words';

const usage = `Usage: xargs [OPTION]... COMMAND [INITIAL-ARGS]...
Runs COMMAND with arguments INITIAL-ARGS and more arguments read from input.

  -0, -d CHAR        items end in NUL, or in CHAR        -a FILE   read FILE instead of standard input
  -n MAX, -L MAX     items, or lines, a command          -s MAX    characters a command
  -I TEXT            one item a command, in the place of TEXT
  -P MAX             commands at once                    -r        nothing without items
  -p, -t             ask before, show before             -x        end where -s is too small
  -E TEXT            the input ends there
`;

const specs: OptionSpec[] = [
  { short: '0', long: 'null' },
  { short: 'a', long: 'arg-file', value: 'required' },
  { short: 'd', long: 'delimiter', value: 'required' },
  { short: 'E', value: 'required' },
  { short: 'e', long: 'eof', value: 'optional' },
  { short: 'I', value: 'required' },
  { short: 'i', long: 'replace', value: 'optional' },
  { short: 'L', value: 'required' },
  { short: 'l', long: 'max-lines', value: 'optional' },
  { short: 'n', long: 'max-args', value: 'required' },
  { short: 'P', long: 'max-procs', value: 'required' },
  { short: 'p', long: 'interactive' },
  { short: 'r', long: 'no-run-if-empty' },
  { short: 's', long: 'max-chars', value: 'required' },
  { short: 't', long: 'verbose' },
  { short: 'x', long: 'exit' },
  { short: 'o', long: 'open-tty' },
  { long: 'help' },
  { long: 'version' },
];

interface Settings {
  command: string[];
  delimiter: string | null;
  end: string | null;
  replace: string | null;
  maxArgs: number;
  maxLines: number;
  maxChars: number;
  maxProcesses: number;
  noRunIfEmpty: boolean;
  verbose: boolean;
  interactive: boolean;
}

/** A child said it: stop, with this status. */
class Stop {
  constructor(readonly status: number) {}
}

export function* xargs(sys: Sys, argv: readonly string[], env: Environment): Blocking<number> {
  try {
    const options = parseOptions(argv.slice(1), specs, { stopAtOperand: true });
    if (options.has('help') || options.has('version')) {
      yield* writeAll(sys, 1, options.has('help') ? usage : 'xargs (GNU findutils) 4.9.0\n');
      return 0;
    }
    const settings = readSettings(options);
    const file = options.value('arg-file') ?? '-';
    const opened = yield* openInput(sys, file);
    if ('errno' in opened) throw new XargsError(`Cannot open input file ‘${file}’: ${strerror(opened.errno)}`);
    const status = yield* new Runner(sys, env, settings).run(opened.fd);
    closeInput(sys, opened.fd);
    return status;
  } catch (error) {
    if (error instanceof Stop) return error.status;
    if (error instanceof UsageError)
      yield* writeAll(sys, 2, `xargs: ${error.message}\nTry 'xargs --help' for more information.\n`);
    else if (error instanceof XargsError) yield* complain(sys, 'xargs', error.message);
    else throw error;
    return 1;
  }
}

function readSettings(options: ParsedOptions): Settings {
  const number = (name: string, letter: string, otherwise: number) => {
    const text = options.value(name);
    if (text === null) return otherwise;
    if (!/^\d+$/.test(text)) throw new UsageError(`invalid number "${text}" for -${letter} option`);
    const least = letter === 'P' ? 0 : 1;
    if (Number(text) < least) throw new UsageError(`value ${text} for -${letter} option should be >= ${least}`);
    return Number(text);
  };
  const replace = options.has('replace') ? (options.value('replace') ?? '{}') : options.value('I');
  const lines = options.has('max-lines') ? number('max-lines', 'l', 1) : number('L', 'L', Number.POSITIVE_INFINITY);
  return {
    command: options.operands.length === 0 ? ['echo'] : options.operands,
    delimiter: options.has('null') ? '\0' : readDelimiter(options.value('delimiter')),
    end: options.value('E') ?? options.value('eof'),
    replace,
    maxArgs: number('max-args', 'n', Number.POSITIVE_INFINITY),
    maxLines: replace === null ? lines : 1,
    maxChars: Math.min(131_072, number('max-chars', 's', 131_072)),
    maxProcesses: number('max-procs', 'P', 1),
    noRunIfEmpty: options.has('no-run-if-empty'),
    verbose: options.has('verbose') || options.has('interactive'),
    interactive: options.has('interactive'),
  };
}

const delimiterEscapes: Readonly<Record<string, string>> = bare({
  n: '\n',
  t: '\t',
  r: '\r',
  f: '\f',
  v: '\v',
  a: '\x07',
  b: '\b',
  '0': '\0',
  '\\': '\\',
});

function readDelimiter(text: string | null): string | null {
  if (text === null) return null;
  if (text.length === 1) return text;
  const octal = /^\\0?([0-7]{1,3})$/.exec(text);
  const hex = /^\\x([0-9a-fA-F]{1,2})$/.exec(text);
  if (octal) return String.fromCharCode(Number.parseInt(octal[1] ?? '0', 8));
  if (hex) return String.fromCharCode(Number.parseInt(hex[1] ?? '0', 16));
  const escaped = text.startsWith('\\') && text.length === 2 ? delimiterEscapes[text[1] ?? ''] : undefined;
  if (escaped !== undefined) return escaped;
  throw new UsageError(
    `Invalid input delimiter specification ${text}: the delimiter must be either a single character or an escape sequence starting with \\.`,
  );
}

class Runner {
  #status = 0;
  #running = 0;

  constructor(
    private readonly sys: Sys,
    private readonly env: Environment,
    private readonly settings: Settings,
  ) {}

  *run(fd: number): Blocking<number> {
    const { settings } = this;
    const base = settings.command.reduce((sum, word) => sum + word.length + 1, 0);
    let args: string[] = [];
    let chars = base;
    let lines = 0;
    let hasRun = false;
    for (const { text, endsLine } of yield* this.#items(fd)) {
      yield* this.sys.checkpoint();
      if (settings.replace !== null) {
        yield* this.#start(settings.command.map((word) => word.replaceAll(settings.replace ?? '{}', text)));
        hasRun = true;
        continue;
      }
      if (chars + text.length + 1 > settings.maxChars && args.length > 0) {
        yield* this.#start([...settings.command, ...args]);
        hasRun = true;
        [args, chars, lines] = [[], base, 0];
      }
      args.push(text);
      chars += text.length + 1;
      if (endsLine) lines++;
      if (args.length < settings.maxArgs && lines < settings.maxLines) continue;
      yield* this.#start([...settings.command, ...args]);
      hasRun = true;
      [args, chars, lines] = [[], base, 0];
    }
    const isEmpty = !hasRun && args.length === 0;
    if (args.length > 0 || (isEmpty && !settings.noRunIfEmpty && settings.replace === null))
      yield* this.#start([...settings.command, ...args]);
    while (this.#running > 0) yield* this.#wait();
    return this.#status;
  }

  *#items(fd: number): Blocking<Array<{ text: string; endsLine: boolean }>> {
    const { delimiter, end, replace } = this.settings;
    const input = decodeLossless(yield* readAll(this.sys, fd));
    let items: Array<{ text: string; endsLine: boolean }>;
    if (delimiter !== null) items = split(input, delimiter).map((text) => ({ text, endsLine: true }));
    else if (replace !== null) {
      items = split(input, '\n')
        .filter((line) => line.trim() !== '')
        .map((line) => ({ text: unquoted(line.trimStart()), endsLine: true }));
    } else items = words(input);
    const last = end === null || delimiter !== null ? -1 : items.findIndex(({ text }) => text === end);
    return last < 0 ? items : items.slice(0, last);
  }

  *#start(argv: readonly string[]): Blocking<void> {
    const { sys, env, settings } = this;
    if (settings.verbose) {
      yield* writeAll(sys, 2, `${argv.map((word) => quoteBare(word)).join(' ')}${settings.interactive ? '' : '\n'}`);
      if (settings.interactive && !(yield* this.#confirm())) return;
    }
    if (settings.maxProcesses > 0) while (this.#running >= settings.maxProcesses) yield* this.#wait();
    sys.fork(function* (child) {
      const nothing = yield* child.open('/dev/null', 0);
      child.dup2(nothing, 0);
      if (nothing !== 0) child.close(nothing);
      const errno = yield* execByName(child, argv, env);
      yield* complain(child, 'xargs', `${argv[0] ?? ''}: ${strerror(errno)}`);
      return errno === 'ENOENT' ? 127 : 126;
    });
    this.#running++;
    if (settings.maxProcesses === 1) yield* this.#wait();
  }

  *#confirm(): Blocking<boolean> {
    const opened = yield* openInput(this.sys, '/dev/tty');
    if ('errno' in opened) throw new XargsError(`failed to open /dev/tty for reading: ${strerror(opened.errno)}`);
    const tty = opened.fd;
    yield* writeAll(this.sys, 2, '?...');
    const answer = yield* new LineReader(this.sys, tty).next();
    this.sys.close(tty);
    return /^[yY]/.test(answer ?? '');
  }

  *#wait(): Blocking<void> {
    let result: WaitResult | null = null;
    try {
      result = yield* this.sys.waitpid(-1);
    } catch (error) {
      if (isSysError(error, 'EINTR')) return;
      throw error;
    }
    if (result === null) return;
    this.#running--;
    const [name = ''] = this.settings.command;
    const { event } = result;
    if (event.kind === 'killed') {
      yield* complain(this.sys, 'xargs', `${name}: terminated by signal ${event.signal}`);
      throw new Stop(125);
    }
    if (event.kind !== 'exited') return;
    if (event.code === 126 || event.code === 127) throw new Stop(event.code);
    if (event.code === 255) {
      yield* complain(this.sys, 'xargs', `${name}: exited with status 255; aborting`);
      throw new Stop(124);
    }
    if (event.code !== 0) this.#status = 123;
  }
}
