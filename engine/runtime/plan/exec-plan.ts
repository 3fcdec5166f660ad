/** How a process is added to a container that is there (`exec`). */
import { flags, type Plan, ref, type Step } from '../../kernel';
import type { Config } from '../config';
import * as k from './constants';
import { cpuMask } from './cpu-list';
import { becomeRoot, closeOnExecute, joinCgroup, waitForRuntime } from './create-plan';
import { namespaceOf, ownNamespaces, writeFile } from './namespaces';
import { becomeProcess, execute, type ProcessContext } from './process';
import { prctl } from './steps';
import { anotherTerminal } from './terminal';

export interface ExecContext extends ProcessContext {
  id: string;
  /** The container's own process. */
  pid: number;
  cgroups: readonly string[];
  preserved: number;
  /** The runtime's caller has to do something about the terminal before the program finds it. */
  waitsForTaker: boolean;
}

/** Reports `pid`. Done when the program is executed. */
export function execPlan(config: Config, context: ExecContext): Plan {
  const { linux } = config;
  const { process } = context;
  const apart = namespaceOf(linux, 'mount') === undefined;
  const adjustment = process.oomScoreAdj;
  const openRoot: Step = {
    call: 'openat',
    args: [k.AT_FDCWD, `/proc/${context.pid}/root`, flags({ O_PATH: k.O_PATH, O_CLOEXEC: k.O_CLOEXEC })],
    as: 'root',
  };
  const own = ownNamespaces(linux);
  return {
    name: `process of ${context.id}`,
    steps: [
      ...closeOnExecute(),
      prctl({ PR_SET_DUMPABLE: k.PR_SET_DUMPABLE }, 0),
      prctl({ PR_SET_NAME: k.PR_SET_NAME }, 'underlay-oci'),
      { call: 'pidfd_open', args: [context.pid, 0], as: 'container', about: `process ${context.pid}` },
      ...affinity(process.execCPUAffinity?.initial),
      ...context.cgroups.flatMap(joinCgroup),
      ...(adjustment === undefined ? [] : writeFile('/proc/self/oom_score_adj', String(adjustment))),
      ...(apart ? [openRoot] : []),
      ...(Object.keys(own).length > 0
        ? [{ call: 'setns' as const, args: [ref('container'), flags(own)], about: `namespaces of ${context.pid}` }]
        : []),
      {
        fork: {
          call: 'clone',
          args: [flags({ CLONE_PARENT: k.CLONE_PARENT, SIGCHLD: k.SIGCHLD }), 0, 0, 0, 0],
          as: 'pid',
        },
        child: added(config, context, apart),
      },
      { report: 'pid', value: ref('pid') },
      { exit: 0 },
    ],
  };
}

function added(config: Config, context: ExecContext, apart: boolean): Step[] {
  const { process } = context;
  const first = k.descriptor.console + (process.terminal ? 1 : 0);
  return [
    prctl({ PR_SET_PDEATHSIG: k.PR_SET_PDEATHSIG }, k.SIGKILL),
    ...(namespaceOf(config.linux, 'user') ? becomeRoot(false) : []),
    { call: 'setsid' },
    { call: 'keyctl', args: [{ names: 'KEYCTL_JOIN_SESSION_KEYRING', value: 1 }, `_ses.${context.id}`], except: 'any' },
    ...(apart
      ? [
          { call: 'fchdir' as const, args: [ref('root')] },
          { call: 'chroot' as const, args: ['.'] },
        ]
      : []),
    ...(process.terminal ? anotherTerminal(process) : []),
    ...(context.waitsForTaker ? waitForRuntime() : []),
    ...becomeProcess(context),
    ...affinity(process.execCPUAffinity?.final),
    prctl({ PR_SET_PDEATHSIG: k.PR_SET_PDEATHSIG }, 0),
    ...execute(context, context.preserved, first),
  ];
}

function affinity(list: string | undefined): Step[] {
  if (list === undefined || list.trim() === '') return [];
  const mask = cpuMask(list);
  return [{ call: 'sched_setaffinity', args: [0, mask.byteLength, mask], about: `CPUs ${list}` }];
}
