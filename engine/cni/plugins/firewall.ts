/**
 * The firewall plugin: what is allowed to and from a container is accepted in iptables(8)'s own table, where a policy of
 * DROP for what is forwarded would otherwise stop it. The rules have the form iptables-nft gives them.
 */
import { z } from 'zod';
import type { NetworkNamespace, NftCommand, NftRuleInfo, NftStatement } from '../../kernel';
import { type Plugin, type PluginRequest, requirePrevious } from '../plugin';
import { CniError, checked, cniVersions, errorCodes, formatIp, type Ip, type Result } from '../spec';
import { cidrOf } from './common/addresses';
import { withOwn } from './common/namespaces';
import { text } from './common/options';
import { withUndo } from './common/undo';
import { hasIsolation, isolateBridge } from './firewall-isolation';
import type { PluginHost } from './host';

const FirewallSchema = z.object({
  backend: text.pipe(z.enum(['iptables', 'firewalld']).optional()),
  iptablesAdminChainName: text.transform((name) => name ?? 'CNI-ADMIN'),
  ingressPolicy: text.pipe(z.enum(['open', 'same-bridge', 'isolated']).default('open')),
});

type FirewallConfig = z.infer<typeof FirewallSchema>;

const chain = 'CNI-FORWARD';

export function firewallPlugin(host: PluginHost): Plugin {
  return {
    versions: cniVersions,
    about: 'CNI firewall plugin (Underlay): lets packets to and from a container pass',
    async add(request) {
      const config = firewallConfig(request);
      const result = requirePrevious(request);
      await withOwn(host, (own) => allow(own, config, result));
      return result;
    },
    // Without the result nobody knows the addresses; then there is nothing to take back either.
    del: ({ previous }) => (previous ? withOwn(host, (own) => forbid(own, addressesOf(previous))) : undefined),
    async check(request) {
      const config = firewallConfig(request);
      const result = requirePrevious(request);
      await withOwn(host, (own) => checkAllowed(own, config, result));
    },
  };
}

function firewallConfig({ config }: PluginRequest): FirewallConfig {
  const parsed = checked(FirewallSchema, config.raw, 'firewall config');
  if (parsed.backend === 'firewalld')
    throw new CniError(errorCodes.unsupportedField, 'firewall: backend firewalld is not supported, only iptables is');
  if (parsed.ingressPolicy === 'isolated')
    throw new CniError(errorCodes.unsupportedField, 'firewall: ingressPolicy isolated is not supported');
  return parsed;
}

const addressesOf = ({ ips }: Result): Ip[] => ips.map(({ address }) => cidrOf(address).ip);
const tableOf = ({ family }: Ip) => ({ family: family === 4 ? 'ip' : 'ip6', table: 'filter' }) as const;

async function allow(own: NetworkNamespace, config: FirewallConfig, result: Result): Promise<void> {
  const addresses = addressesOf(result);
  await withUndo(async (onFailure) => {
    for (const address of addresses) {
      ensureChains(own, config, address);
      onFailure(() => forbid(own, [address]));
      const there = own.nftRules(tableOf(address).family, 'filter', chain);
      own.nft(
        (['daddr', 'saddr'] as const)
          .filter((of) => !there.some((rule) => isAbout(rule, of, address)))
          .map((of): NftCommand => ({ do: 'add rule', ...tableOf(address), chain, rule: acceptRule(of, address) })),
      );
    }
    if (config.ingressPolicy === 'same-bridge') isolateBridge(own, bridgeOf(own, result));
  });
}

function acceptRule(of: 'saddr' | 'daddr', address: Ip): { statements: NftStatement[] } {
  const on = address.family === 4 ? 'ip' : 'ip6';
  return {
    statements: [
      { kind: 'match', key: { on, of }, op: '==', value: { kind: 'one', value: formatIp(address) } },
      // To the container only what answers it: what else may come in, portmap's rules and the admin's say.
      ...(of === 'daddr' ? [{ kind: 'xt conntrack', states: ['related', 'established'] } satisfies NftStatement] : []),
      { kind: 'counter' },
      { kind: 'verdict', verdict: { kind: 'accept' } },
    ],
  };
}

