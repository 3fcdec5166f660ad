/** test and [: checks files and compares values (test(1)). */

import type { Blocking, Program, Sys } from '../../kernel/sim';
import * as abi from '../../kernel/sim';
import { orNull, succeeds } from '../lib/attempt';
import { writeAll } from '../lib/io';
import { isUtf8 } from '../lib/locale';
import { quoteWord } from '../lib/quote';
import { helpText, sayAll, versionText } from './common/tool';

const failure = 2;

class TestError extends Error {}

export const test: Program = (sys, argv, env) => evaluate(sys, argv[0] ?? 'test', argv.slice(1), isUtf8(env));

export const bracket: Program = function* (sys, argv, env) {
  const name = argv[0] ?? '[';
  const args = argv.slice(1);
  if (args.length === 1 && args[0] === '--help') {
    const help = 'EXPRESSION ]\nExit with the status EXPRESSION determines; see test(1).';
    return yield* sayAll(sys, name, helpText({ help }, name));
  }
  if (args.length === 1 && args[0] === '--version') {
    return yield* sayAll(sys, name, versionText('['));
  }
  if (args.at(-1) !== ']') {
    yield* writeAll(sys, 2, `${name}: missing ${quoteWord(']', isUtf8(env))}\n`);
    return failure;
  }
  return yield* evaluate(sys, name, args.slice(0, -1), isUtf8(env));
};

function* evaluate(sys: Sys, name: string, words: readonly string[], utf8: boolean): Blocking<number> {
  try {
    return new Expression(sys, words, utf8).holds() ? 0 : 1;
  } catch (error) {
    if (!(error instanceof TestError)) throw error;
    yield* writeAll(sys, 2, `${name}: ${error.message}\n`);
    return failure;
  }
}

const binaryOperators = new Set('= == != -nt -ot -ef -eq -ne -lt -le -gt -ge'.split(' '));
const unaryOperators = new Set('abcdefghkLnoprsStuvwxzGNO'.split('').map((letter) => `-${letter}`));
unaryOperators.delete('-a');
unaryOperators.delete('-o');
unaryOperators.delete('-v');

class Expression {
  #at = 0;

  constructor(
    private readonly sys: Sys,
    private readonly words: readonly string[],
    private readonly utf8: boolean,
  ) {}

  /** Up to four arguments are told apart by their number, as POSIX has it. */
  holds(): boolean {
    if (this.words.length === 0) return false;
    const result = this.#byCount(this.words.length);
    const rest = this.words[this.#at];
    if (rest !== undefined) throw new TestError(`extra argument ${this.#word(rest)}`);
    return result;
  }

  #word(text: string): string {
    return quoteWord(text, this.utf8);
  }
  #peek(ahead = 0): string | undefined {
    return this.words[this.#at + ahead];
  }
  #take(): string {
    const word = this.words[this.#at];
    if (word === undefined) throw new TestError(`missing argument after ${this.#word(this.words[this.#at - 1] ?? '')}`);
    this.#at++;
    return word;
  }

