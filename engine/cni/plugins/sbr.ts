/** The sbr plugin: source-based routing. What is sent from one of the interface's addresses follows its own routes. */
import type { NetworkNamespace, RouteInfo } from '../../kernel';
import { type Plugin, requirePrevious } from '../plugin';
import { cniVersions, contains, formatIp, type IpConfig, parseIp } from '../spec';
import { cidrOf, familyOf, hostNetwork } from './common/addresses';
import { isOwnNetns, requireLink, withBoxIfThere, withPair } from './common/namespaces';
import type { PluginHost } from './host';

const firstTable = 100;
const RT_TABLE_MAIN = 254;

export function sbrPlugin(host: PluginHost): Plugin {
  return {
    versions: cniVersions,
    about: 'CNI sbr plugin (Underlay): routes by source address',
    isOwnNetns: (netns) => isOwnNetns(host, netns),
    add: (request) =>
      withPair(host, request.netns, ({ box }) => {
        const result = requirePrevious(request);
        const at = result.interfaces.findIndex(({ name, sandbox }) => name === request.ifname && sandbox !== undefined);
        const own = result.ips.filter((ip) => ip.interface === at || ip.interface === undefined);
        routeBySource(box, requireLink(box, request.ifname).index, own);
        return result;
      }),
    del: (request) =>
      withBoxIfThere(host, request.netns, (box) => {
        const link = box.link(request.ifname);
        if (link) removeRules(box, link.index);
      }),
    check: () => {},
  };
}

function routeBySource(box: NetworkNamespace, index: number, ips: IpConfig[]): void {
  const moved = new Set<RouteInfo>();
  const before = (['inet', 'inet6'] as const).flatMap((family) =>
    box.routes(family, RT_TABLE_MAIN).filter(({ device, scope }) => device === index && scope !== 'host'),
  );
  for (const ip of ips) {
    const cidr = cidrOf(ip.address);
    const family = familyOf(cidr.ip);
    const table = freeTable(box);
    box.ruleAdd({ family, from: hostNetwork(cidr.ip), table });
    if (ip.gateway !== undefined) {
      box.routeAdd({ family, destination: 'default', gateway: ip.gateway, device: index, table });
    }
    for (const route of before) {
      if (route.family !== family || !belongs(route, ip)) continue;
      box.routeAdd({ ...route, table, flags: [] }, 'replace');
      moved.add(route);
    }
  }
  for (const route of moved) box.routeDelete(route);
}

/** A route of that address: by its source, by its gateway, or because it says neither. */
function belongs({ source, gateway, destination }: RouteInfo, { address }: IpConfig): boolean {
  if (destination.startsWith('fe80:')) return false;
  const network = cidrOf(address);
  const within = (text: string | null) => {
    const ip = text === null ? null : parseIp(text);
    return ip !== null && contains(network, ip);
  };
  return (
    (source !== null && source === formatIp(network.ip)) || within(gateway) || (source === null && gateway === null)
  );
}

/** The first table from 100 on that no rule and no route uses. */
function freeTable(box: NetworkNamespace): number {
  const used = new Set(
    (['inet', 'inet6'] as const).flatMap((family) => [
      ...box.rules(family).map(({ table }) => table),
      ...box.routes(family).map(({ table }) => table),
    ]),
  );
  let table = firstTable;
  while (used.has(table)) table++;
  return table;
}

/** The tables empty themselves when the device goes. */
function removeRules(box: NetworkNamespace, index: number): void {
  const addresses = box.addresses(index).map(({ address }) => address);
  for (const family of ['inet', 'inet6'] as const) {
    for (const rule of box.rules(family)) {
      const from = rule.from?.split('/')[0];
      if (from !== undefined && addresses.includes(from) && rule.table >= firstTable) box.ruleDelete(rule);
    }
  }
}
