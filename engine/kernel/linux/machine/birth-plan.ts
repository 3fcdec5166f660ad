/**
 * How a Machine is born: the plan of its two processes.
 *
 * The outer process is a child of the server and dies with it; init is a child of the outer one and dies with that, and
 * with init everything in its pid namespace ends (pid_namespaces(7)). So `kill -9` of the server ends every Machine.
 */
import { flags, type Plan, ref, type Step, type Value } from '../../plan';
import { reportFd } from '../../plan/image';
import {
  AT_FDCWD,
  CLONE_NEWCGROUP,
  CLONE_NEWIPC,
  CLONE_NEWNET,
  CLONE_NEWNS,
  CLONE_NEWPID,
  CLONE_NEWUTS,
  O_WRONLY,
} from '../syscall';
import { boundCapabilities, giveUpCapabilities } from './capabilities';
import { makeRoot, type RootOptions } from './mounts';

const SIGKILL = 9;
const SIGCHLD = 17;
const PR_SET_PDEATHSIG = 1;
const PR_SET_NAME = 15;
const SIG_BLOCK = 0;
const POLLIN = 1;
const AF_INET = 2;
const SOCK_DGRAM = 2;
const SIOCSIFFLAGS = 0x8914;
const IFF_UP_RUNNING = 0x41;
const lastDescriptor = 0xffffffff;

export interface BirthOptions extends RootOptions {
  name: string;
  hostname: string;
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
  const hostname = Buffer.from(options.hostname);
  return [
    prctl(PR_SET_PDEATHSIG, SIGKILL),
    prctl(PR_SET_NAME, 'init'),
    ...endUnlessOuterLives(),
    { call: 'setsid' },
    ...options.cgroups.flatMap(({ directory }) => joinCgroup(directory)),
    // Only now, so that the Machine's own cgroup is the root of what it sees.
    { call: 'unshare', args: [flags({ CLONE_NEWCGROUP })], about: 'the cgroup namespace' },
    ...makeRoot(options),
    { call: 'sethostname', args: [hostname, hostname.byteLength], about: options.hostname },
    ...raiseLoopback(),
    ...boundCapabilities(),
    giveUpCapabilities(),
    { report: 'ready', value: 1 },
    { call: 'close_range', args: [0, lastDescriptor, 0] },
    ...reapForever(),
  ];
}

/** The parent-death signal comes only for a death after it was asked for. */
function endUnlessOuterLives(): Step[] {
  const pollfd = { words: [{ ref: 'outer', or: BigInt(POLLIN) << 32n }] };
  return [
    { call: 'ppoll', args: [pollfd, 1, { words: [0, 0] }, 0, 8], as: 'ended' },
    { if: { when: ref('ended'), is: '!=', than: 0 }, then: [{ exit: 0 }] },
  ];
}

export function joinCgroup(directory: string): Step[] {
  return [
    { call: 'openat', args: [AT_FDCWD, `${directory}/cgroup.procs`, flags({ O_WRONLY })], as: 'procs' },
    // 0 stands for the process that writes.
    { call: 'write', args: [ref('procs'), '0', 1], about: `${directory}/cgroup.procs` },
    { call: 'close', args: [ref('procs')] },
  ];
}

function raiseLoopback(): Step[] {
  // struct ifreq: 16 bytes of name, then the flags.
  const request = Buffer.alloc(40);
  request.write('lo');
  request.writeUInt16LE(IFF_UP_RUNNING, 16);
  return [
    { call: 'socket', args: [flags({ AF_INET }), flags({ SOCK_DGRAM }), 0], as: 'socket' },
    { call: 'ioctl', args: [ref('socket'), flags({ SIOCSIFFLAGS }), request], about: 'lo up' },
    { call: 'close', args: [ref('socket')] },
  ];
}

/** What is left of init's duties: to collect orphans, and to sleep while there are none. */
function reapForever(): Step[] {
  const childSignal: Value = { words: [1n << BigInt(SIGCHLD - 1)] };
  return [
    // Blocked, the signal waits for rt_sigtimedwait even if it comes between the two calls.
    { call: 'rt_sigprocmask', args: [SIG_BLOCK, childSignal, 0, 8] },
    {
      loop: [
        { call: 'wait4', args: [-1, 0, 0, 0], as: 'reaped', except: ['ECHILD', 'EINTR'] },
        {
          if: { when: ref('reaped'), is: '<', than: 0 },
          then: [{ call: 'rt_sigtimedwait', args: [childSignal, 0, 0, 8], except: ['EINTR'] }],
        },
      ],
    },
  ];
}

function prctl(option: number, value: Value): Step {
  return { call: 'prctl', args: [option, value, 0, 0, 0] };
}
