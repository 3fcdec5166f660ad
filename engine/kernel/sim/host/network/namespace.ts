/** `NetworkNamespace` on the simulated kernel: what a process may do in a namespace, also when it lives in another one. */
import { checkedDeviceName } from '../../../device-name';
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
} from '../../../network';
import type { NftCommand, NftFamily, NftRuleInfo } from '../../../packet-rules';
import { KernelError } from '../../../port';
import { isSysError, SysError } from '../../abi';
import type { NftTable } from '../../net/nft/ruleset';
import { addressAdd, addressDelete, addressList } from '../../net/requests/addresses';
import { deviceAt, linkAdd, linkDelete, linkInfo, linkSet } from '../../net/requests/links';
import * as neighbours from '../../net/requests/neighbours';
import { routeAdd, routeDelete, routeList } from '../../net/requests/routes';
import { ruleAdd, ruleDelete, ruleList } from '../../net/requests/rules';
import { redirectIngress, tokenBucketSet } from '../../net/requests/shaping';
import { tableLocal } from '../../net/route/route';
import type { NetNamespace } from '../../net/types';
import { isCapable } from '../../task/credentials';
import type { Task } from '../../task/task';
import { attempt } from '../system/answers';
import { qdiscsOf, toLinkInfo, toNewLink } from './link-info';
import { toRuleInfo, toSimCommand } from './packet-rules';
import { toAddressInfo, toRouteInfo } from './route-info';
import { sysctlPath } from './sysctl-path';

export class SimNetworkNamespace implements NetworkNamespace {
  readonly id: string;
  #isOpen = true;

  constructor(
    private readonly task: Task,
    private readonly ns: NetNamespace,
    private readonly release: () => void,
    private readonly changed: () => void,
  ) {
    this.id = `4:${ns.inum}`;
  }

  links(): LinkInfo[] {
    return this.#net.devices.all().map((device) => toLinkInfo(linkInfo(device)));
  }

  link(nameOrIndex: string | number): LinkInfo | null {
    if (typeof nameOrIndex === 'string') checkedDeviceName(nameOrIndex);
    const { devices } = this.#net;
    const device = typeof nameOrIndex === 'number' ? devices.byIndex(nameOrIndex) : devices.byName(nameOrIndex);
    return device ? toLinkInfo(linkInfo(device)) : null;
  }

  linkAdd(link: NewLink): void {
    this.#change('link add', link.name ?? link.kind, (net) => linkAdd(net, toNewLink(link), this.#find));
  }

  linkSet(index: number, change: LinkChange): void {
    if (change.name !== undefined) checkedDeviceName(change.name);
    this.#change(`link set ${Object.keys(change).join(' ')}`, `link ${index}`, (net) =>
      linkSet(deviceAt(net, index), change, this.#find),
    );
  }

  linkDelete(index: number): void {
    this.#change('link delete', `link ${index}`, (net) => linkDelete(deviceAt(net, index)));
  }

