/** `NetworkNamespace` on Linux: sockets that were opened inside of a namespace and belong to it for good. */
import { fstatSync, readFileSync, writeFileSync } from 'node:fs';
import type {
  AddressInfo,
  AddressKey,
  BridgePortInfo,
  BridgeVlan,
  FdbEntry,
  IpFamily,
  LinkChange,
  LinkInfo,
  NeighborInfo,
  NetworkNamespace,
  NewAddress,
  NewLink,
  NewRoute,
  NewRule,
  QdiscInfo,
  RouteInfo,
  RuleInfo,
  TokenBucket,
} from '../../network';
import type { NftCommand, NftFamily, NftRuleInfo } from '../../packet-rules';
import { KernelError } from '../../port';
import { NETLINK_NETFILTER, NETLINK_ROUTE } from '../inspect/netlink/socket';
import { close, inNetworkNamespace, open } from '../syscall';
import * as addresses from './address-message';
import { AF_BRIDGE, nest } from './attributes';
import { encodeVlan } from './bridge-vlan';
import { forgetUdpFlows } from './conntrack';
import { Conversation, NLM_F_APPEND, NLM_F_CREATE, NLM_F_EXCL, NLM_F_REPLACE } from './conversation';
import * as links from './link-message';
import * as neighbors from './neighbor-message';
import { readChains, readRules, runTransaction } from './nft-message';
import * as qdiscs from './qdisc-message';
import * as routes from './route-message';

const addNew = NLM_F_CREATE | NLM_F_EXCL;
const routeModes = { add: addNew, replace: NLM_F_CREATE | NLM_F_REPLACE, append: NLM_F_CREATE | NLM_F_APPEND } as const;

export class LinuxNetworkNamespace implements NetworkNamespace {
  readonly id: string;
  readonly #fd: number;
  readonly #route: Conversation;
  #netfilter: Conversation | null = null;

