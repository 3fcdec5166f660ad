/** Configuration of the portmap plugin. */
import { z } from 'zod';
import type { NftStatement } from '../../kernel';
import { CniError, checked, errorCodes, IpSchema, type JsonObject } from '../spec';
import { text } from './common/options';

const port = z.number().int().min(1, 'is 1 to 65535').max(65535, 'is 1 to 65535');

const MappingSchema = z.object({
  hostPort: z.number().int().min(0).max(65535),
  containerPort: port,
  protocol: text
    .transform((protocol) => (protocol ?? 'tcp').toLowerCase())
    .pipe(z.enum(['tcp', 'udp', 'sctp'], 'is tcp, udp or sctp')),
  hostIP: text.pipe(IpSchema.optional()),
});

export type PortMapping = z.infer<typeof MappingSchema>;

const conditions = z
  .array(z.string())
  .nullish()
  .transform((given) => given ?? []);

const PortmapSchema = z.object({
  snat: z
    .boolean()
    .nullish()
    .transform((given) => given ?? true),
  markMasqBit: z
    .number()
    .int()
    .min(0, 'is a bit, 0 to 31')
    .max(31, 'is a bit, 0 to 31')
    .nullish()
    .transform((bit) => bit ?? 13),
  externalSetMarkChain: text,
  // Either way the rules are nf_tables', in a table of our own: what of iptables(8) is there stays as it is.
  backend: text.pipe(z.enum(['iptables', 'nftables']).optional()),
  conditionsV4: conditions,
  conditionsV6: conditions,
  runtimeConfig: z
    .object({ portMappings: z.array(MappingSchema).nullish() })
    .nullish()
    .transform((given) => given?.portMappings ?? []),
});

export interface PortmapConfig {
  snat: boolean;
  mark: number;
  mappings: PortMapping[];
  conditions: Record<'ip' | 'ip6', NftStatement[]>;
}

/** Errors: 7, naming the field; 2 for what our rules cannot express. */
export function portmapConfig(raw: JsonObject): PortmapConfig {
  const config = checked(PortmapSchema, raw, 'portmap config');
  if (config.externalSetMarkChain !== undefined)
    throw new CniError(
      errorCodes.unsupportedField,
      'portmap: externalSetMarkChain is not supported: a chain of iptables cannot be called from our table; use markMasqBit',
    );
  return {
    snat: config.snat,
    // Unsigned: bit 31 as well.
    mark: (1 << config.markMasqBit) >>> 0,
    // A mapping without a port of the host is none.
    mappings: config.runtimeConfig.filter(({ hostPort }) => hostPort !== 0),
    conditions: { ip: parseConditions(config.conditionsV4, 'ip'), ip6: parseConditions(config.conditionsV6, 'ip6') },
  };
}

const matches = { '-s': 'saddr', '--source': 'saddr', '-d': 'daddr', '--destination': 'daddr' } as const;
const devices = { '-i': 'iifname', '--in-interface': 'iifname' } as const;

/** Arguments in iptables(8)'s words: `["!", "-s", "10.0.0.0/8"]`. Errors: 2 for those that are not of addresses or devices. */
function parseConditions(given: string[], on: 'ip' | 'ip6'): NftStatement[] {
  const statements: NftStatement[] = [];
  const words = [...given];
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    const negated = word === '!';
    const option = negated ? (words.shift() ?? '') : word;
    const value = words.shift();
    const op = negated ? ('!=' as const) : ('==' as const);
    const address = Object.entries(matches).find(([name]) => name === option)?.[1];
    if (value !== undefined && address !== undefined)
      statements.push({ kind: 'match', key: { on, of: address }, op, value: network(value) });
    else if (value !== undefined && option in devices)
      statements.push({ kind: 'match', key: { on: 'meta', of: 'iifname' }, op, value: { kind: 'one', value } });
    else
      throw new CniError(
        errorCodes.unsupportedField,
        `portmap: condition ${JSON.stringify(option)} is not supported, only -s, -d and -i are`,
      );
  }
  return statements;
}

function network(text: string): { kind: 'one'; value: string } | { kind: 'prefix'; address: string; length: number } {
  const [address = '', length] = text.split('/');
  return length === undefined ? { kind: 'one', value: address } : { kind: 'prefix', address, length: Number(length) };
}
