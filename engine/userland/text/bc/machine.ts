/** Runs programs of bc. */

import type { Blocking, Sys } from '../../../kernel/sim';
import { bare } from '../../../kernel/sim';
import type { Output } from '../../lib/io';
import { libraryFunction } from './library';
import {
  add,
  compare,
  type Decimal,
  digitCount,
  divide,
  integer,
  MathError,
  modulo,
  multiply,
  one,
  parseNumber,
  power,
  rescale,
  squareRoot,
  subtract,
  toText,
  zero,
} from './number';
import type { Expr, Stmt, Target } from './parser';

type Array_ = Map<bigint, Decimal>;
type Flow = 'on' | 'break' | 'continue' | 'return';

/** `quit` or `halt`. */
export class Quit {}
/** `Runtime error (func=(main), adr=3): ...` */
export class RuntimeError extends Error {}

const escapes: Readonly<Record<string, string>> = bare({
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  q: '"',
  r: '\r',
  t: '\t',
  '\\': '\\',
  e: '\\',
});
const maxDepth = 1000;

export class Machine {
  readonly #variables = new Map<string, Decimal>();
  readonly #arrays = new Map<string, Array_>();
  readonly #functions = new Map<string, Extract<Stmt, { kind: 'define' }>>();
  #scale = 0;
  #ibase = 10;
  #obase = 10;
  #last: Decimal = zero;
  #returned: Decimal = zero;
  #where = '(main)';
  #depth = 0;

  constructor(
    private readonly sys: Sys,
    private readonly output: Output,
    private readonly lineLength: number,
    private readonly hasLibrary: boolean,
    private readonly readLine: () => Blocking<string | null>,
  ) {
    if (hasLibrary) this.#scale = 20;
  }

  /** A runtime error ends what was given at once. */
  *run(body: readonly Stmt[]): Blocking<void> {
    try {
      for (const statement of body) yield* this.#one(statement);
    } catch (error) {
      if (!(error instanceof MathError)) throw error;
      throw new RuntimeError(`Runtime error (func=${this.#where}, adr=3): ${error.message}`);
    }
  }

