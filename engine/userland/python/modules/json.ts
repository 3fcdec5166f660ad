/** json: dumps and loads. */
import { raise } from '../errors';
import { fn, namespace, textArg } from '../native';
import { asInt, isTruthy, type Py, PyDict, PyList, type PyObject, PyTuple, repr, str, typeName } from '../values';

export function jsonModule(): PyObject {
  return namespace('module', "<module 'json'>", {
    dumps: fn('dumps', ([value = null], named) => {
      const indent = asInt(named.get('indent') ?? null);
      return write(value, indent === null ? null : Number(indent), '', isTruthy(named.get('sort_keys') ?? false));
    }),
    loads: fn('loads', (args) => read(textArg(args, 0, 'loads'))),
  });
}

function write(value: Py, indent: number | null, front: string, sorts: boolean): string {
  if (value === null) return 'null';
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  if (typeof value === 'string')
    return JSON.stringify(value).replaceAll(
      /[\u007f-\uffff]/g,
      (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
  if (typeof value === 'bigint' || typeof value === 'number') return repr(value);
  const inner = indent === null ? '' : `\n${front}${' '.repeat(indent)}`;
  const end = indent === null ? '' : `\n${front}`;
  const deeper = `${front}${' '.repeat(indent ?? 0)}`;
  const separator = indent === null ? ', ' : ',';
  if (value instanceof PyList || value instanceof PyTuple) {
    if (value.items.length === 0) return '[]';
    return `[${value.items.map((item) => inner + write(item, indent, deeper, sorts)).join(separator)}${end}]`;
  }
  if (!(value instanceof PyDict))
    throw raise('TypeError', `Object of type ${typeName(value)} is not JSON serializable`);
  if (value.entries.size === 0) return '{}';
  const entries = [...value.entries.values()].map(([key, item]) => [str(key), item] as const);
  if (sorts) entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, item]) => `${inner}${JSON.stringify(key)}: ${write(item, indent, deeper, sorts)}`).join(separator)}${end}}`;
}

function read(text: string): Py {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw raise('ValueError', 'Expecting value: line 1 column 1 (char 0)');
  }
  return fromJson(parsed);
}

function fromJson(value: unknown): Py {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value) : value;
  if (Array.isArray(value)) return new PyList(value.map(fromJson));
  const dict = new PyDict();
  if (typeof value === 'object') for (const [key, item] of Object.entries(value)) dict.set(key, fromJson(item));
  return dict;
}
