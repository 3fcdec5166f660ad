/** `ip route show` and `flush`: which routes a selector picks. */
import { type Blocking, type InetFamily, isSysError, isWithin, parsePrefix, type RouteInfo } from '../../../kernel/sim';
import { type Args, type IpContext, IpError, invalid, kernelError, request } from './context';
import { type Json, jsonText } from './json';
import { readPrefix } from './route';
import { tableNumber } from './route-tables';
import { routeJson, routeText, type Said } from './route-text';

interface RouteFilter {
  /** Null: all. */
  table: number | null;
  device: number | null;
  gateway: string | null;
  protocol: string | null;
  type: string | null;
  scope: string | null;
  source: string | null;
  prefix: string | null;
  how: 'exact' | 'root' | 'match';
  family: InetFamily | null;
}

const typeNames = [
  'unicast',
  'local',
  'broadcast',
  'multicast',
  'throw',
  'unreachable',
  'prohibit',
  'blackhole',
  'anycast',
];

export function* routeShow(context: IpContext, args: Args): Blocking<number> {
  const filter = readFilter(context, args);
  const routes = selected(context, filter, 'Dump');
  const said: Said = {
    device: filter.device !== null,
    gateway: filter.gateway !== null,
    protocol: filter.protocol !== null,
    table: filter.table !== null,
    type: false,
    scope: filter.scope !== null,
  };
  if (context.options.json) {
    const values: Json[] = routes.map((route) => routeJson(context, route, said));
    yield* context.out.write(jsonText(values, context.options.pretty));
  } else for (const route of routes) yield* context.out.write(routeText(context, route, said));
  return 0;
}

export function* routeFlush(context: IpContext, args: Args): Blocking<number> {
  if (args.isEmpty) throw new IpError('"ip route flush" requires arguments.');
  const filter = readFilter(context, args);
  const routes = selected(context, filter, 'Flush');
  for (const route of routes) request(() => context.sys.routeDelete(route));
  if (context.options.statistics > 0) {
    const done = `\n*** Round 1, deleting ${routes.length} entries ***\n*** Flush is complete after 1 round ***\n`;
    yield* context.out.write(routes.length === 0 ? 'Nothing to flush.\n' : done);
  }
  yield* context.out.flush();
  return 0;
}

function readFilter(context: IpContext, args: Args): RouteFilter {
  const filter: RouteFilter = {
    table: 254,
    device: null,
    gateway: null,
    protocol: null,
    type: null,
    scope: null,
    source: null,
    prefix: null,
    how: 'exact',
    family: null,
  };
  for (let word = args.shift(); word !== undefined; word = args.shift()) {
    if (word === 'table') filter.table = readTable(args.next());
    else if (word === 'dev' || word === 'oif' || word === 'iif') filter.device = context.link(args.next()).index;
    else if (word === 'via') filter.gateway = args.next();
    else if (word === 'proto' || word === 'protocol') filter.protocol = args.next();
    else if (word === 'type') filter.type = readType(args.next());
    else if (word === 'scope') filter.scope = args.next();
    else if (word === 'src') filter.source = args.next();
    else if (word === 'cache' || word === 'cached') filter.table = -1;
    else if (word === 'root' || word === 'match' || word === 'exact') {
      filter.how = word;
      readTo(context, filter, args.next());
    } else readSelector(context, filter, args, word);
  }
  return filter;
}

function readSelector(context: IpContext, filter: RouteFilter, args: Args, word: string): void {
  let text = word === 'to' ? args.next() : word;
  if (text === 'root' || text === 'match' || text === 'exact') {
    filter.how = text;
    text = args.next();
  }
  if (typeNames.includes(text)) {
    filter.type = text;
    const next = args.shift();
    if (next !== undefined) readTo(context, filter, next);
  } else readTo(context, filter, text);
}

function readTo(context: IpContext, filter: RouteFilter, text: string): void {
  const { text: prefix, family } = readPrefix(text, context.options.family === 'inet6');
  filter.prefix = prefix;
  filter.family = family;
}

function readTable(text: string): number | null {
  return text === 'all' ? null : tableNumber(text, 'table id value is invalid');
}

function readType(text: string): string {
  if (!typeNames.includes(text)) throw invalid('node type value is invalid\n'.trimEnd(), text);
  return text;
}

/** `what` ends when a table is asked for that is not there. */
function selected(context: IpContext, filter: RouteFilter, what: 'Dump' | 'Flush'): RouteInfo[] {
  const { family } = context.options;
  const wanted = filter.family ?? (family === 'inet6' || family === 'inet' ? family : null);
  const families: InetFamily[] = wanted ? [wanted] : filter.table === null ? ['inet', 'inet6'] : ['inet'];
  const table = filter.table ?? undefined;
  try {
    return families.flatMap((one) => context.sys.routes(one, table)).filter((route) => passes(filter, route));
  } catch (error) {
    if (!isSysError(error)) throw error;
    throw new IpError(`${kernelError(error).message}\n${what} terminated`, 2);
  }
}

function passes(filter: RouteFilter, route: RouteInfo): boolean {
  const { device, gateway, protocol, type, scope, source } = filter;
  if (device !== null && route.device !== device) return false;
  if (gateway !== null && route.gateway !== gateway) return false;
  if (protocol !== null && route.protocol !== protocol) return false;
  if (type !== null && route.type !== type) return false;
  if (scope !== null && route.scope !== scope) return false;
  if (source !== null && route.source !== source) return false;
  return filter.prefix === null || holds(filter.prefix, filter.how, route);
}

function holds(text: string, how: RouteFilter['how'], route: RouteInfo): boolean {
  const zero = route.family === 'inet' ? '0.0.0.0/0' : '::/0';
  const wanted = parsePrefix(text === 'default' ? zero : text);
  const own = parsePrefix(route.destination === 'default' ? zero : route.destination);
  if (!wanted || !own) return false;
  if (how === 'root') return own.length >= wanted.length && isWithin(own.address, wanted);
  if (how === 'match') return own.length <= wanted.length && isWithin(wanted.address, own);
  return own.length === wanted.length && own.address === wanted.address;
}
