/** test and [: evaluates an expression given as arguments (POSIX test, with bash's primaries). */
import { isSysError } from '../../../kernel/sim';
import { compareNumbers } from '../interp/conditional';
import { compareFiles, unaryOperators, unaryTest } from '../interp/file-test';
import type { Shell } from '../state/shell';
import { type Builtin, complain } from './support';

class TestError extends Error {}

const numeric = new Set(['-eq', '-ne', '-lt', '-le', '-gt', '-ge']);
const binary = new Set(['=', '==', '!=', '<', '>', '-nt', '-ot', '-ef', ...numeric]);

export const test: Builtin = (shell, call) => {
  let words = [...call.args];
  if (call.name === '[') {
    if (words.at(-1) !== ']') {
      complain(shell, call, shell.flavour === 'dash' ? 'missing ]' : "missing `]'");
      return 2;
    }
    words = words.slice(0, -1);
  }
  try {
    return new Expression(shell, words).evaluate() ? 0 : 1;
  } catch (error) {
    if (!(error instanceof TestError)) {
      if (isSysError(error)) return 1;
      throw error;
    }
    complain(shell, call, error.message);
    return 2;
  }
};

class Expression {
  #at = 0;

  constructor(
    private readonly shell: Shell,
    private readonly words: readonly string[],
  ) {}

  evaluate(): boolean {
    const { words } = this;
    switch (words.length) {
      case 0:
        return false;
      case 1:
        return words[0] !== '';
      case 2:
        return this.#two();
      case 3:
        return this.#three(words[0] ?? '', words[1] ?? '', words[2] ?? '');
      case 4:
        if (words[0] === '!') return !this.#three(words[1] ?? '', words[2] ?? '', words[3] ?? '');
        if (words[0] === '(' && words[3] === ')') return new Expression(this.shell, words.slice(1, 3)).evaluate();
    }
    const answer = this.#or();
    if (this.#at < words.length)
      throw new TestError(
        this.shell.flavour === 'dash' ? `${words[this.#at]}: unexpected operator` : 'too many arguments',
      );
    return answer;
  }

  #two(): boolean {
    const [first = '', second = ''] = this.words;
    if (first === '!') return second === '';
    if (unaryOperators.has(first)) return this.#unary(first, second);
    throw new TestError(
      this.shell.flavour === 'dash' ? `${first}: unexpected operator` : `${first}: unary operator expected`,
    );
  }

  #three(first: string, operator: string, last: string): boolean {
    if (binary.has(operator)) return this.#binary(first, operator, last);
    if (operator === '-a') return first !== '' && last !== '';
    if (operator === '-o') return first !== '' || last !== '';
    if (first === '!') return !new Expression(this.shell, [operator, last]).evaluate();
    if (first === '(' && last === ')') return operator !== '';
    throw new TestError(
      this.shell.flavour === 'dash' ? `${operator}: unexpected operator` : `${operator}: binary operator expected`,
    );
  }

  #or(): boolean {
    let answer = this.#and();
    while (this.words[this.#at] === '-o') {
      this.#at++;
      answer = this.#and() || answer;
    }
    return answer;
  }

  #and(): boolean {
    let answer = this.#term();
    while (this.words[this.#at] === '-a') {
      this.#at++;
      answer = this.#term() && answer;
    }
    return answer;
  }

  #term(): boolean {
    const word = this.words[this.#at];
    if (word === undefined) throw new TestError('argument expected');
    if (word === '!') {
      this.#at++;
      return !this.#term();
    }
    const operator = this.words[this.#at + 1];
    const right = this.words[this.#at + 2];
    if (word === '(') {
      this.#at++;
      const answer = this.#or();
      if (this.words[this.#at] !== ')') throw new TestError("`)' expected");
      this.#at++;
      return answer;
    }
    if (operator !== undefined && binary.has(operator) && right !== undefined) {
      this.#at += 3;
      return this.#binary(word, operator, right);
    }
    if (unaryOperators.has(word) && operator !== undefined && operator !== '-a' && operator !== '-o') {
      this.#at += 2;
      return this.#unary(word, operator);
    }
    this.#at++;
    return word !== '';
  }

  #unary(operator: string, text: string): boolean {
    if (operator === '-a') return unaryTest(this.shell, '-e', text);
    if (operator === '-t' && !/^\s*\d+\s*$/.test(text)) throw new TestError(`${text}: integer expression expected`);
    return unaryTest(this.shell, operator, text);
  }

  #binary(left: string, operator: string, right: string): boolean {
    if (numeric.has(operator)) return compareNumbers(operator, this.#integer(left), this.#integer(right));
    const files = compareFiles(this.shell, operator, left, right);
    if (files !== null) return files;
    switch (operator) {
      case '!=':
        return left !== right;
      case '<':
        return left < right;
      case '>':
        return left > right;
      default:
        return left === right;
    }
  }

  #integer(text: string): bigint {
    if (/^\s*[-+]?\d+\s*$/.test(text)) return BigInt(text.trim().replace(/^\+/, ''));
    throw new TestError(
      this.shell.flavour === 'dash' ? `Illegal number: ${text}` : `${text}: integer expression expected`,
    );
  }
}
