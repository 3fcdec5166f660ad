/** System calls of the network: rtnetlink(7) and nf_tables in typed form. Whoever changes something needs CAP_NET_ADMIN. */
import { SysError } from '../abi/errno';
import { NsFile } from '../fs/nsfs';
import type { ConntrackEntry, NetCalls } from '../net/calls';
import { Netem } from '../net/device/netem';
import type { NftCalls } from '../net/nft/ruleset';
import * as addresses from '../net/requests/addresses';
import * as links from '../net/requests/links';
import * as neighbours from '../net/requests/neighbours';
import * as routes from '../net/requests/routes';
import * as rules from '../net/requests/rules';
import { shapingOf, tokenBucketSet } from '../net/requests/shaping';
import type {
  AddressInfo,
  BridgePortInfo,
  BridgeVlanInfo,
  FdbInfo,
  LinkChange,
  LinkInfo,
  NeighborInfo,
  NetnsRef,
  NewLink,
  RouteGet,
  RouteInfo,
  RuleInfo,
  Shaping,
} from '../net/route-types';
import { SocketSyscalls } from '../net/socket-calls';
import { NetNamespace } from '../net/types';
import type { Nanoseconds } from '../sched/blocking';
import { isCapable } from '../task/credentials';

const requestCostNs = 5_000;

export abstract class NetSyscalls extends SocketSyscalls implements NetCalls {
  #nft: NftCalls | null = null;