  *#one(statement: Stmt): Blocking<Flow> {
    switch (statement.kind) {
      case 'expression': {
        const value = yield* this.#evaluate(statement.value);
        if (statement.value.kind !== 'assign') {
          yield* this.output.write(`${this.#folded(toText(value, this.#obase))}\n`);
          this.#last = value;
        }
        return 'on';
      }
      case 'string':
        yield* this.output.write(statement.text);
        return 'on';
      case 'print':
        for (const item of statement.items) {
          if (item.kind === 'text')
            yield* this.output.write(
              item.text.replaceAll(/\\(.)/g, (whole, letter: string) => escapes[letter] ?? whole),
            );
          else {
            const value = yield* this.#evaluate(item);
            yield* this.output.write(toText(value, this.#obase));
            this.#last = value;
          }
        }
        return 'on';
      case 'block':
        for (const inner of statement.body) {
          const flow = yield* this.#one(inner);
          if (flow !== 'on') return flow;
        }
        return 'on';
      case 'if':
        if ((yield* this.#evaluate(statement.test)).value !== 0n) return yield* this.#one(statement.yes);
        return statement.no === null ? 'on' : yield* this.#one(statement.no);
      case 'while':
        return yield* this.#loop(statement.test, null, statement.body);
      case 'for':
        if (statement.start !== null) yield* this.#evaluate(statement.start);
        return yield* this.#loop(statement.test, statement.step, statement.body);
      case 'return':
        this.#returned = statement.value === null ? zero : yield* this.#evaluate(statement.value);
        return 'return';
      case 'define':
        this.#functions.set(statement.name, statement);
        return 'on';
      case 'halt':
      case 'quit':
        throw new Quit();
      case 'break':
      case 'continue':
        return statement.kind;
      default:
        return 'on';
    }
  }

  *#loop(test: Expr | null, step: Expr | null, body: Stmt): Blocking<Flow> {
    while (test === null || (yield* this.#evaluate(test)).value !== 0n) {
      yield* this.sys.checkpoint();
      const flow = yield* this.#one(body);
      if (flow === 'break') return 'on';
      if (flow === 'return') return flow;
      if (step !== null) yield* this.#evaluate(step);
    }
    return 'on';
  }

  #folded(text: string): string {
    if (this.lineLength === 0 || text.length < this.lineLength) return text;
    return (text.match(new RegExp(`.{1,${this.lineLength - 2}}`, 'g')) ?? []).join('\\\n');
  }

  *#evaluate(expr: Expr): Blocking<Decimal> {
    switch (expr.kind) {
      case 'number':
        return parseNumber(expr.text, this.#ibase);
      case 'grouped':
        return yield* this.#evaluate(expr.inner);
      case 'variable':
        return this.#get(expr.name);
      case 'element':
        return this.#array(expr.name).get(rescale(yield* this.#evaluate(expr.index), 0).value) ?? zero;
      case 'unary': {
        const value = yield* this.#evaluate(expr.operand);
        return expr.operator === '-' ? { value: -value.value, scale: value.scale } : value.value === 0n ? one : zero;
      }
      case 'binary': {
        const left = yield* this.#evaluate(expr.left);
        return this.#binary(expr.operator, left, yield* this.#evaluate(expr.right));
      }
      case 'assign':
        return yield* this.#assign(expr);
      case 'step': {
        const place = yield* this.#place(expr.target);
        const before = place.get();
        const after = add(before, integer(expr.by));
        place.set(after);
        return expr.prefix ? after : before;
      }
      case 'call':
        return yield* this.#call(expr);
    }
  }

  #binary(operator: string, left: Decimal, right: Decimal): Decimal {
    const truth = (value: boolean) => (value ? one : zero);
    switch (operator) {
      case '+':
        return add(left, right);
      case '-':
        return subtract(left, right);
      case '*':
        return multiply(left, right, this.#scale);
      case '/':
        return divide(left, right, this.#scale);
      case '%':
        return modulo(left, right, this.#scale);
      case '^':
        return power(left, right, this.#scale);
      case '==':
        return truth(compare(left, right) === 0);
      case '!=':
        return truth(compare(left, right) !== 0);
      case '<':
        return truth(compare(left, right) < 0);
      case '<=':
        return truth(compare(left, right) <= 0);
      case '>':
        return truth(compare(left, right) > 0);
      case '>=':
        return truth(compare(left, right) >= 0);
      case '&&':
        return truth(left.value !== 0n && right.value !== 0n);
      default:
        return truth(left.value !== 0n || right.value !== 0n);
    }
  }

  #get(name: string): Decimal {
    if (name === 'scale') return integer(this.#scale);
    if (name === 'ibase') return integer(this.#ibase);
    if (name === 'obase') return integer(this.#obase);
    return name === 'last' ? this.#last : (this.#variables.get(name) ?? zero);
  }

  #set(name: string, value: Decimal): void {
    const whole = Number(rescale(value, 0).value);
    if (name === 'scale') this.#scale = Math.max(0, Math.min(10_000, whole));
    else if (name === 'ibase') this.#ibase = Math.max(2, Math.min(16, whole));
    else if (name === 'obase') this.#obase = Math.max(2, whole);
    else if (name === 'last') this.#last = value;
    else this.#variables.set(name, value);
  }

  #array(name: string): Array_ {
    let array = this.#arrays.get(name);
    if (array === undefined) {
      array = new Map();
      this.#arrays.set(name, array);
    }
    return array;
  }

  *#place(target: Target): Blocking<{ get: () => Decimal; set: (value: Decimal) => void }> {
    if (target.kind === 'variable')
      return { get: () => this.#get(target.name), set: (value) => this.#set(target.name, value) };
    const array = this.#array(target.name);
    const index = rescale(yield* this.#evaluate(target.index), 0).value;
    return { get: () => array.get(index) ?? zero, set: (value) => array.set(index, value) };
  }

  *#assign({ operator, target, value }: Extract<Expr, { kind: 'assign' }>): Blocking<Decimal> {
    const place = yield* this.#place(target);
    const given = yield* this.#evaluate(value);
    place.set(operator === '=' ? given : this.#binary(operator.slice(0, -1), place.get(), given));
    return place.get();
  }

  *#call({ name, args }: Extract<Expr, { kind: 'call' }>): Blocking<Decimal> {
    yield* this.sys.checkpoint();
    const defined = this.#functions.get(name);
    if (defined !== undefined) return yield* this.#callDefined(defined, args);
    const values: Decimal[] = [];
    for (const arg of args) if (arg.kind !== 'array') values.push(yield* this.#evaluate(arg));
    const [first = zero] = values;
    switch (name) {
      case 'length':
        return integer(digitCount(first));
      case 'scale':
        return integer(first.scale);
      case 'sqrt':
        return squareRoot(first, this.#scale);
      case 'read': {
        const line = yield* this.readLine();
        return line === null || !/^\s*-?[0-9A-F.]+\s*$/.test(line) ? zero : parseNumber(line.trim(), this.#ibase);
      }
      default: {
        const result = this.hasLibrary ? libraryFunction(name, values, this.#scale) : null;
        if (result === null) throw new MathError(`Function ${name} not defined.`);
        return result;
      }
    }
  }

  *#callDefined(
    defined: Extract<Stmt, { kind: 'define' }>,
    args: Extract<Expr, { kind: 'call' }>['args'],
  ): Blocking<Decimal> {
    if (args.length !== defined.parameters.length) throw new MathError(`Parameter number mismatch`);
    if (++this.#depth > maxDepth) throw new MathError('the function calls itself too deeply');
    const values: Array<Decimal | Array_> = [];
    for (const arg of args)
      values.push(arg.kind === 'array' ? new Map(this.#array(arg.name)) : yield* this.#evaluate(arg));
    const names = [...defined.parameters, ...defined.autos];
    const saved = names.map((name) =>
      name.endsWith('[]') ? this.#arrays.get(name.slice(0, -2)) : this.#variables.get(name),
    );
    const restore = (name: string, value: Decimal | Array_ | undefined) => {
      const plain = name.replace('[]', '');
      if (value instanceof Map) this.#arrays.set(plain, value);
      else if (value !== undefined) this.#variables.set(plain, value);
      else (name.endsWith('[]') ? this.#arrays : this.#variables).delete(plain);
    };
    for (const [at, name] of names.entries()) restore(name, values[at]);
    const where = this.#where;
    this.#where = defined.name;
    this.#returned = zero;
    yield* this.#one(defined.body);
    const result = this.#returned;
    this.#where = where;
    this.#depth--;
    this.#returned = zero;
    for (const [at, name] of names.entries()) restore(name, saved[at]);
    return result;
  }
}