  /** Errors: ENOENT; EINVAL when `path` leads to no network namespace; EPERM. */
  constructor(path: string) {
    this.#fd = open(path);
    try {
      this.#route = this.#inside(() => new Conversation(NETLINK_ROUTE), path);
      const { dev, ino } = fstatSync(this.#fd);
      this.id = `${dev}:${ino}`;
    } catch (error) {
      close(this.#fd);
      throw error instanceof KernelError && error.operation === 'setns'
        ? new KernelError(error.code, error.operation, path)
        : error;
    }
  }

  links(): LinkInfo[] {
    return this.#route.dump(links.RTM_GETLINK, links.linkHeader(0), 'list links').map(links.decodeLinkInfo);
  }

  link(nameOrIndex: string | number): LinkInfo | null {
    const answer = this.#askLink(nameOrIndex);
    return answer ? links.decodeLinkInfo(answer) : null;
  }

  linkAdd(link: NewLink): void {
    const about = link.name ?? link.kind;
    this.#route.request(links.RTM_NEWLINK, addNew, links.encodeNewLink(link, descriptorOf), 'link add', about);
  }

  linkSet(index: number, change: LinkChange): void {
    const message = links.encodeLinkChange(index, change, descriptorOf);
    this.#route.request(links.RTM_NEWLINK, 0, message, `link set ${Object.keys(change).join(' ')}`, this.#named(index));
  }

  linkDelete(index: number): void {
    this.#route.request(links.RTM_DELLINK, 0, links.linkHeader(index), 'link delete', `link ${index}`);
  }

  addresses(index?: number): AddressInfo[] {
    const all = this.#route.dump(addresses.RTM_GETADDR, addresses.addressQuestion(), 'list addresses');
    return all.flatMap(addresses.decodeAddressInfo).filter((found) => index === undefined || found.index === index);
  }

  addressAdd(address: NewAddress): void {
    const about = `${address.address}/${address.prefix} on ${this.#named(address.index)}`;
    this.#route.request(addresses.RTM_NEWADDR, addNew, addresses.encodeAddress(address), 'address add', about);
  }

  addressDelete(address: AddressKey): void {
    const about = `${address.address}/${address.prefix}`;
    this.#route.request(addresses.RTM_DELADDR, 0, addresses.encodeAddress(address), 'address delete', about);
  }

  routes(family: IpFamily, table?: number): RouteInfo[] {
    const all = this.#route.dump(routes.RTM_GETROUTE, routes.routeQuestion(family), 'list routes');
    return all.flatMap((payload) => routes.decodeRouteInfo(payload, table));
  }

  routeAdd(route: NewRoute, mode: keyof typeof routeModes = 'add'): void {
    const about = `${route.destination}${route.gateway ? ` via ${route.gateway}` : ''}`;
    const message = routes.encodeRoute(route, false);
    this.#route.request(routes.RTM_NEWROUTE, routeModes[mode], message, `route ${mode}`, about);
  }

  routeDelete(route: NewRoute): void {
    const message = routes.encodeRoute(route, true);
    this.#route.request(routes.RTM_DELROUTE, 0, message, 'route delete', route.destination);
  }

  rules(family: IpFamily): RuleInfo[] {
    const all = this.#route.dump(routes.RTM_GETRULE, routes.routeQuestion(family), 'list rules');
    return all.flatMap(routes.decodeRuleInfo);
  }

  ruleAdd(rule: NewRule): void {
    this.#route.request(routes.RTM_NEWRULE, addNew, routes.encodeRule(rule), 'rule add', describeRule(rule));
  }

  ruleDelete(rule: NewRule): void {
    this.#route.request(routes.RTM_DELRULE, 0, routes.encodeRule(rule), 'rule delete', describeRule(rule));
  }

  neighborSet(neighbor: NeighborInfo): void {
    const message = neighbors.encodeNeighbor(neighbor);
    const flags = NLM_F_CREATE | NLM_F_REPLACE;
    this.#route.request(neighbors.RTM_NEWNEIGH, flags, message, 'neighbour replace', neighbor.address);
  }

  neighborDelete(neighbor: Pick<NeighborInfo, 'family' | 'index' | 'address'>): void {
    const message = neighbors.encodeNeighbor(neighbor);
    this.#route.request(neighbors.RTM_DELNEIGH, 0, message, 'neighbour delete', neighbor.address);
  }

  fdb(index: number): FdbEntry[] {
    const all = this.#route.dump(neighbors.RTM_GETNEIGH, neighbors.fdbQuestion(), 'list fdb');
    return all.flatMap((payload) => neighbors.decodeFdb(payload, index));
  }

  fdbAppend(entry: FdbEntry): void {
    const flags = NLM_F_CREATE | NLM_F_APPEND;
    this.#route.request(neighbors.RTM_NEWNEIGH, flags, neighbors.encodeFdb(entry), 'fdb append', entry.hardware);
  }

  fdbDelete(entry: FdbEntry): void {
    this.#route.request(neighbors.RTM_DELNEIGH, 0, neighbors.encodeFdb(entry), 'fdb delete', entry.hardware);
  }

  bridgePort(index: number): BridgePortInfo | null {
    const answer = this.#askLink(index);
    return answer ? links.decodePort(answer) : null;
  }

  bridgePortSet(index: number, change: Parameters<NetworkNamespace['bridgePortSet']>[1]): void {
    const message = Buffer.concat([links.linkHeader(index, 0, 0, AF_BRIDGE), links.encodePortChange(change)]);
    const operation = `bridge link set ${Object.keys(change).join(' ')}`;
    this.#route.request(links.RTM_SETLINK, 0, message, operation, this.#named(index));
  }

  bridgeVlanAdd(index: number, vlan: BridgeVlan, self = false): void {
    this.#bridgeVlan(links.RTM_SETLINK, index, vlan, self, 'bridge vlan add');
  }

  bridgeVlanDelete(index: number, id: number, self = false): void {
    this.#bridgeVlan(links.RTM_DELLINK, index, { id }, self, 'bridge vlan delete');
  }

  qdiscs(index: number): QdiscInfo[] {
    const all = this.#route.dump(qdiscs.RTM_GETQDISC, qdiscs.qdiscQuestion(index), 'list qdiscs');
    return all.flatMap((payload) => qdiscs.decodeQdisc(payload, index));
  }

  tokenBucketSet(index: number, bucket: TokenBucket): void {
    const message = qdiscs.encodeTokenBucket(index, bucket);
    const flags = NLM_F_CREATE | NLM_F_REPLACE;
    this.#route.request(qdiscs.RTM_NEWQDISC, flags, message, 'qdisc replace tbf', this.#named(index));
  }

  redirectIngress(from: number, to: number): void {
    const about = `${this.#named(from)} to ${this.#named(to)}`;
    this.#route.request(qdiscs.RTM_NEWQDISC, addNew, qdiscs.encodeIngress(from), 'qdisc add ingress', about);
    this.#route.request(qdiscs.RTM_NEWTFILTER, addNew, qdiscs.encodeRedirect(from, to), 'filter add mirred', about);
  }

  sysctl(name: string): string {
    return this.#inside(() => readFileSync(sysctlPath(name), 'utf8').trim(), name);
  }

  sysctlSet(name: string, value: string): void {
    this.#inside(() => writeFileSync(sysctlPath(name), value), name);
  }

  nft(commands: readonly NftCommand[]): void {
    runTransaction(this.#nft(), commands);
  }

  nftRules(family: NftFamily, table: string, chain: string): NftRuleInfo[] {
    return readRules(this.#nft(), family, table, chain);
  }

  nftChains(family: NftFamily, table: string): string[] | null {
    return readChains(this.#nft(), family, table);
  }

  forgetUdp(port: number): void {
    forgetUdpFlows(this.#nft(), port);
  }

  close(): void {
    this.#route.close();
    this.#netfilter?.close();
    close(this.#fd);
  }

  /** For messages that move a device there. */
  static descriptorOf(namespace: LinuxNetworkNamespace): number {
    return namespace.#fd;
  }

  #bridgeVlan(type: number, index: number, vlan: BridgeVlan, self: boolean, operation: string): void {
    const message = Buffer.concat([
      links.linkHeader(index, 0, 0, AF_BRIDGE),
      nest(links.IFLA_AF_SPEC, encodeVlan(vlan, self)),
    ]);
    this.#route.request(type, 0, message, operation, `${vlan.id} on ${this.#named(index)}`);
  }

  #askLink(nameOrIndex: string | number): Buffer | null {
    const question = links.linkQuestion(nameOrIndex);
    return this.#route.ask(links.RTM_GETLINK, question, 'link', String(nameOrIndex));
  }

  /** For errors: what a device is called, as far as it is known. */
  #named(index: number): string {
    return `link ${index}`;
  }

  #nft(): Conversation {
    this.#netfilter ??= this.#inside(() => new Conversation(NETLINK_NETFILTER), 'nfnetlink');
    return this.#netfilter;
  }

  #inside<T>(action: () => T, about: string): T {
    try {
      return inNetworkNamespace(`/proc/self/fd/${this.#fd}`, action);
    } catch (error) {
      throw asKernelError(error, about);
    }
  }
}

function descriptorOf(namespace: NetworkNamespace): number {
  if (namespace instanceof LinuxNetworkNamespace) return LinuxNetworkNamespace.descriptorOf(namespace);
  throw new KernelError('EINVAL', 'link', namespace.id, 'a namespace of another kernel');
}

function describeRule(rule: NewRule): string {
  return `from ${rule.from ?? 'all'} to ${rule.to ?? 'all'} table ${rule.table}`;
}

/** Dots part the path; where there are slashes, they do, and dots belong to names of devices (sysctl(8)). */
function sysctlPath(name: string): string {
  const path = name.includes('/') ? name : name.replaceAll('.', '/');
  if (path.split('/').some((part) => part === '' || part === '.' || part === '..')) {
    throw new KernelError('EINVAL', 'sysctl', name, 'not the name of a sysctl');
  }
  return `/proc/sys/${path}`;
}

/** Node's own file errors in the port's words. */
function asKernelError(error: unknown, about: string): unknown {
  if (error instanceof KernelError || !(error instanceof Error) || !('code' in error)) return error;
  return new KernelError(String(error.code), 'sysctl', about);
}
