/** Which protocols a rule has to have matched before a statement makes sense. */
import type { NftKey, NftStatement } from '../../../kernel/sim';
import type { Cursor } from './cursor';
import { NftSyntaxError, type Token } from './lexer';

/** A port can only be translated of what has ports. */
export function checkPort(
  statement: NftStatement,
  before: readonly NftStatement[],
  token: Token,
  cursor: Cursor,
): void {
  const hasPort =
    (statement.kind === 'snat' || statement.kind === 'dnat' || statement.kind === 'redirect') &&
    statement.port !== null;
  const masquerades = statement.kind === 'masquerade' && statement.port !== undefined;
  if ((!hasPort && !masquerades) || before.some(knowsTransport)) return;
  const last = cursor.previous;
  const colon = last?.text.lastIndexOf(':') ?? -1;
  const start = last ? last.start + colon + 1 : token.start;
  throw new NftSyntaxError(
    'transport protocol mapping is only valid after transport protocol match',
    start,
    last?.end ?? token.end,
    token,
  );
}

function knowsTransport(statement: NftStatement): boolean {
  if (statement.kind !== 'match' && statement.kind !== 'vmap') return false;
  return statement.keys.some(
    ({ on, of }) =>
      on === 'tcp' || on === 'udp' || on === 'th' || of === 'l4proto' || of === 'protocol' || of === 'nexthdr',
  );
}

export function implies(next: NftKey, key: NftKey, value: string): boolean {
  const isProtocol =
    (key.on === 'meta' && key.of === 'l4proto') ||
    (key.on === 'ip' && key.of === 'protocol') ||
    (key.on === 'ip6' && key.of === 'nexthdr');
  if (isProtocol) {
    if (next.on === 'icmpv6') return value === 'ipv6-icmp';
    return (next.on === 'tcp' || next.on === 'udp' || next.on === 'icmp') && value === next.on;
  }
  if (key.on === 'meta' && key.of === 'nfproto')
    return (next.on === 'ip' && value === 'ipv4') || (next.on === 'ip6' && value === 'ipv6');
  if ((key.on === 'ether' && key.of === 'type') || (key.on === 'meta' && key.of === 'protocol'))
    return (next.on === 'ip' || next.on === 'ip6') && value === next.on;
  return false;
}

export function isIpProtocolTcp(statement: NftStatement): boolean {
  if (statement.kind !== 'match' || statement.op !== '==' || statement.value.kind !== 'one') return false;
  const [key] = statement.keys;
  return key?.on === 'ip' && key.of === 'protocol' && statement.value.value === 'tcp';
}

export function isAboutTcp(statement: NftStatement): boolean {
  return (
    statement.kind === 'match' &&
    statement.keys.some(
      (key) =>
        key.on === 'tcp' ||
        ((key.on === 'meta' || key.on === 'ip') && statement.value.kind === 'one' && statement.value.value === 'tcp'),
    )
  );
}
