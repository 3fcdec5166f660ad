/** `ip address` (ip-address(8)). */
import {
  type AddressInfo,
  type Blocking,
  bare,
  broadcastOf,
  formatIp,
  isWithin,
  type LinkInfo,
  parseIp,
  parsePrefix,
} from '../../../kernel/sim';
import { matchesPattern } from '../../lib/glob';
import { writeAll } from '../../lib/io';
import {
  type Args,
  duplicate,
  type IpContext,
  IpError,
  invalid,
  matches,
  missing,
  number,
  request,
  wrong,
} from './context';
import { type Json, jsonText } from './json';
import { anyLink, briefHead, filtered, type LinkFilter, linkJson, linkText, masterIndex, netnsText } from './link-show';

const forever = 4_294_967_295;
const scopeNumbers = { global: 0, site: 200, link: 253, host: 254 } as const;

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
  // A family of addresses or a destination leaves out the line with the hardware address, a label even the first.
  const head = filter.label !== null ? 'none' : filter.to !== null || isInet(options.family) ? 'short' : 'full';
  const values: Json[] = [];
  for (const link of filtered(context, filter)) {
    const own = all.filter((address) => address.index === link.index);
    const addresses = own.filter((address) => isWanted(context, filter, address));
    if (addresses.length === 0 && (head !== 'full' || (isFiltering && own.length > 0))) continue;
    if (options.json) {
      const json = linkJson(context, link, false);
      values.push({ ...json, addr_info: addresses.map(addressJson) });
    } else yield* context.out.write(yield* deviceText(context, link, addresses, head));
  }
  if (options.json) yield* context.out.write(jsonText(values, options.pretty));
  return 0;
}

function readFilter(context: IpContext, args: Args): AddressFilter {
  const filter: AddressFilter = { ...anyLink, scope: null, to: null, label: null, flags: [] };
  for (let word = args.shift(); word !== undefined; word = args.shift()) {
    if (word === 'up') filter.up = true;
    else if (word === 'scope') filter.scope = readScopeFilter(args.next());
    else if (word === 'to') filter.to = parsedTo(args.next());
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

function readScopeFilter(text: string): string | null {
  if (text === 'all') return null;
  if (!Object.hasOwn(scopeNumbers, text)) throw invalid('invalid "scope"', text);
  return text;
}

function parsedTo(text: string): string {
  if (!parsePrefix(text)) throw new IpError(`Error: any valid prefix is expected rather than "${text}".`, 1);
  return text;
}

function isWanted({ options }: IpContext, filter: AddressFilter, address: AddressInfo): boolean {
  if (options.family !== null && address.family !== options.family) return false;
  if (filter.scope !== null && address.scope !== filter.scope) return false;
  if (filter.label !== null && !matchesPattern(filter.label, address.label)) return false;
  if (filter.to !== null) {
    const prefix = parsePrefix(filter.to);
    const ip = parseIp(address.address);
    if (!prefix || ip === null || !isWithin(ip, prefix)) return false;
  }
  return filter.flags.every((flag) =>
    flag === 'primary' ? !address.flags.includes('secondary') : address.flags.includes(flag),
  );
}

function isInet(family: IpContext['options']['family']): boolean {
  return family === 'inet' || family === 'inet6';
}

type Head = 'full' | 'short' | 'none';

function* deviceText(
  context: IpContext,
  link: LinkInfo,
  addresses: readonly AddressInfo[],
  head: Head,
): Blocking<string> {
  const { options } = context;
  if (options.brief) {
    const list = addresses.map((address) => `${withPeer(context, address)} `).join('');
    return `${head === 'none' ? '' : briefHead(context, link)}${list}\n`;
  }
  const texts = addresses.map((address) => addressText(context, link, address)).join('');
  if (options.oneline || head === 'none') return texts;
  const lines = yield* linkText(context, link, false);
  if (head === 'full' || options.details) return lines + texts;
  return `${lines.split('\n')[0] ?? ''}${yield* netnsText(context, link)}\n${texts}`;
}

function withPeer(context: IpContext, { family, address, peer, prefix }: AddressInfo): string {
  const shown = context.color(family, address);
  return peer === address ? `${shown}/${prefix}` : `${shown} peer ${context.color(family, peer)}/${prefix}`;
}

const printedFlags = ['secondary', 'nodad', 'dadfailed', 'tentative', 'dynamic', 'mngtmpaddr', 'noprefixroute'];

function addressText(context: IpContext, link: LinkInfo, address: AddressInfo): string {
  const { options, newline } = context;
  const { family, broadcast, scope, label } = address;
  const start = options.oneline ? `${link.index}: ${link.name}    ` : '    ';
  let text = `${start}${family} ${withPeer(context, address)} `;
  if (address.metric) text += `metric ${address.metric} `;
  if (broadcast !== null) text += `brd ${broadcast} `;
  text += `scope ${options.numeric ? scopeNumbers[scope] : scope} `;
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
  const json: { [key: string]: Json } = bare({ family: address.family, local: address.address });
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
  const { index } = context.link(device);
  if (!wanted) throw new IpError('RTNETLINK answers: Operation not supported', 2);
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
  checkLifetimes(rest);
  return { wanted: wanted && complete(wanted, rest, flags, broadcast), device, hasLength };
}

function checkLifetimes({ validLifetime, preferredLifetime }: Partial<AddressInfo>): void {
  if (validLifetime === 0) throw new IpError('valid_lft is zero');
  if (preferredLifetime === undefined || preferredLifetime === null || typeof validLifetime !== 'number') return;
  if (preferredLifetime > validLifetime) throw new IpError('preferred_lft is greater than valid_lft');
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
  throw wrong('invalid scope value.', text);
}

function readLifetime(name: string, text: string): number | null {
  if (text === 'forever') return null;
  if (!/^(0x[0-9a-fA-F]+|\d+)$/.test(text)) throw wrong(`${name} value`, text);
  return Number(text);
}

/** Without a length, whatever length it has there. */
function* remove(context: IpContext, wanted: Wanted & { index: number }, hasLength: boolean): Blocking<number> {
  const there = context.sys
    .addresses()
    .filter(({ index, address }) => index === wanted.index && address === wanted.address);
  const [first] = there;
  if (!hasLength && wanted.family === 'inet') {
    const warning = [
      'Warning: Executing wildcard deletion to stay compatible with old scripts.',
      `         Explicitly specify the prefix length (${wanted.address}/${wanted.prefix}) to avoid this warning.`,
      '         This special behaviour is likely to disappear in further releases,',
      '         fix your scripts!',
      '',
    ];
    yield* writeAll(context.sys, 2, warning.join('\n'));
    request(() => context.sys.addressDelete({ ...wanted, prefix: first?.prefix ?? wanted.prefix }));
    return 0;
  }
  request(() => context.sys.addressDelete(wanted));
  return 0;
}

export function* addressFlush(context: IpContext, args: Args): Blocking<number> {
  if (args.isEmpty) throw new IpError('Flush requires arguments.');
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
