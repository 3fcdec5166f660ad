/** What unshare(1) and nsenter(1) do at their end: a shell or a program, in this process or a child. */
import { type Blocking, isSysError, type Signal, type SignalMask, type Sys, signalNumbers } from '../../../kernel/sim';
import { execOrFail, type Frame, orFail } from './frame';

const { SIGINT, SIGTERM } = signalNumbers;
const waitedThrough: SignalMask = (1n << BigInt(SIGINT - 1)) | (1n << BigInt(SIGTERM - 1));

/** The operands, or the user's shell as a login shell. */
export function* runOperands(frame: Frame, operands: readonly string[]): Blocking<number> {
  if (operands.length > 0) return yield* execOrFail(frame, operands);
  const shell = frame.env.SHELL ?? '/bin/sh';
  const environment = Object.entries(frame.env).map(([name, value]) => `${name}=${value}`);
  try {
    return yield* frame.sys.execve(shell, [`-${shell.split('/').at(-1)}`], environment);
  } catch (error) {
    if (!isSysError(error)) throw error;
    return orFail(`failed to execute ${shell}`, () => {
      throw error;
    });
  }
}

/** Forks, and ends as the child did. `work` is done by the child, `meanwhile` beside it. */
export function* inChild(
  sys: Sys,
  work: (child: Sys) => Blocking<number>,
  endBy: (sys: Sys, signal: Signal) => void = endBySignal,
  meanwhile: () => void = () => undefined,
): Blocking<number> {
  const before = sys.sigprocmask('block', waitedThrough);
  const pid = orFail('fork failed', () =>
    sys.fork(function* (child) {
      child.sigprocmask('set', before);
      return yield* work(child);
    }),
  );
  meanwhile();
  return yield* endLike(sys, pid, endBy);
}

function* endLike(sys: Sys, pid: number, endBy: (sys: Sys, signal: Signal) => void): Blocking<number> {
  for (;;) {
    const result = yield* sys.waitpid(pid);
    if (!result) continue;
    const { event } = result;
    if (event.kind === 'exited') return event.code;
    if (event.kind !== 'killed') continue;
    endBy(sys, event.signal);
    yield* sys.schedYield();
    return 1;
  }
}

function endBySignal(sys: Sys, signal: Signal): void {
  sys.sigprocmask('set', 0n);
  if (signal !== signalNumbers.SIGKILL) sys.sigaction(signal, 'default');
  sys.kill(sys.getpid(), signal);
}

/** As unshare(1) does it: SIGKILL has no action that could be put back, and 2.38 takes that for a failure. */
export function endsInTurn(sys: Sys, signal: Signal): void {
  orFail('sigprocmask unblock failed', () => sys.sigaction(signal, 'default'));
  endBySignal(sys, signal);
}
