/** Attributes: of objects, and the methods of built-in values. */
import { raise } from './errors';
import type { Interpreter } from './interpreter';
import { NotThereError } from './lexer';
import { bytesMethod, dictMethod, listMethod, setMethod } from './methods';
import { fn } from './native';
import { stringMethod } from './string-methods';
import {
  asNumber,
  type Py,
  PyBytes,
  PyDict,
  PyException,
  PyFunction,
  PyList,
  PyObject,
  PySet,
  PyTuple,
  PyType,
  typeName,
} from './values';

/** What the real ones have, too; asking for them is no mistake, only beyond us. */
const realMethods = new Set([
  'sort',
  'casefold',
  'translate',
  'maketrans',
  'expandtabs',
  'to_bytes',
  'from_bytes',
  'hex',
  'fromkeys',
  'isdisjoint',
  'with_traceback',
  'add_note',
]);

export function attributeOf(object: Py, name: string, interpreter: Interpreter): Py {
  if (object instanceof PyObject) {
    const value = object.attributes.get(name) ?? (object.attributes.has(name) ? null : object.lookup?.(name));
    if (value !== undefined) return value;
    if (object.type === 'module') throw new NotThereError(`does not know ${moduleName(object)}.${name}`);
  } else {
    const value = methodOf(object, name, interpreter);
    if (value !== undefined) return value;
    if (realMethods.has(name)) throw new NotThereError(`does not know ${typeName(object)}.${name}`);
  }
  throw raise(
    'AttributeError',
    object instanceof PyType
      ? `type object '${object.name}' has no attribute '${name}'`
      : `'${typeName(object)}' object has no attribute '${name}'`,
  );
}

function moduleName(module: PyObject): string {
  return module.repr.split("'")[1] ?? 'it';
}

function methodOf(object: Py, name: string, interpreter: Interpreter): Py | undefined {
  if (typeof object === 'string') return stringMethod(object, name, interpreter);
  if (object instanceof PyBytes) return bytesMethod(object, name);
  if (object instanceof PyList) return listMethod(object, name, interpreter);
  if (object instanceof PyDict) return dictMethod(object, name);
  if (object instanceof PySet) return setMethod(object, name);
  if (object instanceof PyTuple) {
    const at = object.names?.fields.indexOf(name) ?? -1;
    if (at >= 0) return object.items[at];
    return name === 'count' || name === 'index'
      ? listMethod(new PyList([...object.items]), name, interpreter)
      : undefined;
  }
  if (object instanceof PyException) {
    if (name === 'args') return new PyTuple(object.args);
    return object.attributes.get(name) ?? (object.attributes.has(name) ? null : undefined);
  }
  if (object instanceof PyFunction || object instanceof PyType) return name === '__name__' ? object.name : undefined;
  const number = asNumber(object);
  if (number !== null && typeof object === 'bigint' && name === 'bit_length') {
    return fn(name, () => BigInt(object === 0n ? 0 : (object < 0n ? -object : object).toString(2).length));
  }
  return number !== null && name === 'is_integer' ? fn(name, () => Number.isInteger(number)) : undefined;
}

export function setAttribute(object: Py, name: string, value: Py): void {
  if (object instanceof PyObject || object instanceof PyException) object.attributes.set(name, value);
  else throw raise('AttributeError', `'${typeName(object)}' object has no attribute '${name}'`);
}
