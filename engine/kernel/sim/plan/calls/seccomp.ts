/** seccomp(2). */
import { longestBpfProgram } from '../../../seccomp';
import { SysError } from '../../abi/errno';
import { addFilter } from '../../seccomp/filter';
import { isCapable } from '../../task/credentials';
import type { Handler, PlanCall } from '../plan-call';

const SECCOMP_SET_MODE_FILTER = 1;
/** TSYNC, LOG, SPEC_ALLOW, WAIT_KILLABLE_RECV: no difference where a task is one thread and nothing is logged. */
const harmless = 1 | 2 | 4 | 32;
const sizeofSockFilter = 8;

export const seccompCalls = { seccomp } satisfies Record<string, Handler>;

function seccomp(call: PlanCall): void {
  const { task } = call;
  if (call.unsigned(0) !== SECCOMP_SET_MODE_FILTER) throw new SysError('EINVAL');
  if ((call.unsigned(1) & ~harmless) !== 0) throw new SysError('EINVAL');
  // struct sock_fprog: the number of instructions, and where they are.
  const at = call.size(2);
  const length = call.memory.half(at);
  if (length === 0 || length > longestBpfProgram) throw new SysError('EINVAL');
  const program = call.memory.taken(call.memory.address(at + 8), length * sizeofSockFilter);
  if (!task.noNewPrivs && !isCapable(task.cred, 'sys_admin', task.cred.user)) throw new SysError('EACCES');
  task.seccomp = addFilter(task.seccomp, program);
  call.kernel.touch('processes');
}
