/** prctl(2). */
import { SysError } from '../../abi/errno';
import { encode } from '../../bytes';
import type { PlanCall } from '../plan-call';

const maxNameBytes = 16;

export function prctl(call: PlanCall): number | void {
  const { sys, task } = call;
  switch (call.int(0)) {
    case 1: // PR_SET_PDEATHSIG
      return sys.setParentDeathSignal(call.int(1));
    case 3: // PR_GET_DUMPABLE
      return task.dumpable ? 1 : 0;
    case 4: // PR_SET_DUMPABLE
      return setDumpable(call);
    case 7: // PR_GET_KEEPCAPS
      return task.cred.keepCaps ? 1 : 0;
    case 8: // PR_SET_KEEPCAPS
      return sys.setKeepCaps(oneOrZero(call));
    case 15: // PR_SET_NAME
      return sys.setName(call.text(1));
    case 16: // PR_GET_NAME
      return call.memory.store(call.size(1), padded(task.comm));
    case 21: // PR_GET_SECCOMP
      return task.seccomp ? 2 : 0;
    case 23: // PR_CAPBSET_READ
      return Number((sys.capbset() >> call.word(1)) & 1n);
    case 24: // PR_CAPBSET_DROP
      return sys.capbsetDrop(call.size(1));
    case 36: // PR_SET_CHILD_SUBREAPER
      return sys.setSubreaper(call.word(1) !== 0n);
    case 37: // PR_GET_CHILD_SUBREAPER
      return call.memory.setInt(call.size(1), task.subreaper ? 1 : 0);
    case 38: // PR_SET_NO_NEW_PRIVS
      if (call.word(1) !== 1n || anyOf(call, 2, 3, 4)) throw new SysError('EINVAL');
      return sys.setNoNewPrivs();
    case 39: // PR_GET_NO_NEW_PRIVS
      return task.noNewPrivs ? 1 : 0;
    case 47: // PR_CAP_AMBIENT
      return ambient(call);
    default:
      throw new SysError('EINVAL');
  }
}

function setDumpable(call: PlanCall): void {
  call.task.dumpable = oneOrZero(call);
  call.kernel.touch('processes');
}

function oneOrZero(call: PlanCall): boolean {
  if (call.word(1) !== 0n && call.word(1) !== 1n) throw new SysError('EINVAL');
  return call.word(1) === 1n;
}

function anyOf(call: PlanCall, ...indices: number[]): boolean {
  return indices.some((index) => call.word(index) !== 0n);
}

function padded(name: string): Uint8Array {
  const bytes = new Uint8Array(maxNameBytes);
  bytes.set(encode(name).subarray(0, maxNameBytes - 1));
  return bytes;
}

/** PR_CAP_AMBIENT_IS_SET, _RAISE, _LOWER, _CLEAR_ALL. */
function ambient(call: PlanCall): number | void {
  const { sys } = call;
  const capability = call.size(2);
  switch (call.int(1)) {
    case 1:
      return Number((sys.capAmbient() >> BigInt(capability)) & 1n);
    case 2:
      return sys.setAmbient(capability, true);
    case 3:
      return sys.setAmbient(capability, false);
    case 4:
      if (anyOf(call, 2, 3, 4)) throw new SysError('EINVAL');
      return sys.clearAmbient();
    default:
      throw new SysError('EINVAL');
  }
}
