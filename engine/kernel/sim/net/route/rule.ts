/** Which table is asked (ip-rule(8)). */
import { type InetFamily, type IpAddress, type IpPrefix, isWithin } from '../address/ip';
import { tableDefault, tableLocal, tableMain } from './route';

export type RuleAction = 'lookup' | 'blackhole' | 'unreachable' | 'prohibit';

export interface RoutingRule {
  priority: number;
  from: IpPrefix | null;
  to: IpPrefix | null;
  iif: string | null;
  oif: string | null;
  fwmark: number | null;
  fwmask: number;
  table: number;
  action: RuleAction;
  not: boolean;
}

/** What a packet, or a socket that is about to send one, is looked up by. */
export interface FlowKey {
  destination: IpAddress;
  source: IpAddress | null;
  /** Name of the device it came in by; `lo` for what is made here. */
  iif: string;
  /** The device it is bound to. */
  oif: string | null;
  mark: number;
}

const all = {
  not: false,
  from: null,
  to: null,
  iif: null,
  oif: null,
  fwmark: null,
  fwmask: 0xffffffff,
  action: 'lookup' as const,
};

export function defaultRules(family: InetFamily): RoutingRule[] {
  const rules = [
    { ...all, priority: 0, table: tableLocal },
    { ...all, priority: 32766, table: tableMain },
  ];
  return family === 'inet' ? [...rules, { ...all, priority: 32767, table: tableDefault }] : rules;
}

export function ruleMatches(rule: RoutingRule, flow: FlowKey): boolean {
  return selects(rule, flow) !== rule.not;
}

function selects(rule: RoutingRule, flow: FlowKey): boolean {
  if (rule.from && (flow.source === null || !isWithin(flow.source, rule.from))) return false;
  if (rule.to && !isWithin(flow.destination, rule.to)) return false;
  if (rule.iif !== null && rule.iif !== flow.iif) return false;
  if (rule.oif !== null && rule.oif !== flow.oif) return false;
  return rule.fwmark === null || (flow.mark & rule.fwmask) >>> 0 === (rule.fwmark & rule.fwmask) >>> 0;
}
