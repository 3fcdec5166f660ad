/** Turns expressions into closures over the runtime. */

import type { Blocking } from '../../../kernel/sim';
import { bare } from '../../../kernel/sim';
import { roomForText } from '../../lib/room';
import type { Regex } from '../../regex';
import { AwkArray } from './array';
import type { Expression, Lvalue, UserFunction } from './ast';
import { builtinCode } from './builtins';
import { type Code, choose, constant, evaluate, later, map, map2, mapAll, now } from './code';
import type { Machine } from './machine';
import { AwkRuntimeError, type Runtime } from './runtime';
import { AwkSyntaxError } from './tokens';
import { compareValues, InputText, isTrue, toNumber, type Value } from './values';

/** Somewhere a value can be stored: `key` is evaluated once. */
export interface Place {
  key: Code;
  read: (key: Value) => Value;
  write: (key: Value, value: Value) => void;
}

const arithmetic: Readonly<Record<string, (a: number, b: number) => number>> = bare({
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '%': (a, b) => a % b,
  '^': (a, b) => a ** b,
});
const orders: Readonly<Record<string, (order: number) => boolean>> = bare({
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
  '==': (order) => order === 0,
  '!=': (order) => order !== 0,
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
});
const maxDepth = 1500;

export class ExpressionCompiler {
  constructor(
    readonly machine: Machine,
    /** The function whose body is compiled; null outside. */
    readonly inside: UserFunction | null,
  ) {}

  get runtime(): Runtime {
    return this.machine.runtime;
  }

  compile(expression: Expression): Code {
    const { runtime } = this;
    switch (expression.kind) {
      case 'number':
      case 'string':
        return constant(expression.value);
      case 'regex': {
        const regex = runtime.regex(expression.source);
        return now(() => (regex.test(runtime.text(runtime.getField(0))) ? 1 : 0));
      }
      case 'variable':
      case 'element':
      case 'field': {
        const { key, read } = this.place(expression);
        return map(key, read);
      }
      case 'grouping': {
        const codes = expression.parts.map((part) => this.compile(part));
        const [only] = codes;
        return only !== undefined && codes.length === 1 ? only : this.key(expression.parts);
      }
      case 'not':
        return map(this.compile(expression.operand), (value) => (isTrue(value) ? 0 : 1));
      case 'negate':
        return map(this.compile(expression.operand), (value) => -toNumber(value));
      case 'plus':
        return map(this.compile(expression.operand), toNumber);
      case 'binary':
        return this.#binary(expression.operator, this.compile(expression.left), this.compile(expression.right));
      case 'and':
        return choose(this.compile(expression.left), isTrue, this.#truth(expression.right), constant(0));
      case 'or':
        return choose(this.compile(expression.left), isTrue, constant(1), this.#truth(expression.right));
      case 'conditional':
        return choose(this.compile(expression.test), isTrue, this.compile(expression.yes), this.compile(expression.no));
      case 'match': {
        const { negated } = expression;
        return this.withRegex(expression.regex, [this.compile(expression.text)], (regex, [text]) =>
          regex.test(runtime.text(text)) === negated ? 0 : 1,
        );
      }
      case 'in': {
        const array = this.array(expression.array);
        return map(this.key(expression.index), (key) => (array().has(keyText(runtime, key)) ? 1 : 0));
      }
      case 'assign':
        return this.#assign(expression.operator, this.place(expression.target), this.compile(expression.value));
      case 'increment':
        return this.#increment(this.place(expression.target), expression.by, expression.prefix);
      case 'call':
        return this.#call(expression.name, expression.args);
      case 'builtin':
        return builtinCode(this, expression.name, expression.args);
      case 'getline':
        return this.#getline(expression);
    }
  }

  #truth(expression: Expression): Code {
    return map(this.compile(expression), (value) => (isTrue(value) ? 1 : 0));
  }

  #binary(operator: string, left: Code, right: Code): Code {
    const { runtime } = this;
    if (operator === 'concat') {
      return map2(left, right, (a, b) => {
        const [first, second] = [runtime.text(a), runtime.text(b)];
        roomForText(first.length + second.length);
        return first + second;
      });
    }
    const order = orders[operator];
    if (order) return map2(left, right, (a, b) => (order(compareValues(a, b, runtime.textOf('CONVFMT'))) ? 1 : 0));
    const work = arithmetic[operator] ?? ((a: number) => a);
    return map2(left, right, (a, b) => work(toNumber(a), toNumber(b)));
  }

