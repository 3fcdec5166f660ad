/**
 * The launcher: what stands on a command line for a program that is already running (the engine). It costs no start of
 * Node, and yet what it starts is a child of it, as whoever called it expects: the engine sends it plans, and it runs them.
 *
 * It connects to the engine's socket and waits for orders: two words (an order, an argument) and, with a plan, descriptors
 * that become 3, 4 ... of the plan's process. Without an engine, or when that declines, it executes the program itself.
 */
import { flags, type Plan, ref, type Step, type Value } from '../../plan';

/** What the engine may tell the launcher. */
export const order = { exit: 0, run: 1, wait: 2, accept: 3, runWith: 4 } as const;
/** Descriptors that come with `run`: image, reports, three to inherit, the interpreter. `runWith` adds standard streams. */
export const passed = 6;
/** Places of descriptors that plans may use; the launcher's own is above them. */
const firstPlace = 3;
const lastPlace = 199;
const interpreterPlace = firstPlace + passed - 1;

const SIGCHLD = 17;
const everySignal: Value = { words: [0xffffffffffffffffn] };
const AT_EMPTY_PATH = 0x1000;

export function launcherPlan(socket: string): Plan {
  return {
    name: 'launcher',
    steps: [
      ...connect(socket),
      // An engine that declines hangs up: what only the program itself can do is left to it. A step that fails leads there.
      ...takeOrder([{ call: 'close', args: [-1], about: 'the engine declines' }]),
      { call: 'close_range', args: [firstPlace, lastPlace, 0] },
      { call: 'rt_sigprocmask', args: [{ names: 'SIG_BLOCK', value: 0 }, everySignal, 0, 8] },
      { loop: [...takeOrder([{ exit: 1 }]), ...obey()] },
    ],
  };
}

/** A launcher that this process keeps for itself: plans begin in a process so small that cloning it costs nothing. */
export function ownLauncherPlan(): Plan {
  const PR_SET_PDEATHSIG = { names: 'PR_SET_PDEATHSIG', value: 1 };
  return {
    name: 'launcher',
    steps: [
      { call: 'prctl', args: [PR_SET_PDEATHSIG, 9, 0, 0, 0] },
      { call: 'prctl', args: [{ names: 'PR_SET_NAME', value: 15 }, 'launcher', 0, 0, 0] },
      { call: 'fcntl', args: [engineFd, { names: 'F_DUPFD_CLOEXEC', value: 1030 }, lastPlace + 1], as: 'engine' },
      { call: 'close_range', args: [firstPlace, lastPlace, 0] },
      { loop: [...takeOrder([{ exit: 1 }]), ...obey()] },
    ],
  };
}

/** The first descriptor that a plan inherits. */
const engineFd = 5;

function connect(path: string): Step[] {
  const address = new Uint8Array(110);
  address[0] = 1; // AF_UNIX
  address.set(new TextEncoder().encode(path), 2);
  return [
    { call: 'socket', args: [{ names: 'AF_UNIX', value: 1 }, { names: 'SOCK_STREAM', value: 1 }, 0], as: 'socket' },
    { call: 'connect', args: [ref('socket'), address, address.byteLength], about: path },
    { call: 'fcntl', args: [ref('socket'), { names: 'F_DUPFD_CLOEXEC', value: 1030 }, lastPlace + 1], as: 'engine' },
    { call: 'close', args: [ref('socket')] },
  ];
}

function takeOrder(withoutOne: readonly Step[]): Step[] {
  const vectors = {
    words: [{ memory: 'order', bytes: 8 }, 8, { memory: 'argument', bytes: 8 }, 8],
  };
  const control = { memory: 'control', bytes: 64 };
  return [
    // The kernel writes back how much came; the next call needs the whole length again.
    { set: 'control length', to: 64 },
    {
      call: 'recvmsg',
      args: [ref('engine'), { words: [0, 0, vectors, 2, control, ref('control length'), 0] }, 0],
      as: 'received',
    },
    { if: { when: ref('received'), is: '!=', than: 16 }, then: withoutOne },
  ];
}

function obey(): Step[] {
  const is = (value: number, steps: readonly Step[]): Step => ({
    if: { when: ref('order'), is: '==', than: value },
    then: steps,
  });
  return [
    is(order.exit, [{ exit: ref('argument') }]),
    is(order.run, run([])),
    is(order.runWith, run(takeStreams())),
    is(order.wait, wait()),
  ];
}

function takeStreams(): Step[] {
  return [0, 1, 2].map((stream) => ({ call: 'dup3', args: [firstPlace + passed + stream, stream, 0] }));
}

function run(first: readonly Step[]): Step[] {
  return [
    {
      fork: { call: 'clone', args: [flags({ SIGCHLD }), 0, 0, 0, 0], as: 'child' },
      child: [
        ...first,
        { call: 'rt_sigprocmask', args: [{ names: 'SIG_SETMASK', value: 2 }, { words: [0] }, 0, 8] },
        {
          call: 'execveat',
          args: [interpreterPlace, '', { strings: ['underlay-oci'] }, { strings: [] }, flags({ AT_EMPTY_PATH })],
          about: 'the interpreter',
        },
      ],
    },
    { call: 'close_range', args: [firstPlace, lastPlace, 0] },
    // It ends as soon as it has cloned what goes on.
    { call: 'wait4', args: [ref('child'), 0, 0, 0], except: 'any' },
  ];
}

/** Waits for a process, and passes on to it whatever signal comes meanwhile. The answer is its wait status. */
function wait(): Step[] {
  const status = { memory: 'status', bytes: 8 };
  return [
    {
      loop: [
        {
          call: 'wait4',
          args: [ref('argument'), status, { names: 'WNOHANG', value: 1 }, 0],
          as: 'ended',
          except: 'any',
        },
        { if: { when: ref('ended'), is: '!=', than: 0 }, then: [{ leave: 'loop' }] },
        { call: 'rt_sigtimedwait', args: [everySignal, 0, 0, 8], as: 'signal', except: 'any' },
        {
          if: { when: ref('signal'), is: '!=', than: SIGCHLD },
          then: [{ call: 'kill', args: [ref('argument'), ref('signal')], except: 'any' }],
        },
      ],
    },
    // An engine that has gone needs no answer.
    { call: 'write', args: [ref('engine'), status, 8], except: 'any' },
  ];
}
