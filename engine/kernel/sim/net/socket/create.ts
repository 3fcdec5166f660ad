/** socket(2): which kind of socket a domain, a type and a protocol make, and who may have it. */
import { SysError } from '../../abi/errno';
import { isCapable } from '../../task/credentials';
import type { Task } from '../../task/task';
import { IPPROTO_ICMP, IPPROTO_ICMPV6, IPPROTO_TCP, IPPROTO_UDP } from '../packet/packet';
import type { SocketDomain, SocketType } from '../socket-types';
import { TcpSocket } from '../tcp/tcp-socket';
import { UdpSocket } from '../udp/udp-socket';
import { UnixSocket } from '../unix/unix-socket';
import { PacketSocket } from './packet-socket';
import { mayPing, PingSocket } from './ping-sockets';
import { RawSocket } from './raw-sockets';
import type { Socket } from './socket';

/** EAFNOSUPPORT, EPROTONOSUPPORT, ESOCKTNOSUPPORT, EPERM, EACCES. */
export function createSocket(
  task: Task,
  domain: SocketDomain,
  type: SocketType,
  protocol: number,
  nonBlock: boolean,
): Socket {
  const { net } = task.ns;
  switch (domain) {
    case 'inet':
    case 'inet6':
      return inetSocket(task, domain, type, protocol, nonBlock);
    case 'unix': {
      if (protocol !== 0 && protocol !== 1) throw new SysError('EPROTONOSUPPORT');
      const socket = new UnixSocket(net, domain, type === 'raw' ? 'dgram' : type, 0, task.cred, nonBlock);
      socket.credentials = { pid: task.pid, uid: task.cred.euid, gid: task.cred.egid };
      return socket;
    }
    case 'packet':
      if (!isCapable(task.cred, 'net_raw', net.ownerOrInitial)) throw new SysError('EPERM');
      if (type !== 'raw' && type !== 'dgram') throw new SysError('ESOCKTNOSUPPORT');
      return new PacketSocket(net, domain, type, protocol, task.cred, nonBlock).begin();
    case 'netlink':
      // Its messages are typed calls here.
      throw new SysError('EPROTONOSUPPORT');
  }
}

function inetSocket(
  task: Task,
  domain: 'inet' | 'inet6',
  type: SocketType,
  protocol: number,
  nonBlock: boolean,
): Socket {
  const { cred } = task;
  const { net } = task.ns;
  const icmp = domain === 'inet' ? IPPROTO_ICMP : IPPROTO_ICMPV6;
  if (type === 'stream') {
    if (protocol !== 0 && protocol !== IPPROTO_TCP) throw new SysError('EPROTONOSUPPORT');
    return new TcpSocket(net, domain, cred, nonBlock);
  }
  if (type === 'dgram') {
    if (protocol === 0 || protocol === IPPROTO_UDP)
      return new UdpSocket(net, domain, type, IPPROTO_UDP, cred, nonBlock);
    if (protocol !== icmp) throw new SysError('EPROTONOSUPPORT');
    if (!mayPing(net, task)) throw new SysError('EACCES');
    return new PingSocket(net, domain, type, protocol, cred, nonBlock);
  }
  if (type !== 'raw') throw new SysError('ESOCKTNOSUPPORT');
  if (protocol === 0) throw new SysError('EPROTONOSUPPORT');
  if (!isCapable(cred, 'net_raw', net.ownerOrInitial)) throw new SysError('EPERM');
  return new RawSocket(net, domain, type, protocol, cred, nonBlock).begin();
}
