/** What leaves a container for elsewhere than its own network goes out under the host's address. */
import type { NetworkNamespace, NftStatement } from '../../../kernel';
import type { Attachment, PluginRequest } from '../../plugin';
import { formatIp, type IpConfig, networkOf } from '../../spec';
import { cidrOf } from './addresses';
import { addRules, countRules, removeRules } from './rules';
import { isStale, tagOf } from './tag';

const suffix = '#masq';
const multicast = { 4: { address: '224.0.0.0', length: 4 }, 6: { address: 'ff00::', length: 8 } } as const;

export function addMasquerade(own: NetworkNamespace, request: PluginRequest, ips: IpConfig[]): void {
  const comment = `${tagOf(request)}${suffix}`;
  addRules(
    own,
    ips.map(({ address }) => ({ chain: 'postrouting', rule: { statements: statementsFor(address), comment } })),
  );
}

function statementsFor(address: string): NftStatement[] {
  const cidr = cidrOf(address);
  const { family } = cidr.ip;
  const on = family === 4 ? 'ip' : 'ip6';
  const network = { address: formatIp(networkOf(cidr)), length: cidr.prefix };
  return [
    { kind: 'match', key: { on, of: 'saddr' }, op: '==', value: { kind: 'one', value: formatIp(cidr.ip) } },
    { kind: 'match', key: { on, of: 'daddr' }, op: '!=', value: { kind: 'prefix', ...network } },
    { kind: 'match', key: { on, of: 'daddr' }, op: '!=', value: { kind: 'prefix', ...multicast[family] } },
    { kind: 'masquerade' },
  ];
}

export function removeMasquerade(own: NetworkNamespace, request: PluginRequest): void {
  removeRules(own, (comment) => comment === `${tagOf(request)}${suffix}`);
}

export function hasMasquerade(own: NetworkNamespace, request: PluginRequest, count: number): boolean {
  return countRules(own, (comment) => comment === `${tagOf(request)}${suffix}`) >= count;
}

/** For GC. */
export function removeStaleMasquerade(own: NetworkNamespace, network: string, valid: Attachment[]): void {
  removeRules(own, (comment) => comment.endsWith(suffix) && isStale(comment.slice(0, -suffix.length), network, valid));
}
