/** tini(1) 0.19: the smallest init. Runs one program, passes signals on to it, and reaps whatever is orphaned. */
import {
  type Blocking,
  isSysError,
  type Program,
  type Signal,
  type SignalMask,
  type Sys,
  signalNumbers,
  strerror,
  WNOHANG,
} from '../../kernel/sim';
import { execByName } from '../lib/exec';
import { writeAll } from '../lib/io';
import { parseOptions, UsageError } from '../lib/options';
import { signalFrom } from '../lib/signals';

const usage = `tini (tini version 0.19.0)
Usage: tini [OPTIONS] PROGRAM -- [ARGS] | --version

Execute a program under the supervision of a valid init process (tini)

  --version        which tini this is
  -h               this text
  -s               adopts orphans without being process 1 (or TINI_SUBREAPER set)
  -p SIGNAL        gets SIGNAL when its parent ends
  -v               says more (or TINI_VERBOSITY)
  -w               says when it reaps a process
  -g               passes signals on to the whole process group (or TINI_KILL_PROCESS_GROUP set)
  -e EXIT_CODE     takes this code of the program for 0
  -l               the licence
`;
const notFirst = `Tini is not running as PID 1 and isn't registered as a child subreaper.
Zombie processes will not be re-parented to Tini, so zombie reaping won't work.
To fix the problem, use the -s option or set the environment variable TINI_SUBREAPER to register Tini as a child subreaper, or run Tini as PID 1.`;

/** Those a program causes itself stay with it. */
const own = ['SIGFPE', 'SIGILL', 'SIGSEGV', 'SIGBUS', 'SIGABRT', 'SIGTRAP', 'SIGSYS', 'SIGTTIN', 'SIGTTOU'] as const;
const allSignals = (1n << 64n) - 1n;
const waited: SignalMask = own.reduce((mask, name) => mask & ~(1n << BigInt(signalNumbers[name] - 1)), allSignals);

export const tini: Program = function* (sys, argv, env) {
  try {
    const options = parseOptions(
      argv.slice(1),
      [
        ...['h', 's', 'v', 'w', 'g', 'l'].map((short) => ({ short })),
        { short: 'p', value: 'required' },
        { short: 'e', value: 'required' },
        { long: 'version' },
      ],
      { stopAtOperand: true },
    );
    if (options.has('version')) return yield* say(sys, 1, 'tini version 0.19.0\n', 0);
    if (options.has('h')) return yield* say(sys, 1, usage, 0);
    if (options.has('l')) return yield* say(sys, 1, 'tini is published under the MIT License.\n', 0);
    if (options.operands.length === 0) return yield* say(sys, 2, usage, 1);
    const parentSignal = options.value('p');
    if (parentSignal !== null) {
      const signal = signalFrom(parentSignal);
      if (signal === null)
        return yield* say(sys, 2, `${message(sys, 'FATAL')} Not a valid option for -p: ${parentSignal}\n`, 1);
      sys.setParentDeathSignal(signal);
    }
    const subreaper = options.has('s') || env.TINI_SUBREAPER !== undefined;
    if (subreaper) sys.setSubreaper(true);
    else if (sys.getpid() !== 1) yield* writeAll(sys, 2, `${message(sys, 'WARN ')} ${notFirst}\n`);
    const before = sys.sigprocmask('set', waited);
    const child = sys.fork((inner) => become(inner, options.operands, env, before));
    const group = options.has('g') || env.TINI_KILL_PROCESS_GROUP !== undefined;
    const status = yield* supervise(sys, child, group, options.has('w'));
    return options.values('e').some((code) => Number(code) === status) ? 0 : status;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return yield* say(sys, 2, `tini: ${error.message}\n${usage}`, 1);
  }
};

function* become(
  sys: Sys,
  argv: readonly string[],
  env: Readonly<Record<string, string>>,
  mask: SignalMask,
): Blocking<number> {
  sys.setpgid(0, 0);
  yield* takeTerminal(sys);
  sys.sigprocmask('set', mask);
  const errno = yield* execByName(sys, argv, env);
  return yield* say(
    sys,
    2,
    `${message(sys, 'FATAL')} exec ${argv[0]} failed: ${strerror(errno)}\n`,
    errno === 'ENOENT' ? 127 : 126,
  );
}

/** The program's group in front, where there is a terminal. */
function* takeTerminal(sys: Sys): Blocking<void> {
  try {
    sys.tcsetpgrp(0, sys.getpgid());
  } catch (error) {
    if (!isSysError(error)) throw error;
  }
  yield* sys.checkpoint();
}

function* supervise(sys: Sys, child: number, group: boolean, loud: boolean): Blocking<number> {
  for (;;) {
    const signal = yield* nextSignal(sys);
    if (signal !== null && signal !== signalNumbers.SIGCHLD) pass(sys, group ? -child : child, signal);
    const status = yield* reap(sys, child, loud);
    if (status !== null) return status;
  }
}

/** Null when a second went by without one. */
function* nextSignal(sys: Sys): Blocking<Signal | null> {
  try {
    return yield* sys.sigtimedwait(waited, 1_000_000_000);
  } catch (error) {
    if (!isSysError(error, 'EAGAIN', 'EINTR')) throw error;
    return null;
  }
}

function pass(sys: Sys, to: number, signal: Signal): void {
  try {
    sys.kill(to, signal);
  } catch (error) {
    if (!isSysError(error, 'ESRCH')) throw error;
  }
}

/** The status of the program once it has ended. */
function* reap(sys: Sys, child: number, loud: boolean): Blocking<number | null> {
  let status: number | null = null;
  try {
    for (;;) {
      const result = yield* sys.waitpid(-1, WNOHANG);
      if (!result) return status;
      const { pid, event } = result;
      if (pid === child && event.kind === 'exited') status = event.code;
      else if (pid === child && event.kind === 'killed') status = 128 + event.signal;
      else if (loud) yield* writeAll(sys, 2, `${message(sys, 'WARN ')} Reaped zombie process with pid=${pid}\n`);
    }
  } catch (error) {
    if (!isSysError(error, 'ECHILD')) throw error;
    return status;
  }
}

function message(sys: Sys, level: string): string {
  return `[${level} tini (${sys.getpid()})]`;
}

function* say(sys: Sys, fd: number, text: string, status: number): Blocking<number> {
  yield* writeAll(sys, fd, text);
  return status;
}
