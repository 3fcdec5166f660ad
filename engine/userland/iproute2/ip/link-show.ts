/** `ip link show`: devices, as ip-link(8) prints them. */

import type { Blocking, LinkInfo } from '../../../kernel/sim';
import { bare } from '../../../kernel/sim';
import { type Args, duplicate, type IpContext, IpError, invalid, matches, readGroup } from './context';
import { type Json, jsonText } from './json';
import { linkDetails } from './link-details';
import { statistics } from './link-statistics';

export interface LinkFilter {
  device: string | null;
  up: boolean;
  master: number | null;
  noMaster: boolean;
  kind: string | null;
  group: number | null;
}

export const anyLink: LinkFilter = { device: null, up: false, master: null, noMaster: false, kind: null, group: null };

export function* linkShow(context: IpContext, args: Args): Blocking<number> {
  const filter = readFilter(context, args);
  const links = filtered(context, filter);
  if (context.options.json) {
    const values: Json[] = [];
    for (const link of links) values.push(linkJson(context, link, true));
    yield* context.out.write(jsonText(values, context.options.pretty));
  } else {
    for (const link of links) yield* context.out.write(yield* linkText(context, link, true));
  }
  return 0;
}

function readFilter(context: IpContext, args: Args): LinkFilter {
  const filter = { ...anyLink };
  for (let word = args.shift(); word !== undefined; word = args.shift()) {
    if (word === 'up') filter.up = true;
    else if (word === 'master') filter.master = masterIndex(context, args.next());
    else if (word === 'nomaster') filter.noMaster = true;
    else if (word === 'type') filter.kind = args.next();
    else if (word === 'group') filter.group = readGroup(args.next());
    else if (word === 'vrf') throw invalid('Not a valid VRF name', args.next());
    else {
      const name = word === 'dev' ? args.next() : word;
      if (filter.device !== null) throw duplicate('dev', name);
      filter.device = name;
    }
  }
  return filter;
}

export function masterIndex(context: IpContext, name: string): number {
  const link = context.findLink(name);
  if (!link) throw new IpError(`Error: argument "${name}" is wrong: Device does not exist\n`, 255);
  return link.index;
}

/** `Device "x" does not exist.` when one is named that is not there. */
export function filtered(context: IpContext, filter: LinkFilter): LinkInfo[] {
  const { device } = filter;
  if (device !== null && !context.findLink(device)) throw new IpError(`Device "${device}" does not exist.`);
  const one = device === null ? null : context.findLink(device);
  return context.links().filter((link) => {
    if (one && link !== one) return false;
    if (filter.up && !link.flags.includes('UP')) return false;
    if (filter.master !== null && link.master !== filter.master) return false;
    if (filter.noMaster && link.master !== null) return false;
    if (filter.group !== null && link.group !== filter.group) return false;
    return filter.kind === null || link.kind === filter.kind;
  });
}

/** `v0@v1`. */
export function fullName(context: IpContext, link: LinkInfo): string {
  if (link.link === null || (link.link === link.index && link.linkNetnsId === null)) return link.name;
  const other = link.linkNetnsId === null ? context.linkByIndex(link.link)?.name : undefined;
  return `${link.name}@${other ?? (link.link === 0 ? 'NONE' : `if${link.link}`)}`;
}

