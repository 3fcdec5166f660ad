/** Translation of addresses, made ready to run: snat, dnat, masquerade, redirect. */

import { parseIp } from '../address/ip';
import { type NatRange, setupNat } from '../conntrack/nat';
import { valuesOf } from './compile-match';
import type { HookContext } from './context';
import { indexOf, SetIndex } from './matcher';
import { parseNumber } from './names';
import { accept, drop, type FindSet, type Op, type Outcome } from './ops';
import type { NftStatement, NftValue } from './ruleset';

function nat(context: HookContext, what: 'source' | 'destination', range: NatRange): Outcome {
  const { connection } = context.packet;
  if (!connection) return accept;
  return setupNat(context.ns, connection, what, range) ? accept : drop;
}

function rangeFlags(flags: readonly string[]): { random: boolean; persistent: boolean } {
  return {
    random: flags.includes('random') || flags.includes('fully-random'),
    persistent: flags.includes('persistent'),
  };
}

export function masquerade(
  context: HookContext,
  { port, flags }: Extract<NftStatement, { kind: 'masquerade' }>,
): Outcome {
  const { ns, output, packet } = context;
  if (!output || !packet.ip) return drop;
  const towards = packet.nextHop ?? packet.ip.destination;
  const all = ns.devices.all();
  const address =
    typeof towards === 'number'
      ? ns.addresses.selectV4(output, towards, all)
      : ns.addresses.selectV6(output, towards, all);
  if (address === null) return drop;
  return nat(context, 'source', { from: address, to: address, ports: port ?? null, ...rangeFlags(flags) });
}

export function redirect(context: HookContext, { port, flags }: Extract<NftStatement, { kind: 'redirect' }>): Outcome {
  const { ns, hook, input, packet } = context;
  if (!packet.ip) return drop;
  const isV4 = typeof packet.ip.source === 'number';
  let address: number | bigint | null = isV4 ? 0x7f000001 : 1n;
  if (hook !== 'output')
    address =
      input === null
        ? null
        : isV4
          ? ns.addresses.selectV4(input, null, [])
          : (ns.addresses.v6(input)[0]?.address ?? null);
  if (address === null) return drop;
  return nat(context, 'destination', { from: address, to: address, ports: port, ...rangeFlags(flags) });
}

type Nat = Extract<NftStatement, { kind: 'snat' | 'dnat' }>;

export function compileNat(statement: Nat, findSet: FindSet): Op {
  const { address, port, map, flags } = statement;
  const what = statement.kind === 'snat' ? 'source' : 'destination';
  const span = address === null ? null : spanOf(address);
  const index =
    map && 'entries' in map
      ? new SetIndex(
          map.keys,
          map.entries.map((entry) => ({
            key: entry.key,
            value: { kind: 'one', value: `${entry.address} ${entry.port ?? ''}` },
          })),
        )
      : null;
  return (context) => {
    if (
      statement.family !== undefined &&
      (statement.family === 'ip') !== (typeof context.packet.ip?.source === 'number')
    )
      return 'break';
    if (!map)
      return nat(context, what, {
        from: span?.from ?? currentAddress(context, what),
        to: span?.to ?? currentAddress(context, what),
        ports: port,
        ...rangeFlags(flags),
      });
    const values = valuesOf(context, map.keys);
    if (!values) return 'break';
    const set = 'name' in map && map.name !== undefined ? findSet(context.ns, map.name) : undefined;
    const element = (index ?? (set && indexOf(set, map.keys)))?.find(values, context.ns.network.kernel.now);
    const target = element && targetOf(element.value);
    if (!target) return 'break';
    return nat(context, what, {
      from: target.address,
      to: target.address,
      ports: target.port ?? port,
      ...rangeFlags(flags),
    });
  };
}

function currentAddress({ packet }: HookContext, what: 'source' | 'destination'): number | bigint {
  return (what === 'source' ? packet.ip?.source : packet.ip?.destination) ?? 0;
}

function spanOf(value: NftValue): { from: number | bigint; to: number | bigint } | null {
  const [from, to] =
    value.kind === 'range' ? [value.from, value.to] : value.kind === 'one' ? [value.value, value.value] : ['', ''];
  const [low, high] = [parseIp(from), parseIp(to)];
  return low === null || high === null ? null : { from: low, to: high };
}

/** An address, or an address with a port: of a map in the rule, or of a named one (`10.0.0.1 . 80`). */
function targetOf(
  value: NftValue | undefined,
): { address: number | bigint; port: { from: number; to: number } | null } | null {
  const parts =
    value?.kind === 'concat'
      ? value.values.map((part) => (part.kind === 'one' ? part.value : ''))
      : value?.kind === 'one'
        ? value.value.split(' ')
        : [];
  const address = parseIp(parts[0] ?? '');
  if (address === null) return null;
  const port = parseNumber(parts[1] ?? '');
  return { address, port: port === null ? null : { from: port, to: port } };
}
