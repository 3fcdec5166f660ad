/** Signals (kill(2), rt_sigprocmask(2), rt_sigtimedwait(2), pidfd_send_signal(2)). */
import { SysError } from '../../abi/errno';
import type { Blocking } from '../../sched/blocking';
import type { Handler, PlanCall } from '../plan-call';
import { maskAt, sizeofSigset, timespecAt } from './structures';

const ways = ['block', 'unblock', 'set'] as const;

export const signalCalls = {
  kill: (call) => call.sys.kill(call.int(0), call.int(1)),
  pause: (call) => call.sys.pause(),
  rt_sigprocmask: sigprocmask,
  rt_sigtimedwait: sigtimedwait,
  pidfd_open: (call) => call.sys.pidfdOpen(call.int(0), call.unsigned(1)),
  pidfd_send_signal: pidfdSendSignal,
} satisfies Record<string, Handler>;

function sigprocmask(call: PlanCall): void {
  if (call.size(3) !== sizeofSigset) throw new SysError('EINVAL');
  const isGiven = call.word(1) !== 0n;
  const how = ways[call.int(0)];
  if (isGiven && how === undefined) throw new SysError('EINVAL');
  const before = call.sys.sigprocmask(how ?? 'block', isGiven ? maskAt(call, 1, 3) : 0n);
  if (call.word(2) !== 0n) call.memory.setWord(call.size(2), before);
}

/** Of the siginfo_t only the number is known. */
function* sigtimedwait(call: PlanCall): Blocking<number> {
  const signal = yield* call.sys.sigtimedwait(maskAt(call, 0, 3), timespecAt(call, 2));
  if (call.word(1) !== 0n) call.memory.setInt(call.size(1), signal);
  return signal;
}

function pidfdSendSignal(call: PlanCall): void {
  if (call.word(2) !== 0n || call.unsigned(3) !== 0) throw new SysError('EINVAL');
  call.sys.pidfdSendSignal(call.int(0), call.int(1));
}