/** FORWARD leads to ours first, and ours to the admin's: a chain in which rules of people's own come before the rest. */
function ensureChains(own: NetworkNamespace, config: FirewallConfig, address: Ip): void {
  const table = tableOf(address);
  const admin = config.iptablesAdminChainName;
  const chains = own.nftChains(table.family, table.table) ?? [];
  const jumps = (from: string, to: string) =>
    chains.includes(from) && own.nftRules(table.family, table.table, from).some(({ jump }) => jump === to);
  own.nft([
    { do: 'add table', ...table },
    {
      do: 'add chain',
      ...table,
      chain: 'FORWARD',
      base: chains.includes('FORWARD') ? null : { type: 'filter', hook: 'forward', priority: 0, policy: 'accept' },
    },
    { do: 'add chain', ...table, chain, base: null },
    { do: 'add chain', ...table, chain: admin, base: null },
    ...(jumps('FORWARD', chain) ? [] : [jumpRule(table, 'FORWARD', chain, 'CNI firewall plugin rules')]),
    ...(jumps(chain, admin) ? [] : [jumpRule(table, chain, admin, 'CNI firewall plugin admin overrides')]),
  ]);
}

function jumpRule(table: ReturnType<typeof tableOf>, from: string, to: string, comment: string): NftCommand {
  const statements: NftStatement[] = [
    { kind: 'xt comment', comment },
    { kind: 'counter' },
    { kind: 'verdict', verdict: { kind: 'jump', chain: to } },
  ];
  return { do: 'insert rule', ...table, chain: from, rule: { statements } };
}

const isAbout = (rule: NftRuleInfo, of: 'saddr' | 'daddr', address: Ip) =>
  (of === 'saddr' ? rule.source : rule.destination) === formatIp(address) && rule.jump === null;

/** Takes back what is about these addresses, also where another plugin has written it. */
function forbid(own: NetworkNamespace, addresses: Ip[]): void {
  for (const address of addresses) {
    const table = tableOf(address);
    const rules = own
      .nftRules(table.family, table.table, chain)
      .filter((rule) => isAbout(rule, 'saddr', address) || isAbout(rule, 'daddr', address));
    own.nft(rules.map(({ handle }): NftCommand => ({ do: 'delete rule', ...table, chain, handle })));
  }
}

function checkAllowed(own: NetworkNamespace, config: FirewallConfig, result: Result): void {
  const fail = (what: string) => new CniError(errorCodes.internal, `${what} is missing`);
  for (const address of addressesOf(result)) {
    const table = tableOf(address);
    const rulesOf = (name: string) => own.nftRules(table.family, table.table, name);
    if (!rulesOf('FORWARD').some(({ jump }) => jump === chain)) throw fail(`the jump from FORWARD to ${chain}`);
    for (const side of ['saddr', 'daddr'] as const) {
      if (!rulesOf(chain).some((rule) => isAbout(rule, side, address)))
        throw fail(`the rule of ${chain} about ${formatIp(address)}`);
    }
  }
  if (config.ingressPolicy === 'same-bridge' && !hasIsolation(own, bridgeOf(own, result)))
    throw fail('the rule that keeps other bridges out');
}

/** Errors: 999 when the result has no bridge. */
function bridgeOf(own: NetworkNamespace, { interfaces }: Result): string {
  const bridge = interfaces.find(({ name, sandbox }) => sandbox === undefined && own.link(name)?.kind === 'bridge');
  if (bridge) return bridge.name;
  throw new CniError(errorCodes.internal, 'ingressPolicy same-bridge needs a bridge in prevResult');
}
