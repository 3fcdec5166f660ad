/**
 * The table of packet rules that is ours: address translation for containers. It lies beside what iptables(8) and others
 * have made, and is gone when the last of our rules is.
 */
import { KernelError, type NetworkNamespace, type NftBase, type NftCommand, type NftRule } from '../../../kernel';

const table = { family: 'inet', table: 'underlay-cni' } as const;

export type ChainName = 'postrouting' | 'prerouting' | 'output' | 'hostports';

const nat = (hook: NftBase['hook'], priority: number): NftBase => ({ type: 'nat', hook, priority, policy: 'accept' });
const chains: Record<ChainName, NftBase | null> = {
  postrouting: nat('postrouting', 100),
  prerouting: nat('prerouting', -100),
  output: nat('output', -100),
  hostports: null,
};
const names = ['postrouting', 'prerouting', 'output', 'hostports'] as const;

export interface PlacedRule {
  chain: ChainName;
  rule: NftRule;
}

/** Adds rules, with the table and chains they need, at once. */
export function addRules(own: NetworkNamespace, rules: PlacedRule[]): void {
  if (rules.length === 0) return;
  const needed = names.filter((name) => rules.some(({ chain }) => chain === name));
  own.nft([
    { do: 'add table', ...table },
    ...needed.map((chain): NftCommand => ({ do: 'add chain', ...table, chain, base: chains[chain] })),
    ...rules.map(({ chain, rule }): NftCommand => ({ do: 'add rule', ...table, chain, rule })),
  ]);
}

/** Those that lead to our `hostports`, once; the chain is there in the end. */
export function ensureHostports(own: NetworkNamespace): void {
  const commands: NftCommand[] = [
    { do: 'add table', ...table },
    { do: 'add chain', ...table, chain: 'hostports', base: null },
  ];
  for (const chain of ['prerouting', 'output'] as const) {
    if (own.nftRules(table.family, table.table, chain).length > 0) continue;
    const rule: NftRule = {
      statements: [
        { kind: 'match', key: { on: 'fib', of: 'daddr type' }, op: '==', value: { kind: 'one', value: 'local' } },
        { kind: 'verdict', verdict: { kind: 'jump', chain: 'hostports' } },
      ],
    };
    commands.push({ do: 'add chain', ...table, chain, base: chains[chain] }, { do: 'add rule', ...table, chain, rule });
  }
  own.nft(commands);
}

/** How many rules have a comment that `wanted` takes. */
export function countRules(own: NetworkNamespace, wanted: (comment: string) => boolean): number {
  return names.flatMap((chain) => found(own, chain, wanted)).length;
}

/** Removes the rules whose comment `wanted` takes, and the table with the last of them. */
export function removeRules(own: NetworkNamespace, wanted: (comment: string) => boolean): void {
  if (own.nftChains(table.family, table.table) === null) return;
  const commands = names.flatMap((chain) =>
    found(own, chain, wanted).map(({ handle }): NftCommand => ({ do: 'delete rule', ...table, chain, handle })),
  );
  own.nft(commands);
  if (commands.length > 0) removeTableIfEmpty(own);
}

function found(own: NetworkNamespace, chain: ChainName, wanted: (comment: string) => boolean) {
  return own.nftRules(table.family, table.table, chain).filter(({ comment }) => comment !== null && wanted(comment));
}

/** Refused by the kernel, in one piece, where somebody has added a rule since it was looked at. */
function removeTableIfEmpty(own: NetworkNamespace): void {
  const there = names.filter((name) => own.nftChains(table.family, table.table)?.includes(name));
  const rulesOf = (chain: ChainName) => own.nftRules(table.family, table.table, chain);
  if (there.some((chain) => rulesOf(chain).some(({ comment }) => comment !== null))) return;
  try {
    own.nft([
      // The jumps to `hostports` are all that is left.
      ...there.flatMap((chain) =>
        rulesOf(chain).map(({ handle }): NftCommand => ({ do: 'delete rule', ...table, chain, handle })),
      ),
      ...there.map((chain): NftCommand => ({ do: 'delete chain', ...table, chain, onlyEmpty: true })),
      { do: 'delete table', ...table, onlyEmpty: true },
    ]);
  } catch (error) {
    if (!(error instanceof KernelError && (error.code === 'EBUSY' || error.code === 'ENOENT'))) throw error;
  }
}
