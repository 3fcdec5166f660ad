/** sed: edits a stream by a script (sed(1), GNU sed 4.9). */
import {
  type Blocking,
  isSysError,
  O_CREAT,
  O_EXCL,
  O_WRONLY,
  S_IFMT,
  S_IFREG,
  type Sys,
  strerror,
} from '../../../kernel/sim';
import { complain, readAll, writeAll } from '../../lib/io';
import { type OptionSpec, type ParsedOptions, parseOptions, UsageError } from '../../lib/options';
import { RegexBudgetError } from '../../regex';
import { closeInput, openInput } from '../common/input';
import { decodeLossless } from '../common/lossless';
import { Executor } from './executor';
import { parseScript } from './parser';
import type { Fragment } from './reader';
import { PanicError, type Script, ScriptError } from './script';
import { Input, Sink, Sinks } from './streams';

const usage = `Usage: sed [OPTION]... {script-only-if-no-other-script} [input-file]...

  -n                print only when the script says so
  -e SCRIPT, -f FILE  commands; without either, the first operand
  -E, -r            extended regular expressions
  -i[SUFFIX]        change files in place, with a copy when SUFFIX is given
  -s                files one by one; -z records end in NUL; -u unbuffered; -l N width of \`l'
      --help, --version
`;

const specs: OptionSpec[] = [
  { short: 'n', long: 'quiet' },
  { long: 'silent', as: 'quiet' },
  { short: 'e', long: 'expression', value: 'required' },
  { short: 'f', long: 'file', value: 'required' },
  { short: 'E', long: 'regexp-extended' },
  { short: 'r', as: 'regexp-extended' },
  { short: 'i', long: 'in-place', value: 'optional' },
  { short: 'l', long: 'line-length', value: 'required' },
  { short: 's', long: 'separate' },
  { short: 'u', long: 'unbuffered' },
  { short: 'z', long: 'null-data' },
  { long: 'zero-terminated', as: 'null-data' },
  { long: 'posix' },
  { long: 'sandbox' },
  { long: 'follow-symlinks' },
  { long: 'help' },
  { long: 'version' },
];

export function* sed(sys: Sys, argv: readonly string[], env: Readonly<Record<string, string>>): Blocking<number> {
  try {
    const options = parseOptions(argv.slice(1), specs);
    if (options.has('help') || options.has('version')) {
      yield* writeAll(sys, 1, options.has('help') ? usage : 'sed (GNU sed) 4.9\n');
      return 0;
    }
    const operands = [...options.operands];
    const fragments = yield* collectScript(sys, options, operands);
    if (fragments === null) {
      yield* writeAll(sys, 2, usage);
      return 1;
    }
    const script = parseScript(fragments, {
      extended: options.has('regexp-extended'),
      sandbox: options.has('sandbox'),
    });
    return yield* new Editor(sys, env, options, script, operands).run();
  } catch (error) {
    if (error instanceof UsageError) yield* writeAll(sys, 2, `sed: ${error.message}\n${usage}`);
    else if (error instanceof ScriptError || error instanceof RegexBudgetError)
      yield* complain(sys, 'sed', error.message);
    else if (error instanceof PanicError) {
      yield* complain(sys, 'sed', error.message);
      return 4;
    } else throw error;
    return 1;
  }
}

function* collectScript(sys: Sys, options: ParsedOptions, operands: string[]): Blocking<Fragment[] | null> {
  const fragments: Fragment[] = [];
  let expression = 0;
  for (const { name, value } of options.given) {
    if (name === 'expression') fragments.push({ text: value ?? '', origin: { expression: ++expression } });
    if (name !== 'file') continue;
    const file = value ?? '';
    const opened = yield* openInput(sys, file);
    if ('errno' in opened) throw new PanicError(`couldn't open file ${file}: ${strerror(opened.errno)}`);
    const text = decodeLossless(yield* readAll(sys, opened.fd));
    closeInput(sys, opened.fd);
    fragments.push({ text: text.replace(/\n$/, ''), origin: { file } });
  }
  if (fragments.length > 0) return fragments;
  const first = operands.shift();
  return first === undefined ? null : [{ text: first, origin: { expression: 1 } }];
}

class Editor {
  #target: { sink: Sink; temporary: string; file: string } | null = null;
  readonly #stdout: Sink;
  readonly #suffix: string | null;
  readonly #inPlace: boolean;

