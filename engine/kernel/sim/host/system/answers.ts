/** How what happens in the lab reaches the engine: as promises, of which the lab's clock waits for the consequences. */
import { KernelError } from '../../../port';
import { isSysError } from '../../abi';

/** Whoever moves the kernel. */
export interface Mover {
  /** A promise was settled: the engine is to act on it before the next step, and before the clock goes on. */
  giveTurn(): void;
  /** The engine waits for something. */
  kick(): void;
}

export interface Answers {
  /** A promise that `begin` settles later, in the middle of a step or between two. */
  promise<T>(begin: (resolve: (value: T) => void, reject: (error: unknown) => void) => void): Promise<T>;
}

/** Answers for who acts between two steps, from outside of the lab. */
export class AnswersOutside implements Answers {
  constructor(private readonly mover: Mover) {}

  promise<T>(begin: (resolve: (value: T) => void, reject: (error: unknown) => void) => void): Promise<T> {
    return new Promise((resolve, reject) => {
      const settling =
        <V>(settle: (value: V) => void) =>
        (value: V) => {
          this.mover.giveTurn();
          settle(value);
        };
      begin(settling(resolve), settling(reject));
      this.mover.kick();
    });
  }
}

/** Does what a system call does; errors as the port has them. */
export function attempt<T>(operation: string, path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw isSysError(error) ? new KernelError(error.errno, operation, path) : error;
  }
}

/** The same, where some errors are an answer. */
export function attemptExcept<T>(
  codes: readonly string[],
  otherwise: T,
  operation: string,
  path: string,
  work: () => T,
): T {
  try {
    return attempt(operation, path, work);
  } catch (error) {
    if (error instanceof KernelError && codes.includes(error.code)) return otherwise;
    throw error;
  }
}
