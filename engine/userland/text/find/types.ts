/** What the parts of find share (find(1), GNU findutils 4.9). */
import type { Blocking, Nanoseconds, Stat, Sys } from '../../../kernel/sim';
import type { Output } from '../../lib/io';
import type { Accounts } from '../../lib/users';
import type { Environment } from '../common/spawn';

/** A file that was come upon. */
export interface Found {
  path: string;
  /** Last component of the path. */
  name: string;
  /** The operand it was found below. */
  start: string;
  depth: number;
  stat: Stat;
}

export interface FindContext {
  sys: Sys;
  env: Environment;
  accounts: Accounts;
  output: Output;
  /** Other files written to, by name. */
  outputs: Map<string, Output>;
  now: Nanoseconds;
  status: number;
  /** Set by -prune for the file at hand. */
  prune: boolean;
  /** Set by -quit. */
  isOver: boolean;
  warn: boolean;
}

export type Predicate = (file: Found, context: FindContext) => Blocking<boolean>;

const noWait: readonly never[] = [];

/** A predicate that never waits. */
export function atOnce(test: (file: Found, context: FindContext) => boolean): Predicate {
  return function* (file, context) {
    yield* noWait;
    return test(file, context);
  };
}

export interface FindOptions {
  follow: 'never' | 'operands' | 'always';
  maxDepth: number;
  minDepth: number;
  depthFirst: boolean;
  oneFilesystem: boolean;
  dayStart: boolean;
  warn: boolean;
  regexType: string;
}

/** The command line is wrong; what stands behind `find: `. */
export class FindUsageError extends Error {}
