/** System calls of the network: sockets, and typed forms of rtnetlink(7) and nf_tables. */
import type { Errno } from '../abi/errno';
import type { Blocking, Nanoseconds } from '../sched/blocking';
import type { Fd } from '../sys/types';

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
  send(fd: Fd, data: Uint8Array, to?: SocketAddress): Blocking<number>;
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

/** What `ip link` shows of a device. Addresses are in their usual text forms. */
export interface LinkInfo {
  index: number;
  name: string;
  /** `IFLA_INFO_KIND`; empty for loopback and hardware. */
  kind: string;
  /** `loopback`, `ether`, `none`, `sit`. */
  linkType: string;
  address: string;
  broadcast: string;
  mtu: number;
  qdisc: string;
  queueLength: number;
  group: number;
  /** `UP`, `BROADCAST`, `MULTICAST`, `LOOPBACK`, `LOWER_UP`, `NO-CARRIER`, `PROMISC`, `POINTOPOINT`, `NOARP`, `M-DOWN` in the order ip(8) prints them. */
  flags: string[];
  /** `UP`, `DOWN`, `UNKNOWN`, `LOWERLAYERDOWN` ... */
  operState: string;
  /** The bridge it is a port of. */
  master: number | null;
  /** Index of the veth peer or lower device, and the id of its namespace when it is another one (`link-netnsid`). */
  link: number | null;
  linkNetnsId: number | null;
  alias: string;
  altNames: string[];
  /** What `ip -d link` adds for the kind: `{ id: 10 }` of a vlan or vxlan, `{ mode: 'bridge' }` of a macvlan ... */
  details: Record<string, string | number | boolean>;
  promiscuity: number;
  isDormantMode: boolean;
  hasNoGeneratedAddress: boolean;
  txQueues: number;
  rxQueues: number;
  stats: {
    rxBytes: number;
    rxPackets: number;
    rxErrors: number;
    rxDropped: number;
    txBytes: number;
    txPackets: number;
    txErrors: number;
    txDropped: number;
  };
}

export interface NewLink {
  name?: string;
  kind: string;
  address?: string;
  broadcast?: string;
  mtu?: number;
  index?: number;
  group?: number;
  queueLength?: number;
  txQueues?: number;
  rxQueues?: number;
  /** Index of the lower device of vlan, macvlan, ipvlan, vxlan. */
  link?: number;
  /** Kind-specific: `{ id: 10 }`, `{ mode: 'bridge' }`, `{ vni, remote, port, local, group }`, bridge's `{ stp, ageing, vlanFiltering }`. */
  details?: Record<string, string | number | boolean>;
  /** veth only. */
  peer?: { name?: string; address?: string; mtu?: number; netns?: NetnsRef; up?: boolean };
  /** Where it is made; the caller's namespace when left out. */
  netns?: NetnsRef;
  up?: boolean;
  master?: number;
}

/** A namespace by an open descriptor of it or by a process that is in it. */
export type NetnsRef = { fd: Fd } | { pid: number };

export interface LinkChange {
  up?: boolean;
  name?: string;
  mtu?: number;
  address?: string;
  /** Null takes it out of its bridge. */
  master?: number | null;
  netns?: NetnsRef;
  alias?: string;
  broadcast?: string;
  promisc?: boolean;
  allMulti?: boolean;
  multicast?: boolean;
  dynamic?: boolean;
  trailers?: boolean;
  dormantMode?: boolean;
  /** IFLA_OPERSTATE: what somebody in user space knows of it. */
  operState?: 'UP' | 'DORMANT' | 'TESTING';
  carrier?: boolean;
  protoDown?: boolean;
  generateAddress?: boolean;
  group?: number;
  arp?: boolean;
  queueLength?: number;
  details?: Record<string, string | number | boolean>;
}

export interface AddressInfo {
  index: number;
  family: 'inet' | 'inet6';
  address: string;
  prefix: number;
  /** Point-to-point peer; equal to `address` otherwise. */
  peer: string;
  broadcast: string | null;
  label: string;
  scope: 'global' | 'site' | 'link' | 'host';
  /** `permanent`, `dynamic`, `secondary`, `tentative`, `dadfailed`, `noprefixroute`, `mngtmpaddr`. */
  flags: string[];
  validLifetime: number | null;
  preferredLifetime: number | null;
  metric?: number;
}

export interface RouteInfo {
  family: 'inet' | 'inet6';
  table: number;
  /** `unicast`, `local`, `broadcast`, `blackhole`, `unreachable`, `prohibit`, `throw`, `multicast`, `anycast`. */
  type: string;
  /** `default`, or `10.0.0.0/24`. */
  destination: string;
  gateway: string | null;
  device: number | null;
  source: string | null;
  metric: number;
  /** `kernel`, `boot`, `static`, `ra`, or a number. */
  protocol: string;
  scope: 'global' | 'site' | 'link' | 'host' | 'nowhere';
  nexthops: Array<{ gateway: string | null; device: number; weight: number; flags?: string[] }>;
  flags: string[];
  mtu?: number;
}

export interface RuleInfo {
  family: 'inet' | 'inet6';
  priority: number;
  from: string | null;
  to: string | null;
  iif: string | null;
  oif: string | null;
  fwmark: number | null;
  fwmask: number | null;
  table: number;
  /** `lookup`, `blackhole`, `unreachable`, `prohibit`. */
  action: string;
  /** The other way round (`ip rule add not ...`). */
  not?: boolean;
}

