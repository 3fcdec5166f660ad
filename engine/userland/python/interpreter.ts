/** Runs statements. */

import { type Blocking, isSysError, type Sys } from '../../kernel/sim';
import type { Output } from '../lib/io';
import type { Expr, Handler, Parameter, Stmt } from './ast';
import { attributeOf, setAttribute } from './attributes';
import { bind } from './bind';
import { fromErrno, PyError, raise } from './errors';
import { Evaluator } from './evaluate';
import { collect, iterate } from './iteration';
import { NotThereError } from './lexer';
import { Memory } from './memory';
import { importModule } from './modules';
import { binary } from './operators';
import type { Scope } from './scope';
import { deleteItem, storeItem, subscript } from './subscript';
import {
  DigitsError,
  isTruthy,
  mostDigits,
  type Py,
  PyException,
  PyFunction,
  PyIterator,
  PyList,
  PyObject,
  PyTuple,
  PyType,
  typeName,
} from './values';

export type Flow = { kind: 'on' | 'break' | 'continue' } | { kind: 'return'; value: Py };

const on: Flow = { kind: 'on' };

const maxDepth = 400;

const digitsText = `Exceeds the limit (${mostDigits} digits) for integer string conversion; use sys.set_int_max_str_digits() to increase the limit`;

export class Interpreter {
  readonly evaluator: Evaluator = new Evaluator(this);
  line = 1;
  readonly #memory: Memory;
  #where = '<module>';
  #depth = 0;
  readonly modules = new Map<string, PyObject>();
  /** ctypes.get_errno(). */
  errno = 0;
  /** A SIGINT came: it is raised at the next chance. */
  isInterrupted = false;
  /** Signals with a handler of the script that came and were not handled yet. */
  readonly came: Array<{ signal: number; handler: PyFunction }> = [];

  constructor(
    readonly sys: Sys,
    readonly env: Readonly<Record<string, string>>,
    readonly argv: readonly string[],
    readonly output: Output,
    readonly builtins: Scope,
  ) {
    this.#memory = new Memory(sys);
  }

  *run(body: readonly Stmt[], scope: Scope): Blocking<Flow> {
    for (const statement of body) {
      this.line = statement.line;
      for (let next = this.came.shift(); next !== undefined; next = this.came.shift()) {
        yield* next.handler.call([BigInt(next.signal), null], new Map());
      }
      if (this.isInterrupted) {
        this.isInterrupted = false;
        throw raise('KeyboardInterrupt');
      }
      try {
        const flow = yield* this.#one(statement, scope);
        if (flow.kind !== 'on') return flow;
      } catch (error) {
        throw this.#located(error, statement.line);
      }
    }
    return on;
  }

