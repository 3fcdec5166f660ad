/** rtnetlink(7) in typed form: devices, addresses, routes, rules, neighbours, bridges. */

import type { TokenBucket } from '../../network';
import type { Nanoseconds } from '../sched/blocking';
import type { Fd } from '../sys/types';
import type { DeviceStats } from './device/device';

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
  stats: DeviceStats;
}

export interface NewLink<Ref = NetnsRef> {
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
  peer?: { name?: string; address?: string; mtu?: number; netns?: Ref; up?: boolean };
  /** Where it is made; the caller's namespace when left out. */
  netns?: Ref;
  up?: boolean;
  master?: number;
}

/** A namespace by an open descriptor of it or by a process that is in it. */
export type NetnsRef = { fd: Fd } | { pid: number };

export interface LinkChange<Ref = NetnsRef> {
  up?: boolean;
  name?: string;
  mtu?: number;
  address?: string;
  /** Null takes it out of its bridge. */
  master?: number | null;
  netns?: Ref;
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

/** How what leaves a device is limited, and where what comes in goes first. */
export interface Shaping {
  tokenBucket: TokenBucket | null;
  /** The first half of the root qdisc's number. */
  handle: number;
  ingressRedirect: { index: number; name: string } | null;
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
  shaping(index: number): Shaping;
  setTokenBucket(index: number, bucket: TokenBucket, handle: number): void;
  netem(index: number): { delay: Nanoseconds; jitter?: Nanoseconds; lossPercent: number } | null;
}
