/**
 * A network namespace from outside: its devices, addresses, routes, neighbours, bridges, queueing disciplines, sysctls
 * and packet rules (rtnetlink(7), nf_tables). It is what CNI's plugins stand on.
 *
 * All calls are synchronous and in the terms of ip(8), bridge(8) and tc(8). Errors are `KernelError` with the kernel's
 * own errno (`EEXIST`, `ENODEV`, `EOPNOTSUPP` for a kind of device this kernel lacks).
 */
import type { NftCommand, NftFamily, NftRuleInfo } from './packet-rules';

export type IpFamily = 'inet' | 'inet6';

/** What ip(8) shows of a device. Hardware addresses are `02:00:00:00:00:01`; empty where a device has none. */
export interface LinkInfo {
  index: number;
  name: string;
  /** IFLA_INFO_KIND; empty for loopback and hardware. */
  kind: string;
  linkType: 'loopback' | 'ether' | 'none' | 'other';
  address: string;
  mtu: number;
  queueLength: number;
  group: number;
  /** `UP`, `LOWER_UP`, `LOOPBACK`, `BROADCAST`, `POINTOPOINT`, `NOARP`, `PROMISC`, `ALLMULTI`, `MULTICAST`. */
  flags: string[];
  /** `UP`, `DOWN`, `UNKNOWN`, `LOWERLAYERDOWN` ... */
  operState: string;
  master: number | null;
  /** Index of the veth peer or lower device, and the id of its namespace when it is another one. */
  link: number | null;
  linkNetnsId: number | null;
  alias: string;
  /** Of the kind: `{ id }` of a vlan or vxlan, `{ mode }` of macvlan and ipvlan, `{ vlanFiltering }` of a bridge. */
  details: LinkDetails;
  promiscuity: number;
}

export type LinkDetails = Record<string, string | number | boolean>;

export interface NewLink {
  name?: string;
  /** `veth`, `bridge`, `macvlan`, `ipvlan`, `vlan`, `vxlan`, `dummy`, `ifb` ... */
  kind: string;
  address?: string;
  mtu?: number;
  queueLength?: number;
  /** Index of the lower device of vlan, macvlan, ipvlan, vxlan, in the namespace that is asked. */
  link?: number;
  /**
   * Of the kind. bridge: `vlanFiltering`, `vlanDefaultPvid`; macvlan: `mode`, `bcqueuelen`; ipvlan: `mode`; vlan: `id`;
   * vxlan: `id`, `local`, `remote`, `group`, `link` (a device), `port`, `learning`.
   */
  details?: LinkDetails;
  /** veth only. */
  peer?: { name?: string; address?: string; mtu?: number; netns?: NetworkNamespace };
  /** Where it appears; the namespace that is asked when left out. */
  netns?: NetworkNamespace;
  up?: boolean;
  master?: number;
}

export interface LinkChange {
  up?: boolean;
  name?: string;
  mtu?: number;
  address?: string;
  /** Null takes it out of its bridge. */
  master?: number | null;
  netns?: NetworkNamespace;
  alias?: string;
  promisc?: boolean;
  allMulti?: boolean;
  multicast?: boolean;
  arp?: boolean;
  group?: number;
  queueLength?: number;
}

export interface AddressInfo {
  index: number;
  family: IpFamily;
  address: string;
  prefix: number;
  /** The other end of a point-to-point address; equal to `address` otherwise. */
  peer: string;
  broadcast: string | null;
  scope: 'global' | 'site' | 'link' | 'host';
  /** `permanent`, `secondary`, `tentative`, `dadfailed`, `nodad`, `noprefixroute`. */
  flags: string[];
}

export type AddressKey = Pick<AddressInfo, 'index' | 'family' | 'address' | 'prefix'>;
export type NewAddress = AddressKey & Partial<AddressInfo>;

export interface RouteInfo {
  family: IpFamily;
  table: number;
  /** `unicast`, `local`, `broadcast`, `blackhole`, `unreachable`, `prohibit`, `throw` ... */
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
  nexthops: Array<{ gateway: string | null; device: number; weight: number }>;
  /** `onlink`, `pervasive` and what the kernel says besides: `dead`, `linkdown`. */
  flags: string[];
  mtu?: number;
  advmss?: number;
}

export type NewRoute = Pick<RouteInfo, 'family' | 'destination'> & Partial<RouteInfo>;

