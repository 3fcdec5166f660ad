/** Evaluates expressions. */

import type { Blocking } from '../../kernel/sim';
import { append } from '../lib/append';
import type { Argument, Expr, FPart, Generator } from './ast';
import { attributeOf } from './attributes';
import { raise } from './errors';
import { convert, formatValue } from './format';
import type { Interpreter } from './interpreter';
import { collect, iterate } from './iteration';
import { NotThereError } from './lexer';
import { binary, guarded, isIn, order, unary } from './operators';
import type { Scope } from './scope';
import { subscript } from './subscript';
import {
  equals,
  isTruthy,
  type Py,
  PyBytes,
  PyDict,
  PyFunction,
  PyIterator,
  PyList,
  PyObject,
  PySet,
  PySlice,
  PyTuple,
  PyType,
  str,
  typeName,
} from './values';

export class Evaluator {
  constructor(readonly interpreter: Interpreter) {}

  *evaluate(expr: Expr, scope: Scope): Blocking<Py> {
    switch (expr.kind) {
      case 'none':
        return null;
      case 'true':
        return true;
      case 'false':
        return false;
      case 'ellipsis':
        throw new NotThereError('does not know `...`');
      case 'int':
      case 'float':
      case 'str':
        return expr.value;
      case 'bytes':
        return new PyBytes(Uint8Array.from(expr.value, (char) => char.charCodeAt(0) & 255));
      case 'fstring':
        return yield* this.#formatted(expr.parts, scope);
      case 'name':
        return this.#name(expr.name, scope);
      case 'attribute':
        return attributeOf(yield* this.evaluate(expr.object, scope), expr.name, this.interpreter);
      case 'subscript':
        return subscript(yield* this.evaluate(expr.object, scope), yield* this.evaluate(expr.index, scope));
      case 'slice':
        return new PySlice(
          yield* this.#optional(expr.start, scope),
          yield* this.#optional(expr.stop, scope),
          yield* this.#optional(expr.step, scope),
        );
      case 'call':
        return yield* this.#call(expr.callee, expr.args, scope, expr.line);
      case 'unary': {
        const value = yield* this.evaluate(expr.operand, scope);
        return expr.operator === 'not' ? !isTruthy(value) : unary(expr.operator, value);
      }
      case 'binary':
        return binary(expr.operator, yield* this.evaluate(expr.left, scope), yield* this.evaluate(expr.right, scope));
      case 'compare':
        return yield* this.#compare(expr, scope);
      case 'and':
      case 'or': {
        const left = yield* this.evaluate(expr.left, scope);
        return isTruthy(left) === (expr.kind === 'or') ? left : yield* this.evaluate(expr.right, scope);
      }
      case 'conditional':
        return yield* this.evaluate(isTruthy(yield* this.evaluate(expr.test, scope)) ? expr.yes : expr.no, scope);
      case 'lambda':
        return yield* this.interpreter.makeFunction(
          '<lambda>',
          expr.parameters,
          [{ kind: 'return', value: expr.body, line: expr.line }],
          scope,
        );
      case 'tuple':
        return new PyTuple(yield* this.#items(expr.items, scope));
      case 'list':
        return new PyList(yield* this.#items(expr.items, scope));
      case 'set': {
        const set = new PySet();
        for (const item of yield* this.#items(expr.items, scope)) guarded(() => set.add(item));
        return set;
      }
      case 'starred':
        throw raise('TypeError', "can't use starred expression here");
      case 'dict':
        return yield* this.#dict(expr.entries, scope);
      case 'comprehension':
        return yield* this.#comprehension(expr, scope);
      case 'dictComprehension': {
        const dict = new PyDict();
        const inner = scope.child();
        yield* this.#loops(expr.generators, 0, inner, function* (evaluator: Evaluator) {
          const key = yield* evaluator.evaluate(expr.key, inner);
          const value = yield* evaluator.evaluate(expr.value, inner);
          guarded(() => dict.set(key, value));
          return true;
        });
        return dict;
      }
      case 'walrus': {
        const value = yield* this.evaluate(expr.value, scope);
        scope.set(expr.name, value);
        return value;
      }
    }
  }

  *#optional(expr: Expr | null, scope: Scope): Blocking<Py> {
    return expr === null ? null : yield* this.evaluate(expr, scope);
  }

