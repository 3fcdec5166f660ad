/** Runs the Perl we know. */
import {
  type Blocking,
  errnoByNumber,
  errnoNumber,
  isSysError,
  type Sys,
  signalNumbers,
  strerror,
} from '../../kernel/sim';
import { execByName } from '../lib/exec';
import { Output, writeAll } from '../lib/io';
import { NotThereError } from './lexer';
import { binary, textFunction, unary } from './operators';
import type { Expr, Stmt } from './parser';
import { formatText } from './sprintf';
import { isTrue, toNumber, toText, type Value } from './values';

/** The script ends with this status. */
export class Exit extends Error {
  constructor(readonly status: number) {
    super();
  }
}

type Flow = 'on' | 'last' | 'next';

export class Interpreter {
  readonly #variables = new Map<string, Value>();
  readonly #output: Output;
  #errno = 0;
  #childStatus = 0;

  constructor(
    private readonly sys: Sys,
    private readonly env: Readonly<Record<string, string>>,
    private readonly argv: string[],
    /** -l: a newline behind everything printed. */
    private readonly lineEnd: string,
  ) {
    this.#output = new Output(sys);
  }

  *run(body: readonly Stmt[]): Blocking<number> {
    try {
      yield* this.#all(body);
      yield* this.#output.flush();
      return 0;
    } catch (error) {
      if (!(error instanceof Exit)) throw error;
      yield* this.#output.flush();
      return error.status;
    }
  }

