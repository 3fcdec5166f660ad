/** rtnetlink(7) RTM_NEWROUTE: a route of the main or another table (linux/rtnetlink.h). */
import type { NsId, Route } from '../../../../state';
import { formatIp } from './ip-address';
import { decodeAttributes, numberOf } from './message';

export const RTM_NEWROUTE = 24;
export const RTM_GETROUTE = 26;

const RTA = { destination: 1, device: 4, gateway: 5, priority: 6, source: 7, multipath: 9, table: 15 } as const;
const AF_INET = 2;
const AF_INET6 = 10;
const RT_TABLE_LOCAL = 255;
/** Cloned entries are caches of the kernel, not routes somebody made. */
const RTM_F_CLONED = 0x200;
const types = [
  'unspec',
  'unicast',
  'local',
  'broadcast',
  'anycast',
  'multicast',
  'blackhole',
  'unreachable',
  'prohibit',
  'throw',
  'nat',
];

/** Null for what is no route of interest: the local table, cloned entries, other families. */
export function decodeRoute(payload: Buffer, ns: NsId): Route | null {
  if (payload.length < 12) return null;
  const family = payload[0];
  if (family !== AF_INET && family !== AF_INET6) return null;
  if ((payload.readUInt32LE(8) & RTM_F_CLONED) !== 0) return null;
  const attributes = decodeAttributes(payload.subarray(12));
  const table = numberOf(attributes, RTA.table) ?? payload[4] ?? 0;
  if (table === RT_TABLE_LOCAL) return null;
  const destination = attributes.get(RTA.destination);
  const gateway = attributes.get(RTA.gateway) ?? firstHop(attributes.get(RTA.multipath))?.gateway;
  const source = attributes.get(RTA.source);
  return {
    ns,
    family: family === AF_INET ? 'ipv4' : 'ipv6',
    table,
    destination: destination ? `${formatIp(destination)}/${payload[1]}` : 'default',
    gateway: gateway ? formatIp(gateway) : null,
    device: numberOf(attributes, RTA.device) ?? firstHop(attributes.get(RTA.multipath))?.device ?? null,
    source: source ? formatIp(source) : null,
    metric: numberOf(attributes, RTA.priority) ?? 0,
    type: types[payload[7] ?? 0] ?? 'unspec',
  };
}

/** First `struct rtnexthop` of a multipath route: the schema has room for one hop. */
function firstHop(hops: Buffer | undefined): { device: number; gateway: Buffer | undefined } | null {
  if (!hops || hops.length < 8) return null;
  const length = hops.readUInt16LE(0);
  return { device: hops.readInt32LE(4), gateway: decodeAttributes(hops.subarray(8, length)).get(RTA.gateway) };
}
