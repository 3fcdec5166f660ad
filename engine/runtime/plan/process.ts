/** What the process of a container (its own, or one that `exec` adds) becomes before it executes its program. */
import { flags, ref, resourceNumber, type Step, type Value } from '../../kernel';
import type { Process } from '../config';
import { type CapabilitySets, dropBounding, setCapabilities } from './capabilities';
import * as k from './constants';
import { schedulingSteps } from './scheduling';
import { securityLabels } from './security-labels';
import { int32Array, prctl } from './steps';

export interface ProcessContext {
  process: Process;
  capabilities: CapabilitySets;
  /** The filter of `linux.seccomp`, as a step that installs it. */
  seccomp: readonly Step[];
  /** Somebody is told of some system calls: the runtime has to hear of it before the container is created. */
  notifies: boolean;
  /** False where an unprivileged user may not set groups (user_namespaces(7)). */
  mayLockGroups: boolean;
}

/** Everything up to the change of directory: the process is as the container wants it, save for the program. */
export function becomeProcess(context: ProcessContext): Step[] {
  const { process, capabilities } = context;
  const { uid, gid, umask = 0o022, additionalGids = [] } = process.user;
  return [
    ...rlimits(process),
    ...schedulingSteps(process),
    ...(process.noNewPrivileges ? [prctl({ PR_SET_NO_NEW_PRIVS: k.PR_SET_NO_NEW_PRIVS }, 1)] : []),
    ...(filtersEarly(context) ? context.seccomp : []),
    ...dropBounding(capabilities),
    prctl({ PR_SET_KEEPCAPS: k.PR_SET_KEEPCAPS }, 1),
    ...(context.mayLockGroups || additionalGids.length > 0
      ? [{ call: 'setgroups' as const, args: [additionalGids.length, int32Array(additionalGids)], about: 'groups' }]
      : []),
    { call: 'setresgid', args: [gid, gid, gid], about: `group ${gid}` },
    // Some directories only root may enter, others only the user (on a network filesystem, say).
    { call: 'chdir', args: [process.cwd], as: 'early', except: 'any', about: process.cwd },
    { call: 'setresuid', args: [uid, uid, uid], about: `user ${uid}` },
    {
      if: { when: ref('early'), is: '<', than: 0 },
      then: [{ call: 'chdir', args: [process.cwd], about: process.cwd }],
    },
    prctl({ PR_SET_KEEPCAPS: k.PR_SET_KEEPCAPS }, 0),
    ...setCapabilities(capabilities),
    { call: 'umask', args: [umask] },
    ...findProgram(process),
  ];
}

/** Without no_new_privs a filter takes CAP_SYS_ADMIN, which is about to go. Else the later, the less has to pass it. */
function filtersEarly({ process, notifies }: ProcessContext): boolean {
  return notifies || !process.noNewPrivileges;
}

function rlimits({ rlimits: all = [] }: Process): Step[] {
  return all.map(({ type, soft, hard }) => {
    return {
      call: 'prlimit64' as const,
      args: [0, { names: type, value: resourceNumber(type) ?? -1 }, { words: [soft, hard] }, 0],
      about: `${type} soft ${soft} hard ${hard}`,
    };
  });
}

/** Places where the program may be, as execvp(3) would try them. */
function candidates({ args = [], env = [] }: Process): string[] {
  const [program = ''] = args;
  if (program.includes('/')) return [program];
  const path = env.findLast((entry) => entry.startsWith('PATH='))?.slice('PATH='.length);
  return (path ?? '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin')
    .split(':')
    .map((directory) => `${directory || '.'}/${program}`);
}

/** Leaves in `program` which of the candidates can be executed. Fails, while there is still somebody to tell, if none. */
function findProgram(process: Process): Step[] {
  if (!process.args) return [];
  const [program = ''] = process.args;
  const places = candidates(process);
  const look = (path: string, except: 'any' | undefined, about?: string): Step => ({
    call: 'faccessat2',
    args: [k.AT_FDCWD, path, { names: 'X_OK', value: 1 }, flags({ AT_EACCESS: k.AT_EACCESS })],
    as: 'access',
    ...(except && { except }),
    ...(about !== undefined && { about }),
  });
  const [only] = places;
  if (places.length === 1 && only !== undefined) return [look(only, undefined, program), { set: 'program', to: 0 }];
  return [
    { set: 'program', to: -1 },
    ...places.toReversed().flatMap((path, index): Step[] => [
      look(path, 'any'),
      {
        if: { when: ref('access'), is: '>=', than: 0 },
        then: [{ set: 'program', to: places.length - 1 - index }],
      },
    ]),
    { if: { when: ref('program'), is: '<', than: 0 }, then: [look(program, undefined, program)] },
  ];
}

/** Executes the program that was found. `preserved` descriptors lie from `first` on, and become 3, 4 ... */
export function execute(context: ProcessContext, preserved: number, first: number): Step[] {
  const { process } = context;
  const { args = [], env = [] } = process;
  const environment: Value = { strings: withHome(env, process.user.uid) };
  const passed = preserved > 1;
  const exec = (path: string): Step => ({
    call: 'execve',
    args: [path, { strings: args }, environment],
    ...(passed && { except: 'any' as const }),
    as: 'executed',
    about: path,
  });
  return [
    ...securityLabels(process),
    ...(filtersEarly(context) ? [] : context.seccomp),
    ...passDescriptors(preserved, first),
    ...candidates(process).map(
      (path, index): Step => ({ if: { when: ref('program'), is: '==', than: index }, then: [exec(path)] }),
    ),
    ...(passed ? tellFailure(args[0] ?? '') : []),
  ];
}

/** Programs expect a HOME. */
function withHome(env: readonly string[], uid: number): string[] {
  return env.some((entry) => entry.startsWith('HOME=')) ? [...env] : [...env, `HOME=${uid === 0 ? '/root' : '/'}`];
}

const savedReport = 'saved report';

/** Reports go to descriptor 4, which is the second that a caller may want to preserve. */
function passDescriptors(preserved: number, first: number): Step[] {
  const save: Step = {
    call: 'fcntl',
    args: [k.descriptor.report, { names: 'F_DUPFD_CLOEXEC', value: 1030 }, first + preserved],
    as: savedReport,
  };
  return [
    ...(preserved > 1 ? [save] : []),
    ...Array.from({ length: preserved }, (_, index): Step => ({ call: 'dup3', args: [first + index, 3 + index, 0] })),
  ];
}

function tellFailure(program: string): Step[] {
  return [
    { call: 'dup3', args: [ref(savedReport), k.descriptor.report, 0] },
    { report: `execve ${program}`, value: ref('executed') },
    { exit: 125 },
  ];
}
