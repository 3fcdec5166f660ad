/**
 * What `ip link add` and `ip link set` are given: the same words for both, of which many may be abbreviated, tried in
 * iproute2's order. So a device cannot be named `a` without `dev` (that is short for `address`).
 */
import type { Blocking, LinkChange, NetnsRef, Sys } from '../../../kernel/sim';
import { isSysError } from '../../../kernel/sim';
import {
  type Args,
  duplicate,
  type IpContext,
  IpError,
  invalid,
  matches,
  netnsDirectory,
  number,
  onOff,
  readGroup,
  repeated,
  wrong,
} from './context';
import { masterIndex } from './link-show';
import { linkUsage } from './usage';

export interface LinkArguments {
  device: string | null;
  change: LinkChange;
  /** The device below, by name. */
  link: string | null;
  index: number | null;
  group: number | null;
  txQueues: number | null;
  rxQueues: number | null;
  /** The word after `type`; what follows it has not been read. */
  kind: string | null;
}

export function* readLinkArguments(context: IpContext, args: Args): Blocking<LinkArguments> {
  const found: LinkArguments = {
    device: null,
    change: {},
    link: null,
    index: null,
    group: null,
    txQueues: null,
    rxQueues: null,
    kind: null,
  };
  for (let word = args.shift(); word !== undefined; word = args.shift()) {
    if (matches(word, 'type')) {
      found.kind = args.next();
      return found;
    }
    if (readHead(args, found, word) || (yield* readSetting(context, args, found.change, word))) continue;
    if (readFlag(args, found.change, word) || readCount(args, found, word)) continue;
    readDevice(args, found, word);
  }
  return found;
}

function readHead(args: Args, found: LinkArguments, word: string): boolean {
  const { change } = found;
  if (word === 'up') change.up = true;
  else if (word === 'down') change.up = false;
  else if (word === 'name') {
    const name = args.next();
    if (change.name !== undefined) throw repeated('name', name);
    if (!isName(name, 15)) throw wrong('"name" not a valid ifname', name);
    change.name = name;
  } else if (word === 'index') {
    const text = args.next();
    if (found.index !== null) throw repeated('index', text);
    if (!/^\d+$/.test(text) || Number(text) === 0) throw wrong('Invalid "index" value', text);
    found.index = Number(text);
  } else if (matches(word, 'link')) found.link = args.next();
  else return false;
  return true;
}

function* readSetting(context: IpContext, args: Args, change: LinkChange, word: string): Blocking<boolean> {
  if (matches(word, 'address')) change.address = readLladdr(args.next());
  else if (matches(word, 'broadcast') || word === 'brd') change.broadcast = readLladdr(args.next());
  else if (matches(word, 'txqueuelen') || word === 'qlen' || matches(word, 'txqlen'))
    change.queueLength = once('txqueuelen', args, change.queueLength);
  else if (word === 'mtu') change.mtu = once('mtu', args, change.mtu);
  else if (word === 'netns') {
    const name = args.next();
    if (change.netns !== undefined) throw repeated('netns', name);
    change.netns = yield* readNetns(context.sys, name);
  } else if (matches(word, 'master')) change.master = masterIndex(context, args.next());
  else if (matches(word, 'nomaster')) change.master = null;
  else if (matches(word, 'alias')) change.alias = args.next();
  else return false;
  return true;
}

function readFlag(args: Args, change: LinkChange, word: string): boolean {
  if (word === 'multicast') change.multicast = onOff(word, args.next());
  else if (word === 'allmulticast') change.allMulti = onOff(word, args.next());
  else if (word === 'promisc') change.promisc = onOff(word, args.next());
  else if (word === 'trailers') change.trailers = onOff(word, args.next());
  else if (word === 'arp') change.arp = onOff(word, args.next());
  else if (word === 'carrier') change.carrier = oneOf(word, args.next());
  else if (matches(word, 'dynamic')) change.dynamic = onOff('dynamic', args.next());
  else if (word === 'mode') change.dormantMode = readMode(args.next());
  else if (word === 'state') readState(args.next(), change);
  else if (matches(word, 'addrgenmode')) change.generateAddress = readGeneration(args.next());
  else if (word === 'protodown') change.protoDown = oneOf(word, args.next());
  else return false;
  return true;
}

const notHere = ['vf', 'vrf', 'xdp', 'xdpgeneric', 'xdpdrv', 'xdpoffload', 'gso_max_size', 'gso_max_segs', 'parentdev'];

function readCount(args: Args, found: LinkArguments, word: string): boolean {
  if (word === 'group') {
    const text = args.next();
    if (found.group !== null) throw repeated('group', text);
    found.group = readGroup(text);
  } else if (matches(word, 'numtxqueues')) found.txQueues = once('numtxqueues', args, found.txQueues);
  else if (matches(word, 'numrxqueues')) found.rxQueues = once('numrxqueues', args, found.rxQueues);
  else if (notHere.includes(word) || matches(word, 'link-netns') || matches(word, 'link-netnsid'))
    throw new IpError(`ip link: "${word}" is not here.`);
  else return false;
  return true;
}

function readDevice(args: Args, found: LinkArguments, word: string): void {
  if (matches(word, 'help')) throw new IpError(linkUsage, 255);
  const name = word === 'dev' ? args.next() : word;
  if (found.device !== null) throw duplicate('dev', name);
  if (!isName(name, 127)) throw wrong('"dev" not a valid ifname', name);
  found.device = name;
}

export function isName(name: string, longest: number): boolean {
  return name !== '' && name.length <= longest && !/[/\s]/.test(name);
}

function once(name: string, args: Args, before: number | null | undefined): number {
  const text = args.next();
  if (before !== undefined && before !== null) throw repeated(name, text);
  return name === 'mtu' && text.startsWith('-') ? 0 : number(name, text);
}

function oneOf(name: string, value: string): boolean {
  if (value === 'on' || value === 'off') return value === 'on';
  throw new IpError(`Error: argument of "${name}" must be one of "off", "on", not "${value}"`, 22);
}

function readMode(text: string): boolean {
  if (text === 'default' || text === 'dormant') return text === 'dormant';
  throw invalid('Invalid link mode', text);
}

function readState(text: string, change: LinkChange): void {
  const state = text.toUpperCase();
  if (state === 'UP' || state === 'DORMANT' || state === 'TESTING') change.operState = state;
  else if (!['UNKNOWN', 'NOTPRESENT', 'DOWN', 'LOWERLAYERDOWN'].includes(state))
    throw invalid('Invalid operstate', text);
}

function readGeneration(text: string): boolean {
  if (text === 'eui64' || text === 'none') return text === 'eui64';
  if (text === 'stable_secret' || text === 'random') throw new IpError(`ip link: "addrgenmode ${text}" is not here.`);
  throw invalid('Invalid address generation mode', text);
}

export function readLladdr(text: string): string {
  const bytes = text.split(':');
  if (bytes.length === 1 || !bytes.every((byte) => /^[0-9a-fA-F]{1,2}$/.test(byte)))
    throw new IpError(`"${text}" is invalid lladdr.`);
  if (bytes.length !== 6) throw new IpError(`Invalid address length ${bytes.length} - must be 6 bytes`);
  return text;
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
