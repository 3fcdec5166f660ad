/** jq: filters JSON (jq(1), version 1.6). */
import { type Blocking, type Sys, strerror } from '../../../kernel/sim';
import { Output, readAll, writeAll } from '../../lib/io';
import { closeInput, openInput } from '../common/input';
import { decodeLossless, encodeLossless } from '../common/lossless';
import type { Environment } from '../common/spawn';
import { JqCompileError } from './ast';
import { findUndefined } from './checker';
import type { Host } from './env';
import { Evaluator } from './evaluate';
import { InputStream } from './input-stream';
import type { Json } from './json';
import { JsonParseError } from './json-reader';
import { toJsonText } from './json-text';
import { Halt } from './native';
import { JqError } from './operators';
import { parseFilter } from './parser';
import { prelude } from './prelude';
import { type JqSettings, JqUsageError, readSettings, usage } from './settings';

const hint =
  'Use jq --help for help with command-line options,\nor see the jq manpage, or online docs  at https://stedolan.github.io/jq\n';

export function* jq(sys: Sys, argv: readonly string[], env: Environment): Blocking<number> {
  try {
    const settings = yield* readSettings(sys, argv.slice(1));
    if (settings.show !== null) {
      yield* writeAll(sys, 1, settings.show === 'version' ? 'jq-1.6\n' : usage);
      return 0;
    }
    if (settings.program === null) {
      if (sys.isatty(0) || sys.isatty(1)) {
        yield* writeAll(sys, 2, usage);
        return 2;
      }
      settings.program = '.';
    }
    return yield* new Runner(sys, settings, env).run();
  } catch (error) {
    if (!(error instanceof JqUsageError)) throw error;
    yield* writeAll(sys, 2, `jq: ${error.message}\n${error.withHint ? hint : ''}`);
    return 2;
  }
}

class Runner {
  readonly #output: Output;
  readonly #inputs: InputStream;
  #status = 0;
  #hadInput = false;
  #last: Json | undefined;

  constructor(
    private readonly sys: Sys,
    private readonly settings: JqSettings,
    private readonly env: Environment,
  ) {
    this.#output = new Output(sys);
    this.#inputs = new InputStream(sys, settings);
  }

  *run(): Blocking<number> {
    const { settings } = this;
    let source = settings.program ?? '.';
    if (settings.fromFile) {
      const read = yield* this.#programFile(source);
      if (read === null) return 2;
      source = read;
    }
    let env = prelude();
    for (const [name, value] of settings.variables) env = env.withVariable(name, value);
    try {
      const filter = parseFilter(source);
      const problems = findUndefined(filter, env, [...settings.variables.keys()]);
      if (problems.length > 0) return yield* this.#compileErrors(problems, source);
      const host: Host = {
        sys: this.sys,
        env: this.env,
        nextInput: () => this.#inputs.next(),
        inputName: () => this.#inputs.name,
        inputLine: () => this.#inputs.line,
        report: (text) => this.#report(text),
      };
      const evaluator = new Evaluator(host);
      return yield* this.#loop((input) => {
        evaluator.held.release();
        return evaluator.run(filter, env, input, null, (value) => this.#print(value));
      });
    } catch (error) {
      if (error instanceof JqCompileError) return yield* this.#compileErrors([error], source);
      throw error;
    }
  }

  *#report(text: string): Blocking<void> {
    if (this.sys.isatty(1)) yield* this.#output.flush();
    yield* writeAll(this.sys, 2, encodeLossless(text));
  }

  *#programFile(path: string): Blocking<string | null> {
    const opened = yield* openInput(this.sys, path);
    if ('errno' in opened) {
      yield* writeAll(this.sys, 2, `jq: error: Could not open ${path}: ${strerror(opened.errno)}\n`);
      return null;
    }
    const text = decodeLossless(yield* readAll(this.sys, opened.fd));
    closeInput(this.sys, opened.fd);
    return text.replace(/^#![^\n]*/, '');
  }

  *#compileErrors(errors: readonly JqCompileError[], source: string): Blocking<number> {
    const body = errors.map(
      ({ message, at }) => `jq: error: ${message} at <top-level>, line 1:\n${source}${' '.repeat(at)}\n`,
    );
    yield* writeAll(
      this.sys,
      2,
      encodeLossless(`${body.join('')}jq: ${errors.length} compile error${errors.length === 1 ? '' : 's'}\n`),
    );
    return 3;
  }

  *#loop(work: (input: Json) => Blocking<void>): Blocking<number> {
    let halted: Halt | null = null;
    try {
      if (this.settings.nullInput) yield* this.#one(work, null);
      else
        for (let input = yield* this.#inputs.next(); input !== undefined; input = yield* this.#inputs.next())
          yield* this.#one(work, input);
    } catch (error) {
      if (error instanceof JsonParseError) {
        yield* this.#report(`parse error: ${error.message}\n`);
        this.#status = 4;
      } else if (error instanceof Halt) halted = error;
      else throw error;
    }
    yield* this.#output.flush();
    if (halted !== null) {
      yield* writeAll(this.sys, 2, encodeLossless(halted.message));
      return halted.status;
    }
    if (this.#inputs.failed) return 2;
    if (this.#status !== 0 || !this.settings.exitStatus) return this.#status;
    return this.#last === undefined ? (this.#hadInput ? 4 : 0) : this.#last === null || this.#last === false ? 1 : 0;
  }

  *#one(work: (input: Json) => Blocking<void>, input: Json): Blocking<void> {
    this.#hadInput = true;
    this.#status = 0;
    try {
      yield* this.sys.checkpoint();
      yield* work(input);
    } catch (error) {
      if (!(error instanceof JqError) && !(error instanceof RangeError)) throw error;
      if (error instanceof JqError && error.value === null) return;
      const where = !this.#inputs.isStarted ? '<unknown>' : `${this.#inputs.source}:${this.#inputs.line}`;
      const value: Json = error instanceof JqError ? error.value : 'the filter needs too much';
      const text = typeof value === 'string' ? `: ${value}` : ` (not a string): ${toJsonText(value)}`;
      yield* this.#report(`jq: error (at ${where})${text}\n`);
      this.#status = 5;
    }
  }

  *#print(value: Json): Blocking<void> {
    const { settings } = this;
    this.#last = value;
    const text = settings.raw && typeof value === 'string' ? value : toJsonText(value, settings.print);
    yield* this.#output.write(encodeLossless(`${settings.seq ? '\x1e' : ''}${text}${settings.join ? '' : '\n'}`));
    if (settings.unbuffered) yield* this.#output.flush();
  }
}
