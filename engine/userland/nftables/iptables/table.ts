/** What is in a table of iptables: its own chains, whether they are there already or not, and the others by name. */
import type { InetFamily, NftChain, NftRule, NftTable, Sys } from '../../../kernel/sim';
import type { Services } from '../../net/names';
import { type BuiltinChain, builtinTables } from './builtin';
import { readRule } from './read-rule';
import type { IptRule } from './rule';
import { splitWords, Words } from './words';

export interface IptChain {
  name: string;
  builtin: BuiltinChain | null;
  /** Null: not made yet. */
  stored: NftChain | null;
  policy: 'ACCEPT' | 'DROP' | null;
  rules: Array<{ handle: number; rule: IptRule }>;
}

export class IptTable {
  readonly chains: IptChain[];
  /** Base chains made by nft(8). */
  readonly isIncompatible: boolean;

  private constructor(
    readonly name: string,
    readonly family: InetFamily,
    readonly stored: NftTable | null,
    services: Services,
  ) {
    const builtins = builtinTables[name] ?? [];
    const found = stored ? [...stored.chains.values()] : [];
    const isOwn = ({ base, name }: NftChain) =>
      base === null ||
      builtins.some((one) => one.name === name && one.base.hook === base.hook && one.base.priority === base.priority);
    this.isIncompatible = !found.every(isOwn);
    const read = (chain: NftChain | undefined): IptChain['rules'] =>
      (chain?.rules ?? []).map((rule) => ({ handle: rule.handle, rule: storedRule(rule, family, services) }));
    const builtin = builtins.map((one): IptChain => {
      const chain = stored?.chains.get(one.name);
      return {
        name: one.name,
        builtin: one,
        stored: chain ?? null,
        policy: chain?.base?.policy === 'drop' ? 'DROP' : 'ACCEPT',
        rules: read(chain),
      };
    });
    const users = found.filter(({ base }) => base === null).sort((a, b) => (a.name < b.name ? -1 : 1));
    this.chains = [
      ...builtin,
      ...users.map(
        (chain): IptChain => ({ name: chain.name, builtin: null, stored: chain, policy: null, rules: read(chain) }),
      ),
    ];
  }

  static load(sys: Sys, name: string, family: InetFamily, services: Services): IptTable {
    const kind = family === 'inet' ? 'ip' : 'ip6';
    const stored = sys.nft.tables().find((table) => table.family === kind && table.name === name);
    return new IptTable(name, family, stored ?? null, services);
  }

  chain(name: string): IptChain | undefined {
    return this.chains.find((chain) => chain.name === name);
  }

  references(name: string): number {
    return this.chains.flatMap(({ rules }) => rules).filter(({ rule }) => rule.jump === name).length;
  }
}

function storedRule(stored: NftRule, family: InetFamily, services: Services): IptRule {
  const [rule] = readRule(new Words(splitWords(stored.iptables?.[0] ?? '')), family, services, () => false);
  if (!rule) throw new Error('A rule that says nothing.');
  for (const statement of stored.statements) {
    if (statement.kind === 'counter') {
      rule.packets = statement.packets;
      rule.bytes = statement.bytes;
    }
    // Its chain may have another name by now.
    if (statement.kind === 'verdict' && 'chain' in statement.verdict) rule.jump = statement.verdict.chain;
  }
  return rule;
}