  *#all(body: readonly Stmt[]): Blocking<Flow> {
    for (const statement of body) {
      const flow = yield* this.#one(statement);
      if (flow !== 'on') return flow;
    }
    return 'on';
  }

  *#one(statement: Stmt): Blocking<Flow> {
    switch (statement.kind) {
      case 'expression':
        yield* this.#evaluate(statement.value);
        return 'on';
      case 'if':
        return yield* this.#all(
          isTrue(yield* this.#evaluate(statement.test)) !== statement.negated ? statement.yes : statement.no,
        );
      case 'while':
        while (isTrue(yield* this.#evaluate(statement.test)) !== statement.negated) {
          yield* this.sys.checkpoint();
          if ((yield* this.#all(statement.body)) === 'last') break;
        }
        return 'on';
      case 'foreach':
        for (const value of yield* this.#list([statement.list])) {
          yield* this.sys.checkpoint();
          this.#variables.set(statement.name, value);
          if ((yield* this.#all(statement.body)) === 'last') break;
        }
        return 'on';
      default:
        return statement.kind;
    }
  }

  *#list(items: readonly Expr[]): Blocking<Value[]> {
    const values: Value[] = [];
    for (const item of items) {
      if (item.kind === 'list') values.push(...(yield* this.#list(item.items)));
      else if (item.kind === 'array') values.push(...this.#array(item.name));
      else if (item.kind === 'range') {
        const [from, to] = [toNumber(yield* this.#evaluate(item.from)), toNumber(yield* this.#evaluate(item.to))];
        for (let value = Math.trunc(from); value <= to; value++) values.push(value);
      } else values.push(yield* this.#evaluate(item));
    }
    return values;
  }

  #array(name: string): string[] {
    if (name !== 'ARGV') throw new NotThereError('does not know arrays other than @ARGV');
    return this.argv;
  }

  #read(name: string): Value {
    if (name === '!') {
      const errno = errnoByNumber(this.#errno);
      return errno === undefined ? '' : strerror(errno);
    }
    if (name === '$') return this.sys.getpid();
    if (name === '0') return '-e';
    if (name === '?') return this.#childStatus;
    return this.#variables.get(name);
  }

  *#evaluate(expr: Expr): Blocking<Value> {
    switch (expr.kind) {
      case 'number':
        return expr.value;
      case 'string':
        return expr.parts.map((part) => ('text' in part ? part.text : toText(this.#read(part.variable)))).join('');
      case 'variable':
        // As a number `$!` is the errno.
        return this.#read(expr.name);
      case 'array':
        return this.#array(expr.name).length;
      case 'list':
      case 'range':
        return (yield* this.#list([expr])).at(-1);
      case 'logic': {
        const left = yield* this.#evaluate(expr.left);
        const goesOn = expr.operator === '//' ? left === undefined : isTrue(left) === (expr.operator === '&&');
        return goesOn ? yield* this.#evaluate(expr.right) : left;
      }
      case 'conditional':
        return yield* this.#evaluate(isTrue(yield* this.#evaluate(expr.test)) ? expr.yes : expr.no);
      case 'unary':
        return unary(expr.operator, yield* this.#evaluate(expr.left), () => this.#numeric(expr.left));
      case 'binary':
        return binary(
          expr.operator,
          yield* this.#operand(expr.operator, expr.left),
          expr.right === null ? 0 : yield* this.#operand(expr.operator, expr.right),
        );
      case 'assign':
        return yield* this.#assign(expr);
      case 'step': {
        const before = toNumber(this.#read(expr.name));
        this.#variables.set(expr.name, before + expr.by);
        return expr.prefix ? before + expr.by : before;
      }
      case 'call':
        return yield* this.#call(expr.name, expr.args, expr.line);
    }
  }

  #numeric(expr: Expr): number | null {
    return expr.kind === 'variable' && expr.name === '!' ? this.#errno : null;
  }

  *#operand(operator: string, expr: Expr): Blocking<Value> {
    const number = /^[a-z.]/.test(operator) ? null : this.#numeric(expr);
    return number ?? (yield* this.#evaluate(expr));
  }

  *#assign({ operator, name, value }: Extract<Expr, { kind: 'assign' }>): Blocking<Value> {
    const before = this.#read(name);
    if (operator === '||' && isTrue(before)) return before;
    if (operator === '&&' && !isTrue(before)) return before;
    if (operator === '//' && before !== undefined) return before;
    const given = yield* this.#evaluate(value);
    const result = ['', '||', '&&', '//'].includes(operator) ? given : binary(operator, before, given);
    this.#variables.set(name, result);
    return result;
  }

  /** A call that may fail: undef then, and $! says why. */
  *#try(work: () => Blocking<Value>): Blocking<Value> {
    try {
      return yield* work();
    } catch (error) {
      if (!isSysError(error)) throw error;
      this.#errno = errnoNumber(error.errno);
      return undefined;
    }
  }

  *#atOnce(work: () => Value | void): Blocking<Value> {
    yield* this.sys.checkpoint();
    return work() ?? undefined;
  }

  *#call(name: string, args: readonly Expr[], line: number): Blocking<Value> {
    const { sys } = this;
    const filehandle = args[0]?.kind === 'string' && args[0].parts.length === 1 ? args[0].parts[0] : undefined;
    if (name === 'print' && filehandle && 'text' in filehandle && /^STD(OUT|ERR)$/.test(filehandle.text))
      throw new NotThereError('does not know file handles');
    const values = yield* this.#list(args);
    const [first, second, third] = values;
    const number = (value: Value) => Math.trunc(toNumber(value));
    switch (name) {
      case 'print':
      case 'say':
        yield* this.#output.write(
          `${(args.length === 0 ? [this.#read('_')] : values).map(toText).join('')}${name === 'say' ? '\n' : this.lineEnd}`,
        );
        return 1;
      case 'printf':
        yield* this.#output.write(formatText(toText(first), values.slice(1)));
        return 1;
      case 'sprintf':
        return formatText(toText(first), values.slice(1));
      case 'join':
        return values.slice(1).map(toText).join(toText(first));
      case 'die':
      case 'warn': {
        const text = values.map(toText).join('') || (name === 'die' ? 'Died' : "Warning: something's wrong");
        yield* this.#output.flush();
        yield* writeAll(sys, 2, text.endsWith('\n') ? text : `${text} at -e line ${line}.\n`);
        if (name === 'warn') return 1;
        throw new Exit(
          this.#errno !== 0 ? this.#errno & 255 : this.#childStatus >> 8 !== 0 ? this.#childStatus >> 8 : 255,
        );
      }
      case 'exit':
        throw new Exit(number(first) & 255);
      case 'sleep': {
        yield* this.#output.flush();
        const before = sys.clockGettime('monotonic');
        if (args.length === 0) yield* this.#try(() => sys.pause());
        else yield* this.#try(() => this.#slept(number(first)));
        return Math.round((sys.clockGettime('monotonic') - before) / 1e9);
      }
      case 'pause':
        return yield* this.#try(() => sys.pause());
      case 'time':
        return Math.floor(sys.clockGettime('realtime') / 1e9);
      case 'getppid':
        return sys.getppid();
      case 'getpgrp':
        return sys.getpgid();
      case 'alarm':
        return Math.ceil(sys.alarm(toNumber(first) * 1e9) / 1e9);
      case 'shmget':
        return yield* this.#try(() => this.#atOnce(() => sys.shmget(number(first), number(second), number(third))));
      case 'semget':
        return yield* this.#try(() => this.#atOnce(() => sys.semget(number(first), number(second), number(third))));
      case 'msgget':
        return yield* this.#try(() => this.#atOnce(() => sys.msgget(number(first), number(second))));
      case 'kill':
        return yield* this.#kill(first, values.slice(1));
      case 'system':
      case 'exec':
        return yield* this.#command(name, values.map(toText));
      case 'mkdir':
        return (
          (yield* this.#try(() =>
            this.#atOnce(() => {
              sys.mkdir(toText(first), second === undefined ? 0o777 : number(second));
              return 1;
            }),
          )) ?? 0
        );
      case 'rmdir':
        return (
          (yield* this.#try(() =>
            this.#atOnce(() => {
              sys.rmdir(toText(first));
              return 1;
            }),
          )) ?? 0
        );
      case 'unlink':
        return (
          (yield* this.#try(() =>
            this.#atOnce(() => {
              for (const path of values) sys.unlink(toText(path));
              return values.length;
            }),
          )) ?? 0
        );
      case 'rename':
        return (
          (yield* this.#try(() =>
            this.#atOnce(() => {
              sys.rename(toText(first), toText(second));
              return 1;
            }),
          )) ?? 0
        );
      case 'symlink':
        return (
          (yield* this.#try(() =>
            this.#atOnce(() => {
              sys.symlink(toText(first), toText(second));
              return 1;
            }),
          )) ?? 0
        );
      case 'chdir':
        return (
          (yield* this.#try(() =>
            this.#atOnce(() => {
              sys.chdir(toText(first));
              return 1;
            }),
          )) ?? 0
        );
      case 'umask':
        return sys.umask(args.length === 0 ? sys.umask(0) : number(first));
      case 'shift':
        return this.argv.shift();
      case 'defined':
        return first === undefined ? '' : 1;
      default:
        return textFunction(name, first);
    }
  }

  *#slept(seconds: number): Blocking<Value> {
    yield* this.sys.nanosleep(seconds * 1e9);
    return undefined;
  }

  *#kill(signal: Value, pids: readonly Value[]): Blocking<Value> {
    const text = toText(signal).replace(/^SIG/, '');
    const named: Readonly<Record<string, number>> = signalNumbers;
    const number = /^\d+$/.test(text) ? Number(text) : text === 'ZERO' ? 0 : named[`SIG${text}`];
    if (number === undefined) throw new NotThereError(`does not know the signal ${text}`);
    let count = 0;
    for (const pid of pids) {
      const done = yield* this.#try(() =>
        this.#atOnce(() => {
          this.sys.kill(Math.trunc(toNumber(pid)), number);
          return 1;
        }),
      );
      if (done !== undefined) count++;
    }
    return count;
  }

  *#command(name: string, words: readonly string[]): Blocking<Value> {
    const { sys, env } = this;
    const [only = ''] = words;
    const argv =
      words.length === 1 ? (/[^\w\s./,=:@%+-]/.test(only) ? ['/bin/sh', '-c', only] : only.trim().split(/\s+/)) : words;
    yield* this.#output.flush();
    if (name === 'exec') {
      this.#errno = errnoNumber(yield* execByName(sys, argv, env));
      return undefined;
    }
    const pid = sys.fork(function* (child) {
      yield* execByName(child, argv, env);
      return 255;
    });
    const result = yield* sys.waitpid(pid);
    const event = result?.event;
    this.#childStatus = event?.kind === 'exited' ? event.code << 8 : event?.kind === 'killed' ? event.signal : 0;
    return this.#childStatus;
  }
}
