/** `ip address` (ip-address(8)). */
import {
  type AddressInfo,
  type Blocking,
  broadcastOf,
  formatIp,
  isWithin,
  type LinkInfo,
  parseIp,
  parsePrefix,
} from '../../../kernel/sim';
import { writeAll } from '../../lib/io';
import { type Args, duplicate, type IpContext, IpError, invalid, matches, missing, number, request } from './context';
import { type Json, jsonText } from './json';
import { anyLink, filtered, fullName, type LinkFilter, linkJson, linkText, masterIndex } from './link-show';

const forever = 4_294_967_295;

interface AddressFilter extends LinkFilter {
  scope: string | null;
  to: string | null;
  label: string | null;
  flags: string[];
}

export function* addressShow(context: IpContext, args: Args): Blocking<number> {
  const filter = readFilter(context, args);
  const all = context.sys.addresses();
  const { options } = context;
  const isFiltering = filter.scope !== null || filter.to !== null || filter.label !== null || filter.flags.length > 0;
  const values: Json[] = [];
  for (const link of filtered(context, filter)) {
    const addresses = all.filter((address) => address.index === link.index && isWanted(context, filter, address));
    // With a family or a filter, devices without any such address are left out.
    if (addresses.length === 0 && (isFiltering || options.family === 'inet' || options.family === 'inet6')) continue;
    if (options.json) {
      const json = linkJson(context, link, false);
      values.push({ ...json, addr_info: addresses.map(addressJson) });
    } else yield* context.out.write(yield* deviceText(context, link, addresses, isFiltering));
  }
  if (options.json) yield* context.out.write(jsonText(values, options.pretty));
  return 0;
}

function readFilter(context: IpContext, args: Args): AddressFilter {
  const filter: AddressFilter = { ...anyLink, scope: null, to: null, label: null, flags: [] };
  for (let word = args.shift(); word !== undefined; word = args.shift()) {
    if (word === 'up') filter.up = true;
    else if (word === 'scope') filter.scope = args.next();
    else if (word === 'to') filter.to = args.next();
    else if (word === 'label') filter.label = args.next();
    else if (word === 'master') filter.master = masterIndex(context, args.next());
    else if (word === 'nomaster') filter.noMaster = true;
    else if (word === 'type') filter.kind = args.next();
    else if (['permanent', 'dynamic', 'secondary', 'primary', 'tentative', 'dadfailed', 'deprecated'].includes(word))
      filter.flags.push(word);
    else filter.device = word === 'dev' ? args.next() : word;
  }
  return filter;
}

function isWanted({ options }: IpContext, filter: AddressFilter, address: AddressInfo): boolean {
  if (options.family !== null && options.family !== 'link' && address.family !== options.family) return false;
  if (options.family === 'link') return false;
  if (filter.scope !== null && address.scope !== filter.scope) return false;
  if (filter.label !== null && address.label !== filter.label) return false;
  if (filter.to !== null) {
    const prefix = parsePrefix(filter.to);
    const ip = parseIp(address.address);
    if (!prefix || ip === null || !isWithin(ip, prefix)) return false;
  }
  return filter.flags.every((flag) =>
    flag === 'primary' ? !address.flags.includes('secondary') : address.flags.includes(flag),
  );
}

function* deviceText(
  context: IpContext,
  link: LinkInfo,
  addresses: readonly AddressInfo[],
  isFiltering: boolean,
): Blocking<string> {
  const { options } = context;
  if (options.brief) {
    const list = addresses.map((address) => `${withPeer(address)} `).join('');
    return `${fullName(context, link).padEnd(16)} ${link.operState.padEnd(14)} ${list}\n`;
  }
  if (options.oneline) return addresses.map((address) => addressText(context, link, address)).join('');
  const head = yield* linkText(context, link, false);
  // A family or a filter leaves out the second line, with the hardware address.
  const isShort = isFiltering ? filterHidesLink(context) : options.family === 'inet' || options.family === 'inet6';
  const start = isShort ? `${head.split('\n')[0] ?? ''}\n` : head;
  return `${start}${addresses.map((address) => addressText(context, link, address)).join('')}`;
}