export interface NeighborInfo {
  family: 'inet' | 'inet6';
  index: number;
  address: string;
  hardware: string | null;
  /** `REACHABLE`, `STALE`, `DELAY`, `PROBE`, `FAILED`, `INCOMPLETE`, `PERMANENT`, `NOARP`. */
  state: string;
}

/** Forwarding entries of a bridge, as bridge(8) shows them. */
export interface FdbInfo {
  index: number;
  hardware: string;
  master: number | null;
  vlan: number | null;
  remote: string | null;
  /** `permanent`, `self`, `extern_learn`, `offload`. */
  flags: string[];
}

export interface BridgeVlanInfo {
  index: number;
  vlans: Array<{ id: number; pvid: boolean; untagged: boolean }>;
}

export interface BridgePortInfo {
  index: number;
  bridge: number;
  number: number;
  state: 'forwarding' | 'disabled';
  hairpin: boolean;
  isolated: boolean;
  learning: boolean;
  flood: boolean;
  neighSuppress: boolean;
  cost: number;
  priority: number;
}

export interface RouteGet {
  route: RouteInfo;
  source: string;
  device: number;
  gateway: string | null;
  uid: number;
}

/** rtnetlink(7) in the caller's network namespace. Errors are the kernel's; `detail` of the SysError is the extended ack. */
export interface RouteCalls {
  links(): LinkInfo[];
  linkAdd(link: NewLink): void;
  linkSet(index: number, change: LinkChange): void;
  linkDelete(index: number): void;
  /** All devices of a group at once. */
  linkSetGroup(group: number, change: LinkChange): void;
  linkDeleteGroup(group: number): void;
  linkAltName(index: number, name: string, what: 'add' | 'remove'): void;
  addresses(): AddressInfo[];
  addressAdd(
    address: Pick<AddressInfo, 'index' | 'family' | 'address' | 'prefix'> & Partial<AddressInfo>,
    replace?: boolean,
  ): void;
  addressDelete(address: Pick<AddressInfo, 'index' | 'family' | 'address' | 'prefix'>): void;
  routes(family: 'inet' | 'inet6', table?: number): RouteInfo[];
  routeAdd(
    route: Partial<RouteInfo> & Pick<RouteInfo, 'family' | 'destination'>,
    mode: 'add' | 'replace' | 'append' | 'change',
  ): void;
  routeDelete(route: Partial<RouteInfo> & Pick<RouteInfo, 'family' | 'destination'>): void;
  routeGet(
    family: 'inet' | 'inet6',
    to: string,
    options?: { from?: string; iif?: string; oif?: string; mark?: number },
  ): RouteGet;
  rules(family: 'inet' | 'inet6'): RuleInfo[];
  ruleAdd(rule: Partial<RuleInfo> & Pick<RuleInfo, 'family'>): void;
  ruleDelete(rule: Partial<RuleInfo> & Pick<RuleInfo, 'family'>): void;
  neighbors(): NeighborInfo[];
  neighborSet(neighbor: NeighborInfo, mode: 'add' | 'replace' | 'change'): void;
  neighborDelete(neighbor: Pick<NeighborInfo, 'family' | 'index' | 'address'>): void;
  fdb(): FdbInfo[];
  fdbAdd(entry: FdbInfo, mode?: 'add' | 'append' | 'replace'): void;
  fdbDelete(entry: Pick<FdbInfo, 'index' | 'hardware'> & Partial<FdbInfo>): void;
  /** VLANs of bridges and their ports (`bridge vlan`). */
  bridgeVlans(): BridgeVlanInfo[];
  bridgeVlanAdd(index: number, vlan: { id: number; pvid: boolean; untagged: boolean }): void;
  bridgeVlanDelete(index: number, id: number): void;
  /** Attributes of a bridge port (`bridge link set`): `hairpin`, `isolated`, `learning`, `flood`, `neighSuppress`, `cost`, `priority`. */
  bridgePorts(): BridgePortInfo[];
  bridgePortSet(index: number, change: Partial<Omit<BridgePortInfo, 'index' | 'bridge' | 'number' | 'state'>>): void;
  /** `ip netns set`: gives a namespace an id as seen from the caller's. */
  netnsId(ref: NetnsRef): number | null;
  setNetnsId(ref: NetnsRef, id: number): void;
  /** Traffic control, as far as netem delay and loss: `null` takes it away. */
  setNetem(index: number, netem: { delay: Nanoseconds; jitter?: Nanoseconds; lossPercent: number } | null): void;
  netem(index: number): { delay: Nanoseconds; jitter?: Nanoseconds; lossPercent: number } | null;
}

/** Conntrack entries as conntrack(8) would list them. */
export interface ConntrackEntry {
  protocol: 'tcp' | 'udp' | 'icmp' | 'icmpv6';
  state: string;
  original: { source: string; destination: string; sourcePort: number; destinationPort: number };
  reply: { source: string; destination: string; sourcePort: number; destinationPort: number };
  status: string[];
  mark: number;
  timeoutSeconds: number;
}

export interface NetCalls extends SocketCalls, RouteCalls {
  /** nf_tables: see `nft/ruleset.ts`. */
  readonly nft: import('./nft/ruleset').NftCalls;
  conntrack(): ConntrackEntry[];
}
