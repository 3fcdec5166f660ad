/** The tables and chains iptables has without anyone making them. */

import type { NftBase } from '../../../kernel/sim';
import { bare } from '../../../kernel/sim';

export interface BuiltinChain {
  name: string;
  base: Omit<NftBase, 'policy'>;
}

const hooks = {
  PREROUTING: 'prerouting',
  INPUT: 'input',
  FORWARD: 'forward',
  OUTPUT: 'output',
  POSTROUTING: 'postrouting',
} as const;

function chains(names: ReadonlyArray<keyof typeof hooks>, priority: number): BuiltinChain[] {
  return names.map((name) => ({ name, base: { type: 'filter', hook: hooks[name], priority } }));
}

function natChain(name: keyof typeof hooks, priority: number): BuiltinChain {
  return { name, base: { type: 'nat', hook: hooks[name], priority } };
}

/** In the order of iptables-save. */
export const builtinTables: Readonly<Record<string, readonly BuiltinChain[]>> = bare({
  mangle: chains(['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'], -150).map((chain) =>
    chain.name === 'OUTPUT' ? { ...chain, base: { ...chain.base, type: 'route' } } : chain,
  ),
  security: chains(['INPUT', 'FORWARD', 'OUTPUT'], 150),
  raw: chains(['PREROUTING', 'OUTPUT'], -300),
  filter: chains(['INPUT', 'FORWARD', 'OUTPUT'], 0),
  nat: [natChain('PREROUTING', -100), natChain('INPUT', 100), natChain('OUTPUT', -100), natChain('POSTROUTING', 100)],
});
