/** Arithmetic of the shell: signed 64-bit integers, the operators of C (bash(1), "ARITHMETIC EVALUATION"). */
import { ArithmeticError, Tokens } from './tokens';

export { ArithmeticError } from './tokens';

/** Where names get their values from. `subscript` is the text between the brackets, null without them. */
export interface ArithmeticNames {
  get(name: string, subscript: string | null): string | undefined;
  set(name: string, subscript: string | null, value: string): void;
  /** `set -u`. */
  readonly failsOnUnset: boolean;
}

/** Names in names and brackets in brackets: each needs the stack of the page. */
const maxDepth = 200;
const simpleNumber = /^\s*(0|-?[1-9][0-9]{0,17})\s*$/;

/** Throws `ArithmeticError`. An empty expression is 0. */
export function evaluate(text: string, names: ArithmeticNames, depth = 0): bigint {
  const number = simpleNumber.exec(text)?.[1];
  if (number !== undefined) return BigInt(number);
  if (depth > maxDepth) throw new ArithmeticError('expression recursion level exceeded', text);
  const tokens = new Tokens(text);
  if (tokens.isAtEnd) return 0n;
  const evaluation = new Evaluation(tokens, names, depth);
  const value = evaluation.comma();
  if (!tokens.isAtEnd) {
    const message = tokens.isUnknown ? 'syntax error: invalid arithmetic operator' : 'syntax error in expression';
    throw new ArithmeticError(message, tokens.rest);
  }
  return value;
}

/** `expression: message (error token is "...")`. */
export function arithmeticMessage(expression: string, error: ArithmeticError): string {
  return `${expression.trimStart()}: ${error.message} (error token is "${error.token}")`;
}

interface Place {
  name: string;
  subscript: string | null;
}

const assignments = new Set(['=', '+=', '-=', '*=', '/=', '%=', '<<=', '>>=', '&=', '^=', '|=']);

/** From the loosest to the tightest. */
const binaryLevels: ReadonlyArray<readonly string[]> = [
  ['|'],
  ['^'],
  ['&'],
  ['==', '!='],
  ['<', '>', '<=', '>='],
  ['<<', '>>'],
  ['+', '-'],
  ['*', '/', '%'],
];

class Evaluation {
  /** Above 0: the operand does not count (`0 && x++`). */
  #skipping = 0;
  #brackets = 0;
  /** The name the last primary was, if it can be assigned to. */
  #place: Place | null = null;

  constructor(
    private readonly tokens: Tokens,
    private readonly names: ArithmeticNames,
    private readonly depth: number,
  ) {}

  comma(): bigint {
    let value = this.#assignment();
    while (this.tokens.isOperator(',')) {
      this.tokens.next();
      value = this.#assignment();
    }
    return value;
  }

