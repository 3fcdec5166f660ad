/** A compiled profile, and the step of a plan that loads it. */
import { encodeBpf, type Named, type Step } from '../../kernel';
import type { Seccomp } from '../config';
import type { Machine } from './architectures';
import { compileProfile } from './compile';

const SECCOMP_SET_MODE_FILTER = 1;

const flagValues = {
  SECCOMP_FILTER_FLAG_TSYNC: 1,
  SECCOMP_FILTER_FLAG_LOG: 2,
  SECCOMP_FILTER_FLAG_SPEC_ALLOW: 4,
  SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV: 32,
} as const;
const SECCOMP_FILTER_FLAG_NEW_LISTENER = 8;
const SECCOMP_FILTER_FLAG_TSYNC_ESRCH = 16;

export interface SeccompFilter {
  /** struct sock_filter, one after the other. */
  program: Uint8Array;
  instructions: number;
  flags: Named;
  /** The call gives a descriptor of notifications; `listenerPath` says where it belongs. */
  notifies: boolean;
}

/** Errors: as of `compileProfile`. */
export function compileSeccomp(profile: Seccomp, machine: Machine): SeccompFilter {
  const program = encodeBpf(compileProfile(profile, machine));
  const notifies = profile.syscalls?.some(({ action }) => action === 'SCMP_ACT_NOTIFY') ?? false;
  return { program, instructions: program.length / 8, flags: flagsOf(profile, notifies), notifies };
}

function flagsOf({ flags: names = [] }: Seccomp, notifies: boolean): Named {
  const wanted = new Map<string, number>(names.map((name) => [name, flagValues[name]]));
  // Without TSYNC_ESRCH the kernel could not tell a descriptor from the thread it failed for.
  if (notifies) wanted.set('SECCOMP_FILTER_FLAG_NEW_LISTENER', SECCOMP_FILTER_FLAG_NEW_LISTENER);
  if (notifies && wanted.has('SECCOMP_FILTER_FLAG_TSYNC'))
    wanted.set('SECCOMP_FILTER_FLAG_TSYNC_ESRCH', SECCOMP_FILTER_FLAG_TSYNC_ESRCH);
  return {
    names: [...wanted.keys()].join('|') || '0',
    value: [...wanted.values()].reduce((sum, value) => sum | value, 0),
  };
}

/** Loads it for the process itself, which has CAP_SYS_ADMIN or no_new_privs. The result is named `as`. */
export function loadSeccomp({ program, instructions, flags }: SeccompFilter, as?: string): Step {
  return {
    call: 'seccomp',
    // struct sock_fprog
    args: [
      { names: 'SECCOMP_SET_MODE_FILTER', value: SECCOMP_SET_MODE_FILTER },
      flags,
      { words: [instructions, program] },
    ],
    about: `seccomp filter of ${instructions} instructions`,
    ...(as === undefined ? {} : { as }),
  };
}
