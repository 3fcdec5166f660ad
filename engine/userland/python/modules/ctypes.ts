/** ctypes: the C library by hand. Only what has a meaning without memory: system calls that take numbers and texts. */
import { type Blocking, bare, errnoNumber, isSysError } from '../../../kernel/sim';
import type { Interpreter } from '../interpreter';
import { NotThereError } from '../lexer';
import { fn, intArg, namespace } from '../native';
import { asInt, type Py, PyBytes, PyFunction, PyObject, PyType } from '../values';

const noWait: readonly never[] = [];

/** A number in the shape of a C type. */
class CNumber extends PyObject {
  constructor(type: string, value: Py) {
    super(type, `${type}(${asInt(value) ?? 0n})`);
    this.attributes.set('value', value);
  }
}

function cType(name: string): PyType {
  return new PyType(name, null, function* ([value = 0n]) {
    yield* noWait;
    return new CNumber(name, value);
  });
}

function numberOf(value: Py | undefined): number {
  const plain = value instanceof CNumber ? (value.attributes.get('value') ?? 0n) : (value ?? 0n);
  return Number(asInt(plain) ?? 0n);
}

function textOf(value: Py | undefined): string {
  if (value instanceof PyBytes) return String.fromCharCode(...value.bytes);
  return typeof value === 'string' ? value : '';
}

type Call = (args: readonly Py[]) => Blocking<number>;

function library({ sys }: Interpreter): Readonly<Record<string, Call>> {
  const atOnce = (work: (args: readonly Py[]) => number | void): Call =>
    function* (args) {
      yield* noWait;
      return work(args) ?? 0;
    };
  return {
    shmget: atOnce(([key, size, flags]) => sys.shmget(numberOf(key), numberOf(size), numberOf(flags))),
    shmat: atOnce(([id]) => {
      sys.shmat(numberOf(id));
      return 0x7f00_0000_0000;
    }),
    semget: atOnce(([key, count, flags]) => sys.semget(numberOf(key), numberOf(count), numberOf(flags))),
    msgget: atOnce(([key, flags]) => sys.msgget(numberOf(key), numberOf(flags))),
    *mq_send([queue, data, size, priority]) {
      const bytes = data instanceof PyBytes ? data.bytes.slice(0, numberOf(size)) : new Uint8Array();
      yield* sys.mqSend(numberOf(queue), bytes, numberOf(priority));
      return 0;
    },
    *pause() {
      yield* sys.pause();
      return 0;
    },
    getpid: atOnce(() => sys.getpid()),
    getppid: atOnce(() => sys.getppid()),
    getuid: atOnce(() => sys.getuid()),
    getgid: atOnce(() => sys.getgid()),
    unshare: atOnce(([flags]) => sys.unshare(numberOf(flags))),
    setns: atOnce(([fd, type]) => sys.setns(numberOf(fd), numberOf(type))),
    sethostname: atOnce(([name, size]) => sys.sethostname(textOf(name).slice(0, numberOf(size)))),
    chroot: atOnce(([path]) => sys.chroot(textOf(path))),
    umount: atOnce(([path]) => sys.umount(textOf(path))),
    umount2: atOnce(([path, flags]) => sys.umount(textOf(path), numberOf(flags))),
    mount: atOnce(([source, target, type, flags, data]) => {
      const optional = (value: Py | undefined) => (value === null || value === undefined ? null : textOf(value));
      sys.mount(optional(source), textOf(target), optional(type), numberOf(flags), optional(data) ?? undefined);
    }),
    setuid: atOnce(([uid]) => sys.setuid(numberOf(uid))),
    setgid: atOnce(([gid]) => sys.setgid(numberOf(gid))),
    kill: atOnce(([pid, signal]) => sys.kill(numberOf(pid), numberOf(signal))),
    getpagesize: atOnce(() => 4096),
  };
}

export function ctypesModule(interpreter: Interpreter): PyObject {
  const calls = library(interpreter);
  const libc = new PyObject('CDLL', "<CDLL 'None', handle 7f0000000000 at 0x7f0000000000>");
  const made = new Map<string, PyObject>();
  libc.lookup = (name) => {
    const call = calls[name];
    if (call === undefined || !Object.hasOwn(calls, name))
      throw new NotThereError(`does not know the C function ${name}`);
    let object = made.get(name);
    if (object === undefined) {
      object = new PyObject('_FuncPtr', `<_FuncPtr object at 0x7f0000000000>`);
      object.attributes.set('__call__', new PyFunction(name, (args) => perform(interpreter, call, args)));
      made.set(name, object);
    }
    return object;
  };
  const members: Record<string, Py> = bare({
    CDLL: fn('CDLL', ([name = null]) => {
      if (name !== null && name !== 'libc.so.6')
        throw new NotThereError('does not know ctypes.CDLL of other libraries than the C library');
      return libc;
    }),
    get_errno: fn('get_errno', () => BigInt(interpreter.errno)),
    set_errno: fn('set_errno', (args) => {
      const before = interpreter.errno;
      interpreter.errno = intArg(args, 0);
      return BigInt(before);
    }),
  });
  for (const name of [
    'c_int',
    'c_uint',
    'c_long',
    'c_ulong',
    'c_size_t',
    'c_ssize_t',
    'c_void_p',
    'c_char_p',
    'c_bool',
    'c_uint32',
    'c_uint64',
    'c_int64',
  ]) {
    members[name] = cType(name);
  }
  return namespace('module', "<module 'ctypes'>", members);
}

function* perform(interpreter: Interpreter, call: Call, args: readonly Py[]): Blocking<Py> {
  try {
    return BigInt(yield* call(args));
  } catch (error) {
    if (!isSysError(error)) throw error;
    interpreter.errno = errnoNumber(error.errno);
    return -1n;
  }
}
