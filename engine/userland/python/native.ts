/** Helpers to write functions of Python in TypeScript. */
import { type Blocking, isSysError } from '../../kernel/sim';
import { fromErrno, raise } from './errors';
import { asInt, asNumber, type Named, type Py, PyBytes, PyFunction, PyObject, typeName } from './values';

const noWait: readonly never[] = [];

/** A function that never waits. */
export function fn(name: string, work: (args: readonly Py[], named: Named) => Py): PyFunction {
  return new PyFunction(name, function* (args, named) {
    yield* noWait;
    return work(args, named);
  });
}

export function blockingFn(name: string, work: (args: readonly Py[], named: Named) => Blocking<Py>): PyFunction {
  return new PyFunction(name, work);
}

/** A module, or anything else with a fixed set of attributes. */
export function namespace(type: string, text: string, members: Readonly<Record<string, Py>>): PyObject {
  const object = new PyObject(type, text);
  for (const [name, value] of Object.entries(members)) object.attributes.set(name, value);
  return object;
}

export function textArg(args: readonly Py[], at: number, what: string): string {
  const value = args[at];
  if (typeof value === 'string') return value;
  throw raise(
    'TypeError',
    value === undefined
      ? `${what}() missing required argument (pos ${at + 1})`
      : `${what}: argument ${at + 1} must be str, not ${typeName(value)}`,
  );
}

export function pathArg(args: readonly Py[], at: number, what: string): string {
  const value = args[at];
  if (typeof value === 'string') return value;
  throw raise(
    'TypeError',
    `${what}: path should be string, bytes, os.PathLike or integer, not ${typeName(value ?? null)}`,
  );
}

export function intArg(args: readonly Py[], at: number, otherwise?: number): number {
  const value = args[at];
  if (value === undefined && otherwise !== undefined) return otherwise;
  const whole = value === undefined ? null : asInt(value);
  if (whole === null)
    throw raise('TypeError', `'${typeName(value ?? null)}' object cannot be interpreted as an integer`);
  return Number(whole);
}

export function numberArg(args: readonly Py[], at: number): number {
  const value = asNumber(args[at] ?? null);
  if (value === null) throw raise('TypeError', `must be real number, not ${typeName(args[at] ?? null)}`);
  return value;
}

export function bytesArg(args: readonly Py[], at: number): Uint8Array {
  const value = args[at];
  if (value instanceof PyBytes) return value.bytes;
  throw raise('TypeError', `a bytes-like object is required, not '${typeName(value ?? null)}'`);
}

/** Failures of the kernel become OSError, with the file they were about. */
export function kernelCall<T>(work: () => T, file: Py = null, other: Py = null): T {
  try {
    return work();
  } catch (error) {
    if (isSysError(error)) throw fromErrno(error.errno, file, other);
    throw error;
  }
}

export function* blockingCall<T>(work: () => Blocking<T>, file: Py = null): Blocking<T> {
  try {
    return yield* work();
  } catch (error) {
    if (isSysError(error)) throw fromErrno(error.errno, file);
    throw error;
  }
}
