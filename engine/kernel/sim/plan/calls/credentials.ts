/** Calls on identity and capabilities (capset(2), setresuid(2), setgroups(2)). */
import { SysError } from '../../abi/errno';
import type { Handler, PlanCall } from '../plan-call';

const _LINUX_CAPABILITY_VERSION_3 = 0x20080522;
const maxGroups = 65_536;

export const credentialCalls = {
  capset,
  setgroups,
  setresuid: (call) => call.sys.setresuid(call.int(0), call.int(1), call.int(2)),
  setresgid: (call) => call.sys.setresgid(call.int(0), call.int(1), call.int(2)),
} satisfies Record<string, Handler>;

/** Two structures of effective, permitted and inheritable: the lower 32 capabilities, then the upper. */
function capset(call: PlanCall): void {
  const { memory } = call;
  const header = call.size(0);
  if (memory.int(header) !== _LINUX_CAPABILITY_VERSION_3) {
    memory.setInt(header, _LINUX_CAPABILITY_VERSION_3);
    throw new SysError('EINVAL');
  }
  const pid = memory.int(header + 4);
  if (pid !== 0 && pid !== call.sys.getpid()) throw new SysError('EPERM');
  const data = call.size(1);
  const set = (offset: number) => BigInt(memory.int(data + offset)) | (BigInt(memory.int(data + 12 + offset)) << 32n);
  call.sys.capset({ effective: set(0), permitted: set(4), inheritable: set(8) });
}

function setgroups(call: PlanCall): void {
  const count = call.unsigned(0);
  if (count > maxGroups) throw new SysError('EINVAL');
  const list = call.size(1);
  call.sys.setgroups(Array.from({ length: count }, (_, index) => call.memory.int(list + 4 * index)));
}
