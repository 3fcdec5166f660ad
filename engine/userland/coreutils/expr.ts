/** expr: evaluates an expression of its arguments (expr(1)). */
import { UsageError } from '../lib/options';
import { compile, RegexError } from '../regex';
import { Fatal, makeTool, type Tool } from './common/tool';

export const expr = makeTool({
  name: 'expr',
  usageStatus: 2,
  stopAtOperand: true,
  rewrite: (args) =>
    args.length === 1 && /^--(help|version)$/.test(args[0] ?? '')
      ? [...args]
      : args[0] === '--'
        ? [...args]
        : ['--', ...args],
  help: `EXPRESSION
Print the value of EXPRESSION, whose parts are arguments of their own.

  A | B   A unless it is empty or 0, else B      A & B   A unless either is empty or 0, else 0
  A < B  A <= B  A = B  A != B  A >= B  A > B    compare, as numbers where both are
  A + B  A - B  A * B  A / B  A % B              arithmetic
  STRING : REGEX, match STRING REGEX             match at the beginning
  substr STRING POS LENGTH, index STRING CHARS, length STRING, + TOKEN, ( EXPRESSION )`,
  *run(tool) {
    if (tool.operands.length === 0) throw new UsageError('missing operand');
    const value = new Evaluator(tool, tool.operands).run();
    yield* tool.line(value);
    return isNull(value) ? 1 : 0;
  },
});

const failure = 2;

function isNull(value: string): boolean {
  return value === '' || /^-?0+$/.test(value);
}

function isInteger(value: string): boolean {
  return /^-?\d+$/.test(value);
}

/** Levels of precedence, the weakest first. */
const levels: ReadonlyArray<readonly string[]> = [
  ['|'],
  ['&'],
  ['<', '<=', '=', '==', '!=', '>=', '>'],
  ['+', '-'],
  ['*', '/', '%'],
  [':'],
];

/** So deep may brackets nest: each needs the stack of the page. */
const deepest = 300;

class Evaluator {
  #depth = 0;
  #at = 0;

  constructor(
    private readonly tool: Tool,
    private readonly words: readonly string[],
  ) {}

  run(): string {
    const value = this.#level(0, true);
    const rest = this.words[this.#at];
    if (rest !== undefined) this.#syntax(`unexpected argument ${this.tool.word(rest)}`);
    return value;
  }

  #syntax(what: string): never {
    throw new Fatal(`syntax error: ${what}`, failure);
  }

  #need(): string {
    const word = this.words[this.#at];
    if (word === undefined) this.#syntax(`missing argument after ${this.tool.word(this.words[this.#at - 1] ?? '')}`);
    this.#at++;
    return word;
  }

  /** `counts` false: read, but not evaluated (the other side of `|` and `&`). */
  #level(level: number, counts: boolean): string {
    const operators = levels[level];
    if (operators === undefined) return this.#primary(counts);
    let left = this.#level(level + 1, counts);
    for (;;) {
      const operator = this.words[this.#at];
      if (operator === undefined || !operators.includes(operator)) return left;
      this.#at++;
      if (this.words[this.#at] === undefined) this.#syntax(`missing argument after ${this.tool.word(operator)}`);
      const needed = operator === '|' ? isNull(left) : operator === '&' ? !isNull(left) : true;
      const right = this.#level(level + 1, counts && needed);
      left = counts ? this.#apply(operator, left, right) : left;
    }
  }

  #apply(operator: string, left: string, right: string): string {
    if (operator === '|') return isNull(left) ? (isNull(right) ? '0' : right) : left;
    if (operator === '&') return isNull(left) || isNull(right) ? '0' : left;
    if (operator === ':') return this.#match(left, right);
    if (/^[<=>!]/.test(operator)) return compare(operator, left, right) ? '1' : '0';
    if (!isInteger(left) || !isInteger(right)) throw new Fatal('non-integer argument', failure);
    const [a, b] = [BigInt(left), BigInt(right)];
    if ((operator === '/' || operator === '%') && b === 0n) throw new Fatal('division by zero', failure);
    return String(
      operator === '+' ? a + b : operator === '-' ? a - b : operator === '*' ? a * b : operator === '/' ? a / b : a % b,
    );
  }

  #primary(counts: boolean): string {
    const word = this.#need();
    switch (word) {
      case '+':
        return this.#need();
      case '(': {
        if (++this.#depth > deepest) throw new Fatal('memory exhausted', failure);
        const value = this.#level(0, counts);
        this.#depth--;
        const close = this.words[this.#at];
        if (close === undefined) this.#syntax(`expecting ')' after ${this.tool.word(this.words[this.#at - 1] ?? '')}`);
        if (close !== ')') this.#syntax(`expecting ')' instead of ${this.tool.word(close)}`);
        this.#at++;
        return value;
      }
      case ')':
        return this.#syntax("unexpected ')'");
      case 'length':
        return String([...this.#primary(counts)].length);
      case 'match': {
        const [text, pattern] = [this.#primary(counts), this.#primary(counts)];
        return counts ? this.#match(text, pattern) : '';
      }
      case 'index': {
        const [text, chars] = [this.#primary(counts), this.#primary(counts)];
        return String([...text].findIndex((char) => chars.includes(char)) + 1);
      }
      case 'substr': {
        const [text, from, count] = [this.#primary(counts), this.#primary(counts), this.#primary(counts)];
        return isInteger(from) && isInteger(count) ? substring(text, Number(from), Number(count)) : '';
      }
      default:
        return word;
    }
  }

  #match(text: string, pattern: string): string {
    try {
      const regex = compile(pattern);
      const found = regex.exec(text);
      if (found === null || found.index > 0) return regex.groupCount > 0 ? '' : '0';
      return regex.groupCount > 0 ? (found.groups[1] ?? '') : String([...(found.groups[0] ?? '')].length);
    } catch (error) {
      if (error instanceof RegexError) throw new Fatal(error.message, failure);
      throw error;
    }
  }
}

function substring(text: string, from: number, count: number): string {
  return from < 1 || count < 1 ? '' : [...text].slice(from - 1, from - 1 + count).join('');
}

function compare(operator: string, left: string, right: string): boolean {
  const order =
    isInteger(left) && isInteger(right) ? sign(BigInt(left) - BigInt(right)) : left < right ? -1 : left > right ? 1 : 0;
  switch (operator) {
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '=':
    case '==':
      return order === 0;
    case '!=':
      return order !== 0;
    case '>=':
      return order >= 0;
    default:
      return order > 0;
  }
}

function sign(value: bigint): number {
  return value < 0n ? -1 : value > 0n ? 1 : 0;
}
