/** `ip route add`, `del` and so on (ip-route(8)). Showing them is `route-show.ts`. */
import {
  type Blocking,
  type InetFamily,
  inetFamilyOf,
  parseIp,
  parsePrefix,
  type RouteInfo,
} from '../../../kernel/sim';
import { type Args, type IpContext, IpError, invalid, matches, number, request, wrong } from './context';
import { routeProtocol, tableNumber } from './route-tables';
import { routeGetText } from './route-text';

export type RouteRequest = Partial<RouteInfo> & Pick<RouteInfo, 'family' | 'destination'>;

const types = [
  'unicast',
  'local',
  'broadcast',
  'multicast',
  'throw',
  'unreachable',
  'prohibit',
  'blackhole',
  'nat',
  'anycast',
];
export function routeChange(
  context: IpContext,
  args: Args,
  command: 'add' | 'append' | 'replace' | 'change' | 'delete',
): number {
  const route = readRoute(context, args);
  if (command === 'delete') request(() => context.sys.routeDelete(route));
  else request(() => context.sys.routeAdd(route, command));
  return 0;
}

function readRoute(context: IpContext, args: Args): RouteRequest {
  const wantsV6 = context.options.family === 'inet6';
  let family: InetFamily = wantsV6 ? 'inet6' : 'inet';
  const route: RouteRequest = { family, destination: '' };
  let hasDestination = false;
  let isFamilyKnown = wantsV6 || context.options.family === 'inet';
  for (let word = args.shift(); word !== undefined; word = args.shift()) {
    if (word === 'via') {
      const gateway = readVia(args, isFamilyKnown ? family : null);
      route.gateway = gateway.text;
      family = gateway.family;
    } else if (word === 'dev' || word === 'oif') route.device = context.link(args.next()).index;
    else if (word === 'nexthop') readNexthops(context, args, route, family);
    else if (readAttribute(args, route, word)) continue;
    else {
      let text = matches(word, 'to') && word === 'to' ? args.next() : word;
      if (types.includes(text)) {
        route.type = text;
        text = args.next();
      }
      if (hasDestination) throw new IpError(`Error: either "to" is duplicate, or "${text}" is a garbage.`, 255);
      const destination = readPrefix(text, wantsV6);
      route.destination = destination.text;
      if (destination.family) {
        family = destination.family;
        isFamilyKnown = true;
      }
      hasDestination = true;
    }
  }
  route.family = family;
  if (route.destination === '') route.destination = 'default';
  return route;
}

function readAttribute(args: Args, route: RouteRequest, word: string): boolean {
  if (word === 'src') route.source = readSource(args.next());
  else if (word === 'metric' || word === 'preference' || word === 'priority')
    route.metric = figure('metric', args.next());
  else if (word === 'table') route.table = tableNumber(args.next());
  else if (word === 'proto' || word === 'protocol') route.protocol = routeProtocol(args.next());
  else if (word === 'scope') route.scope = readScope(args.next());
  else if (word === 'mtu') {
    const value = args.next();
    route.mtu = figure('mtu', value === 'lock' ? args.next() : value);
  } else if (word === 'onlink') route.flags = ['onlink'];
  else if (notHere.includes(word)) throw new IpError(`ip route: "${word}" is not here.`);
  else return false;
  return true;
}

const notHere = [
  'advmss',
  'window',
  'initcwnd',
  'initrwnd',
  'tos',
  'dsfield',
  'pref',
  'hoplimit',
  'rtt',
  'quickack',
  'expires',
];

function figure(name: string, text: string): number {
  if (!/^(0x[0-9a-fA-F]+|\d+)$/.test(text)) throw invalid(`"${name}" value is invalid`, text);
  return Number(text);
}

function readSource(text: string): string {
  if (parseIp(text) === null) throw new IpError(`Error: inet address is expected rather than "${text}".`);
  return text;
}

function readScope(text: string): RouteInfo['scope'] {
  if (text === 'global' || text === 'site' || text === 'link' || text === 'host' || text === 'nowhere') return text;
  throw invalid('invalid "scope" value\n'.trimEnd(), text);
}

export function readPrefix(text: string, wantsV6: boolean): { text: string; family: InetFamily | null } {
  if (text === 'default' || text === 'any' || text === 'all') return { text: 'default', family: null };
  const prefix = parsePrefix(text.includes('/') ? text : withoutLength(text));
  if (!prefix)
    throw new IpError(`Error: ${wantsV6 ? 'inet6' : 'any valid'} prefix is expected rather than "${text}".`, 1);
  return { text, family: inetFamilyOf(prefix.address) };
}

/** `10.1` is 10.1.0.0. */
function withoutLength(text: string): string {
  const parts = text.split('.');
  if (!/^\d+(\.\d+){0,2}$/.test(text)) return text;
  return [...parts, ...new Array<string>(4 - parts.length).fill('0')].join('.');
}

function readVia(args: Args, family: InetFamily | null): { text: string; family: InetFamily } {
  let text = args.next();
  if (text === 'inet' || text === 'inet6') text = args.next();
  const ip = parseIp(text);
  if (ip === null || (family !== null && inetFamilyOf(ip) !== family))
    throw new IpError(`Error: ${family ?? 'any valid'} address is expected rather than "${text}".`, 1);
  return { text, family: inetFamilyOf(ip) };
}

function readNexthops(context: IpContext, args: Args, route: RouteRequest, family: InetFamily): void {
  const hops: RouteInfo['nexthops'] = [];
  let hop = emptyHop();
  for (let word = args.shift(); word !== undefined; word = args.shift()) {
    if (word === 'via') hop.gateway = readVia(args, family).text;
    else if (word === 'dev') hop.device = context.link(args.next()).index;
    else if (word === 'weight') hop.weight = number('weight', args.next());
    else if (word === 'onlink') route.flags = ['onlink'];
    else if (word === 'nexthop') {
      hops.push(hop);
      hop = emptyHop();
    } else throw new IpError(`Error: either "nexthop" is duplicate, or "${word}" is a garbage.`, 255);
  }
  hops.push(hop);
  route.nexthops = hops;
}

export function* routeGet(context: IpContext, args: Args): Blocking<number> {
  let to: string | null = null;
  const options: Parameters<IpContext['sys']['routeGet']>[2] = {};
  for (let word = args.shift(); word !== undefined; word = args.shift()) {
    if (word === 'from') options.from = args.next();
    else if (word === 'iif') options.iif = context.link(args.next()).name;
    else if (word === 'oif' || word === 'dev') options.oif = context.link(args.next()).name;
    else if (word === 'mark') options.mark = readMark(args.next());
    else if (['uid', 'ipproto', 'sport', 'dport', 'tos'].includes(word)) args.next();
    else to = word === 'to' ? args.next() : word;
  }
  if (to === null) throw new IpError('need at least a destination address');
  const prefix = parsePrefix(to);
  if (!prefix) throw new IpError(`Error: any valid prefix is expected rather than "${to}".`, 1);
  const family = inetFamilyOf(prefix.address);
  const address = to.split('/')[0] ?? to;
  const answer = request(() => context.sys.routeGet(family, address, options));
  yield* context.out.write(routeGetText(context, address, answer, options));
  return 0;
}

function emptyHop(): RouteInfo['nexthops'][number] {
  return { gateway: null, device: 0, weight: 1 };
}

function readMark(text: string): number {
  if (!/^(0x[0-9a-fA-F]+|\d+)$/.test(text)) throw wrong('invalid mark value', text);
  return Number(text);
}