export interface RuleInfo {
  family: IpFamily;
  priority: number;
  from: string | null;
  to: string | null;
  table: number;
}

export type NewRule = Pick<RuleInfo, 'family'> & Partial<RuleInfo>;

export interface NeighborInfo {
  family: IpFamily;
  index: number;
  address: string;
  hardware: string;
}

/** Forwarding entry of a vxlan device: behind which host (`remote`) a hardware address is found. */
export interface FdbEntry {
  index: number;
  hardware: string;
  remote: string;
}

export interface BridgePortInfo {
  index: number;
  bridge: number;
  hairpin: boolean;
  isolated: boolean;
  learning: boolean;
  flood: boolean;
}

export interface BridgeVlan {
  id: number;
  pvid?: boolean;
  untagged?: boolean;
}

/** Token bucket filter (tc-tbf(8)). */
export interface TokenBucket {
  bytesPerSecond: number;
  burstBytes: number;
  limitBytes: number;
}

export interface QdiscInfo {
  index: number;
  kind: string;
  parent: 'root' | 'ingress' | 'other';
  /** What the kernel tells of a `tbf`; a limit is counted in bytes. */
  tokenBucket?: TokenBucket;
}

export interface NetworkNamespace {
  /** `device:inode` of the namespace: equal for two handles of one namespace. */
  readonly id: string;

  links(): LinkInfo[];
  /** Null when there is none of that name or index. */
  link(nameOrIndex: string | number): LinkInfo | null;
  linkAdd(link: NewLink): void;
  linkSet(index: number, change: LinkChange): void;
  linkDelete(index: number): void;

  /** Of one device, or of all. */
  addresses(index?: number): AddressInfo[];
  addressAdd(address: NewAddress): void;
  addressDelete(address: AddressKey): void;

  /** Of one table, or of all but the local one. */
  routes(family: IpFamily, table?: number): RouteInfo[];
  routeAdd(route: NewRoute, mode?: 'add' | 'replace' | 'append'): void;
  routeDelete(route: NewRoute): void;
  rules(family: IpFamily): RuleInfo[];
  ruleAdd(rule: NewRule): void;
  ruleDelete(rule: NewRule): void;

  neighborSet(neighbor: NeighborInfo): void;
  neighborDelete(neighbor: Pick<NeighborInfo, 'family' | 'index' | 'address'>): void;
  fdb(index: number): FdbEntry[];
  fdbAppend(entry: FdbEntry): void;
  fdbDelete(entry: FdbEntry): void;

  bridgePort(index: number): BridgePortInfo | null;
  bridgePortSet(
    index: number,
    change: Partial<Pick<BridgePortInfo, 'hairpin' | 'isolated' | 'learning' | 'flood'>>,
  ): void;
  /** `self`: on the bridge device itself. Errors: EOPNOTSUPP where the kernel has no VLAN filtering. */
  bridgeVlanAdd(index: number, vlan: BridgeVlan, self?: boolean): void;
  bridgeVlanDelete(index: number, id: number, self?: boolean): void;

  qdiscs(index: number): QdiscInfo[];
  tokenBucketSet(index: number, bucket: TokenBucket): void;
  /** All that comes in at `from` goes out at `to` (an ifb) first (tc-mirred(8)). */
  redirectIngress(from: number, to: number): void;

  /** `net.ipv4.ip_forward`; a device's dots are slashes: `net/ipv4/conf/eth0.1/forwarding`. Errors: ENOENT. */
  sysctl(name: string): string;
  sysctlSet(name: string, value: string): void;

  /** All commands or none. */
  nft(commands: readonly NftCommand[]): void;
  /** The rules of one chain, in order; empty when there is no such chain. */
  nftRules(family: NftFamily, table: string, chain: string): NftRuleInfo[];
  /** Names of a table's chains; null when there is no such table. */
  nftChains(family: NftFamily, table: string): string[] | null;
  /** Forgets the UDP flows that came to a port, so that their next packet meets the rules anew (conntrack(8) -D). */
  forgetUdp(port: number): void;
  close(): void;
}

export interface Networks {
  /**
   * The namespace behind a path (`/run/netns/x`, `/proc/1/ns/net`), or the one the engine is in. Until `close`, the
   * handle keeps the namespace alive. Errors: ENOENT; EINVAL when the path leads to no network namespace.
   */
  openNetwork(namespace: string): NetworkNamespace;
  ownNetwork(): NetworkNamespace;
}