  #assign(operator: string, place: Place, value: Code): Code {
    const work = operator === '=' ? null : (arithmetic[operator.slice(0, -1)] ?? null);
    return map2(place.key, value, (key, given) => {
      const result = work === null ? given : work(toNumber(place.read(key)), toNumber(given));
      place.write(key, result);
      return result;
    });
  }

  #increment(place: Place, by: number, prefix: boolean): Code {
    return map(place.key, (key) => {
      const before = toNumber(place.read(key));
      place.write(key, before + by);
      return prefix ? before + by : before;
    });
  }

  place(target: Lvalue): Place {
    const { runtime } = this;
    if (target.kind === 'field') {
      return {
        key: map(this.compile(target.index), (value) => Math.trunc(toNumber(value))),
        read: (key) => runtime.getField(toNumber(key)),
        write: (key, value) => runtime.setField(toNumber(key), value),
      };
    }
    if (target.kind === 'element') {
      const array = this.array(target.array);
      return {
        key: this.key(target.index),
        read: (key) => array().get(keyText(runtime, key), isIntegerKey(key)),
        write: (key, value) => array().set(keyText(runtime, key), value, isIntegerKey(key)),
      };
    }
    const { name } = target;
    if (this.isArray(name)) throw new AwkSyntaxError(`line 1: illegal reference to array ${name}`);
    const index = this.inside?.parameters.indexOf(name) ?? -1;
    if (index >= 0) {
      return {
        key: constant(undefined),
        read: () => {
          const value = runtime.frame[index];
          return value instanceof AwkArray ? undefined : value;
        },
        write: (_, value) => {
          runtime.frame[index] = value;
        },
      };
    }
    return { key: constant(undefined), read: () => runtime.get(name), write: (_, value) => runtime.set(name, value) };
  }

  /** The subscript of an array: several are joined by SUBSEP. */
  key(index: readonly Expression[]): Code {
    const { runtime } = this;
    const codes = index.map((part) => this.compile(part));
    const [only] = codes;
    if (only !== undefined && codes.length === 1) return only;
    return mapAll(codes, (values) => values.map((value) => runtime.text(value)).join(runtime.textOf('SUBSEP')));
  }

  isArray(name: string): boolean {
    const index = this.inside?.parameters.indexOf(name) ?? -1;
    if (index < 0) return this.machine.scopes.globals.has(name);
    return this.machine.scopes.parameters.get(this.inside?.name ?? '')?.[index] === true;
  }

  /** How to get at an array by its name. */
  array(name: string): () => AwkArray {
    const { runtime } = this;
    const index = this.inside?.parameters.indexOf(name) ?? -1;
    if (index < 0) {
      const array = runtime.array(name);
      return () => array;
    }
    return () => {
      const array = runtime.frame[index];
      if (array instanceof AwkArray) return array;
      const made = new AwkArray();
      runtime.frame[index] = made;
      return made;
    };
  }

  /** Evaluates arguments and a regular expression: `/x/`, or a text that is one. */
  withRegex(source: Expression, args: readonly Code[], work: (regex: Regex, values: Value[]) => Value): Code {
    const { runtime } = this;
    if (source.kind === 'regex') {
      const regex = runtime.regex(source.source);
      return mapAll(args, (values) => work(regex, values));
    }
    return mapAll([...args, this.compile(source)], (values) => work(runtime.regex(runtime.text(values.pop())), values));
  }

  #call(name: string, args: readonly Expression[]): Code {
    const { machine, runtime } = this;
    const isArray = machine.scopes.parameters.get(name) ?? [];
    const values = args.map((arg, at) =>
      isArray[at] && arg.kind === 'variable'
        ? { array: this.array(arg.name), code: null }
        : { array: null, code: this.compile(arg) },
    );
    return later(function* (): Blocking<Value> {
      const frame: Array<Value | AwkArray> = [];
      for (const value of values) frame.push(value.array ? value.array() : yield* evaluate(value.code));
      for (let at = frame.length; at < isArray.length; at++) frame.push(isArray[at] ? new AwkArray() : undefined);
      if (++machine.depth > maxDepth) throw new AwkRuntimeError('program limit exceeded: function call nesting');
      const before = runtime.frame;
      runtime.frame = frame;
      try {
        yield* machine.sys.checkpoint();
        return yield* machine.callFunction(name);
      } finally {
        runtime.frame = before;
        machine.depth--;
      }
    });
  }

  #getline({ source, from, target }: Extract<Expression, { kind: 'getline' }>): Code {
    const { machine, runtime } = this;
    const place = target === null ? null : this.place(target);
    const name = from === null ? null : this.compile(from);
    return later(function* (): Blocking<Value> {
      const record =
        name === null
          ? yield* machine.nextMainRecord(target === null)
          : yield* machine.readFrom(source === 'command' ? 'command' : 'file', runtime.text(yield* evaluate(name)));
      if (typeof record === 'number') return record;
      if (place === null) {
        if (name !== null) runtime.setRecord(record);
      } else place.write(yield* evaluate(place.key), new InputText(record));
      return 1;
    });
  }
}

export function keyText(runtime: Runtime, key: Value): string {
  return runtime.text(key);
}

function isIntegerKey(key: Value): boolean {
  return typeof key === 'number' && Number.isInteger(key);
}
