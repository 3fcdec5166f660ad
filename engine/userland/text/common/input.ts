/** Opening what a command line names: `-` is standard input. */
import { type Blocking, type Errno, isSysError, O_RDONLY, type Sys } from '../../../kernel/sim';

export type Opened = { fd: number } | { errno: Errno };

export function* openInput(sys: Sys, name: string): Blocking<Opened> {
  if (name === '-') return { fd: 0 };
  try {
    return { fd: yield* sys.open(name, O_RDONLY) };
  } catch (error) {
    if (!isSysError(error)) throw error;
    return { errno: error.errno };
  }
}

export function closeInput(sys: Sys, fd: number): void {
  if (fd !== 0) sys.close(fd);
}
