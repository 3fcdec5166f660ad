/** The portmap plugin: ports of the host lead to ports of the container. */
import { KernelError, type NetworkNamespace, type NftStatement } from '../../kernel';
import { type Plugin, type PluginRequest, requirePrevious } from '../plugin';
import {
  type Cidr,
  CniError,
  cniVersions,
  contains,
  errorCodes,
  formatIp,
  networkOf,
  parseCidr,
  type Result,
} from '../spec';
import { cidrOf, familyOf, ipOf } from './common/addresses';
import { withOwn } from './common/namespaces';
import { addRules, countRules, ensureHostports, type PlacedRule, removeRules } from './common/rules';
import { isStale, tagOf } from './common/tag';
import { withUndo } from './common/undo';
import type { PluginHost } from './host';
import { type PortMapping, type PortmapConfig, portmapConfig } from './portmap-config';

const suffix = '#port';
const localhost = '127.0.0.1';

export function portmapPlugin(host: PluginHost): Plugin {
  return {
    versions: cniVersions,
    about: 'CNI portmap plugin (Underlay): forwards ports of the host to a container',
    async add(request) {
      const config = portmapConfig(request.config.raw);
      const result = requirePrevious(request);
      if (config.mappings.length > 0) await withOwn(host, (own) => forward(own, request, config, result));
      return result;
    },
    del: (request) =>
      withOwn(host, (own) => {
        removeRules(own, (comment) => comment === commentOf(request));
        forgetFlows(own, portmapConfig(request.config.raw).mappings);
      }),
    async check(request) {
      const config = portmapConfig(request.config.raw);
      const wanted = plannedRules(config, requirePrevious(request), commentOf(request)).length;
      const there = await withOwn(host, (own) => countRules(own, (comment) => comment === commentOf(request)));
      if (there < wanted)
        throw new CniError(
          errorCodes.internal,
          `${there} of ${wanted} rules that forward to ${request.ifname} are there`,
        );
    },
    gc: (request) =>
      withOwn(host, (own) =>
        removeRules(
          own,
          (comment) =>
            comment.endsWith(suffix) && isStale(comment.slice(0, -suffix.length), request.config.name, request.valid),
        ),
      ),
  };
}

const commentOf = (request: PluginRequest) => `${tagOf(request)}${suffix}`;

function forward(own: NetworkNamespace, request: PluginRequest, config: PortmapConfig, result: Result): Promise<void> {
  return withUndo(async (onFailure) => {
    const rules = plannedRules(config, result, commentOf(request));
    if (rules.length === 0) return;
    onFailure(() => removeRules(own, (comment) => comment === commentOf(request)));
    // What an ADD left that was never followed by DEL.
    removeRules(own, (comment) => comment === commentOf(request));
    ensureHostports(own);
    addRules(own, rules);
    if (config.snat) allowLocalhost(own, result);
    forgetFlows(own, config.mappings);
  });
}

/** A flow that was begun before would go on to where it led then. */
function forgetFlows(own: NetworkNamespace, mappings: PortMapping[]): void {
  for (const { protocol, hostPort } of mappings) if (protocol === 'udp') own.forgetUdp(hostPort);
}

function plannedRules(config: PortmapConfig, result: Result, comment: string): PlacedRule[] {
  const targets = containerAddresses(result);
  const rules = targets.flatMap((target) => config.mappings.flatMap((mapping) => rulesFor(config, target, mapping)));
  if (rules.length > 0 && config.snat) rules.push(...targets.map((target) => masqueradeMarked(target, config.mark)));
  return rules.map(({ chain, rule }) => ({ chain, rule: { ...rule, comment } }));
}

/** The first address of either family that is the container's. */
function containerAddresses(result: Result): Cidr[] {
  const own = result.ips.flatMap(({ address, interface: at }) => {
    const device = at === undefined ? undefined : result.interfaces[at];
    return at !== undefined && device?.sandbox === undefined ? [] : [cidrOf(address)];
  });
  return ([4, 6] as const).flatMap((family) => own.find(({ ip }) => ip.family === family) ?? []);
}