  addresses(index?: number): AddressInfo[] {
    const all = addressList(this.#net).map(toAddressInfo);
    return all.filter((found) => index === undefined || found.index === index);
  }

  addressAdd(address: NewAddress): void {
    const about = `${address.address}/${address.prefix} on link ${address.index}`;
    this.#change('address add', about, (net) => addressAdd(net, address, false));
  }

  addressDelete(address: AddressKey): void {
    this.#change('address delete', `${address.address}/${address.prefix}`, (net) => addressDelete(net, address));
  }

  routes(family: IpFamily, table?: number): RouteInfo[] {
    return routeList(this.#net, family, undefined)
      .filter((route) => (table === undefined ? route.table !== tableLocal : route.table === table))
      .map(toRouteInfo);
  }

  routeAdd(route: NewRoute, mode: 'add' | 'replace' | 'append' = 'add'): void {
    const about = `${route.destination}${route.gateway ? ` via ${route.gateway}` : ''}`;
    this.#change(`route ${mode}`, about, (net) => routeAdd(net, route, mode));
  }

  routeDelete(route: NewRoute): void {
    this.#change('route delete', route.destination, (net) => routeDelete(net, route));
  }

  rules(family: IpFamily): RuleInfo[] {
    return ruleList(this.#net, family).map(({ priority, from, to, table }) => ({ family, priority, from, to, table }));
  }

  ruleAdd(rule: NewRule): void {
    this.#change('rule add', describeRule(rule), (net) => ruleAdd(net, rule));
  }

  ruleDelete(rule: NewRule): void {
    this.#change('rule delete', describeRule(rule), (net) => ruleDelete(net, rule));
  }

  neighborSet(neighbor: NeighborInfo): void {
    this.#change('neighbour replace', neighbor.address, (net) =>
      neighbours.neighbourSet(net, { ...neighbor, state: 'PERMANENT' }, 'replace'),
    );
  }

  neighborDelete(neighbor: Pick<NeighborInfo, 'family' | 'index' | 'address'>): void {
    this.#change('neighbour delete', neighbor.address, (net) => neighbours.neighbourDelete(net, neighbor));
  }

  fdb(index: number): FdbEntry[] {
    return neighbours
      .fdbList(this.#net)
      .flatMap(({ index: of, hardware, remote }) =>
        of === index && remote !== null ? [{ index, hardware, remote }] : [],
      );
  }

  fdbAppend(entry: FdbEntry): void {
    this.#change('fdb append', entry.hardware, (net) => neighbours.fdbAdd(net, whole(entry), 'append'));
  }

  fdbDelete(entry: FdbEntry): void {
    this.#change('fdb delete', entry.hardware, (net) => neighbours.fdbDelete(net, entry));
  }

  bridgePort(index: number): BridgePortInfo | null {
    const port = neighbours.bridgePortList(this.#net).find((one) => one.index === index);
    if (!port) return null;
    const { bridge, hairpin, isolated, learning, flood } = port;
    return { index, bridge, hairpin, isolated, learning, flood };
  }

  bridgePortSet(index: number, change: Parameters<NetworkNamespace['bridgePortSet']>[1]): void {
    this.#change(`bridge link set ${Object.keys(change).join(' ')}`, `link ${index}`, (net) =>
      neighbours.bridgePortSet(net, index, change),
    );
  }

  /** Whether it is the bridge itself the index says: `self` is for messages, which say it twice. */
  bridgeVlanAdd(index: number, { id, pvid = false, untagged = false }: BridgeVlan): void {
    this.#change('bridge vlan add', `${id} on link ${index}`, (net) =>
      neighbours.bridgeVlanAdd(net, index, { id, pvid, untagged }),
    );
  }

  bridgeVlanDelete(index: number, id: number): void {
    this.#change('bridge vlan delete', `${id} on link ${index}`, (net) => neighbours.bridgeVlanDelete(net, index, id));
  }

  qdiscs(index: number): QdiscInfo[] {
    const device = this.#net.devices.byIndex(index);
    return device ? qdiscsOf(device) : [];
  }

  tokenBucketSet(index: number, bucket: TokenBucket): void {
    this.#change('qdisc replace tbf', `link ${index}`, (net) => tokenBucketSet(deviceAt(net, index), bucket, 1));
  }

  redirectIngress(from: number, to: number): void {
    this.#change('qdisc add ingress', `link ${from} to link ${to}`, (net) =>
      redirectIngress(deviceAt(net, from), deviceAt(net, to)),
    );
  }

  sysctl(name: string): string {
    return attempt('sysctl', name, () => this.#net.sysctl.read(sysctlPath(name)));
  }

  sysctlSet(name: string, value: string): void {
    this.#change('sysctl', name, (net) => net.sysctl.write(sysctlPath(name), value));
  }

  nft(commands: readonly NftCommand[]): void {
    if (commands.length === 0) return;
    try {
      this.#permitted().ruleset.apply(commands.map(toSimCommand));
    } catch (error) {
      if (!isSysError(error)) throw error;
      const command = commands[Number(error.detail)];
      throw new KernelError(error.errno, 'nft', command ? describe(command) : 'transaction');
    }
  }

  nftRules(family: NftFamily, table: string, chain: string): NftRuleInfo[] {
    return (this.#table(family, table)?.chains.get(chain)?.rules ?? []).map(toRuleInfo);
  }

  nftChains(family: NftFamily, table: string): string[] | null {
    const found = this.#table(family, table);
    return found ? [...found.chains.keys()] : null;
  }

  forgetUdp(port: number): void {
    this.#change('conntrack delete', `udp ${port}`, (net) => net.conntrack.forgetUdp(port));
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.release();
  }

  get #net(): NetNamespace {
    if (!this.#isOpen) throw new KernelError('EBADF', 'network namespace', this.id, 'it is closed');
    return this.ns;
  }

  /** EPERM. */
  #permitted(): NetNamespace {
    const net = this.#net;
    if (!isCapable(this.task.cred, 'net_admin', net.ownerOrInitial)) throw new SysError('EPERM');
    return net;
  }

  #change(operation: string, about: string, action: (net: NetNamespace) => void): void {
    try {
      action(this.#permitted());
      this.changed();
    } catch (error) {
      throw isSysError(error) ? new KernelError(error.errno, operation, about, error.detail) : error;
    }
  }

  readonly #find = (other: NetworkNamespace): NetNamespace => {
    if (other instanceof SimNetworkNamespace) return other.#permitted();
    throw new KernelError('EINVAL', 'link', other.id, 'a namespace of another kernel');
  };

  #table(family: NftFamily, name: string): NftTable | undefined {
    return this.#net.ruleset.find(family, name);
  }
}

function describeRule(rule: NewRule): string {
  return `from ${rule.from ?? 'all'} to ${rule.to ?? 'all'} table ${rule.table}`;
}

function describe(command: NftCommand): string {
  const chain = 'chain' in command ? ` ${command.chain}` : '';
  return `${command.do} ${command.family} ${command.table}${chain}`;
}

const whole = (entry: FdbEntry) => ({ ...entry, master: null, vlan: null, flags: ['self', 'permanent'] });
