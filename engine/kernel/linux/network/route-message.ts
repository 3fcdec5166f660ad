/** Routes and rules as rtnetlink(7) messages (linux/rtnetlink.h, linux/fib_rules.h). */
import type { IpFamily, NewRoute, NewRule, RouteInfo, RuleInfo } from '../../network';
import { formatIp } from '../inspect/netlink/ip-address';
import { type Attributes, decodeAttributes, numberOf } from '../inspect/netlink/message';
import { attribute } from '../link/rtnetlink';
import { familyName, familyNumber, ip, nameOf, nest, numberFor, splitPrefix, u32 } from './attributes';

export const RTM_NEWROUTE = 24;
export const RTM_DELROUTE = 25;
export const RTM_GETROUTE = 26;
export const RTM_NEWRULE = 32;
export const RTM_DELRULE = 33;
export const RTM_GETRULE = 34;

const RTA = {
  destination: 1,
  device: 4,
  gateway: 5,
  priority: 6,
  source: 7,
  metrics: 8,
  multipath: 9,
  table: 15,
} as const;
const RTAX = { mtu: 2, advmss: 8 } as const;
const FRA = { destination: 1, source: 2, priority: 6, table: 15 } as const;
const FR_ACT_TO_TBL = 1;
export const RT_TABLE_MAIN = 254;
const RT_TABLE_LOCAL = 255;
const RTM_F_CLONED = 0x200;

const types = {
  unicast: 1,
  local: 2,
  broadcast: 3,
  anycast: 4,
  multicast: 5,
  blackhole: 6,
  unreachable: 7,
  prohibit: 8,
  throw: 9,
} as const;
const protocols: Readonly<Record<string, number>> = { redirect: 1, kernel: 2, boot: 3, static: 4, ra: 9 };
const scopes = { global: 0, site: 200, link: 253, host: 254, nowhere: 255 } as const;
const flagBits = { dead: 1, pervasive: 2, onlink: 4, linkdown: 16 } as const;

interface RouteHeader {
  family: IpFamily;
  length?: number;
  table?: number;
  protocol?: number;
  scope?: number;
  type?: number;
  flags?: number;
}

/** struct rtmsg; struct fib_rule_hdr differs in what bytes 2 and 7 mean. */
function header(fields: RouteHeader): Buffer {
  const bytes = Buffer.alloc(12);
  const table = fields.table ?? 0;
  bytes.writeUInt8(familyNumber(fields.family), 0);
  bytes.writeUInt8(fields.length ?? 0, 1);
  bytes.writeUInt8(table < 256 ? table : 0, 4);
  bytes.writeUInt8(fields.protocol ?? 0, 5);
  bytes.writeUInt8(fields.scope ?? 0, 6);
  bytes.writeUInt8(fields.type ?? 0, 7);
  bytes.writeUInt32LE(fields.flags ?? 0, 8);
  return bytes;
}

export function routeQuestion(family: IpFamily): Buffer {
  return header({ family });
}

/** `deleting`: what is left out matches anything, as with ip(8). */
export function encodeRoute(route: NewRoute, deleting: boolean): Buffer {
  const table = route.table ?? RT_TABLE_MAIN;
  const destination = route.destination === 'default' ? null : splitPrefix(route.destination);
  const hops = route.nexthops ?? [];
  const direct = !route.gateway && hops.length === 0 && route.family === 'inet';
  const scope = route.scope ?? (deleting ? 'nowhere' : direct && route.device ? 'link' : 'global');
  return Buffer.concat([
    header({
      family: route.family,
      length: destination?.length ?? 0,
      table,
      protocol: deleting && !route.protocol ? 0 : protocolNumber(route.protocol ?? 'boot'),
      scope: scopes[scope],
      type: deleting && !route.type ? 0 : numberFor(types, route.type ?? 'unicast', 'route type'),
      flags: (route.flags ?? []).reduce((bits, name) => bits | numberFor(flagBits, name, 'route flag'), 0),
    }),
    u32(RTA.table, table),
    ...(destination ? [ip(RTA.destination, destination.address)] : []),
    ...(route.gateway ? [ip(RTA.gateway, route.gateway)] : []),
    ...(route.device ? [u32(RTA.device, route.device)] : []),
    ...(route.source ? [ip(RTA.source, route.source)] : []),
    ...(route.metric ? [u32(RTA.priority, route.metric)] : []),
    ...encodeMetrics(route),
    ...(hops.length > 0 ? [attribute(RTA.multipath, Buffer.concat(hops.map(encodeHop)))] : []),
  ]);
}

function protocolNumber(protocol: string): number {
  return /^\d+$/.test(protocol) ? Number(protocol) : numberFor(protocols, protocol, 'route protocol');
}

