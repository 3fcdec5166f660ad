/**
 * How a Machine's init comes to be what it is, whichever kernel it is born on: the steps of the process that is number 1 of its
 * new namespaces.
 */
import { flags, ref, type Step, type Value } from '../plan';
import { boundCapabilities, giveUpCapabilities } from './capabilities';
import { makeRoot, type RootOptions } from './mounts';

const AT_FDCWD = -100;
const O_WRONLY = 1;
const CLONE_NEWCGROUP = 0x02000000;
const SIGCHLD = 17;
const PR_SET_NAME = 15;
const SIG_BLOCK = 0;
const AF_INET = 2;
const SOCK_DGRAM = 2;
const SIOCSIFFLAGS = 0x8914;
const IFF_UP_RUNNING = 0x41;
const lastDescriptor = 0xffffffff;

export interface InitOptions extends RootOptions {
  /** At most 64 letters, digits and dashes; null when it was given before. */
  hostname: string | null;
  /** The permitted set of the process that is born, bit by number. */
  capabilities: bigint;
}

/** Reports `ready`, and goes on for ever. */
export function initSteps(options: InitOptions): Step[] {
  return [
    { call: 'prctl', args: [PR_SET_NAME, 'init', 0, 0, 0] },
    { call: 'setsid' },
    ...options.cgroups.flatMap(({ directory }) => (directory === null ? [] : joinCgroup(directory))),
    // Only now, so that the Machine's own cgroup is the root of what it sees.
    { call: 'unshare', args: [flags({ CLONE_NEWCGROUP })], about: 'the cgroup namespace' },
    ...makeRoot(options),
    ...nameMachine(options.hostname),
    ...raiseLoopback(),
    ...boundCapabilities(),
    giveUpCapabilities(options.capabilities),
    { report: 'ready', value: 1 },
    { call: 'close_range', args: [0, lastDescriptor, 0] },
    ...reapForever(),
  ];
}

function nameMachine(hostname: string | null): Step[] {
  return hostname === null ? [] : [{ call: 'sethostname', args: [hostname, hostname.length] }];
}

function joinCgroup(directory: string): Step[] {
  return [
    { call: 'openat', args: [AT_FDCWD, `${directory}/cgroup.procs`, flags({ O_WRONLY })], as: 'procs' },
    // 0 stands for the process that writes.
    { call: 'write', args: [ref('procs'), '0', 1], about: `${directory}/cgroup.procs` },
    { call: 'close', args: [ref('procs')] },
  ];
}

function raiseLoopback(): Step[] {
  // struct ifreq: 16 bytes of name, then the flags.
  const request = new Uint8Array(40);
  request.set([0x6c, 0x6f]);
  request[16] = IFF_UP_RUNNING;
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
