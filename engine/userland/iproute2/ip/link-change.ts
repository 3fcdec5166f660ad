/** `ip link add`, `set`, `delete`, `property` (ip-link(8)). */
import type { Blocking, LinkChange, NewLink, Sys } from '../../../kernel/sim';
import { type Args, type IpContext, IpError, missing, number, onOff, request, wrong } from './context';
import { isName, type LinkArguments, readLinkArguments } from './link-arguments';
import { readKindDetails } from './link-kinds';
import { linkUsage, vethUsage } from './usage';

export function* linkAdd(context: IpContext, args: Args): Blocking<number> {
  const found = yield* readLinkArguments(context, args);
  if (found.kind === null) throw new IpError('Not enough information: "type" argument is required', 1);
  const link: NewLink = { ...newLink(found), kind: found.kind };
  if (found.kind === 'veth') yield* readPeer(context, args, link);
  else readDetails(context, args, link);
  if (found.link !== null) link.link = context.link(found.link).index;
  request(() => context.sys.linkAdd(link));
  return 0;
}

/** What both ends of a veth may be given. */
function newLink({ device, change, index, group, txQueues, rxQueues }: LinkArguments): Omit<NewLink, 'kind'> {
  if (device !== null && change.name !== undefined)
    throw new IpError('both "name" and "dev" cannot be used when creating devices.', 255);
  const { address, broadcast, mtu, netns, up, queueLength, master } = change;
  const name = change.name ?? device;
  return {
    ...(name === null ? {} : { name }),
    ...(address === undefined ? {} : { address }),
    ...(broadcast === undefined ? {} : { broadcast }),
    ...(mtu === undefined ? {} : { mtu }),
    ...(netns === undefined ? {} : { netns }),
    ...(up === undefined ? {} : { up }),
    ...(queueLength === undefined ? {} : { queueLength }),
    ...(master === undefined || master === null ? {} : { master }),
    ...(index === null ? {} : { index }),
    ...(group === null ? {} : { group }),
    ...(txQueues === null ? {} : { txQueues }),
    ...(rxQueues === null ? {} : { rxQueues }),
  };
}

function* readPeer(context: IpContext, args: Args, link: NewLink): Blocking<void> {
  const word = args.shift();
  if (word === undefined) return;
  if (word !== 'peer') throw new IpError(vethUsage);
  const found = yield* readLinkArguments(context, args);
  if (found.kind !== null) throw new IpError(`Error: duplicate "type": "${found.kind}" is the second value.`, 255);
  link.peer = newLink(found);
}

function readDetails(context: IpContext, args: Args, link: NewLink): void {
  const details: Record<string, string | number | boolean> = {};
  readKindDetails(context, link.kind, args, details);
  if (typeof details.dev === 'number') {
    link.link = details.dev;
    delete details.dev;
  }
  link.details = details;
}

export function* linkSet(context: IpContext, args: Args): Blocking<number> {
  const found = yield* readLinkArguments(context, args);
  const { change, group, kind } = found;
  if (found.index !== null && change.netns === undefined)
    throw new IpError('index can be used only when creating devices or when moving device to another netns.', 255);
  if (found.device === null) {
    if (group === null) throw missing('dev');
    request(() => context.sys.linkSetGroup(group, change));
    return 0;
  }
  if (group !== null) change.group = group;
  if (kind === 'bridge_slave') readPort(context, context.link(found.device).index, args);
  else if (kind !== null) readKindChange(context, args, { device: found.device, kind, change });
  const { index } = context.link(found.device);
  request(() => context.sys.linkSet(index, change));
  return 0;
}

interface KindChange {
  device: string;
  kind: string;
  change: LinkChange;
}

/** What a kind is told has to be meant for that kind; naming it alone changes nothing. */
function readKindChange(context: IpContext, args: Args, { device, kind, change }: KindChange): void {
  const details: NonNullable<LinkChange['details']> = {};
  readKindDetails(context, kind, args, details);
  if (Object.keys(details).length === 0) return;
  if (context.link(device).kind !== kind) throw new IpError('RTNETLINK answers: Operation not supported', 2);
  change.details = details;
}

function readPort(context: IpContext, index: number, args: Args): void {
  const change: Parameters<Sys['bridgePortSet']>[1] = {};
  for (let word = args.shift(); word !== undefined; word = args.shift()) {
    if (word === 'hairpin') change.hairpin = portFlag(word, args);
    else if (word === 'isolated') change.isolated = portFlag(word, args);
    else if (word === 'learning') change.learning = portFlag(word, args);
    else if (word === 'flood') change.flood = portFlag(word, args);
    else if (word === 'neigh_suppress') change.neighSuppress = portFlag(word, args);
    else if (word === 'cost') change.cost = number(word, args.next());
    else if (word === 'priority') change.priority = number(word, args.next());
    else throw new IpError(`bridge_slave: unknown option "${word}"?\n${portUsage}`);
  }
  if (Object.keys(change).length > 0) request(() => context.sys.bridgePortSet(index, change));
}

const portUsage = `Usage: ... bridge_slave [ priority PRIO ]
			[ cost COST ]
			[ hairpin {on | off} ]
			[ learning {on | off} ]
			[ flood {on | off} ]
			[ neigh_suppress {on | off} ]
			[ isolated {on | off} ]`;

function portFlag(name: string, args: Args): boolean {
  const text = args.next();
  if (text === 'on' || text === 'off') return onOff(name, text);
  throw new IpError(`Error: argument of "${name}" must be one of "off", "on", not "${text}"`);
}

export function* linkDelete(context: IpContext, args: Args): Blocking<number> {
  const { device, group, kind } = yield* readLinkArguments(context, args);
  if (kind !== null && kind !== 'veth') readKindDetails(context, kind, args, {});
  if (device === null) {
    if (group === null) throw missing('dev');
    request(() => context.sys.linkDeleteGroup(group));
    return 0;
  }
  const { index } = context.link(device);
  request(() => context.sys.linkDelete(index));
  return 0;
}

/** `ip link property add dev DEVICE altname NAME ...`. */
export function linkProperty(context: IpContext, args: Args): number {
  const what = args.shift();
  if (what !== 'add' && what !== 'del') throw new IpError(linkUsage, 255);
  let device: string | null = null;
  const names: string[] = [];
  for (let word = args.shift(); word !== undefined; word = args.shift()) {
    if (word === 'dev') device = args.next();
    else if (word === 'altname') {
      const name = args.next();
      if (!isName(name, 127)) throw wrong('not a valid altname', name);
      names.push(name);
    } else throw new IpError(linkUsage, 255);
  }
  if (device === null) throw new IpError('Not enough of information: "dev" argument is required.', 255);
  const { index } = context.link(device);
  for (const name of names) request(() => context.sys.linkAltName(index, name, what === 'add' ? 'add' : 'remove'));
  return 0;
}
