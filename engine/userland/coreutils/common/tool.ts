/**
 * The frame every program of GNU coreutils has: options, --help and --version, messages on standard error, an exit status
 * that remembers failures, and what becomes of errors of standard output.
 */
import { type Blocking, type Errno, isSysError, type Program, type Sys, strerror } from '../../../kernel/sim';
import { fromBinary } from '../../lib/binary';
import { Output, writeAll } from '../../lib/io';
import { isUtf8 } from '../../lib/locale';
import { type OptionSpec, type ParsedOptions, parseOptions, UsageError } from '../../lib/options';
import { quoteBare, quoteName, quoteWord } from '../../lib/quote';

export type Environment = Readonly<Record<string, string>>;

export interface ToolSpec {
  /** As --version says it. */
  name: string;
  options?: readonly OptionSpec[];
  /** After `Usage: NAME `; further lines say what it does. */
  help: string;
  /** Exit status for mistakes in the options; 1 when left out. */
  usageStatus?: number;
  stopAtOperand?: boolean;
  /** Options as they were written before there was getopt: turns them into today's. */
  rewrite?: (args: readonly string[]) => string[];
  /** What is said when standard output cannot be written; `write error: why` when left out. */
  writeError?: (why: string) => string[];
  run: (tool: Tool) => Blocking<number | void>;
}

/** Ends the program with a message and a status. */
export class Fatal extends Error {
  constructor(
    message: string,
    readonly status = 1,
  ) {
    super(message);
  }
}

/** Standard output could not be written. */
class WriteError extends Error {
  constructor(readonly errno: Errno) {
    super(errno);
  }
}

export class Tool {
  readonly out: Output;
  /** What it will exit with. */
  status = 0;
  readonly utf8: boolean;

  constructor(
    readonly sys: Sys,
    /** As it was called: messages begin with it. */
    readonly name: string,
    readonly options: ParsedOptions,
    readonly env: Environment,
    /** As they were given. */
    readonly args: readonly string[] = [],
  ) {
    this.out = new Output(sys, 1, env);
    this.utf8 = isUtf8(env);
  }

  get operands(): string[] {
    return this.options.operands;
  }
  has(option: string): boolean {
    return this.options.has(option);
  }
  value(option: string): string | null {
    return this.options.value(option);
  }

  /** `'x'` for messages; see `lib/quote.ts` for which is when. */
  quote(name: string): string {
    return quoteName(name, this.utf8);
  }
  bare(name: string): string {
    return quoteBare(name, this.utf8);
  }
  word(text: string): string {
    return quoteWord(text, this.utf8);
  }

  *write(data: string | Uint8Array): Blocking<void> {
    yield* orWriteError(() => this.out.write(data));
  }
  *line(text: string): Blocking<void> {
    yield* this.write(`${text}\n`);
  }
  /** A binary string (see `lib/binary.ts`). */
  *writeBinary(text: string): Blocking<void> {
    yield* this.write(fromBinary(text));
  }
  *flush(): Blocking<void> {
    yield* orWriteError(() => this.out.flush());
  }

  /** A message that does not count as a failure. */
  *warn(text: string): Blocking<void> {
    yield* this.flush();
    yield* writeAll(this.sys, 2, `${this.name}: ${text}\n`);
  }
  *fail(text: string, status = 1): Blocking<void> {
    this.status = Math.max(this.status, status);
    yield* this.warn(text);
  }
  /** `name: text: why`. */
  *failWith(text: string, errno: Errno, status = 1): Blocking<void> {
    yield* this.fail(`${text}: ${strerror(errno)}`, status);
  }

  /** Runs `work`; an error of the kernel makes `text: why` and the answer null. */
  *attempt<T>(text: string, work: () => Blocking<T>, status = 1): Blocking<T | null> {
    try {
      return yield* work();
    } catch (error) {
      if (!isSysError(error)) throw error;
      yield* this.failWith(text, error.errno, status);
      return null;
    }
  }
  /** The same for calls that do not wait. True when it worked. */
  *try(text: string, work: () => void, status = 1): Blocking<boolean> {
    try {
      work();
      return true;
    } catch (error) {
      if (!isSysError(error)) throw error;
      yield* this.failWith(text, error.errno, status);
      return false;
    }
  }
}

