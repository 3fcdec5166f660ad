/** Sockets (socket(2), sendmsg(2)). */
import { SysError } from '../../abi/errno';
import { O_CLOEXEC, O_NONBLOCK } from '../../abi/files';
import { concat } from '../../bytes';
import type { SocketDomain, SocketType } from '../../net/socket-types';
import type { Blocking } from '../../sched/blocking';
import type { Handler, PlanCall } from '../plan-call';

const domains = new Map<number, SocketDomain>([
  [1, 'unix'],
  [2, 'inet'],
  [10, 'inet6'],
  [16, 'netlink'],
  [17, 'packet'],
]);
const types = new Map<number, SocketType>([
  [1, 'stream'],
  [2, 'dgram'],
  [3, 'raw'],
  [5, 'seqpacket'],
]);

export const socketCalls = { socket, sendmsg } satisfies Record<string, Handler>;

function socket(call: PlanCall): number {
  const domain = domains.get(call.int(0));
  if (domain === undefined) throw new SysError('EAFNOSUPPORT');
  const flags = call.int(1) & (O_CLOEXEC | O_NONBLOCK);
  const type = types.get(call.int(1) & ~(O_CLOEXEC | O_NONBLOCK));
  if (type === undefined) throw new SysError('EINVAL');
  return call.sys.socket(domain, type, call.int(2), {
    nonBlock: (flags & O_NONBLOCK) !== 0,
    closeOnExec: (flags & O_CLOEXEC) !== 0,
  });
}

const SOL_SOCKET = 1;
const SCM_RIGHTS = 1;
const headerBytes = 16;

/** struct msghdr: its vectors are sent, and with them the descriptors of a control message. Addresses are not modelled. */
function* sendmsg(call: PlanCall): Blocking<number> {
  const { memory, sys } = call;
  const message = call.size(1);
  if (memory.address(message) !== 0) throw new SysError('EISCONN');
  const vectors = memory.address(message + 16);
  const parts = Array.from({ length: memory.address(message + 24) }, (_, index) => {
    const vector = vectors + index * 16;
    return memory.taken(memory.address(vector), memory.address(vector + 8));
  });
  const control = memory.address(message + 40) < headerBytes ? 0 : memory.address(message + 32);
  return yield* sys.send(call.int(0), concat(parts), undefined, control === 0 ? [] : rightsOf(call, control));
}

/** struct cmsghdr: its length, level and type; then numbers of 32 bits. */
function rightsOf({ memory }: PlanCall, control: number): number[] {
  if (memory.int(control + 8) !== SOL_SOCKET || memory.int(control + 12) !== SCM_RIGHTS) throw new SysError('EINVAL');
  const count = Math.floor((memory.address(control) - headerBytes) / 4);
  return Array.from({ length: count }, (_, index) => memory.int(control + headerBytes + index * 4));
}
