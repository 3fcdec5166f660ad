/**
 * System calls through the C library, by koffi. Everything here is synchronous and takes well under a microsecond
 * beyond the call itself, so only calls that cannot block belong here.
 *
 * A caller declares what it needs once, at module level, and hands every result to `check`:
 *
 *     const inotifyInit = nativeFunction('int inotify_init1(int flags)');
 *     const fd = check(inotifyInit(IN_CLOEXEC), 'inotify_init1', '');
 */

import koffi from 'koffi';
import type { SyscallName } from '../../plan';
import { hasSyscallNumbers, syscallNumber } from '../../plan/syscall-numbers';
import { KernelError } from '../../port';
import { errnoName } from './errno';

/** Strings become NUL-terminated UTF-8, byte arrays a pointer to their first byte (for reading and writing). */
export type NativeArgument = number | bigint | string | Uint8Array | null;
export type NativeFunction = (...args: NativeArgument[]) => number;

const libc = process.platform === 'linux' ? koffi.load(null) : undefined;

/** Binds a C function by its prototype. koffi has no `ssize_t`: write `intptr_t`. */
export function nativeFunction(prototype: string): NativeFunction {
  return libc ? libc.func(prototype) : unavailable;
}

/** Binds a system call that the C library has no wrapper for; `types` are koffi's names of the argument types. */
export function nativeSyscall(name: SyscallName, types: string[]): NativeFunction {
  if (!libc || !hasSyscallNumbers(process.arch)) return unavailable;
  const raw: NativeFunction = libc.func('syscall', 'intptr_t', ['intptr_t', ...types]);
  const number = syscallNumber(name, process.arch);
  return (...args) => raw(number, ...args);
}

/** Binding is harmless everywhere, so that `availability` can be asked and say what is missing. */
function unavailable(): never {
  throw new Error(`the Linux kernel's system calls are not available on ${process.platform} ${process.arch}`);
}

/** Passes a result on, or throws the errno as a `KernelError` when it is negative. */
export function check(result: number, operation: string, path: string): number {
  if (result < 0) throw new KernelError(errnoName(koffi.errno()), operation, path);
  return result;
}

/** Like `check`, but returns null for the errors a caller expects. */
export function checkExcept(
  expected: readonly string[],
  result: number,
  operation: string,
  path: string,
): number | null {
  if (result >= 0) return result;
  const code = errnoName(koffi.errno());
  if (expected.includes(code)) return null;
  throw new KernelError(code, operation, path);
}

/** Address of a byte array's memory, for structures that hold pointers. The caller keeps the array alive for the call. */
export function addressOf(bytes: Uint8Array): bigint {
  return koffi.address(bytes);
}
