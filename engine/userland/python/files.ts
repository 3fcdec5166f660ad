/** Files as open() gives them. */

import {
  type Blocking,
  bare,
  decode,
  encode,
  O_APPEND,
  O_CREAT,
  O_EXCL,
  O_RDONLY,
  O_RDWR,
  O_TRUNC,
  O_WRONLY,
  type Sys,
} from '../../kernel/sim';
import { LineReader, writeAll } from '../lib/io';
import { characterCount } from './characters';
import { raise } from './errors';
import { collect } from './iteration';
import { blockingCall, blockingFn, fn, intArg, pathArg } from './native';
import { asInt, type Named, type Py, PyBytes, PyIterator, PyList, PyObject, str, typeName } from './values';

const flags: Readonly<Record<string, number>> = bare({
  r: O_RDONLY,
  w: O_WRONLY | O_CREAT | O_TRUNC,
  a: O_WRONLY | O_CREAT | O_APPEND,
  x: O_WRONLY | O_CREAT | O_EXCL,
  'r+': O_RDWR,
  'w+': O_RDWR | O_CREAT | O_TRUNC,
  'a+': O_RDWR | O_CREAT | O_APPEND,
});

export function* openFile(sys: Sys, args: readonly Py[], named: Named): Blocking<PyObject> {
  const mode = str(args[1] ?? named.get('mode') ?? 'r');
  const given = flags[mode.replaceAll(/[bt]/g, '')];
  if (given === undefined) throw raise('ValueError', `invalid mode: '${mode}'`);
  const number = asInt(args[0] ?? null);
  if (number !== null) return makeFile(sys, Number(number), String(number), mode, new LineReader(sys, Number(number)));
  const path = pathArg(args, 0, 'open');
  const fd = yield* blockingCall(() => sys.open(path, given, 0o666), path);
  return makeFile(sys, fd, path, mode, new LineReader(sys, fd));
}

export function makeFile(sys: Sys, fd: number, name: string, mode: string, lines: LineReader): PyObject {
  const isBinary = mode.includes('b');
  const file = new PyObject(
    isBinary ? '_io.BufferedReader' : '_io.TextIOWrapper',
    `<_io.TextIOWrapper name='${name}' mode='${mode}' encoding='UTF-8'>`,
  );
  let isClosed = false;
  let pending = '';
  const check = () => {
    if (isClosed) throw raise('ValueError', 'I/O operation on closed file.');
  };
  const flush = function* (): Blocking<Py> {
    const text = pending;
    pending = '';
    if (text !== '') yield* blockingCall(() => writeAll(sys, fd, text));
    return null;
  };
  const line = function* (): Blocking<Py | undefined> {
    check();
    const bytes = yield* blockingCall(() => lines.nextBytes());
    return bytes === null ? undefined : isBinary ? new PyBytes(bytes) : decode(bytes);
  };
  const close = function* (): Blocking<Py> {
    if (isClosed) return null;
    yield* flush();
    isClosed = true;
    if (fd > 2) sys.close(fd);
    return null;
  };
  file.iterate = () => new PyIterator(line);
  const members: Readonly<Record<string, Py>> = {
    name,
    mode,
    closed: false,
    fileno: fn('fileno', () => BigInt(fd)),
    isatty: fn('isatty', () => sys.isatty(fd)),
    readline: blockingFn('readline', function* () {
      return (yield* line()) ?? (isBinary ? new PyBytes(new Uint8Array()) : '');
    }),
    readlines: blockingFn('readlines', function* () {
      return new PyList(yield* collect(new PyIterator(line)));
    }),
    read: blockingFn('read', function* (args) {
      check();
      const count = args[0] === undefined || args[0] === null ? -1 : intArg(args, 0);
      const parts: Py[] = yield* collect(new PyIterator(line));
      const bytes = parts.map((part) => (part instanceof PyBytes ? part.bytes : encode(str(part))));
      const all = Uint8Array.from(bytes.flatMap((part) => [...part]));
      const wanted = count < 0 ? all : all.slice(0, count);
      return isBinary ? new PyBytes(wanted) : decode(wanted);
    }),
    write: blockingFn('write', function* ([value = null]) {
      check();
      if (!/[wax+]/.test(mode)) throw raise('ValueError', 'not writable');
      if (value instanceof PyBytes) {
        yield* blockingCall(() => writeAll(sys, fd, value.bytes));
        return BigInt(value.bytes.length);
      }
      if (typeof value !== 'string') throw raise('TypeError', `write() argument must be str, not ${typeName(value)}`);
      pending += value;
      if (fd === 2 || pending.length > 8192 || sys.isatty(fd)) yield* flush();
      return BigInt(characterCount(value));
    }),
    flush: blockingFn('flush', flush),
    close: blockingFn('close', close),
    __exit__: blockingFn('__exit__', close),
  };
  for (const [key, value] of Object.entries(members)) file.attributes.set(key, value);
  return file;
}
