/** Writes rules, chains and tables as nft(8) 1.0.6 lists them. */
import { type PrintOptions, timeText } from './print-options';
import { elementText, sortedElements } from './print-sets';
import { statementText } from './print-statement';
import type { NftBase, NftChain, NftFamily, NftRule, NftSet, NftTable } from './ruleset';

export function ruleText(rule: Pick<NftRule, 'statements' | 'comment'>, options: PrintOptions = {}): string {
  const text = rule.statements.map((statement) => statementText(statement, options)).join(' ');
  return rule.comment === undefined ? text : `${text} comment "${rule.comment}"`;
}

export function printRuleset(tables: readonly NftTable[], options: PrintOptions = {}): string {
  return tables.map((table) => tableText(table, options)).join('');
}

export function tableText(table: NftTable, options: PrintOptions = {}): string {
  const parts: string[] = [];
  if (table.dormant) parts.push('\tflags dormant\n');
  for (const [name, counter] of table.counters) parts.push(counterText(name, counter, options));
  for (const set of table.sets.values()) parts.push(setText(set, options));
  for (const chain of table.chains.values()) parts.push(chainText(table.family, chain, options));
  return `table ${table.family} ${table.name} {${handle(table.handle, options)}\n${parts.join('\n')}}\n`;
}

export function chainText(family: NftFamily, chain: NftChain, options: PrintOptions = {}, withRules = true): string {
  const lines = [`\tchain ${chain.name} {${handle(chain.handle, options)}`];
  if (chain.comment !== undefined) lines.push(`\t\tcomment "${chain.comment}"`);
  if (chain.base) lines.push(`\t\t${baseText(family, chain.base, options)}`);
  if (withRules)
    for (const rule of chain.rules) lines.push(`\t\t${ruleText(rule, options)}${handle(rule.handle, options)}`);
  return `${lines.join('\n')}\n\t}\n`;
}

export function counterText(
  name: string,
  { handle: number, packets, bytes }: { handle: number; packets: number; bytes: number },
  options: PrintOptions = {},
): string {
  const count = options.stateless ? '' : `\t\tpackets ${packets} bytes ${bytes}\n`;
  return `\tcounter ${name} {${handle(number, options)}\n${count}\t}\n`;
}

export function setText(set: NftSet, options: PrintOptions = {}): string {
  const isMap = set.mapType !== null;
  const lines = [`\t${isMap ? 'map' : 'set'} ${set.name} {${handle(set.handle, options)}`];
  lines.push(`\t\ttype ${set.type}${isMap ? ` : ${set.mapType}` : ''}`);
  if (set.size !== undefined) lines.push(`\t\tsize ${set.size}`);
  if (set.flags.length > 0) lines.push(`\t\tflags ${set.flags.join(',')}`);
  if (set.timeoutSeconds !== null) lines.push(`\t\ttimeout ${timeText(set.timeoutSeconds)}`);
  if (set.autoMerge) lines.push('\t\tauto-merge');
  if (set.comment !== undefined) lines.push(`\t\tcomment "${set.comment}"`);
  const elements = sortedElements(set, options.now);
  if (elements.length > 0)
    lines.push(
      `\t\telements = { ${wrapped(
        set,
        elements.map((element) => elementText(set, element, options)),
      )} }`,
    );
  return `${lines.join('\n')}\n\t}\n`;
}

function baseText(family: NftFamily, { type, hook, priority, policy, device }: NftBase, options: PrintOptions): string {
  const where = device === undefined ? '' : ` device "${device}"`;
  return `type ${type} hook ${hook}${where} priority ${options.numeric ? priority : priorityText(family, hook, priority)}; policy ${policy};`;
}

const names: ReadonlyArray<readonly [string, number]> = [
  ['raw', -300],
  ['mangle', -150],
  ['dstnat', -100],
  ['filter', 0],
  ['security', 50],
  ['srcnat', 100],
];
const bridgeNames: ReadonlyArray<readonly [string, number]> = [
  ['dstnat', -300],
  ['filter', -200],
  ['out', 100],
  ['srcnat', 300],
];
const reach = 10;

function priorityText(family: NftFamily, hook: NftBase['hook'], priority: number): string {
  const near = (family === 'bridge' ? bridgeNames : names).find(([, value]) => Math.abs(priority - value) <= reach);
  if (!near || !isUsual(family, hook, near[0])) return String(priority);
  const offset = priority - near[1];
  if (offset === 0) return near[0];
  return offset > 0 ? `${near[0]} + ${offset}` : `${near[0]} - ${-offset}`;
}

/** The number of a standard priority's name; null when there is no such name. */
export function priorityNumber(family: NftFamily, name: string): number | null {
  return (family === 'bridge' ? bridgeNames : names).find(([one]) => one === name)?.[1] ?? null;
}

/** Names only count at the hooks they are for. */
function isUsual(family: NftFamily, hook: NftBase['hook'], name: string): boolean {
  if (name === 'dstnat') return hook === 'prerouting';
  if (name === 'srcnat') return hook === 'postrouting';
  if (name === 'out') return hook === 'output';
  return family === 'arp' || family === 'netdev' ? name === 'filter' : true;
}

/** How many elements fit a line, by their type. */
function wrapped(set: NftSet, elements: readonly string[]): string {
  const perLine = elementsPerLine(set.type);
  let text = '';
  for (const [at, element] of elements.entries()) {
    if (at > 0) text += at % perLine === 0 ? ',\n\t\t\t     ' : ', ';
    text += element;
  }
  return text;
}

function elementsPerLine(type: string): number {
  if (
    ['inet_service', 'inet_proto', 'mark', 'integer', 'ifindex', 'tcp_flag', 'arp_op', 'uid', 'gid', 'ct_dir'].includes(
      type,
    )
  )
    return 5;
  return type.includes(' . ')
    ? 1
    : [
          'ipv4_addr',
          'ifname',
          'icmp_type',
          'icmpv6_type',
          'ether_type',
          'pkt_type',
          'ct_state',
          'ct_status',
          'dscp',
          'icmp_code',
          'icmpv6_code',
        ].includes(type)
      ? 3
      : type === 'ipv6_addr'
        ? 1
        : 1;
}

function handle(number: number, options: PrintOptions): string {
  return options.handles ? ` # handle ${number}` : '';
}
