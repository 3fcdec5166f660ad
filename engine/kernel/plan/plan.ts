/**
 * A plan: system calls to be made by a process that has just been born, written as data.
 *
 * Between clone and execve a process has no Node and no C library, so what it must do there (join cgroups, mount,
 * pivot_root, drop capabilities) is decided beforehand and carried out by a tiny interpreter. A plan can name results,
 * branch, loop and fork; it cannot compute. Whoever runs it learns which step failed and with which errno.
 */
import type { SyscallName } from './syscall-name';

/** An argument of a system call. */
export type Value =
  | number
  | bigint
  /** A NUL-terminated string; the call gets its address. */
  | string
  /** Bytes; the call gets their address. */
  | Uint8Array
  /** NULL. */
  | null
  | Named
  | Reference
  | Memory
  | Strings
  | Words;

/** A number with the names it was made of, for the reader of a plan. */
export interface Named {
  names: string;
  value: number | bigint;
}

/** The result of an earlier step, or `width` bits of it from bit `from` on, with `or` added. */
export interface Reference {
  ref: string;
  bits?: { from: number; width: number };
  /** Shifts the (cut) value left by so many bits. */
  left?: number;
  or?: number | bigint;
}

/** The address of writable memory; every mention of a name means the same memory, `bytes` long, zeroed at first. */
export interface Memory {
  memory: string;
  bytes: number;
}

/** The address of a NULL-terminated array of strings: argv, envp. */
export interface Strings {
  strings: readonly string[];
}

/** The address of consecutive 64-bit words, filled in just before the call. */
export interface Words {
  words: readonly Value[];
}

export interface CallStep {
  call: SyscallName;
  args?: readonly Value[];
  /** Names the result for later steps. Memory is not shared after a fork: the child sees what was known before. */
  as?: string;
  /** Errors that are no failure (errno names), or `any`. The result is then the negative errno. */
  except?: readonly string[] | 'any';
  /** What the call is about, for a person: `overlay on /`. A failure reads "mount overlay on /: EINVAL". */
  about?: string;
}

/** Compares a result, signed. */
export interface Condition {
  when: Reference;
  is: '==' | '!=' | '<' | '>=';
  than: number | bigint | Reference;
}

export type Step =
  | CallStep
  | { if: Condition; then: readonly Step[]; else?: readonly Step[] }
  /** Clones: the child runs `child` and must end by execve, exit or an endless loop; the parent goes on. */
  | { fork: CallStep; child: readonly Step[] }
  /** Repeats its steps until a `leave` inside. */
  | { loop: readonly Step[] }
  | { leave: 'loop' }
  /** Copies a result or a number into a name, so that it can change in a loop. */
  | { set: string; to: number | bigint | Reference }
  /** Sends a value to whoever runs the plan. */
  | { report: string; value: number | bigint | Reference }
  | { exit: number | Reference };

export interface Plan {
  /** Shown in messages: `machine lab`. */
  name: string;
  steps: readonly Step[];
}

/** `flags({ MS_REC, MS_PRIVATE })`: the flags combined, with their names kept. */
export function flags(set: Record<string, number>): Named {
  const value = Object.values(set).reduce((sum, flag) => sum | BigInt(flag >>> 0), 0n);
  return { names: Object.keys(set).join('|') || '0', value };
}

export function ref(name: string): Reference {
  return { ref: name };
}
