/** Only frames with the container's own hardware address leave its port (`macspoofchk`). */
import type { NetworkNamespace, NftCommand } from '../../../kernel';
import type { PluginRequest } from '../../plugin';
import { digest, tagOf } from '../common/tag';

/** Where plugins put these rules; the chain is left when the last is gone. */
const table = { family: 'bridge', table: 'nat' } as const;
const base = 'PREROUTING';

const chainOf = (request: PluginRequest) => `cni-br-iface-${digest(tagOf(request), 32)}`;

export function addSpoofCheck(own: NetworkNamespace, request: PluginRequest, device: string, mac: string): void {
  const chain = chainOf(request);
  const comment = tagOf(request);
  own.nft([
    { do: 'add table', ...table },
    {
      do: 'add chain',
      ...table,
      chain: base,
      base: { type: 'filter', hook: 'prerouting', priority: -300, policy: 'accept' },
    },
    { do: 'add chain', ...table, chain, base: null },
    {
      do: 'add rule',
      ...table,
      chain: base,
      rule: {
        statements: [
          { kind: 'match', key: { on: 'meta', of: 'iifname' }, op: '==', value: { kind: 'one', value: device } },
          { kind: 'verdict', verdict: { kind: 'jump', chain } },
        ],
        comment,
      },
    },
    {
      do: 'add rule',
      ...table,
      chain,
      rule: {
        statements: [
          { kind: 'match', key: { on: 'ether', of: 'saddr' }, op: '!=', value: { kind: 'one', value: mac } },
          { kind: 'verdict', verdict: { kind: 'drop' } },
        ],
        comment,
      },
    },
  ]);
}

export function hasSpoofCheck(own: NetworkNamespace, request: PluginRequest): boolean {
  const chain = chainOf(request);
  const jumps = own.nftRules(table.family, table.table, base).some(({ jump }) => jump === chain);
  return jumps && own.nftRules(table.family, table.table, chain).length > 0;
}

export function removeSpoofCheck(own: NetworkNamespace, request: PluginRequest): void {
  const chain = chainOf(request);
  if (!own.nftChains(table.family, table.table)?.includes(chain)) return;
  const jumps = own.nftRules(table.family, table.table, base).filter(({ jump }) => jump === chain);
  own.nft([
    ...jumps.map(({ handle }): NftCommand => ({ do: 'delete rule', ...table, chain: base, handle })),
    { do: 'delete chain', ...table, chain },
  ]);
}