function encodeMetrics({ mtu, advmss }: Pick<RouteInfo, 'mtu' | 'advmss'>): Buffer[] {
  const parts = [...(mtu ? [u32(RTAX.mtu, mtu)] : []), ...(advmss ? [u32(RTAX.advmss, advmss)] : [])];
  return parts.length === 0 ? [] : [nest(RTA.metrics, ...parts)];
}

/** struct rtnexthop */
function encodeHop(hop: RouteInfo['nexthops'][number]): Buffer {
  const gateway = hop.gateway ? ip(RTA.gateway, hop.gateway) : Buffer.alloc(0);
  const bytes = Buffer.alloc(8);
  bytes.writeUInt16LE(8 + gateway.length, 0);
  bytes.writeUInt8(Math.max(hop.weight - 1, 0), 3);
  bytes.writeInt32LE(hop.device, 4);
  return Buffer.concat([bytes, gateway]);
}

/** Nothing for what nobody made: the local table (unless it was asked for) and cached entries. */
export function decodeRouteInfo(payload: Buffer, table: number | undefined): RouteInfo[] {
  const family = familyName(payload[0] ?? 0);
  const flags = payload.readUInt32LE(8);
  if (family === null || (flags & RTM_F_CLONED) !== 0) return [];
  const attributes = decodeAttributes(payload.subarray(12));
  const own = numberOf(attributes, RTA.table) ?? payload[4] ?? 0;
  if (table === undefined ? own === RT_TABLE_LOCAL : own !== table) return [];
  const destination = attributes.get(RTA.destination);
  const protocol = payload[5] ?? 0;
  return [
    {
      family,
      table: own,
      type: nameOf(types, payload[7]) ?? 'unicast',
      destination: destination ? `${formatIp(destination)}/${payload[1]}` : 'default',
      gateway: address(attributes, RTA.gateway),
      device: numberOf(attributes, RTA.device),
      source: address(attributes, RTA.source),
      metric: numberOf(attributes, RTA.priority) ?? 0,
      protocol: nameOf(protocols, protocol) ?? String(protocol),
      scope: nameOf(scopes, payload[6]) ?? 'global',
      nexthops: decodeHops(attributes.get(RTA.multipath)),
      flags: Object.entries(flagBits).flatMap(([name, bit]) => ((flags & bit) === 0 ? [] : [name])),
      ...decodeMetrics(attributes.get(RTA.metrics)),
    },
  ];
}

function address(attributes: Attributes, type: number): string | null {
  const bytes = attributes.get(type);
  return bytes ? formatIp(bytes) : null;
}

function decodeMetrics(bytes: Buffer | undefined): Pick<RouteInfo, 'mtu' | 'advmss'> {
  if (!bytes) return {};
  const metrics = decodeAttributes(bytes);
  const mtu = numberOf(metrics, RTAX.mtu);
  const advmss = numberOf(metrics, RTAX.advmss);
  return { ...(mtu ? { mtu } : {}), ...(advmss ? { advmss } : {}) };
}

function decodeHops(bytes: Buffer | undefined): RouteInfo['nexthops'] {
  const hops: RouteInfo['nexthops'] = [];
  for (let at = 0; bytes && at + 8 <= bytes.length; ) {
    const length = bytes.readUInt16LE(at);
    if (length < 8) break;
    const attributes = decodeAttributes(bytes.subarray(at + 8, at + length));
    hops.push({
      gateway: address(attributes, RTA.gateway),
      device: bytes.readInt32LE(at + 4),
      weight: (bytes[at + 3] ?? 0) + 1,
    });
    at += (length + 3) & ~3;
  }
  return hops;
}

export function encodeRule(rule: NewRule): Buffer {
  const from = rule.from ? splitPrefix(rule.from) : null;
  const to = rule.to ? splitPrefix(rule.to) : null;
  const table = rule.table ?? RT_TABLE_MAIN;
  const bytes = header({ family: rule.family, length: to?.length ?? 0, table, type: FR_ACT_TO_TBL });
  bytes.writeUInt8(from?.length ?? 0, 2);
  return Buffer.concat([
    bytes,
    u32(FRA.table, table),
    ...(rule.priority === undefined ? [] : [u32(FRA.priority, rule.priority)]),
    ...(from ? [ip(FRA.source, from.address)] : []),
    ...(to ? [ip(FRA.destination, to.address)] : []),
  ]);
}

export function decodeRuleInfo(payload: Buffer): RuleInfo[] {
  const family = familyName(payload[0] ?? 0);
  if (family === null) return [];
  const attributes = decodeAttributes(payload.subarray(12));
  const network = (type: number, length: number | undefined) => {
    const text = address(attributes, type);
    return text === null ? null : `${text}/${length}`;
  };
  return [
    {
      family,
      priority: numberOf(attributes, FRA.priority) ?? 0,
      from: network(FRA.source, payload[2]),
      to: network(FRA.destination, payload[1]),
      table: numberOf(attributes, FRA.table) ?? payload[4] ?? 0,
    },
  ];
}
