/** Sockets (socket(2)). */
import { SysError } from '../../abi/errno';
import { O_CLOEXEC, O_NONBLOCK } from '../../abi/files';
import type { SocketDomain, SocketType } from '../../net/socket-types';
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

export const socketCalls = { socket } satisfies Record<string, Handler>;

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