  #assignment(): bigint {
    const value = this.#conditional();
    const { token } = this.tokens;
    if (token.kind !== 'operator' || !assignments.has(token.text)) return value;
    const place = this.#place;
    if (place === null) throw new ArithmeticError('attempted assignment to non-variable', this.tokens.rest);
    this.tokens.next();
    if (this.tokens.isAtEnd) throw new ArithmeticError('syntax error: operand expected', this.tokens.rest);
    const right = this.#assignment();
    const result = token.text === '=' ? right : this.#apply(token.text.slice(0, -1), value, right);
    this.#store(place, result);
    this.#place = null;
    return result;
  }

  #conditional(): bigint {
    const test = this.#or();
    if (!this.tokens.isOperator('?')) return test;
    this.tokens.next();
    if (this.tokens.isAtEnd || this.tokens.isOperator(':')) {
      throw new ArithmeticError('expression expected', this.tokens.rest);
    }
    const consequent = this.#skipIf(test === 0n, () => this.comma());
    if (!this.tokens.isOperator(':')) {
      throw new ArithmeticError("`:' expected for conditional expression", this.tokens.rest);
    }
    this.tokens.next();
    if (this.tokens.isAtEnd) throw new ArithmeticError('expression expected', this.tokens.rest);
    const alternate = this.#skipIf(test !== 0n, () => this.#conditional());
    this.#place = null;
    return test !== 0n ? consequent : alternate;
  }

  #or(): bigint {
    let value = this.#and();
    while (this.tokens.isOperator('||')) {
      this.tokens.next();
      const isDecided = value !== 0n;
      const right = this.#skipIf(isDecided, () => this.#and());
      value = isDecided || right !== 0n ? 1n : 0n;
      this.#place = null;
    }
    return value;
  }

  #and(): bigint {
    let value = this.#binary(0);
    while (this.tokens.isOperator('&&')) {
      this.tokens.next();
      const isDecided = value === 0n;
      const right = this.#skipIf(isDecided, () => this.#binary(0));
      value = !isDecided && right !== 0n ? 1n : 0n;
      this.#place = null;
    }
    return value;
  }

  #binary(level: number): bigint {
    const operators = binaryLevels[level];
    if (operators === undefined) return this.#power();
    let value = this.#binary(level + 1);
    for (;;) {
      const { token } = this.tokens;
      if (token.kind !== 'operator' || !operators.includes(token.text)) return value;
      this.tokens.next();
      value = this.#apply(token.text, value, this.#binary(level + 1));
      this.#place = null;
    }
  }

  #power(): bigint {
    const base = this.#unary();
    if (!this.tokens.isOperator('**')) return base;
    this.tokens.next();
    const exponent = this.#power();
    this.#place = null;
    if (this.#skipping > 0) return 0n;
    if (exponent < 0n) throw new ArithmeticError('exponent less than 0', this.tokens.rest);
    let result = 1n;
    let square = base;
    for (let rest = exponent; rest > 0n; rest >>= 1n) {
      if (rest & 1n) result = BigInt.asIntN(64, result * square);
      square = BigInt.asIntN(64, square * square);
    }
    return result;
  }

  #unary(): bigint {
    const { token } = this.tokens;
    if (token.kind !== 'operator') return this.#postfix();
    switch (token.text) {
      case '!':
      case '~':
      case '-':
      case '+': {
        this.tokens.next();
        const value = this.#unary();
        this.#place = null;
        if (token.text === '!') return value === 0n ? 1n : 0n;
        if (token.text === '~') return ~value;
        return token.text === '-' ? BigInt.asIntN(64, -value) : value;
      }
      case '++':
      case '--':
        return this.#increment(token.text);
      default:
        return this.#postfix();
    }
  }

  #increment(operator: string): bigint {
    const sign = operator.charAt(0);
    this.tokens.next();
    const { token } = this.tokens;
    if (token.kind !== 'name') {
      const value = this.#unary();
      this.#place = null;
      return sign === '-' ? value : value;
    }
    this.tokens.next();
    const result = BigInt.asIntN(64, this.#load(token) + (sign === '+' ? 1n : -1n));
    this.#store(token, result);
    this.#place = null;
    return result;
  }

  #postfix(): bigint {
    const { token } = this.tokens;
    if (token.kind === 'number') {
      this.tokens.next();
      this.#place = null;
      if (this.tokens.isOperator('++') || this.tokens.isOperator('--')) this.tokens.splitSign();
      return token.value;
    }
    if (token.kind === 'name') return this.#name(token);
    if (!this.tokens.isOperator('(')) {
      throw new ArithmeticError('syntax error: operand expected', this.tokens.rest);
    }
    this.tokens.next();
    if (this.depth + ++this.#brackets > maxDepth) {
      throw new ArithmeticError('expression recursion level exceeded', this.tokens.rest);
    }
    const value = this.comma();
    this.#brackets--;
    if (!this.tokens.isOperator(')')) throw new ArithmeticError("missing `)'", this.tokens.rest);
    this.tokens.next();
    this.#place = null;
    return value;
  }

  #name(place: Place): bigint {
    this.tokens.next();
    const { token } = this.tokens;
    if (token.kind === 'operator' && (token.text === '++' || token.text === '--')) {
      this.tokens.next();
      const value = this.#load(place);
      this.#store(place, BigInt.asIntN(64, value + (token.text === '++' ? 1n : -1n)));
      this.#place = null;
      return value;
    }
    this.#place = place;
    const isAssigned = token.kind === 'operator' && token.text === '=';
    return isAssigned ? 0n : this.#load(place);
  }

  #load(place: Place): bigint {
    if (this.#skipping > 0) return 0n;
    const text = this.names.get(place.name, place.subscript);
    if (text === undefined && this.names.failsOnUnset) throw new UnboundName(place.name);
    return text === undefined || text === '' ? 0n : evaluate(text, this.names, this.depth + this.#brackets + 1);
  }

  #store(place: Place, value: bigint): void {
    if (this.#skipping === 0) this.names.set(place.name, place.subscript, value.toString());
  }

  #skipIf(skips: boolean, operand: () => bigint): bigint {
    if (skips) this.#skipping++;
    const value = operand();
    if (skips) this.#skipping--;
    return value;
  }

  #apply(operator: string, left: bigint, right: bigint): bigint {
    switch (operator) {
      case '+':
        return BigInt.asIntN(64, left + right);
      case '-':
        return BigInt.asIntN(64, left - right);
      case '*':
        return BigInt.asIntN(64, left * right);
      case '/':
      case '%':
        return this.#divide(operator, left, right);
      case '<<':
        return BigInt.asIntN(64, left << (right & 63n));
      case '>>':
        return left >> (right & 63n);
      case '&':
        return left & right;
      case '|':
        return left | right;
      case '^':
        return left ^ right;
      case '==':
        return left === right ? 1n : 0n;
      case '!=':
        return left !== right ? 1n : 0n;
      case '<':
        return left < right ? 1n : 0n;
      case '>':
        return left > right ? 1n : 0n;
      case '<=':
        return left <= right ? 1n : 0n;
      default:
        return left >= right ? 1n : 0n;
    }
  }

  #divide(operator: string, left: bigint, right: bigint): bigint {
    if (right === 0n) {
      if (this.#skipping > 0) return 0n;
      throw new ArithmeticError('division by 0', this.tokens.isAtEnd ? this.tokens.rest : this.tokens.lastRest);
    }
    return BigInt.asIntN(64, operator === '/' ? left / right : left % right);
  }
}

/** A name without a value, where that is an error (`set -u`). */
export class UnboundName extends Error {
  constructor(readonly variable: string) {
    super(`${variable}: unbound variable`);
  }
}