  get nft(): NftCalls {
    this.#nft ??= {
      apply: (commands) => {
        this.#change().ruleset.apply(commands);
      },
      tables: () => {
        const { ruleset } = this.#change();
        return ruleset.tables();
      },
    };
    return this.#nft;
  }

  links(): LinkInfo[] {
    return this.#read()
      .devices.all()
      .map((device) => links.linkInfo(device));
  }
  linkAdd(link: NewLink): void {
    links.linkAdd(this.#change(), link, (ref) => this.#namespace(ref));
  }
  linkSet(index: number, change: LinkChange): void {
    links.linkSet(links.deviceAt(this.#change(), index), change, (ref) => this.#namespace(ref));
  }
  linkDelete(index: number): void {
    links.linkDelete(links.deviceAt(this.#change(), index));
  }
  linkSetGroup(group: number, change: LinkChange): void {
    links.linkSetGroup(this.#change(), group, change, (ref) => this.#namespace(ref));
  }
  linkDeleteGroup(group: number): void {
    links.linkDeleteGroup(this.#change(), group);
  }
  linkAltName(index: number, name: string, what: 'add' | 'remove'): void {
    const device = links.deviceAt(this.#change(), index);
    if (what === 'add') links.addAltName(device, name);
    else links.removeAltName(device, name);
  }

  addresses(): AddressInfo[] {
    return addresses.addressList(this.#read());
  }
  addressAdd(address: Parameters<NetCalls['addressAdd']>[0], replace = false): void {
    addresses.addressAdd(this.#change(), address, replace);
  }
  addressDelete(address: Parameters<NetCalls['addressDelete']>[0]): void {
    addresses.addressDelete(this.#change(), address);
  }

  routes(family: 'inet' | 'inet6', table?: number): RouteInfo[] {
    return routes.routeList(this.#read(), family, table);
  }
  routeAdd(route: routes.RouteRequest, mode: 'add' | 'replace' | 'append' | 'change'): void {
    routes.routeAdd(this.#change(), route, mode);
  }
  routeDelete(route: routes.RouteRequest): void {
    routes.routeDelete(this.#change(), route);
  }
  routeGet(family: 'inet' | 'inet6', to: string, options: Parameters<NetCalls['routeGet']>[2] = {}): RouteGet {
    return routes.routeGet(this.#read(), family, to, { ...options, uid: this.getuid() });
  }

  rules(family: 'inet' | 'inet6'): RuleInfo[] {
    return rules.ruleList(this.#read(), family);
  }
  ruleAdd(rule: rules.RuleRequest): void {
    rules.ruleAdd(this.#change(), rule);
  }
  ruleDelete(rule: rules.RuleRequest): void {
    rules.ruleDelete(this.#change(), rule);
  }

  neighbors(): NeighborInfo[] {
    return neighbours.neighbourList(this.#read());
  }
  neighborSet(neighbor: NeighborInfo, mode: 'add' | 'replace' | 'change'): void {
    neighbours.neighbourSet(this.#change(), neighbor, mode);
  }
  neighborDelete(neighbor: Pick<NeighborInfo, 'family' | 'index' | 'address'>): void {
    neighbours.neighbourDelete(this.#change(), neighbor);
  }

  fdb(): FdbInfo[] {
    return neighbours.fdbList(this.#read());
  }
  fdbAdd(entry: FdbInfo, mode: 'add' | 'append' | 'replace' = 'add'): void {
    neighbours.fdbAdd(this.#change(), entry, mode);
  }
  fdbDelete(entry: Parameters<NetCalls['fdbDelete']>[0]): void {
    neighbours.fdbDelete(this.#change(), entry);
  }
  bridgeVlans(): BridgeVlanInfo[] {
    return neighbours.bridgeVlanList(this.#read());
  }
  bridgeVlanAdd(index: number, vlan: { id: number; pvid: boolean; untagged: boolean }): void {
    neighbours.bridgeVlanAdd(this.#change(), index, vlan);
  }
  bridgeVlanDelete(index: number, id: number): void {
    neighbours.bridgeVlanDelete(this.#change(), index, id);
  }
  bridgePorts(): BridgePortInfo[] {
    return neighbours.bridgePortList(this.#read());
  }
  bridgePortSet(index: number, change: Parameters<NetCalls['bridgePortSet']>[1]): void {
    neighbours.bridgePortSet(this.#change(), index, change);
  }

  netnsId(ref: NetnsRef): number | null {
    this.enter();
    return this.#net.ids.get(this.#find(ref)) ?? null;
  }
  setNetnsId(ref: NetnsRef, id: number): void {
    const net = this.#change();
    const other = this.#find(ref);
    if (net.ids.has(other)) throw new SysError('EEXIST', 'Peer netns already has a nsid assigned');
    if (id < 0) net.idOf(other);
    else if ([...net.ids.values()].includes(id)) throw new SysError('EEXIST', 'The specified nsid is already used');
    else net.ids.set(other, id);
  }

  setNetem(index: number, netem: { delay: Nanoseconds; jitter?: Nanoseconds; lossPercent: number } | null): void {
    const device = links.deviceAt(this.#change(), index);
    if (netem === null && device.qdisc === null) throw new SysError('ENOENT');
    device.qdisc = netem && new Netem(netem.delay, netem.jitter ?? 0, netem.lossPercent, this.kernel.random);
  }
  netem(index: number): { delay: Nanoseconds; jitter?: Nanoseconds; lossPercent: number } | null {
    const { qdisc } = links.deviceAt(this.#read(), index);
    if (!(qdisc instanceof Netem)) return null;
    return { delay: qdisc.delay, jitter: qdisc.jitter, lossPercent: qdisc.lossPercent };
  }
  setTokenBucket(index: number, bucket: Parameters<NetCalls['setTokenBucket']>[1], handle: number): void {
    tokenBucketSet(links.deviceAt(this.#change(), index), bucket, handle);
  }
  shaping(index: number): Shaping {
    return shapingOf(links.deviceAt(this.#read(), index));
  }

  conntrack(): ConntrackEntry[] {
    return this.#change().conntrack.list();
  }

  get #net(): NetNamespace {
    return this.task.ns.net;
  }

  #read(): NetNamespace {
    this.enter(requestCostNs);
    return this.#net;
  }

  /** EPERM. */
  #change(): NetNamespace {
    this.enter(requestCostNs);
    if (!isCapable(this.task.cred, 'net_admin', this.#net.ownerOrInitial)) throw new SysError('EPERM');
    return this.#net;
  }

  #namespace(ref: NetnsRef): NetNamespace {
    const ns = this.#find(ref);
    if (!isCapable(this.task.cred, 'net_admin', ns.ownerOrInitial)) throw new SysError('EPERM');
    return ns;
  }

  /** EBADF, EINVAL, ESRCH. */
  #find(ref: NetnsRef): NetNamespace {
    if ('pid' in ref) {
      const task = this.kernel.tasks.inNamespace(this.task.ns.pid, ref.pid);
      if (!task) throw new SysError('ESRCH');
      return task.ns.net;
    }
    const file = this.kernel.vfs.getFile(this.task, ref.fd);
    if (!(file instanceof NsFile) || !(file.namespace instanceof NetNamespace)) throw new SysError('EINVAL');
    return file.namespace;
  }
}
