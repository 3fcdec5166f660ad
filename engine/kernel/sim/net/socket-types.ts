/** System calls of sockets (socket(2), send(2), recv(2)) and what they speak of. */

import type { Errno } from '../abi/errno';
import type { Blocking, Nanoseconds } from '../sched/blocking';
import type { Fd } from '../sys/types';
import type { OpenFile } from '../vfs/open-file';

export type SocketAddress =
  | { family: 'inet'; address: string; port: number }
  | { family: 'inet6'; address: string; port: number; scope?: number }
  /** `path` is empty for an unnamed one; `@name` is abstract. */
  | { family: 'unix'; path: string }
  | { family: 'packet'; ifindex: number; protocol: number; hardware?: string; packetType?: PacketDirection };

/** sll_pkttype of packet(7). */
export type PacketDirection = 'host' | 'broadcast' | 'multicast' | 'otherhost' | 'outgoing';

export type SocketDomain = SocketAddress['family'] | 'netlink';

export type SocketType = 'stream' | 'dgram' | 'raw' | 'seqpacket';

export interface SocketCalls {
  /** `protocol`: 0, or IPPROTO_*, ETH_P_* for packet sockets. */
  socket(
    domain: SocketDomain,
    type: SocketType,
    protocol?: number,
    options?: { nonBlock?: boolean; closeOnExec?: boolean },
  ): Fd;
  socketpair(type: SocketType): [Fd, Fd];
  bind(fd: Fd, address: SocketAddress): void;
  listen(fd: Fd, backlog: number): void;
  accept(fd: Fd): Blocking<{ fd: Fd; peer: SocketAddress }>;
  connect(fd: Fd, address: SocketAddress): Blocking<void>;
  /** `descriptors` are sent with it (unix(7), SCM_RIGHTS). */
  send(fd: Fd, data: Uint8Array, to?: SocketAddress, descriptors?: readonly Fd[]): Blocking<number>;
  recv(fd: Fd, count: number, options?: RecvOptions): Blocking<Received>;
  /** MSG_ERRQUEUE (ip(7), IP_RECVERR): the next reported error; null when there is none. */
  recvError(fd: Fd): SocketError | null;
  shutdown(fd: Fd, how: 'read' | 'write' | 'both'): void;
  getsockname(fd: Fd): SocketAddress;
  getpeername(fd: Fd): SocketAddress;
  /** `reuseaddr`, `broadcast`, `ttl`, `bindtodevice`, `v6only`, `rcvtimeo`, `error` (read only), `mark`, `recverr` ... ENOPROTOOPT for others. */
  setsockopt(fd: Fd, option: string, value: number | string): void;
  getsockopt(fd: Fd, option: string): number | string;
  /** sock_diag(7): sockets of the caller's network namespace. */
  sockets(): SocketInfo[];
}

export interface RecvOptions {
  peek?: boolean;
  nonBlock?: boolean;
  /** Descriptors that were sent are wanted, too. */
  rights?: boolean;
}

export interface Received {
  data: Uint8Array;
  from: SocketAddress | null;
  ttl?: number;
  /** What it was addressed to (IP_PKTINFO). */
  to?: string;
  /** When it arrived, on the realtime clock (SO_TIMESTAMP). */
  time?: Nanoseconds;
  /** Of a longer datagram, this is only the beginning. */
  truncated?: boolean;
  /** Open files that were sent with it; what `recv` of the system calls answers has descriptors of them instead. */
  files?: readonly OpenFile[];
  descriptors?: readonly Fd[];
}

export interface SocketError {
  errno: Errno;
  /** ICMP type and code. */
  type: number;
  code: number;
  mtu: number | null;
  /** Who reported it; null: this host. */
  offender: string | null;
  /** TTL of the report. */
  ttl: number;
  /** What the packet was sent to. */
  destination: SocketAddress;
  data: Uint8Array;
}

export interface SocketInfo {
  protocol: 'tcp' | 'udp' | 'unix' | 'icmp' | 'raw' | 'packet';
  family: 'inet' | 'inet6' | 'unix' | 'packet';
  type: SocketType;
  /** TCP_ESTABLISHED and so on, `LISTEN`, `UNCONN`: as ss(8) prints the state. */
  state: string;
  local: string;
  localPort: number;
  remote: string;
  remotePort: number;
  recvQueue: number;
  sendQueue: number;
  inode: number;
  uid: number;
  /** The device it is bound to; empty for none. */
  device?: string;
  /** `v6only` of an IPv6 socket. */
  v6only?: boolean;
  /** Inode of the other end of a unix socket; 0 when it has none. */
  peerInode?: number;
}