export function makeTool(spec: ToolSpec): Program {
  return function* (sys, argv, env) {
    const name = argv[0] ?? spec.name;
    const args = argv.slice(1);
    try {
      const options = parseOptions(
        spec.rewrite ? spec.rewrite(args) : args,
        [...(spec.options ?? []), { long: 'help' }, { long: 'version' }],
        { stopAtOperand: spec.stopAtOperand ?? env.POSIXLY_CORRECT !== undefined },
      );
      return yield* runTool(spec, new Tool(sys, name, options, env, args));
    } catch (error) {
      if (error instanceof Fatal) {
        yield* writeAll(sys, 2, `${name}: ${error.message}\n`);
        return error.status;
      }
      if (!(error instanceof UsageError)) throw error;
      const hint = `Try '${name} --help' for more information.\n`;
      yield* writeAll(sys, 2, error.message === '' ? hint : `${name}: ${error.message}\n${hint}`);
      return (error instanceof WordError ? error.status : undefined) ?? spec.usageStatus ?? 1;
    }
  };
}

function* runTool(spec: ToolSpec, tool: Tool): Blocking<number> {
  try {
    const first = tool.options.given.find(({ name }) => name === 'help' || name === 'version');
    if (first) yield* tool.write(first.name === 'help' ? helpText(spec, tool.name) : versionText(spec.name));
    const status = first ? 0 : yield* spec.run(tool);
    yield* tool.flush();
    return status ?? tool.status;
  } catch (error) {
    if (error instanceof WriteError) {
      const why = strerror(error.errno);
      for (const text of spec.writeError?.(why) ?? [`write error: ${why}`]) {
        yield* writeAll(tool.sys, 2, `${tool.name}: ${text}\n`);
      }
      return spec.usageStatus ?? 1;
    }
    if (error instanceof UsageError) yield* tool.flush();
    if (isSysError(error)) {
      yield* tool.warn(strerror(error.errno));
      return spec.usageStatus ?? 1;
    }
    if (!(error instanceof Fatal)) throw error;
    yield* tool.warn(error.message);
    return error.status;
  }
}

export function helpText(spec: Pick<ToolSpec, 'help'>, name: string): string {
  return `Usage: ${name} ${spec.help.trim()}\n\n      --help        display this help and exit\n      --version     output version information and exit\n`;
}

export function versionText(name: string): string {
  return `${name} (GNU coreutils) 9.1\nA program of that name as Underlay's simulated Machines have it.\n`;
}

/** Everything a program has to say, written at once. Answers the exit status. */
export function* sayAll(sys: Sys, name: string, data: Uint8Array | string): Blocking<number> {
  try {
    yield* writeAll(sys, 1, data);
    return 0;
  } catch (error) {
    if (!isSysError(error)) throw error;
    yield* writeAll(sys, 2, `${name}: write error: ${strerror(error.errno)}\n`);
    return 1;
  }
}

function* orWriteError(work: () => Blocking<void>): Blocking<void> {
  try {
    yield* work();
  } catch (error) {
    if (!isSysError(error)) throw error;
    throw new WriteError(error.errno);
  }
}

/** One of a fixed list of words, which may be abbreviated (ARGMATCH). */
export function chooseWord<T extends string>(
  tool: Tool,
  value: string,
  option: string,
  words: Readonly<Record<string, T>>,
  status?: number,
): T {
  const found = new Set<T>();
  for (const [word, meaning] of Object.entries(words)) {
    if (word === value) return meaning;
    if (word.startsWith(value)) found.add(meaning);
  }
  const [only] = found;
  if (only !== undefined && found.size === 1) return only;
  const problem = found.size > 1 ? 'ambiguous' : 'invalid';
  throw new WordError(
    `${problem} argument ${tool.word(value)} for ${tool.word(option)}\nValid arguments are:\n${wordList(tool, words)}`,
    status,
  );
}

/** A usage error that may have its own status. */
export class WordError extends UsageError {
  constructor(
    message: string,
    readonly status?: number,
  ) {
    super(message);
  }
}

function wordList(tool: Tool, words: Readonly<Record<string, string>>): string {
  const byMeaning = new Map<string, string[]>();
  for (const [word, meaning] of Object.entries(words)) {
    byMeaning.set(meaning, [...(byMeaning.get(meaning) ?? []), word]);
  }
  return [...byMeaning.values()].map((same) => `  - ${same.map((word) => tool.word(word)).join(', ')}`).join('\n');
}