function filterHidesLink({ options }: IpContext): boolean {
  return options.family !== 'link' || options.family === null;
}

function withPeer({ address, peer, prefix }: AddressInfo): string {
  return peer === address ? `${address}/${prefix}` : `${address} peer ${peer}/${prefix}`;
}

const printedFlags = ['secondary', 'nodad', 'dadfailed', 'tentative', 'dynamic', 'mngtmpaddr', 'noprefixroute'];

function addressText({ options, newline }: IpContext, link: LinkInfo, address: AddressInfo): string {
  const { family, broadcast, scope, label } = address;
  const start = options.oneline ? `${link.index}: ${link.name}    ` : '    ';
  let text = `${start}${family} ${withPeer(address)} `;
  if (address.metric) text += `metric ${address.metric} `;
  if (broadcast !== null) text += `brd ${broadcast} `;
  text += `scope ${scope} `;
  const flags = flagsOf(address);
  for (const flag of flags) text += `${flag} `;
  if (family === 'inet') text += label;
  text += `${newline}       valid_lft ${lifetime(address.validLifetime)} preferred_lft ${lifetime(address.preferredLifetime)}\n`;
  return text;
}

function flagsOf(address: AddressInfo): string[] {
  const set = printedFlags.filter((flag) => address.flags.includes(flag));
  const isDeprecated = address.preferredLifetime === 0;
  return isDeprecated
    ? [...set.filter((flag) => flag === 'secondary'), 'deprecated', ...set.filter((flag) => flag !== 'secondary')]
    : set;
}

function lifetime(seconds: number | null): string {
  return seconds === null ? 'forever' : `${seconds}sec`;
}

function addressJson(address: AddressInfo): Json {
  const json: { [key: string]: Json } = { family: address.family, local: address.address };
  if (address.peer !== address.address) json.address = address.peer;
  json.prefixlen = address.prefix;
  if (address.metric) json.metric = address.metric;
  if (address.broadcast !== null) json.broadcast = address.broadcast;
  json.scope = address.scope;
  for (const flag of flagsOf(address)) json[flag] = true;
  if (address.family === 'inet') json.label = address.label;
  json.valid_life_time = address.validLifetime ?? forever;
  json.preferred_life_time = address.preferredLifetime ?? forever;
  return json;
}

type Wanted = Pick<AddressInfo, 'family' | 'address' | 'prefix'> & Partial<AddressInfo>;

export function* addressChange(
  context: IpContext,
  args: Args,
  command: 'add' | 'replace' | 'change' | 'delete',
): Blocking<number> {
  const { wanted, device, hasLength } = readAddress(args);
  if (device === null) throw missing('dev', 1);
  if (!wanted) throw new IpError('RTNETLINK answers: Invalid argument', 2);
  const { index } = context.link(device);
  if (command === 'delete') return yield* remove(context, { ...wanted, index }, hasLength);
  const replace = command !== 'add';
  if (
    command === 'change' &&
    !context.sys.addresses().some((one) => one.index === index && one.address === wanted.address)
  ) {
    throw new IpError('RTNETLINK answers: No such file or directory', 2);
  }
  request(() => context.sys.addressAdd({ ...wanted, index }, replace));
  return 0;
}

function readAddress(args: Args): { wanted: Wanted | null; device: string | null; hasLength: boolean } {
  const found: { wanted: Wanted | null } = { wanted: null };
  let device: string | null = null;
  let hasLength = false;
  let broadcast: string | null = null;
  const rest: Partial<AddressInfo> = {};
  const flags: string[] = [];
  for (let word = args.shift(); word !== undefined; word = args.shift()) {
    if (word === 'dev') device = args.next();
    else if (word === 'peer' || word === 'remote') {
      const peer = parse(args.next());
      rest.peer = peer.address;
      if (found.wanted) found.wanted = { ...found.wanted, prefix: peer.prefix };
    } else if (matches(word, 'broadcast') || word === 'brd') broadcast = args.next();
    else if (word === 'label') rest.label = args.next();
    else if (word === 'scope') rest.scope = readScope(args.next());
    else if (word === 'metric' || word === 'priority' || word === 'preference')
      rest.metric = number('metric', args.next());
    else if (word === 'valid_lft') rest.validLifetime = readLifetime('valid_lft', args.next());
    else if (word === 'preferred_lft') rest.preferredLifetime = readLifetime('preferred_lft', args.next());
    else if (['nodad', 'noprefixroute', 'home', 'mngtmpaddr', 'autojoin'].includes(word)) flags.push(word);
    else {
      const text = word === 'local' ? args.next() : word;
      if (found.wanted) throw duplicate('local', text);
      hasLength = text.includes('/');
      found.wanted = parse(text);
    }
  }
  const { wanted } = found;
  return { wanted: wanted && complete(wanted, rest, flags, broadcast), device, hasLength };
}

