/** `ip link add`, `set`, `delete`. */
import type { Blocking, LinkChange, NetnsRef, NewLink, Sys } from '../../../kernel/sim';
import { isSysError } from '../../../kernel/sim';
import {
  type Args,
  duplicate,
  type IpContext,
  IpError,
  invalid,
  matches,
  missing,
  netnsDirectory,
  number,
  onOff,
  request,
} from './context';
import { readKindDetails } from './link-kinds';
import { masterIndex } from './link-show';

export function* linkAdd(context: IpContext, args: Args): Blocking<number> {
  const link = yield* readLink(context, args, true);
  if (link.kind === '') throw new IpError('Not enough information: "type" argument is required', 1);
  request(() => context.sys.linkAdd(link));
  return 0;
}

type Details = Record<string, string | number | boolean>;

/** The arguments of one device; `type KIND` begins those of its kind, and of a veth `peer` those of the other end. */
function* readLink(context: IpContext, args: Args, isMain: boolean): Blocking<NewLink> {
  const link: NewLink = { kind: '' };
  for (let word = args.shift(); word !== undefined; word = args.shift()) {
    if (word === 'link') link.link = context.link(args.next()).index;
    else if (matches(word, 'name') && word.length > 1) link.name = args.next();
    else if (word === 'dev') link.name = args.next();
    else if (matches(word, 'address')) link.address = args.next();
    else if (word === 'mtu') link.mtu = number('mtu', args.next());
    else if (word === 'netns') link.netns = yield* readNetns(context.sys, args.next());
    else if (word === 'up') link.up = true;
    else if (word === 'down') link.up = false;
    else if (word === 'master') link.master = masterIndex(context, args.next());
    else if (
      word === 'txqueuelen' ||
      word === 'txqlen' ||
      word === 'qlen' ||
      word === 'numtxqueues' ||
      word === 'numrxqueues' ||
      word === 'index'
    )
      args.next();
    else if (matches(word, 'type') && isMain) {
      yield* readKind(context, args, link);
      return link;
    } else if (link.name === undefined && word !== 'peer') link.name = word;
    else throw duplicate('dev', word);
  }
  return link;
}

function* readKind(context: IpContext, args: Args, link: NewLink): Blocking<void> {
  link.kind = args.next();
  if (link.kind === 'veth') {
    if (args.isEmpty) return;
    const word = args.next();
    if (word !== 'peer') throw new IpError(`veth: unknown option "${word}"?`, 255);
    const { name, address, mtu, netns, up } = yield* readLink(context, args, false);
    link.peer = {
      ...(name === undefined ? {} : { name }),
      ...(address === undefined ? {} : { address }),
      ...(mtu === undefined ? {} : { mtu }),
      ...(netns === undefined ? {} : { netns }),
      ...(up === undefined ? {} : { up }),
    };
    return;
  }
  const details: Details = {};
  readKindDetails(context, link.kind, args, details);
  if (typeof details.dev === 'number') {
    link.link = details.dev;
    delete details.dev;
  }
  link.details = details;
}

/** A name in /run/netns, a path, or a process. */
export function* readNetns(sys: Sys, name: string): Blocking<NetnsRef> {
  const path = name.includes('/') ? name : `${netnsDirectory}/${name}`;
  try {
    return { fd: yield* sys.open(path, 0) };
  } catch (error) {
    if (!isSysError(error)) throw error;
  }
  if (!/^\d+$/.test(name)) throw invalid('Invalid "netns" value', name);
  return { pid: Number(name) };
}

export function* linkSet(context: IpContext, args: Args): Blocking<number> {
  const change: LinkChange = {};
  let device: string | null = null;
  for (let word = args.shift(); word !== undefined; word = args.shift()) {
    if (word === 'dev') device = args.next();
    else if (matches(word, 'type') && word.length > 3) {
      const link = context.link(device ?? '');
      const kind = args.next();
      change.details = {};
      if (kind !== 'bridge_slave') readKindDetails(context, kind, args, change.details);
      else readPort(context, link.index, args);
    } else if (!(yield* readChange(context, args, change, word))) {
      if (device !== null) throw duplicate('dev', word);
      device = word;
    }
  }
  if (device === null) throw missing('dev');
  const { index } = context.link(device);
  request(() => context.sys.linkSet(index, change));
  return 0;
}

/** False when the word is none of its. */
function* readChange(context: IpContext, args: Args, change: LinkChange, word: string): Blocking<boolean> {
  if (word === 'up') change.up = true;
  else if (word === 'down') change.up = false;
  else if (word === 'name') change.name = args.next();
  else if (word === 'mtu') change.mtu = number('mtu', args.next());
  else if (matches(word, 'address') && word.length > 1) change.address = readLladdr(args.next());
  else if (word === 'master') change.master = masterIndex(context, args.next());
  else if (word === 'nomaster') change.master = null;
  else if (word === 'netns') change.netns = yield* readNetns(context.sys, args.next());
  else if (word === 'alias') change.alias = args.next();
  else if (word === 'arp') change.arp = onOff('arp', args.next());
  else if (word === 'promisc') change.promisc = onOff('promisc', args.next());
  else if (word === 'allmulticast') change.allMulti = onOff('allmulticast', args.next());
  else if (word === 'multicast' || word === 'dynamic' || word === 'trailers') onOff(word, args.next());
  else if (word === 'group') change.group = readGroup(args.next());
  else if (word === 'txqueuelen' || word === 'txqlen' || word === 'qlen')
    change.queueLength = number('txqueuelen', args.next());
  else return false;
  return true;
}

function readGroup(text: string): number {
  if (text === 'default') return 0;
  if (!/^\d+$/.test(text)) throw invalid('Invalid "group" value\n', text);
  return Number(text);
}

export function readLladdr(text: string): string {
  if (!/^[0-9a-fA-F]{1,2}(:[0-9a-fA-F]{1,2}){5}$/.test(text)) throw new IpError(`"${text}" is invalid lladdr.`, 1);
  return text;
}

function readPort(context: IpContext, index: number, args: Args): void {
  const change: Parameters<Sys['bridgePortSet']>[1] = {};
  for (let word = args.shift(); word !== undefined; word = args.shift()) {
    if (word === 'hairpin') change.hairpin = onOff(word, args.next());
    else if (word === 'isolated') change.isolated = onOff(word, args.next());
    else if (word === 'learning') change.learning = onOff(word, args.next());
    else if (word === 'flood') change.flood = onOff(word, args.next());
    else if (word === 'neigh_suppress') change.neighSuppress = onOff(word, args.next());
    else if (word === 'cost') change.cost = number(word, args.next());
    else if (word === 'priority') change.priority = number(word, args.next());
    else throw new IpError(`bridge_slave: unknown option "${word}"?`, 255);
  }
  request(() => context.sys.bridgePortSet(index, change));
}

export function linkDelete(context: IpContext, args: Args): number {
  let device: string | null = null;
  for (let word = args.shift(); word !== undefined; word = args.shift()) {
    if (word === 'type') args.next();
    else if (word === 'dev') device = args.next();
    else if (device === null) device = word;
    else throw duplicate('dev', word);
  }
  if (device === null) throw missing('dev');
  const { index } = context.link(device);
  request(() => context.sys.linkDelete(index));
  return 0;
}
