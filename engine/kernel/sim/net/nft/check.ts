/** What the kernel refuses of a rule when it is added. */
import { SysError } from '../../abi/errno';
import type { NftBase, NftChain, NftRule, NftStatement, NftTable } from './ruleset';
import { flatten, setsOf, targetsOf } from './uses';

/** ENOENT for chains and sets that are not there, EOPNOTSUPP for what has no place in that chain. */
export function checkRule(table: NftTable, chain: NftChain, rule: Omit<NftRule, 'handle'>): void {
  const whole: NftRule = { ...rule, handle: 0 };
  for (const name of targetsOf(whole, table)) {
    const target = table.chains.get(name);
    if (!target) throw new SysError('ENOENT');
    if (target.base) throw new SysError('EOPNOTSUPP');
  }
  for (const name of setsOf(whole)) if (!table.sets.has(name)) throw new SysError('ENOENT');
  const base = chain.base ?? null;
  for (const statement of flatten(rule.statements))
    if (base && !fits(statement, base)) throw new SysError('EOPNOTSUPP');
}

/** Whatever a base chain leads to must come to an end: ELOOP. */
export function checkLoops(table: NftTable): void {
  const walk = (chain: NftChain, way: ReadonlySet<NftChain>): void => {
    if (way.has(chain)) throw new SysError('ELOOP');
    if (way.size > 16) throw new SysError('EMLINK');
    const longer = new Set(way).add(chain);
    for (const rule of chain.rules) {
      for (const name of targetsOf(rule, table)) {
        const next = table.chains.get(name);
        if (next) walk(next, longer);
      }
    }
  };
  for (const chain of table.chains.values()) if (chain.base) walk(chain, new Set());
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
    default:
      return true;
  }
}