  #byCount(count: number): boolean {
    if (count === 1) return this.#take() !== '';
    if (count === 2) return this.#two();
    if (count === 3) return this.#three();
    if (count === 4 && this.#peek() === '!') {
      this.#at++;
      return !this.#three();
    }
    if (count === 4 && this.#peek() === '(' && this.#peek(3) === ')') {
      this.#at++;
      const result = this.#two();
      this.#at++;
      return result;
    }
    return this.#or();
  }

  #two(): boolean {
    const first = this.#peek() ?? '';
    if (first === '!') {
      this.#at++;
      return this.#take() === '';
    }
    if (unaryOperators.has(first)) return this.#unary();
    if (/^-.$/.test(first)) throw new TestError(`${this.#word(first)}: unary operator expected`);
    throw new TestError(`missing argument after ${this.#word(this.#peek(1) ?? '')}`);
  }

  #three(): boolean {
    const operator = this.#peek(1) ?? '';
    if (binaryOperators.has(operator)) return this.#binary();
    if (this.#peek() === '!') {
      this.#at++;
      return !this.#two();
    }
    if (this.#peek() === '(' && this.#peek(2) === ')') {
      this.#at++;
      const result = this.#take() !== '';
      this.#at++;
      return result;
    }
    if (operator === '-a' || operator === '-o') return this.#or();
    throw new TestError(`${this.#word(operator)}: binary operator expected`);
  }

  #or(): boolean {
    let result = this.#and();
    while (this.#peek() === '-o') {
      this.#at++;
      result = this.#and() || result;
    }
    return result;
  }

  #and(): boolean {
    let result = this.#term();
    while (this.#peek() === '-a') {
      this.#at++;
      result = this.#term() && result;
    }
    return result;
  }

  #term(): boolean {
    if (this.#peek() === '!') {
      this.#take();
      return !this.#term();
    }
    const first = this.#peek();
    if (first === undefined)
      throw new TestError(`missing argument after ${this.#word(this.words[this.#at - 1] ?? '')}`);
    if (first === '(' && this.#peek(1) !== undefined) return this.#group();
    if (binaryOperators.has(this.#peek(1) ?? '') && this.#peek(2) !== undefined) return this.#binary();
    if (!/^-.$/.test(first)) return this.#take() !== '';
    if (!unaryOperators.has(first)) throw new TestError(`${this.#word(first)}: unary operator expected`);
    return this.#unary();
  }

  #group(): boolean {
    this.#at++;
    const close = this.words.indexOf(')', this.#at);
    const count = close < 0 ? 5 : close - this.#at;
    const result = count <= 4 && count > 0 ? this.#byCount(count) : this.#or();
    const word = this.#peek();
    if (word === undefined) throw new TestError(`${this.#word(')')} expected`);
    if (word !== ')') throw new TestError(`${this.#word(')')} expected, found ${word}`);
    this.#at++;
    return result;
  }

  #binary(): boolean {
    const [left, operator, right] = [this.#take(), this.#take(), this.#take()];
    switch (operator) {
      case '=':
      case '==':
        return left === right;
      case '!=':
        return left !== right;
      case '-ef':
        return isSameFile(this.sys, left, right);
      case '-nt':
        return timeOf(this.sys, left) > timeOf(this.sys, right);
      case '-ot':
        return timeOf(this.sys, left) < timeOf(this.sys, right);
      default:
        return this.#compare(operator, left, right);
    }
  }

  #compare(operator: string, left: string, right: string): boolean {
    const [a, b] = [this.#integer(left), this.#integer(right)];
    switch (operator) {
      case '-eq':
        return a === b;
      case '-ne':
        return a !== b;
      case '-lt':
        return a < b;
      case '-le':
        return a <= b;
      case '-gt':
        return a > b;
      default:
        return a >= b;
    }
  }

  #integer(text: string): bigint {
    const match = /^[ \t]*([+-]?\d+)[ \t]*$/.exec(text);
    if (!match) throw new TestError(`invalid integer ${this.#word(text)}`);
    return BigInt((match[1] ?? '0').replace(/^\+/, ''));
  }

  #unary(): boolean {
    const [operator, word] = [this.#take(), this.#take()];
    if (operator === '-n') return word !== '';
    if (operator === '-z') return word === '';
    if (operator === '-t') return this.sys.isatty(Number(this.#integer(word)));
    return fileTest(this.sys, operator, word);
  }
}

function statOf(sys: Sys, path: string, follow = true): abi.Stat | null {
  return orNull(() => (follow ? sys.stat(path) : sys.lstat(path)));
}

/** Older than everything when it is not there. */
function timeOf(sys: Sys, path: string): number {
  return statOf(sys, path)?.mtime ?? Number.NEGATIVE_INFINITY;
}

function isSameFile(sys: Sys, left: string, right: string): boolean {
  const [a, b] = [statOf(sys, left), statOf(sys, right)];
  return a !== null && b !== null && a.ino === b.ino && a.dev.major === b.dev.major && a.dev.minor === b.dev.minor;
}

const types: Readonly<Record<string, number>> = {
  '-b': abi.S_IFBLK,
  '-c': abi.S_IFCHR,
  '-d': abi.S_IFDIR,
  '-f': abi.S_IFREG,
  '-p': abi.S_IFIFO,
  '-S': abi.S_IFSOCK,
};
const bits: Readonly<Record<string, number>> = { '-g': abi.S_ISGID, '-u': abi.S_ISUID, '-k': abi.S_ISVTX };
const accesses: Readonly<Record<string, number>> = { '-r': abi.R_OK, '-w': abi.W_OK, '-x': abi.X_OK };

function fileTest(sys: Sys, operator: string, path: string): boolean {
  if (operator === '-h' || operator === '-L') {
    return ((statOf(sys, path, false)?.mode ?? 0) & abi.S_IFMT) === abi.S_IFLNK;
  }
  const access = accesses[operator];
  if (access !== undefined) return mayAccess(sys, path, access);
  const stat = statOf(sys, path);
  if (stat === null) return false;
  const [type, bit] = [types[operator], bits[operator]];
  if (type !== undefined) return (stat.mode & abi.S_IFMT) === type;
  if (bit !== undefined) return (stat.mode & bit) !== 0;
  if (operator === '-s') return stat.size > 0;
  if (operator === '-O') return stat.uid === sys.geteuid();
  if (operator === '-G') return stat.gid === sys.getegid();
  if (operator === '-N') return stat.mtime > stat.atime;
  return true;
}

function mayAccess(sys: Sys, path: string, mode: number): boolean {
  return succeeds(() => sys.access(path, mode, { effective: true }));
}
