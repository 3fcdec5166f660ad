/** `ingressPolicy: same-bridge`: what comes from one bridge does not go to another, by two chains that all bridges share. */
import type { NetworkNamespace, NftCommand, NftStatement } from '../../kernel';

const stage1 = 'CNI-ISOLATION-STAGE-1';
const stage2 = 'CNI-ISOLATION-STAGE-2';
const families = ['ip', 'ip6'] as const;
const comment = 'CNI firewall plugin rules (ingressPolicy: same-bridge)';

type Table = { family: (typeof families)[number]; table: 'filter' };

/** A bridge that was begun with stays isolated: others may be, too, and rules of no device do nothing. */
export function isolateBridge(own: NetworkNamespace, bridge: string): void {
  for (const family of families) {
    const table: Table = { family, table: 'filter' };
    const chains = own.nftChains(family, table.table) ?? [];
    const rulesOf = (chain: string) => (chains.includes(chain) ? own.nftRules(family, table.table, chain) : []);
    const fromBridge = rulesOf(stage1).some(({ iifname }) => iifname === bridge);
    const toBridge = rulesOf(stage2).some(({ oifname }) => oifname === bridge);
    own.nft([
      { do: 'add table', ...table },
      {
        do: 'add chain',
        ...table,
        chain: 'FORWARD',
        base: chains.includes('FORWARD') ? null : { type: 'filter', hook: 'forward', priority: 0, policy: 'accept' },
      },
      ...[stage1, stage2].map((chain): NftCommand => ({ do: 'add chain', ...table, chain, base: null })),
      ...(rulesOf('FORWARD').some(({ jump }) => jump === stage1)
        ? []
        : [insert(table, 'FORWARD', [{ kind: 'verdict', verdict: { kind: 'jump', chain: stage1 } }])]),
      ...[stage1, stage2].flatMap((chain) =>
        rulesOf(chain).length > 0 ? [] : [insert(table, chain, [{ kind: 'verdict', verdict: { kind: 'return' } }])],
      ),
      // Before the RETURN, which is last.
      ...(fromBridge
        ? []
        : [
            insert(table, stage1, [
              device('iifname', '==', bridge),
              device('oifname', '!=', bridge),
              { kind: 'verdict', verdict: { kind: 'jump', chain: stage2 } },
            ]),
          ]),
      ...(toBridge
        ? []
        : [insert(table, stage2, [device('oifname', '==', bridge), { kind: 'verdict', verdict: { kind: 'drop' } }])]),
    ]);
  }
}

export function hasIsolation(own: NetworkNamespace, bridge: string): boolean {
  return families.every(
    (family) =>
      own.nftRules(family, 'filter', stage1).some(({ iifname }) => iifname === bridge) &&
      own.nftRules(family, 'filter', stage2).some(({ oifname }) => oifname === bridge),
  );
}

function device(of: 'iifname' | 'oifname', op: '==' | '!=', name: string): NftStatement {
  return { kind: 'match', key: { on: 'meta', of }, op, value: { kind: 'one', value: name } };
}

/** The verdict comes after the comment and the counter, as iptables-nft writes rules. */
function insert(table: Table, chain: string, statements: NftStatement[]): NftCommand {
  const matches = statements.slice(0, -1);
  const verdict = statements.slice(-1);
  const rule = {
    statements: [...matches, { kind: 'xt comment', comment } as const, { kind: 'counter' } as const, ...verdict],
  };
  return { do: 'insert rule', ...table, chain, rule };
}