  #name(name: string, scope: Scope): Py {
    const value = scope.get(name);
    if (value === undefined) throw raise('NameError', `name '${name}' is not defined`);
    return value;
  }

  *#items(items: readonly Expr[], scope: Scope): Blocking<Py[]> {
    const values: Py[] = [];
    for (const item of items) {
      if (item.kind === 'starred') append(values, yield* collect(yield* this.evaluate(item.value, scope)));
      else values.push(yield* this.evaluate(item, scope));
    }
    return values;
  }

  *#dict(entries: ReadonlyArray<{ key: Expr | null; value: Expr }>, scope: Scope): Blocking<Py> {
    const dict = new PyDict();
    for (const entry of entries) {
      const value = yield* this.evaluate(entry.value, scope);
      if (entry.key === null) {
        if (!(value instanceof PyDict)) throw raise('TypeError', `'${typeName(value)}' object is not a mapping`);
        for (const [key, item] of value.entries.values()) dict.set(key, item);
      } else {
        const key = yield* this.evaluate(entry.key, scope);
        guarded(() => dict.set(key, value));
      }
    }
    return dict;
  }

  *#formatted(parts: readonly FPart[], scope: Scope): Blocking<string> {
    let text = '';
    for (const part of parts) {
      if ('text' in part) text += part.text;
      else {
        const value = convert(yield* this.evaluate(part.value, scope), part.conversion);
        text += part.debug + formatValue(value, yield* this.#formatted(part.spec, scope));
      }
    }
    return text;
  }

  *#compare(expr: Extract<Expr, { kind: 'compare' }>, scope: Scope): Blocking<Py> {
    let left = yield* this.evaluate(expr.first, scope);
    for (const { operator, right: next } of expr.rest) {
      const right = yield* this.evaluate(next, scope);
      if (!compareValues(operator, left, right)) return false;
      left = right;
    }
    return true;
  }

  *#call(callee: Expr, args: readonly Argument[], scope: Scope, line: number): Blocking<Py> {
    const target = yield* this.evaluate(callee, scope);
    const values: Py[] = [];
    const named = new Map<string, Py>();
    for (const { kind, name, value } of args) {
      const given = yield* this.evaluate(value, scope);
      if (kind === 'plain') values.push(given);
      else if (kind === 'named') named.set(name, given);
      else if (kind === 'spread') values.push(...(yield* collect(given)));
      else if (given instanceof PyDict) for (const [key, item] of given.entries.values()) named.set(str(key), item);
    }
    return yield* this.call(target, values, named, line);
  }

  *call(target: Py, args: readonly Py[], named: ReadonlyMap<string, Py> = new Map(), line = 0): Blocking<Py> {
    yield* this.interpreter.sys.checkpoint();
    if (target instanceof PyFunction) return yield* target.call(args, named);
    if (target instanceof PyType) return yield* target.make(args, named);
    const callable = target instanceof PyObject ? target.attributes.get('__call__') : undefined;
    if (callable instanceof PyFunction) return yield* callable.call(args, named);
    this.interpreter.line = line;
    throw raise('TypeError', `'${typeName(target)}' object is not callable`);
  }

  *#comprehension(expr: Extract<Expr, { kind: 'comprehension' }>, scope: Scope): Blocking<Py> {
    const inner = scope.child();
    const { item } = expr;
    if (expr.result === 'generator') return this.#lazy(item, expr.generators, inner);
    const items: Py[] = [];
    yield* this.#loops(expr.generators, 0, inner, function* (evaluator: Evaluator) {
      if (items.push(yield* evaluator.evaluate(item, inner)) > 4_000_000) throw raise('MemoryError');
      return true;
    });
    if (expr.result === 'list') return new PyList(items);
    const set = new PySet();
    for (const value of items) guarded(() => set.add(value));
    return set;
  }

  /** A generator: one clause is gone through step by step, more than one at once. */
  #lazy(item: Expr, generators: readonly Generator[], scope: Scope): PyIterator {
    const evaluator = this;
    let queue: Py[] | null = null;
    let source: PyIterator | null = null;
    return new PyIterator(function* () {
      const [first, second] = generators;
      if (first === undefined) return undefined;
      if (second !== undefined) {
        if (queue === null) {
          const all: Py[] = [];
          yield* evaluator.#loops(generators, 0, scope, function* () {
            all.push(yield* evaluator.evaluate(item, scope));
            return true;
          });
          queue = all;
        }
        return queue.shift();
      }
      source ??= iterate(yield* evaluator.evaluate(first.source, scope));
      for (;;) {
        const next = yield* source.next();
        if (next === undefined) return undefined;
        yield* evaluator.interpreter.assign(first.target, next, scope);
        if (yield* evaluator.#all(first.conditions, scope)) return yield* evaluator.evaluate(item, scope);
        yield* evaluator.interpreter.sys.checkpoint();
      }
    }, 'generator');
  }

  *#all(conditions: readonly Expr[], scope: Scope): Blocking<boolean> {
    for (const condition of conditions) if (!isTruthy(yield* this.evaluate(condition, scope))) return false;
    return true;
  }

  *#loops(
    generators: readonly Generator[],
    at: number,
    scope: Scope,
    work: (evaluator: Evaluator) => Blocking<boolean>,
  ): Blocking<void> {
    const generator = generators[at];
    if (generator === undefined) {
      yield* work(this);
      return;
    }
    const iterator = iterate(yield* this.evaluate(generator.source, scope));
    for (let next = yield* iterator.next(); next !== undefined; next = yield* iterator.next()) {
      yield* this.interpreter.sys.checkpoint();
      yield* this.interpreter.assign(generator.target, next, scope);
      if (yield* this.#all(generator.conditions, scope)) yield* this.#loops(generators, at + 1, scope, work);
    }
  }
}

function compareValues(operator: string, left: Py, right: Py): boolean {
  switch (operator) {
    case '==':
      return equals(left, right);
    case '!=':
      return !equals(left, right);
    case 'is':
      return left === right;
    case 'is not':
      return left !== right;
    case 'in':
      return isIn(left, right);
    case 'not in':
      return !isIn(left, right);
    case '<':
      return order(operator, left, right) < 0;
    case '<=':
      return order(operator, left, right) <= 0;
    case '>':
      return order(operator, left, right) > 0;
    default:
      return order(operator, left, right) >= 0;
  }
}
