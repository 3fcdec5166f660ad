/** Flags of clone(2), unshare(2), setns(2) and waitpid(2). */
export * from '../../abi/clone';

/** Options and results of waitpid(2). */
export const WNOHANG = 1;
export const WUNTRACED = 2;
export const WCONTINUED = 8;