  /** Errors of the kernel that nobody has named become OSError; an interrupted call may have been Ctrl-C. */
  #located(error: unknown, line: number): unknown {
    let raised = error;
    if (error instanceof DigitsError) raised = raise('ValueError', digitsText);
    else if (isSysError(error, 'EINTR') && this.isInterrupted) {
      this.isInterrupted = false;
      raised = raise('KeyboardInterrupt');
    } else if (isSysError(error)) raised = fromErrno(error.errno);
    else if (error instanceof PyError && error.exception.type.name === 'InterruptedError' && this.isInterrupted) {
      this.isInterrupted = false;
      raised = raise('KeyboardInterrupt');
    }
    if (raised instanceof PyError && raised.trace.at(-1)?.where !== this.#where)
      raised.trace.push({ line, where: this.#where });
    return raised;
  }

  *#one(statement: Stmt, scope: Scope): Blocking<Flow> {
    const { evaluator } = this;
    switch (statement.kind) {
      case 'expression':
        this.#memory.note(yield* evaluator.evaluate(statement.value, scope), () => scope.values());
        return on;
      case 'assign': {
        const value = yield* evaluator.evaluate(statement.value, scope);
        for (const target of statement.targets) yield* this.assign(target, value, scope);
        this.#memory.note(value, () => scope.values());
        return on;
      }
      case 'augmented':
        yield* this.#augmented(statement, scope);
        this.#memory.note(null, () => scope.values());
        return on;
      case 'delete':
        for (const target of statement.targets) yield* this.#delete(target, scope);
        return on;
      case 'pass':
        return on;
      case 'break':
      case 'continue':
        return { kind: statement.kind };
      case 'return':
        return {
          kind: 'return',
          value: statement.value === null ? null : yield* evaluator.evaluate(statement.value, scope),
        };
      case 'raise':
        throw yield* this.#raised(statement.value, scope);
      case 'assert':
        if (isTruthy(yield* evaluator.evaluate(statement.test, scope))) return on;
        throw raise(
          'AssertionError',
          ...(statement.message === null ? [] : [yield* evaluator.evaluate(statement.message, scope)]),
        );
      case 'global':
        for (const name of statement.names) scope.globalNames.add(name);
        return on;
      case 'import': {
        const module = importModule(statement.name, this);
        const [top = ''] = statement.name.split('.');
        scope.set(statement.as ?? top, statement.as === null ? importModule(top, this) : module);
        return on;
      }
      case 'importFrom':
        this.#importFrom(statement, scope);
        return on;
      case 'if':
        return yield* this.run(
          isTruthy(yield* evaluator.evaluate(statement.test, scope)) ? statement.yes : statement.no,
          scope,
        );
      case 'while':
        return yield* this.#while(statement, scope);
      case 'for':
        return yield* this.#for(statement, scope);
      case 'def':
        scope.set(
          statement.name,
          yield* this.makeFunction(statement.name, statement.parameters, statement.body, scope),
        );
        return on;
      case 'try':
        return yield* this.#try(statement, scope);
      case 'with':
        return yield* this.#with(statement, scope);
    }
  }

  *assign(target: Expr, value: Py, scope: Scope): Blocking<void> {
    const { evaluator } = this;
    switch (target.kind) {
      case 'name':
        scope.set(target.name, value);
        return;
      case 'attribute':
        setAttribute(yield* evaluator.evaluate(target.object, scope), target.name, value);
        return;
      case 'subscript':
        storeItem(
          yield* evaluator.evaluate(target.object, scope),
          yield* evaluator.evaluate(target.index, scope),
          value,
        );
        return;
      case 'tuple':
      case 'list':
        yield* this.#unpack(target.items, value, scope);
        return;
      default:
        throw raise('TypeError', 'cannot assign to this expression');
    }
  }

  *#unpack(targets: readonly Expr[], value: Py, scope: Scope): Blocking<void> {
    if (
      !(value instanceof PyIterator) &&
      typeof value !== 'string' &&
      !('items' in Object(value)) &&
      !('entries' in Object(value))
    ) {
      if (value === null || typeof value !== 'object')
        throw raise('TypeError', `cannot unpack non-iterable ${typeName(value)} object`);
    }
    const items = yield* collect(value);
    const star = targets.findIndex(({ kind }) => kind === 'starred');
    const least = star < 0 ? targets.length : targets.length - 1;
    if (items.length < least) {
      const wanted = star < 0 ? `expected ${least}` : `expected at least ${least}`;
      throw raise('ValueError', `not enough values to unpack (${wanted}, got ${items.length})`);
    }
    if (star < 0 && items.length > least) throw raise('ValueError', `too many values to unpack (expected ${least})`);
    const after = star < 0 ? 0 : targets.length - star - 1;
    for (const [at, target] of targets.entries()) {
      if (target.kind === 'starred')
        yield* this.assign(target.value, new PyList(items.slice(at, items.length - after)), scope);
      else
        yield* this.assign(
          target,
          items[star >= 0 && at > star ? items.length - (targets.length - at) : at] ?? null,
          scope,
        );
    }
  }

