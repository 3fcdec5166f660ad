/**
 * How a Machine is born: the plan of its two processes.
 *
 * The outer process is a child of the server and dies with it; init is a child of the outer one and dies with that, and
 * with init everything in its pid namespace ends (pid_namespaces(7)). So `kill -9` of the server ends every Machine.
 */
import { type InitOptions, initSteps } from '../../machine';
import { flags, type Plan, ref, type Step, type Value } from '../../plan';
import { reportFd } from '../../plan/image';
import { CLONE_NEWIPC, CLONE_NEWNET, CLONE_NEWNS, CLONE_NEWPID, CLONE_NEWUTS } from '../syscall';

const SIGKILL = 9;
const SIGCHLD = 17;
const PR_SET_PDEATHSIG = 1;
const PR_SET_NAME = 15;
const POLLIN = 1;

export interface BirthOptions extends InitOptions {
  name: string;
  /** The process that must not outlive the Machine. */
  server: number;
}

/** Reports: `init` (its pid) from the outer process, `ready` from init. The outer process ends when init has. */
export function birthPlan(options: BirthOptions): Plan {
  return {
    name: `machine ${options.name}`,
    steps: [
      prctl(PR_SET_PDEATHSIG, SIGKILL),
      prctl(PR_SET_NAME, 'underlay'),
      // The server may have ended before the first step.
      { call: 'getppid', as: 'parent' },
      { if: { when: ref('parent'), is: '!=', than: options.server }, then: [{ exit: 0 }] },
      { call: 'setsid' },
      { call: 'chdir', args: ['/'] },
      { call: 'getpid', as: 'self' },
      { call: 'pidfd_open', args: [ref('self'), 0], as: 'outer' },
      {
        fork: { call: 'clone', args: [namespaces(), 0, 0, 0, 0], as: 'init', about: 'the namespaces' },
        child: init(options),
      },
      { report: 'init', value: ref('init') },
      { call: 'close', args: [reportFd] },
      { call: 'wait4', args: [ref('init'), 0, 0, 0] },
      { exit: 0 },
    ],
  };
}

function namespaces(): Value {
  return flags({ CLONE_NEWNS, CLONE_NEWUTS, CLONE_NEWIPC, CLONE_NEWPID, CLONE_NEWNET, SIGCHLD });
}

function init(options: BirthOptions): Step[] {
  return [prctl(PR_SET_PDEATHSIG, SIGKILL), ...endUnlessOuterLives(), ...initSteps(options)];
}

/** The parent-death signal comes only for a death after it was asked for. */
function endUnlessOuterLives(): Step[] {
  const pollfd = { words: [{ ref: 'outer', or: BigInt(POLLIN) << 32n }] };
  return [
    { call: 'ppoll', args: [pollfd, 1, { words: [0, 0] }, 0, 8], as: 'ended' },
    { if: { when: ref('ended'), is: '!=', than: 0 }, then: [{ exit: 0 }] },
  ];
}

function prctl(option: number, value: Value): Step {
  return { call: 'prctl', args: [option, value, 0, 0, 0] };
}