  constructor(
    private readonly sys: Sys,
    private readonly env: Readonly<Record<string, string>>,
    private readonly options: ParsedOptions,
    private readonly script: Script,
    private readonly operands: readonly string[],
  ) {
    this.#inPlace = options.has('in-place');
    this.#suffix = options.value('in-place');
    this.#stdout = new Sink(sys, 1, this.#end);
  }

  get #end(): string {
    return this.options.has('null-data') ? '\0' : '\n';
  }

  *run(): Blocking<number> {
    const { sys, env, options, script } = this;
    const stdout = () => this.#target?.sink ?? this.#stdout;
    const sinks = new Sinks(sys, this.#end, stdout);
    yield* this.#openSinks(sinks);
    const separate = options.has('separate') || this.#inPlace;
    const files = this.operands.length === 0 ? ['-'] : this.operands;
    const input = new Input(
      sys,
      files,
      { separate, nullData: options.has('null-data') },
      {
        opened: (file, fd) => this.#begin(file, fd),
        closed: () => this.#finish(),
      },
    );
    const executor = new Executor(script, {
      sys,
      env,
      input,
      sinks,
      stdout,
      quiet: options.has('quiet') || script.isQuiet,
      unbuffered: options.has('unbuffered'),
      lineWidth: this.#lineWidth(),
      newline: this.#end,
    });
    const status = yield* executor.run();
    // After `q` the rest of the file is kept as it is.
    if (this.#target !== null) yield* this.#copyRest(input, this.#target.sink);
    yield* input.close();
    yield* this.#stdout.flush();
    yield* sinks.flush();
    return status === 0 ? input.status : status;
  }

  #lineWidth(): number {
    const given = this.options.value('line-length');
    if (given === null) return 70;
    if (!/^\d+$/.test(given)) throw new ScriptError(`invalid line length: ${given}`);
    return Number(given);
  }

  *#copyRest(input: Input, sink: Sink): Blocking<void> {
    for (;;) {
      if (yield* input.isLast()) return;
      const line = yield* input.next();
      if (line === null) return;
      yield* sink.line(line.text, line.isEnded);
    }
  }

  *#openSinks(sinks: Sinks): Blocking<void> {
    for (const { action } of this.script.commands) {
      const file =
        action.kind === 'writeFile' || action.kind === 'writeLine'
          ? action.file
          : action.kind === 'substitute'
            ? action.substitution.file
            : null;
      if (file === null) continue;
      try {
        yield* sinks.open(file);
      } catch (error) {
        if (!isSysError(error)) throw error;
        throw new PanicError(`couldn't open file ${file}: ${strerror(error.errno)}`);
      }
    }
  }

  /** With -i: what is printed goes to a new file beside the old one. False when it cannot be edited. */
  *#begin(file: string, fd: number): Blocking<boolean> {
    if (!this.#inPlace || file === '-') return true;
    const { sys } = this;
    const { mode, uid, gid } = sys.fstat(fd);
    if ((mode & S_IFMT) !== S_IFREG) {
      yield* complain(sys, 'sed', `couldn't edit ${file}: not a regular file`);
      return false;
    }
    const directory = file.includes('/') ? file.slice(0, file.lastIndexOf('/') + 1) : './';
    const letters = [...sys.random(6)]
      .map((byte) => 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'[byte % 62])
      .join('');
    const temporary = `${directory}sed${letters}`;
    try {
      const out = yield* sys.open(temporary, O_WRONLY | O_CREAT | O_EXCL, 0o600);
      sys.fchmod(out, mode & 0o7777);
      if (sys.geteuid() === 0) sys.fchown(out, uid, gid);
      this.#target = { sink: new Sink(sys, out, this.#end), temporary, file };
      return true;
    } catch (error) {
      if (!isSysError(error)) throw error;
      throw new PanicError(`couldn't open temporary file ${temporary}: ${strerror(error.errno)}`);
    }
  }

  *#finish(): Blocking<void> {
    if (this.#target === null) return;
    const { sink, temporary, file } = this.#target;
    this.#target = null;
    yield* sink.flush();
    this.sys.close(sink.fd);
    if (this.#suffix !== null) this.sys.rename(file, backupName(file, this.#suffix));
    this.sys.rename(temporary, file);
  }
}

/** A suffix with `*` is a pattern for the whole name, one with `/` names another directory. */
function backupName(file: string, suffix: string): string {
  const slash = file.lastIndexOf('/') + 1;
  const [directory, base] = [file.slice(0, slash), file.slice(slash)];
  const name = suffix.includes('*') ? suffix.replaceAll('*', base) : base + suffix;
  return name.includes('/') ? name : directory + name;
}