function rulesFor(config: PortmapConfig, target: Cidr, mapping: PortMapping): PlacedRule[] {
  const on = target.ip.family === 4 ? 'ip' : 'ip6';
  const hostIp = mapping.hostIP === undefined ? undefined : ipOf(mapping.hostIP);
  if (hostIp && hostIp.family !== target.ip.family) return [];
  const matches: NftStatement[] = [
    ...config.conditions[on],
    { kind: 'match', key: { on: 'meta', of: 'nfproto' }, op: '==', value: one(on === 'ip' ? 'ipv4' : 'ipv6') },
    { kind: 'match', key: { on: 'meta', of: 'l4proto' }, op: '==', value: one(mapping.protocol) },
    { kind: 'match', key: { on: 'th', of: 'dport' }, op: '==', value: one(String(mapping.hostPort)) },
    // 0.0.0.0 and :: are any address.
    ...(hostIp && hostIp.value !== 0n ? [match(on, 'daddr', one(formatIp(hostIp)))] : []),
  ];
  const dnat: NftStatement = { kind: 'dnat', family: on, address: formatIp(target.ip), port: mapping.containerPort };
  const marked = config.snat ? sourcesToMark(target) : [];
  return [...marked.map((source) => [source, markWith(config.mark)]), [dnat]].map((statements) => ({
    chain: 'hostports',
    rule: { statements: [...matches, ...statements] },
  }));
}

const one = (value: string) => ({ kind: 'one', value }) as const;

function match(
  on: 'ip' | 'ip6',
  of: 'saddr' | 'daddr',
  value: ReturnType<typeof one> | ReturnType<typeof prefixOf>,
): NftStatement {
  return { kind: 'match', key: { on, of }, op: '==', value };
}

const prefixOf = (cidr: Cidr) => ({ kind: 'prefix', address: formatIp(networkOf(cidr)), length: cidr.prefix }) as const;

const markWith = (mark: number): NftStatement => ({ kind: 'set', key: 'meta mark', value: mark, mask: mark });

/** Whose answers would not come back by the host: the container's own network (itself above all), and the host's 127.0.0.1. */
function sourcesToMark(target: Cidr): NftStatement[] {
  if (target.ip.family === 6) return [match('ip6', 'saddr', prefixOf(target))];
  return [match('ip', 'saddr', prefixOf(target)), match('ip', 'saddr', one(localhost))];
}

function masqueradeMarked(target: Cidr, mark: number): PlacedRule {
  const on = target.ip.family === 4 ? 'ip' : 'ip6';
  const statements: NftStatement[] = [
    match(on, 'daddr', one(formatIp(target.ip))),
    { kind: 'match', key: { on: 'meta', of: 'mark' }, op: '==', value: one(String(mark)), mask: mark },
    { kind: 'masquerade' },
  ];
  return { chain: 'postrouting', rule: { statements } };
}

/** Packets from 127.0.0.1 may leave by the device that leads to the container, where they get another source. */
function allowLocalhost(own: NetworkNamespace, result: Result): void {
  const target = containerAddresses(result).find(({ ip }) => ip.family === 4);
  const device = target && deviceTo(own, target);
  if (device === undefined) return;
  try {
    own.sysctlSet(`net/ipv4/conf/${device}/route_localnet`, '1');
  } catch (error) {
    if (!(error instanceof KernelError && error.code === 'ENOENT')) throw error;
  }
}

/** The device the most exact route to an address goes by. */
function deviceTo(own: NetworkNamespace, target: Cidr): string | undefined {
  const routes = own.routes(familyOf(target.ip)).flatMap(({ destination, device }) => {
    const network = destination === 'default' ? null : parseCidr(destination);
    return network && device !== null && contains(network, target.ip) ? [{ prefix: network.prefix, device }] : [];
  });
  const [best] = routes.sort((a, b) => b.prefix - a.prefix);
  return best && own.link(best.device)?.name;
}
