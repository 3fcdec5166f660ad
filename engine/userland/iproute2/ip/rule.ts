/** `ip rule` (ip-rule(8)). */
import { type Blocking, bare, type InetFamily, inetFamilyOf, parsePrefix, type RuleInfo } from '../../../kernel/sim';
import { type Args, duplicate, type IpContext, IpError, invalid, matches, number, request } from './context';
import { type Json, jsonText } from './json';
import { tableName, tableNumber } from './route-tables';

type RuleRequest = Partial<RuleInfo> & Pick<RuleInfo, 'family'>;

export function* ruleShow(context: IpContext, args: Args): Blocking<number> {
  const { family } = context.options;
  let table: number | null = null;
  let priority: number | null = null;
  for (let word = args.shift(); word !== undefined; word = args.shift()) {
    if (word === 'table' || word === 'lookup') table = tableNumber(args.next(), 'table id value is invalid');
    else if (isPriority(word)) priority = number('preference', args.next());
    else throw duplicate('from', word);
  }
  const rules = context.sys
    .rules(family === 'inet6' ? 'inet6' : 'inet')
    .filter((rule) => (table === null || rule.table === table) && (priority === null || rule.priority === priority));
  if (context.options.json) {
    yield* context.out.write(jsonText(rules.map(ruleJson), context.options.pretty));
    return 0;
  }
  for (const rule of rules) yield* context.out.write(ruleText(context, rule));
  return 0;
}

function isPriority(word: string): boolean {
  return matches(word, 'preference') || matches(word, 'order') || matches(word, 'priority');
}

function ruleText(context: IpContext, rule: RuleInfo): string {
  // A rule about a device that is not there waits for it.
  const device = (name: string) => `${name}${context.links().some((link) => link.name === name) ? '' : ' [detached]'}`;
  const parts = [`${rule.priority}:\t${rule.not ? 'not ' : ''}from ${shortPrefix(rule.from) ?? 'all'}`];
  if (rule.to !== null) parts.push(`to ${shortPrefix(rule.to)}`);
  if (rule.fwmark !== null)
    parts.push(
      `fwmark 0x${rule.fwmark.toString(16)}${rule.fwmask === null || rule.fwmask === 0xffffffff ? '' : `/0x${rule.fwmask.toString(16)}`}`,
    );
  if (rule.iif !== null) parts.push(`iif ${device(rule.iif)}`);
  if (rule.oif !== null) parts.push(`oif ${device(rule.oif)}`);
  parts.push(
    rule.action === 'lookup' ? `lookup ${context.options.numeric ? rule.table : tableName(rule.table)}` : rule.action,
  );
  return `${parts.join(' ')}\n`;
}

/** A host is written without its length. */
function shortPrefix(text: string | null): string | null {
  return text === null ? null : text.replace(/\/(32|128)$/, '');
}

function ruleJson(rule: RuleInfo): Json {
  const json: { [key: string]: Json } = bare({ priority: rule.priority });
  if (rule.not) json.not = null;
  const put = (name: string, text: string | null) => {
    if (text === null) return;
    const [address = '', length] = text.split('/');
    json[name] = address;
    if (length !== undefined && length !== '32' && length !== '128') json[`${name}len`] = Number(length);
  };
  if (rule.from === null) json.src = 'all';
  else put('src', rule.from);
  put('dst', rule.to);
  if (rule.fwmark !== null) json.fwmark = `0x${rule.fwmark.toString(16)}`;
  if (rule.iif !== null) json.iif = rule.iif;
  if (rule.oif !== null) json.oif = rule.oif;
  if (rule.action === 'lookup') json.table = tableName(rule.table);
  else json.action = rule.action;
  return json;
}

export function ruleChange(context: IpContext, args: Args, command: 'add' | 'delete'): number {
  if (args.isEmpty) throw new IpError(`"ip rule ${command === 'add' ? 'add' : 'del'}" requires arguments.`);
  const rule = readRule(context, args);
  if (command === 'add') request(() => context.sys.ruleAdd(rule));
  else request(() => context.sys.ruleDelete(rule));
  return 0;
}

function readRule(context: IpContext, args: Args): RuleRequest {
  let family: InetFamily = context.options.family === 'inet6' ? 'inet6' : 'inet';
  const rule: RuleRequest = { family };
  const prefix = (text: string) => {
    if (text === 'all' || text === 'default' || text === 'any') return null;
    const parsed = parsePrefix(text);
    if (!parsed) throw new IpError(`Error: any valid prefix is expected rather than "${text}".`, 1);
    family = inetFamilyOf(parsed.address);
    return text;
  };
  for (let word = args.shift(); word !== undefined; word = args.shift()) {
    if (word === 'not') rule.not = true;
    else if (word === 'from') rule.from = prefix(args.next());
    else if (word === 'to') rule.to = prefix(args.next());
    else if (word === 'iif' || word === 'dev') rule.iif = args.next();
    else if (word === 'oif') rule.oif = args.next();
    else if (isPriority(word)) rule.priority = number('preference', args.next());
    else if (word === 'fwmark') {
      const [mark = '', mask] = args.next().split('/');
      rule.fwmark = readMark(mark);
      if (mask !== undefined) rule.fwmask = readMark(mask);
    } else if (word === 'table' || word === 'lookup') rule.table = tableNumber(args.next(), 'invalid table ID');
    else if (word === 'blackhole' || word === 'unreachable' || word === 'prohibit') rule.action = word;
    else if (word === 'type') rule.action = args.next();
    else throw new IpError(`Error: argument "${word}" is wrong: Failed to parse rule type\n`, 255);
  }
  return { ...rule, family };
}

function readMark(text: string): number {
  if (!/^(0x[0-9a-fA-F]+|\d+)$/.test(text)) throw invalid('fwmark value is invalid', text);
  return Number(text);
}

export function ruleFlush(context: IpContext): number {
  const family = context.options.family === 'inet6' ? 'inet6' : 'inet';
  for (const rule of context.sys.rules(family)) if (rule.priority !== 0) request(() => context.sys.ruleDelete(rule));
  return 0;
}
