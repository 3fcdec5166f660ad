/** Exceptions of Python: the types, and how those of the kernel become such. */
import { type Blocking, bare, type Errno, errnoNumber, strerror } from '../../kernel/sim';
import { type Py, PyException, PyType } from './values';

/** A Python exception on its way. */
export class PyError extends Error {
  /** Where it passed, innermost first. */
  readonly trace: Array<{ line: number; where: string }> = [];

  constructor(readonly exception: PyException) {
    super(exception.type.name);
  }
}

const parents: Readonly<Record<string, string>> = bare({
  Exception: 'BaseException',
  SystemExit: 'BaseException',
  KeyboardInterrupt: 'BaseException',
  ArithmeticError: 'Exception',
  ZeroDivisionError: 'ArithmeticError',
  OverflowError: 'ArithmeticError',
  LookupError: 'Exception',
  IndexError: 'LookupError',
  KeyError: 'LookupError',
  OSError: 'Exception',
  FileNotFoundError: 'OSError',
  PermissionError: 'OSError',
  FileExistsError: 'OSError',
  NotADirectoryError: 'OSError',
  IsADirectoryError: 'OSError',
  ProcessLookupError: 'OSError',
  ChildProcessError: 'OSError',
  InterruptedError: 'OSError',
  BlockingIOError: 'OSError',
  TimeoutError: 'OSError',
  ConnectionError: 'OSError',
  ConnectionRefusedError: 'ConnectionError',
  ConnectionResetError: 'ConnectionError',
  BrokenPipeError: 'ConnectionError',
  ConnectionAbortedError: 'ConnectionError',
  ValueError: 'Exception',
  UnicodeDecodeError: 'ValueError',
  TypeError: 'Exception',
  NameError: 'Exception',
  UnboundLocalError: 'NameError',
  AttributeError: 'Exception',
  ImportError: 'Exception',
  ModuleNotFoundError: 'ImportError',
  RuntimeError: 'Exception',
  RecursionError: 'RuntimeError',
  NotImplementedError: 'RuntimeError',
  AssertionError: 'Exception',
  StopIteration: 'Exception',
  EOFError: 'Exception',
  MemoryError: 'Exception',
});

export const exceptionTypes = new Map<string, PyType>();

function define(name: string): PyType {
  const known = exceptionTypes.get(name);
  if (known) return known;
  const parent = parents[name];
  const noWait: readonly never[] = [];
  const type: PyType = new PyType(name, parent === undefined ? null : define(parent), function* (args): Blocking<Py> {
    yield* noWait;
    return makeException(type, args);
  });
  exceptionTypes.set(name, type);
  return type;
}
for (const name of Object.keys(parents)) define(name);

function makeException(type: PyType, args: readonly Py[]): PyException {
  const exception = new PyException(type, args);
  if (type.isA(define('OSError')) && args.length >= 2) {
    for (const [at, name] of ['errno', 'strerror', 'filename'].entries())
      exception.attributes.set(name, args[at] ?? null);
  }
  if (type.name === 'SystemExit') exception.attributes.set('code', args[0] ?? null);
  return exception;
}

export function raise(type: string, ...args: Py[]): PyError {
  return new PyError(makeException(define(type), args));
}

const byErrno: Partial<Record<Errno, string>> = {
  ENOENT: 'FileNotFoundError',
  EACCES: 'PermissionError',
  EPERM: 'PermissionError',
  EEXIST: 'FileExistsError',
  ENOTDIR: 'NotADirectoryError',
  EISDIR: 'IsADirectoryError',
  ESRCH: 'ProcessLookupError',
  ECHILD: 'ChildProcessError',
  EINTR: 'InterruptedError',
  EAGAIN: 'BlockingIOError',
  ETIMEDOUT: 'TimeoutError',
  ECONNREFUSED: 'ConnectionRefusedError',
  ECONNRESET: 'ConnectionResetError',
  EPIPE: 'BrokenPipeError',
  ECONNABORTED: 'ConnectionAbortedError',
};

/** `other`: the second name of a call that takes two. */
export function fromErrno(errno: Errno, file: Py = null, other: Py = null): PyError {
  const args: Py[] = [BigInt(errnoNumber(errno)), strerror(errno)];
  const error = raise(byErrno[errno] ?? 'OSError', ...(file === null ? args : [...args, file]));
  if (other !== null) error.exception.attributes.set('filename2', other);
  return error;
}
