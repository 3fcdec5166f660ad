/** One route as ip-route(8) prints it. */
import { type RouteGet, type RouteInfo, routeTypes } from '../../../kernel/sim';
import type { IpContext } from './context';
import type { Json } from './json';
import { protocolNumber, tableName } from './route-tables';

/** What a filter has fixed is not said again for each route. */
export interface Said {
  device: boolean;
  gateway: boolean;
  protocol: boolean;
  table: boolean;
  type: boolean;
  scope: boolean;
}

export function routeText(context: IpContext, route: RouteInfo, said: Said): string {
  const { options, newline } = context;
  const isV6 = route.family === 'inet6';
  const parts: string[] = [];
  const { numeric } = options;
  // A colour goes on over the space after what it marks.
  const address = (text: string) => context.color(route.family, `${text} `);
  const device = (index: number) => `dev ${context.color('name', `${context.nameOf(index)} `)}`;
  if (options.details || route.type !== 'unicast') parts.push(`${numeric ? typeNumber(route.type) : route.type} `);
  parts.push(route.destination === 'default' ? 'default ' : address(route.destination));
  if (route.gateway !== null && !said.gateway) parts.push(`via ${address(route.gateway)}`);
  if (route.device !== null && !said.device) parts.push(device(route.device));
  if (!said.table && route.table !== 254) parts.push(`table ${numeric ? route.table : tableName(route.table)} `);
  if ((options.details || route.protocol !== 'boot') && !said.protocol)
    parts.push(`proto ${numeric ? protocolNumber(route.protocol) : route.protocol} `);
  if ((options.details || route.scope !== 'global') && !isV6 && !said.scope)
    parts.push(`scope ${numeric ? scopeNumbers[route.scope] : route.scope} `);
  if (route.source !== null) parts.push(`src ${address(route.source)}`);
  if (route.metric !== 0 || isV6) parts.push(`metric ${route.metric} `);
  const flags =
    route.nexthops.length > 0 && route.nexthops.every((hop) => hop.flags?.includes('linkdown'))
      ? ['linkdown']
      : route.flags;
  parts.push(...sortedFlags(flags).map((flag) => `${flag} `));
  if (route.mtu !== undefined) parts.push(`mtu ${route.mtu} `);
  const hops = route.nexthops.map((hop) => {
    const gateway = hop.gateway === null ? '' : `via ${address(hop.gateway)}`;
    const marks = (hop.flags ?? []).map((flag) => `${flag} `).join('');
    return `${newline}\tnexthop ${gateway}${device(hop.device)}weight ${hop.weight} ${marks}`;
  });
  const text = parts.join('');
  return isV6 ? `${text}${hops.length > 0 ? hops.join('') : ''}pref medium\n` : `${text}${hops.join('')}\n`;
}

const scopeNumbers = { global: 0, site: 200, link: 253, host: 254, nowhere: 255 } as const;
const types: readonly string[] = ['none', ...routeTypes, 'nat'];

function typeNumber(name: string): string {
  return types.includes(name) ? String(types.indexOf(name)) : name;
}

function sortedFlags(flags: readonly string[]): string[] {
  return ['dead', 'onlink', 'pervasive', 'linkdown'].filter((flag) => flags.includes(flag));
}

export function routeJson(context: IpContext, route: RouteInfo, said: Said): Json {
  const json: { [key: string]: Json } = {};
  const isV6 = route.family === 'inet6';
  if (context.options.details || route.type !== 'unicast') json.type = route.type;
  json.dst = route.destination;
  if (route.gateway !== null) json.gateway = route.gateway;
  if (route.device !== null) json.dev = context.nameOf(route.device);
  if (!said.table && route.table !== 254) json.table = tableName(route.table);
  if (context.options.details || route.protocol !== 'boot') json.protocol = route.protocol;
  if ((context.options.details || route.scope !== 'global') && !isV6) json.scope = route.scope;
  if (route.source !== null) json.prefsrc = route.source;
  if (route.metric !== 0 || isV6) json.metric = route.metric;
  const flags =
    route.nexthops.length > 0 && route.nexthops.every((hop) => hop.flags?.includes('linkdown'))
      ? ['linkdown']
      : route.flags;
  json.flags = sortedFlags(flags);
  if (route.mtu !== undefined) json.metrics = [{ mtu: route.mtu }];
  if (isV6) json.pref = 'medium';
  if (route.nexthops.length > 0) {
    json.nexthops = route.nexthops.map((hop) => ({
      ...(hop.gateway === null ? {} : { gateway: hop.gateway }),
      dev: context.nameOf(hop.device),
      weight: hop.weight,
      flags: hop.flags ?? [],
    }));
  }
  return json;
}

export function routeGetText(
  context: IpContext,
  to: string,
  { route, source, device, gateway, uid }: RouteGet,
  { from, iif, mark }: { from?: string; iif?: string; mark?: number },
): string {
  const { newline } = context;
  const isV6 = route.family === 'inet6';
  const parts: string[] = [];
  const address = (text: string) => context.color(route.family, `${text} `);
  if (route.type !== 'unicast') parts.push(`${route.type} `);
  parts.push(address(to));
  if (from !== undefined) parts.push(`from ${address(from)}`);
  else if (isV6) parts.push('from :: ');
  if (gateway !== null) parts.push(`via ${address(gateway)}`);
  const out = route.type === 'local' && !isV6 ? 'lo' : context.nameOf(device);
  parts.push(`dev ${context.color('name', `${out} `)}`);
  if (route.table !== 254 && route.type !== 'local' && route.type !== 'broadcast')
    parts.push(`table ${tableName(route.table)} `);
  if (isV6) return v6Text(parts, route, source === '::' ? '' : `src ${address(source)}`);
  if (from === undefined && iif === undefined && source !== '0.0.0.0') parts.push(`src ${address(source)}`);
  if (mark !== undefined && mark !== 0) parts.push(`mark ${mark} `);
  if (iif === undefined) parts.push(`uid ${uid} `);
  const cache =
    route.type === 'local'
      ? ' <local>'
      : route.type === 'broadcast'
        ? ' <local,brd>'
        : route.type === 'multicast'
          ? ' <mc>'
          : '';
  const mtu = route.mtu === undefined ? '' : ` mtu ${route.mtu}`;
  return `${parts.join('')}${newline}    cache${cache}${mtu} ${iif === undefined ? '' : `iif ${iif} `}\n`;
}

function v6Text(parts: string[], route: RouteInfo, source: string): string {
  if (route.table === 255) parts.push('table local ');
  if (route.protocol !== 'boot') parts.push(`proto ${route.protocol} `);
  parts.push(source, `metric ${route.metric} `, 'pref medium');
  return `${parts.join('')}\n`;
}
