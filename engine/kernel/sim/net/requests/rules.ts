/** RTM_NEWRULE, RTM_DELRULE, RTM_GETRULE. */

import { SysError } from '../../abi/errno';
import { formatPrefix, type InetFamily, type IpPrefix } from '../address/ip';
import { tableMain } from '../route/route';
import type { RoutingRule } from '../route/rule';
import type { RuleInfo } from '../route-types';
import type { NetNamespace } from '../types';
import { prefixOf } from './routes';

export type RuleRequest = Partial<RuleInfo> & Pick<RuleInfo, 'family'>;

export function ruleList(ns: NetNamespace, family: InetFamily): RuleInfo[] {
  return ns.fib(family).rules.map((rule) => ({
    family,
    priority: rule.priority,
    from: rule.from && formatPrefix(rule.from),
    to: rule.to && formatPrefix(rule.to),
    iif: rule.iif,
    oif: rule.oif,
    fwmark: rule.fwmark,
    fwmask: rule.fwmark === null ? null : rule.fwmask,
    table: rule.table,
    action: rule.action,
    not: rule.not,
  }));
}

/** EEXIST. */
export function ruleAdd(ns: NetNamespace, request: RuleRequest): void {
  const fib = ns.fib(request.family);
  const rule = makeRule(request, request.priority ?? freePriority(fib.rules));
  if (fib.rules.some((other) => JSON.stringify(plain(other)) === JSON.stringify(plain(rule))))
    throw new SysError('EEXIST');
  fib.addRule(rule);
}

/** ENOENT. */
export function ruleDelete(ns: NetNamespace, request: RuleRequest): void {
  const fib = ns.fib(request.family);
  const prefix = (text: string | null | undefined) =>
    text === null || text === undefined ? undefined : formatPrefix(prefixOf(request.family, text));
  const found = fib.rules.find(
    (rule) =>
      (request.priority === undefined || rule.priority === request.priority) &&
      (prefix(request.from) === undefined ||
        (rule.from !== null && formatPrefix(rule.from) === prefix(request.from))) &&
      (prefix(request.to) === undefined || (rule.to !== null && formatPrefix(rule.to) === prefix(request.to))) &&
      (request.iif === undefined || request.iif === null || rule.iif === request.iif) &&
      (request.oif === undefined || request.oif === null || rule.oif === request.oif) &&
      (request.fwmark === undefined || request.fwmark === null || rule.fwmark === request.fwmark) &&
      (request.table === undefined || rule.table === request.table),
  );
  if (!found) throw new SysError('ENOENT');
  fib.deleteRule(found);
}

function makeRule(request: RuleRequest, priority: number): RoutingRule {
  const { family } = request;
  const prefix = (text: string | null | undefined) => {
    if (text === null || text === undefined || text === 'all') return null;
    const parsed = prefixOf(family, text);
    return parsed.length === 0 ? null : parsed;
  };
  const action = request.action ?? 'lookup';
  if (action !== 'lookup' && action !== 'blackhole' && action !== 'unreachable' && action !== 'prohibit')
    throw new SysError('EINVAL');
  return {
    priority,
    from: prefix(request.from),
    to: prefix(request.to),
    iif: request.iif ?? null,
    oif: request.oif ?? null,
    fwmark: request.fwmark ?? null,
    fwmask: request.fwmask ?? 0xffffffff,
    table: request.table ?? tableMain,
    action,
    not: request.not ?? false,
  };
}

/** One before the first that is not the one for local addresses. */
function freePriority(rules: readonly RoutingRule[]): number {
  const [, second] = rules;
  return second && second.priority > 0 ? second.priority - 1 : 0;
}

function plain(rule: RoutingRule): unknown {
  const prefix = (one: IpPrefix | null) => one && formatPrefix(one);
  return { ...rule, from: prefix(rule.from), to: prefix(rule.to) };
}