function complete(wanted: Wanted, rest: Partial<AddressInfo>, flags: string[], broadcast: string | null): Wanted {
  return { ...wanted, ...rest, flags, broadcast: broadcastText(wanted, broadcast) };
}

function parse(text: string): Pick<AddressInfo, 'family' | 'address' | 'prefix'> {
  const prefix = parsePrefix(text);
  const ip = parseIp(text.split('/')[0] ?? '');
  if (!prefix || ip === null) throw new IpError(`Error: any valid prefix is expected rather than "${text}".`, 1);
  return { family: typeof ip === 'number' ? 'inet' : 'inet6', address: formatIp(ip), prefix: prefix.length };
}

function broadcastText({ address, prefix }: Wanted, text: string | null): string | null {
  const ip = parseIp(address);
  if (text === null || typeof ip !== 'number') return null;
  if (text === '+') return formatIp(broadcastOf(ip, prefix));
  if (text === '-') return parsePrefix(`${address}/${prefix}`)?.address.toString() ?? null;
  const given = parseIp(text);
  if (given === null) throw new IpError(`Error: inet address is expected rather than "${text}".`, 1);
  return formatIp(given);
}

function readScope(text: string): AddressInfo['scope'] {
  if (text === 'global' || text === 'site' || text === 'link' || text === 'host') return text;
  throw invalid('invalid scope value.', text);
}

function readLifetime(name: string, text: string): number | null {
  return text === 'forever' ? null : number(name, text);
}

/** Without a length, whatever length it has there. */
function* remove(context: IpContext, wanted: Wanted & { index: number }, hasLength: boolean): Blocking<number> {
  const there = context.sys
    .addresses()
    .filter(({ index, address }) => index === wanted.index && address === wanted.address);
  const [first] = there;
  if (!hasLength && wanted.family === 'inet' && first && first.prefix !== wanted.prefix) {
    const warning = [
      'Warning: Executing wildcard deletion to stay compatible with old scripts.',
      `         Explicitly specify the prefix length (${wanted.address}/${wanted.prefix}) to avoid this warning.`,
      '         This special behaviour is likely to disappear in further releases,',
      '         fix your scripts!',
      '',
    ];
    yield* writeAll(context.sys, 2, warning.join('\n'));
    request(() => context.sys.addressDelete({ ...wanted, prefix: first.prefix }));
    return 0;
  }
  request(() => context.sys.addressDelete(wanted));
  return 0;
}

export function* addressFlush(context: IpContext, args: Args): Blocking<number> {
  if (args.isEmpty) throw new IpError('Flush requires arguments.', 255);
  const filter = readFilter(context, args);
  const links = filtered(context, filter);
  let count = 0;
  for (const address of context.sys.addresses()) {
    if (!links.some(({ index }) => index === address.index) || !isWanted(context, filter, address)) continue;
    // Secondary ones have gone with the first.
    const isThere = context.sys
      .addresses()
      .some((one) => one.index === address.index && one.address === address.address);
    if (!isThere) continue;
    request(() => context.sys.addressDelete(address));
    count++;
  }
  if (context.options.statistics > 0) {
    const text =
      count === 0
        ? 'Nothing to flush.\n'
        : `\n*** Round 1, deleting ${count} addresses ***\n*** Flush is complete after 1 round ***\n`;
    yield* context.out.write(text);
  }
  return 0;
}
