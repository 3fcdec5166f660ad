/** What the kernel refuses of a rule when it is added. */
import { SysError } from '../../abi/errno';
import type { NftBase, NftChain, NftRule, NftStatement, NftTable } from './ruleset';
import { flatten, setsOf, targetsOf } from './uses';

/** ENOENT for chains and sets that are not there, ELOOP, EOPNOTSUPP for what has no place in that chain. */
export function checkRule(table: NftTable, chain: NftChain, rule: Omit<NftRule, 'handle'>): void {
  const whole: NftRule = { ...rule, handle: 0 };
  for (const name of targetsOf(whole, table)) {
    const target = table.chains.get(name);
    if (!target) throw new SysError('ENOENT');
    if (target.base) throw new SysError('EOPNOTSUPP');
    if (target === chain || leadsTo(table, target, chain, 0)) throw new SysError('ELOOP');
  }
  for (const name of setsOf(whole)) if (!table.sets.has(name)) throw new SysError('ENOENT');
  const base = chain.base ?? null;
  for (const statement of flatten(rule.statements))
    if (base && !fits(statement, base)) throw new SysError('EOPNOTSUPP');
}

function leadsTo(table: NftTable, from: NftChain, to: NftChain, depth: number): boolean {
  if (depth > 16) return true;
  return from.rules.some((rule) =>
    targetsOf(rule, table).some((name) => {
      const next = table.chains.get(name);
      return next === to || (next !== undefined && leadsTo(table, next, to, depth + 1));
    }),
  );
}

function fits(statement: NftStatement, { type, hook }: NftBase): boolean {
  switch (statement.kind) {
    case 'masquerade':
      return type === 'nat' && hook === 'postrouting';
    case 'snat':
      return type === 'nat' && (hook === 'postrouting' || hook === 'input');
    case 'dnat':
    case 'redirect':
      return type === 'nat' && (hook === 'prerouting' || hook === 'output');
    case 'reject':
      return hook === 'input' || hook === 'forward' || hook === 'output' || hook === 'prerouting';
    case 'notrack':
      return hook === 'prerouting' || hook === 'output';
    default:
      return true;
  }
}
