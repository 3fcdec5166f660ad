/** System calls that may fail, asked as questions. Only errors of the kernel are answers; all others are passed on. */
import { type Errno, isSysError } from '../../kernel/sim';

/** What `work` gives; null when it fails. */
export function orNull<T>(work: () => T): T | null {
  try {
    return work();
  } catch (error) {
    if (!isSysError(error)) throw error;
    return null;
  }
}

/** What `work` gives, or the error it fails with. */
export function outcome<T>(work: () => T): T | Errno {
  try {
    return work();
  } catch (error) {
    if (!isSysError(error)) throw error;
    return error.errno;
  }
}

/** Why `work` fails; null when it succeeds. */
export function problemOf(work: () => void): Errno | null {
  try {
    work();
    return null;
  } catch (error) {
    if (!isSysError(error)) throw error;
    return error.errno;
  }
}

export function succeeds(work: () => void): boolean {
  return problemOf(work) === null;
}

/** The answer to `question`; no when it cannot be asked. */
export function holds(question: () => boolean): boolean {
  return orNull(question) ?? false;
}