  *#augmented({ target, operator, value }: Extract<Stmt, { kind: 'augmented' }>, scope: Scope): Blocking<void> {
    const { evaluator } = this;
    if (target.kind === 'subscript') {
      const object = yield* evaluator.evaluate(target.object, scope);
      const index = yield* evaluator.evaluate(target.index, scope);
      const before = subscript(object, index);
      storeItem(object, index, binary(operator, before, yield* evaluator.evaluate(value, scope)));
      return;
    }
    const before = yield* evaluator.evaluate(target, scope);
    const given = yield* evaluator.evaluate(value, scope);
    if (operator === '+' && before instanceof PyList) before.extend(yield* collect(given));
    else yield* this.assign(target, binary(operator, before, given), scope);
  }

  *#delete(target: Expr, scope: Scope): Blocking<void> {
    if (target.kind === 'subscript') {
      deleteItem(
        yield* this.evaluator.evaluate(target.object, scope),
        yield* this.evaluator.evaluate(target.index, scope),
      );
    } else if (target.kind !== 'name' || !scope.names.delete(target.name)) {
      throw raise('NameError', `name '${target.kind === 'name' ? target.name : '?'}' is not defined`);
    }
  }

  *#raised(value: Expr | null, scope: Scope): Blocking<PyError> {
    if (value === null) {
      const current = scope.get('__exception__');
      return current instanceof PyException
        ? new PyError(current)
        : raise('RuntimeError', 'No active exception to reraise');
    }
    const given = yield* this.evaluator.evaluate(value, scope);
    const exception = given instanceof PyType ? yield* given.make([], new Map()) : given;
    return exception instanceof PyException
      ? new PyError(exception)
      : raise('TypeError', 'exceptions must derive from BaseException');
  }

  #importFrom({ module: name, names }: Extract<Stmt, { kind: 'importFrom' }>, scope: Scope): void {
    const module = importModule(name, this);
    for (const item of names) {
      if (item.name === '*') {
        for (const [key, value] of module.attributes) if (!key.startsWith('_')) scope.set(key, value);
        continue;
      }
      const value = module.attributes.get(item.name);
      if (value === undefined) throw new NotThereError(`does not know ${name}.${item.name}`);
      scope.set(item.as ?? item.name, value);
    }
  }

  *#while({ test, body, otherwise }: Extract<Stmt, { kind: 'while' }>, scope: Scope): Blocking<Flow> {
    while (isTruthy(yield* this.evaluator.evaluate(test, scope))) {
      yield* this.sys.checkpoint();
      const flow = yield* this.run(body, scope);
      if (flow.kind === 'break') return on;
      if (flow.kind === 'return') return flow;
    }
    return yield* this.run(otherwise, scope);
  }

  *#for({ target, source, body, otherwise }: Extract<Stmt, { kind: 'for' }>, scope: Scope): Blocking<Flow> {
    const iterator = iterate(yield* this.evaluator.evaluate(source, scope));
    for (let next = yield* iterator.next(); next !== undefined; next = yield* iterator.next()) {
      yield* this.sys.checkpoint();
      yield* this.assign(target, next, scope);
      const flow = yield* this.run(body, scope);
      if (flow.kind === 'break') return on;
      if (flow.kind === 'return') return flow;
    }
    return yield* this.run(otherwise, scope);
  }

  *#try({ body, handlers, otherwise, last }: Extract<Stmt, { kind: 'try' }>, scope: Scope): Blocking<Flow> {
    let flow: Flow;
    try {
      flow = yield* this.#guarded(body, handlers, otherwise, scope);
    } catch (error) {
      // What ends the process from outside is not held up by `finally`.
      if (!(error instanceof PyError) || last.length === 0) throw error;
      const leaving = yield* this.run(last, scope);
      if (leaving.kind !== 'on') return leaving;
      throw error;
    }
    const leaving = yield* this.run(last, scope);
    return leaving.kind === 'on' ? flow : leaving;
  }

  *#guarded(
    body: readonly Stmt[],
    handlers: readonly Handler[],
    otherwise: readonly Stmt[],
    scope: Scope,
  ): Blocking<Flow> {
    let flow: Flow;
    try {
      flow = yield* this.run(body, scope);
    } catch (error) {
      if (!(error instanceof PyError)) throw error;
      const handler = yield* this.#handlerFor(error.exception, handlers, scope);
      if (handler === null) throw error;
      scope.set('__exception__', error.exception);
      if (handler.name !== null) scope.set(handler.name, error.exception);
      return yield* this.run(handler.body, scope);
    }
    return flow.kind === 'on' ? yield* this.run(otherwise, scope) : flow;
  }

  *#handlerFor(exception: PyException, handlers: readonly Handler[], scope: Scope): Blocking<Handler | null> {
    for (const handler of handlers) {
      if (handler.type === null) return handler;
      const wanted = yield* this.evaluator.evaluate(handler.type, scope);
      const types = wanted instanceof PyTuple ? wanted.items : [wanted];
      if (types.some((type) => type instanceof PyType && exception.type.isA(type))) return handler;
    }
    return null;
  }

  *#with({ value, target, body }: Extract<Stmt, { kind: 'with' }>, scope: Scope): Blocking<Flow> {
    const object = yield* this.evaluator.evaluate(value, scope);
    const leave = object instanceof PyObject ? object.attributes.get('__exit__') : undefined;
    if (!(leave instanceof PyFunction))
      throw raise('TypeError', `'${typeName(object)}' object does not support the context manager protocol`);
    if (target !== null) yield* this.assign(target, object, scope);
    let failed = true;
    try {
      const flow = yield* this.run(body, scope);
      failed = false;
      yield* leave.call([], new Map());
      return flow;
    } catch (error) {
      if (failed && error instanceof PyError) yield* leave.call([], new Map());
      throw error;
    }
  }

  *makeFunction(
    name: string,
    parameters: readonly Parameter[],
    body: readonly Stmt[],
    around: Scope,
  ): Blocking<PyFunction> {
    const initial = new Map<string, Py>();
    for (const parameter of parameters) {
      if (parameter.initial !== null)
        initial.set(parameter.name, yield* this.evaluator.evaluate(parameter.initial, around));
    }
    const interpreter = this;
    return new PyFunction(
      name,
      function* (args, named) {
        const scope = around.child();
        bind(name, parameters, initial, args, named, scope);
        return yield* interpreter.#enter(name, body, scope);
      },
      false,
    );
  }

  *#enter(name: string, body: readonly Stmt[], scope: Scope): Blocking<Py> {
    if (this.#depth >= maxDepth) throw raise('RecursionError', 'maximum recursion depth exceeded');
    const [where, line] = [this.#where, this.line];
    this.#where = name;
    this.#depth++;
    try {
      const flow = yield* this.run(body, scope);
      return flow.kind === 'return' ? flow.value : null;
    } finally {
      this.#where = where;
      this.line = line;
      this.#depth--;
    }
  }

  attribute(object: Py, name: string): Py {
    return attributeOf(object, name, this);
  }
}
