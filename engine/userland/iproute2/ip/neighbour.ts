/** `ip neighbour` (ip-neighbour(8)). */
import {
  type Blocking,
  inetFamilyOf,
  isMulticast,
  isWithin,
  type NeighborInfo,
  parseIp,
  parsePrefix,
} from '../../../kernel/sim';
import { type Args, type IpContext, IpError, matches, missing, request, wrong } from './context';
import { type Json, jsonText } from './json';
import { readLladdr } from './link-arguments';

const states = ['permanent', 'reachable', 'noarp', 'none', 'stale', 'incomplete', 'delay', 'probe', 'failed', 'all'];

interface NeighbourFilter {
  device: number | null;
  to: string | null;
  state: string | null;
}

export function* neighbourShow(context: IpContext, args: Args): Blocking<number> {
  const filter = readFilter(context, args);
  const found = selected(context, filter);
  if (context.options.json) {
    const values: Json[] = found.map((one) => ({
      dst: one.address,
      ...(filter.device === null ? { dev: context.nameOf(one.index) } : {}),
      ...(one.hardware === null ? {} : { lladdr: one.hardware }),
      state: [one.state],
    }));
    yield* context.out.write(jsonText(values, context.options.pretty));
    return 0;
  }
  for (const one of found) {
    yield* context.out.write(neighbourText(context, one, filter.device === null));
  }
  return 0;
}

export function neighbourFlush(context: IpContext, args: Args): number {
  if (args.isEmpty) throw new IpError('Flush requires arguments.');
  const filter = readFilter(context, args);
  for (const one of selected(context, filter)) {
    if (one.state !== 'PERMANENT' && one.state !== 'NOARP') request(() => context.sys.neighborDelete(one));
  }
  return 0;
}

export function neighbourChange(
  context: IpContext,
  args: Args,
  command: 'add' | 'replace' | 'change' | 'delete',
): number {
  let device: string | null = null;
  let address: string | null = null;
  let hardware: string | null = null;
  let state = 'permanent';
  for (let word = args.shift(); word !== undefined; word = args.shift()) {
    if (word === 'dev') device = args.next();
    else if (word === 'lladdr') hardware = readLladdr(args.next());
    else if (word === 'nud') state = readState(args.next());
    else if (word === 'router' || word === 'use' || word === 'managed' || word === 'extern_learn') continue;
    else if (word === 'proxy') throw new IpError('ip neigh add proxy: not supported here');
    else address = word === 'to' ? args.next() : word;
  }
  if (device === null || address === null) throw new IpError('Device and destination are required arguments.', 255);
  const ip = parseIp(address);
  if (ip === null) throw new IpError(`Error: any valid address is expected rather than "${address}".`, 1);
  const { index } = context.link(device);
  const neighbour: NeighborInfo = { family: inetFamilyOf(ip), index, address, hardware, state: state.toUpperCase() };
  if (command === 'delete') request(() => context.sys.neighborDelete(neighbour));
  else request(() => context.sys.neighborSet(neighbour, command));
  return 0;
}

export function* neighbourGet(context: IpContext, args: Args): Blocking<number> {
  const filter = readFilter(context, args);
  if (filter.device === null) throw missing('dev');
  const found = selected(context, { ...filter, state: 'all' })[0];
  if (!found) throw new IpError('Error: Neighbour entry not found.', 2);
  yield* context.out.write(neighbourText(context, found, true));
  return 0;
}

function neighbourText(context: IpContext, one: NeighborInfo, withDevice: boolean): string {
  const device = withDevice ? `dev ${context.color('name', `${context.nameOf(one.index)} `)}` : '';
  const hardware = one.hardware === null ? '' : `lladdr ${context.color('hardware', `${one.hardware} `)}`;
  const used = context.options.statistics > 0 ? 'used 0/0/0 probes 0 ' : '';
  return `${context.color(one.family, `${one.address} `)}${device}${hardware}${used}${one.state} \n`;
}

function readFilter(context: IpContext, args: Args): NeighbourFilter {
  const filter: NeighbourFilter = { device: null, to: null, state: null };
  for (let word = args.shift(); word !== undefined; word = args.shift()) {
    if (word === 'dev') filter.device = context.link(args.next()).index;
    else if (word === 'nud') filter.state = readState(args.next());
    else if (word === 'unused' || word === 'nomaster' || word === 'all') continue;
    else {
      const text = matches(word, 'to') && word.length > 1 ? args.next() : word;
      if (!parsePrefix(text)) throw new IpError(`Error: any valid prefix is expected rather than "${text}".`, 1);
      filter.to = text;
    }
  }
  return filter;
}

function readState(text: string): string {
  if (!states.includes(text)) throw wrong('nud state is bad', text);
  return text;
}

function selected(context: IpContext, { device, to, state }: NeighbourFilter): NeighborInfo[] {
  const { family } = context.options;
  const prefix = to === null ? null : parsePrefix(to);
  return context.sys.neighbors().filter((one) => {
    const ip = parseIp(one.address);
    if (ip === null || (family !== null && one.family !== family)) return false;
    if (device !== null && one.index !== device) return false;
    if (prefix && !isWithin(ip, prefix)) return false;
    if (state === 'all') return true;
    return state === null ? one.state !== 'NOARP' && !isMulticast(ip) : one.state === state.toUpperCase();
  });
}