export function* linkText(context: IpContext, link: LinkInfo, isLinkCommand: boolean): Blocking<string> {
  const { options, newline } = context;
  if (options.brief) return brief(context, link);
  const parts = [
    `${link.index}: ${context.color('name', `${fullName(context, link)}: `)}<${link.flags.join(',')}> mtu ${link.mtu}`,
  ];
  if (link.qdisc !== '') parts.push(`qdisc ${link.qdisc}`);
  if (link.master !== null) parts.push(`master ${context.nameOf(link.master)}`);
  const after = isLinkCommand ? `mode ${modeOf(link)} ` : '';
  const group = options.numeric ? link.group : groupName(link.group);
  parts.push(`state ${context.colorState(link.operState, `${link.operState} `)}${after}group ${group}`);
  if (link.queueLength > 0) parts.push(`qlen ${link.queueLength}`);
  const type = options.numeric ? `[${hardwareTypes[link.linkType] ?? 0xfffe}]` : link.linkType;
  let text = `${parts.join(' ')}${newline}    link/${type}`;
  const [address, broadcast] = [link.address, link.broadcast].map((mac) => context.color('hardware', mac));
  text += link.address === '' ? ' ' : ` ${address} ${isPointToPoint(link) ? 'peer' : 'brd'} ${broadcast}`;
  text += yield* netnsText(context, link);
  if (options.details) text += linkDetails(context, link);
  if (isLinkCommand && link.alias !== '') text += `${newline}    alias ${link.alias}`;
  for (const name of link.altNames) text += `${newline}    altname ${name}`;
  if (options.statistics > 0) text += statistics(link, options, newline);
  return `${text}\n`;
}

/** Where the other end is, when it is in another namespace. */
export function* netnsText(context: IpContext, { linkNetnsId }: LinkInfo): Blocking<string> {
  if (linkNetnsId === null) return '';
  const name = yield* context.netnsName(linkNetnsId);
  return name === null ? ` link-netnsid ${linkNetnsId}` : ` link-netns ${name}`;
}

export function brief(context: IpContext, link: LinkInfo): string {
  return `${briefHead(context, link)}${context.color('hardware', `${link.address.padEnd(16)} `)}<${link.flags.join(',')}> \n`;
}

export function briefHead(context: IpContext, link: LinkInfo): string {
  const state = context.colorState(link.operState, `${link.operState.padEnd(14)} `);
  return `${context.color('name', `${fullName(context, link).padEnd(16)} `)}${state}`;
}

/** ARPHRD_*, as `ip -N` shows them. */
const hardwareTypes: Readonly<Record<string, number>> = bare({ ether: 1, loopback: 772 });

export function groupName(group: number): string {
  return group === 0 ? 'default' : String(group);
}

function modeOf({ isDormantMode }: LinkInfo): string {
  return isDormantMode ? 'DORMANT' : 'DEFAULT';
}

function isPointToPoint(link: LinkInfo): boolean {
  return link.flags.includes('POINTOPOINT');
}

export function linkJson(context: IpContext, link: LinkInfo, isLinkCommand: boolean): { [key: string]: Json } {
  const json: { [key: string]: Json } = { ifindex: link.index };
  if (link.link !== null && link.linkNetnsId !== null) json.link_index = link.link;
  else if (link.link !== null) json.link = context.nameOf(link.link);
  json.ifname = link.name;
  json.flags = link.flags;
  json.mtu = link.mtu;
  json.qdisc = link.qdisc;
  if (link.master !== null) json.master = context.nameOf(link.master);
  json.operstate = link.operState;
  if (isLinkCommand) json.linkmode = modeOf(link);
  json.group = groupName(link.group);
  if (link.queueLength > 0) json.txqlen = link.queueLength;
  json.link_type = link.linkType;
  if (link.address !== '') {
    json.address = link.address;
    json.broadcast = link.broadcast;
  }
  if (link.linkNetnsId !== null) json.link_netnsid = link.linkNetnsId;
  if (link.alias !== '') json.ifalias = link.alias;
  if (link.altNames.length > 0) json.altnames = [...link.altNames];
  if (context.options.details && link.kind !== '') json.linkinfo = { info_kind: link.kind };
  if (context.options.statistics > 0) json.stats64 = statisticsJson(link);
  return json;
}

function statisticsJson({ stats }: LinkInfo): Json {
  return {
    rx: {
      bytes: stats.rxBytes,
      packets: stats.rxPackets,
      errors: stats.rxErrors,
      dropped: stats.rxDropped,
      over_errors: 0,
      multicast: 0,
    },
    tx: {
      bytes: stats.txBytes,
      packets: stats.txPackets,
      errors: stats.txErrors,
      dropped: stats.txDropped,
      carrier_errors: 0,
      collisions: 0,
    },
  };
}

export function isShow(word: string | undefined): boolean {
  return matches(word, 'show') || matches(word, 'lst') || matches(word, 'list');
}
