/** Reads a rule of iptables from its words. */

import { formatIp, type InetFamily, nftNames as names, networkOf, parseIp } from '../../../kernel/sim';
import type { Services } from '../../net/names';
import { ConntrackMatch } from './conntrack-match';
import type { Extension } from './extension';
import { IcmpMatch } from './icmp';
import { IptRule, type Prefix } from './rule';
import { smallMatch } from './small-matches';
import { targetOf } from './targets';
import { MultiportMatch, TransportMatch } from './transport';
import { IptablesError, type Words } from './words';

/** Reads the rule part of a command; `other` is asked about options that are not the rule's. */
export function readRule(
  words: Words,
  family: InetFamily,
  services: Services,
  other: (option: string, words: Words) => boolean,
): IptRule[] {
  const rule = new IptRule(family, services);
  let sources: Prefix[] = [];
  let destinations: Prefix[] = [];
  for (let option = words.next(); option !== null; option = words.next()) {
    if (option === '-s') sources = readPrefixes(words.value(option), family, words);
    else if (option === '-d') destinations = readPrefixes(words.value(option), family, words);
    else if (!readBasic(rule, option, words) && !other(option, words)) readExtension(rule, option, words);
  }
  for (const one of rule.matches) one.complete();
  rule.target?.complete();
  return spread(rule, sources, destinations);
}

function readBasic(rule: IptRule, option: string, words: Words): boolean {
  switch (option) {
    case '-i':
      rule.input = { name: words.value(option), inverted: words.inverted };
      return true;
    case '-o':
      rule.output = { name: words.value(option), inverted: words.inverted };
      return true;
    case '-p':
      rule.protocol = readProtocol(words.value(option), words);
      return true;
    case '-f':
      rule.fragment = { inverted: words.inverted };
      return true;
    case '-m':
      rule.matches.push(loadMatch(words.value(option), rule));
      return true;
    case '-j':
    case '-g':
      rule.jump = words.value(option);
      rule.isGoto = option === '-g';
      rule.target = rule.isGoto ? null : targetOf(rule.jump, rule.context);
      return true;
    case '-c':
      rule.packets = Number(words.value(option));
      rule.bytes = Number(words.value(option));
      return true;
    default:
      return false;
  }
}

function readExtension(rule: IptRule, option: string, words: Words): void {
  const offered = [...rule.matches].reverse();
  if (rule.target?.option(option, words)) return;
  if (offered.some((one) => one.option(option, words))) return;
  // `-p tcp --dport 80` loads the match of the protocol by itself.
  const implied = impliedMatch(rule);
  if (implied?.option(option, words)) {
    rule.matches.push(implied);
    return;
  }
  if (!option.startsWith('-')) throw new IptablesError(`Bad argument \`${option}'`, 2, true, true);
  throw new IptablesError(`unknown option "${option}"`);
}

function impliedMatch(rule: IptRule): Extension | null {
  const { protocol } = rule.context;
  if (protocol === 6) return new TransportMatch('tcp', rule.context);
  if (protocol === 17) return new TransportMatch('udp', rule.context);
  if (protocol === 1 && rule.family === 'inet') return new IcmpMatch(false);
  return protocol === 58 && rule.family === 'inet6' ? new IcmpMatch(true) : null;
}

function loadMatch(name: string, rule: IptRule): Extension {
  switch (name) {
    case 'tcp':
    case 'udp':
      return new TransportMatch(name, rule.context);
    case 'icmp':
      return new IcmpMatch(false);
    case 'icmp6':
    case 'icmpv6':
      return new IcmpMatch(true);
    case 'conntrack':
    case 'state':
      return new ConntrackMatch(name);
    case 'multiport':
      return new MultiportMatch(rule.context);
    default: {
      const small = smallMatch(name);
      if (!small) throw new IptablesError(`Couldn't load match \`${name}':No such file or directory\n`);
      return small;
    }
  }
}

function readProtocol(text: string, words: Words): { number: number; inverted: boolean } | null {
  if (text === 'all' || text === '0') return null;
  const number = names.protocols.numberOf(text.toLowerCase());
  if (number === null || number > 255) throw new IptablesError(`unknown protocol "${text}" specified`);
  return { number, inverted: words.inverted };
}

/** `10.0.0.0/8`, `10.0.0.0/255.0.0.0`, several with commas. */
function readPrefixes(text: string, family: InetFamily, words: Words): Prefix[] {
  const { inverted } = words;
  return text.split(',').map((one) => ({ ...readPrefix(one, family), inverted }));
}

function readPrefix(text: string, family: InetFamily): { address: string; length: number } {
  const [host = '', mask] = text.split('/');
  const bits = family === 'inet' ? 32 : 128;
  const ip = parseIp(host === 'localhost' ? (family === 'inet' ? '127.0.0.1' : '::1') : host);
  if (ip === null || (typeof ip === 'number') !== (family === 'inet'))
    throw new IptablesError(`host/network \`${host}' not found`);
  const length = mask === undefined ? bits : maskLength(mask, bits);
  return { address: formatIp(networkOf(ip, length)), length };
}

function maskLength(mask: string, bits: number): number {
  if (/^\d+$/.test(mask) && Number(mask) <= bits) return Number(mask);
  const dotted = bits === 32 && mask.includes('.') ? parseIp(mask) : null;
  if (typeof dotted !== 'number') throw new IptablesError(`invalid mask \`${mask}' specified`);
  return Math.clz32(~dotted >>> 0);
}

/** Several addresses make several rules. Anything at all is not said. */
function spread(rule: IptRule, sources: readonly Prefix[], destinations: readonly Prefix[]): IptRule[] {
  const said = (prefix: Prefix | undefined) => (prefix && (prefix.length > 0 || prefix.inverted) ? prefix : null);
  const pairs = (sources.length === 0 ? [undefined] : sources).flatMap((source) =>
    (destinations.length === 0 ? [undefined] : destinations).map((destination) => ({ source, destination })),
  );
  return pairs.map(({ source, destination }) => rule.withAddresses(said(source), said(destination)));
}
