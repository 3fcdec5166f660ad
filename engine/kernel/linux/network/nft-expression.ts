/** Statements of a packet rule as expressions of nf_tables (linux/netfilter/nf_tables.h). */
import type { NftFamily, NftKey, NftStatement, NftValue } from '../../packet-rules';
import { parseAddress } from '../link/address';
import { attribute } from '../link/rtnetlink';
import { macBytes, nest, numberFor, string, u32be } from './attributes';

const NFTA_LIST_ELEM = 1;
const NFTA_EXPR_NAME = 1;
const NFTA_EXPR_DATA = 2;
const NFTA_DATA_VALUE = 1;
const NFTA_DATA_VERDICT = 2;
const register1 = 1;
const register2 = 2;
const verdictRegister = 0;

const metaKeys = { mark: 3, iifname: 6, oifname: 7, nfproto: 15, l4proto: 16 } as const;
const ctKeys = { state: 0, status: 2 } as const;
const ctBits = {
  state: { invalid: 1, established: 2, related: 4, new: 8 },
  status: { snat: 16, dnat: 32 },
} as const;
const nfprotos = { ipv4: 2, ipv6: 10 } as const;
const protocols = { tcp: 6, udp: 17, sctp: 132, icmp: 1, icmpv6: 58 } as const;
const addressTypes = { unicast: 1, local: 2, broadcast: 3, multicast: 5 } as const;
const verdictCodes = { drop: 0, accept: 1, jump: -3, goto: -4, return: -5 } as const;
const payloadBase = { link: 0, network: 1, transport: 2 } as const;
/** Base, offset and length of a header's field. */
const fields = {
  'ip saddr': [payloadBase.network, 12, 4],
  'ip daddr': [payloadBase.network, 16, 4],
  'ip6 saddr': [payloadBase.network, 8, 16],
  'ip6 daddr': [payloadBase.network, 24, 16],
  'th sport': [payloadBase.transport, 0, 2],
  'th dport': [payloadBase.transport, 2, 2],
  'ether saddr': [payloadBase.link, 6, 6],
} as const;

export function encodeStatements(statements: readonly NftStatement[], family: NftFamily): Buffer {
  return Buffer.concat(statements.flatMap((statement) => encodeStatement(statement, family)));
}

function expression(name: string, ...data: Buffer[]): Buffer {
  return nest(NFTA_LIST_ELEM, string(NFTA_EXPR_NAME, name), nest(NFTA_EXPR_DATA, ...data));
}

function encodeStatement(statement: NftStatement, family: NftFamily): Buffer[] {
  switch (statement.kind) {
    case 'match':
      return [
        ...protocolGuard(statement.key, family),
        load(statement.key),
        ...compare(statement.key, statement.op, statement.value, statement.mask),
      ];
    case 'match any':
      return [load(statement.key), ...anyBit(statement.key, statement.bits)];
    case 'xt conntrack':
      return [xtConntrack(statement.states)];
    case 'xt comment':
      return [xtMatch('comment', 0, padded(Buffer.from(statement.comment), 256))];
    case 'verdict':
      return [immediate(verdictRegister, verdictData(statement.verdict))];
    case 'counter':
      return [expression('counter')];
    case 'masquerade':
      return [expression('masq')];
    case 'dnat':
      return encodeDnat(statement);
    case 'set':
      return setMark(statement.value, statement.mask);
  }
}

/** In a table of both families an address is compared in packets of its family only. */
function protocolGuard(key: NftKey, family: NftFamily): Buffer[] {
  if (family !== 'inet' || (key.on !== 'ip' && key.on !== 'ip6')) return [];
  const protocol: NftKey = { on: 'meta', of: 'nfproto' };
  return [load(protocol), ...compare(protocol, '==', { kind: 'one', value: key.on === 'ip' ? 'ipv4' : 'ipv6' })];
}

function load(key: NftKey): Buffer {
  if (key.on === 'meta') return expression('meta', u32be(1, register1), u32be(2, metaKeys[key.of]));
  if (key.on === 'ct') return expression('ct', u32be(1, register1), u32be(2, ctKeys[key.of]));
  // Result: the type of the address; flag: of the destination.
  if (key.on === 'fib') return expression('fib', u32be(1, register1), u32be(2, 3), u32be(3, 2));
  const [base, offset, length] = field(key);
  return expression('payload', u32be(1, register1), u32be(2, base), u32be(3, offset), u32be(4, length));
}

function field(key: Extract<NftKey, { on: 'ip' | 'ip6' | 'th' | 'ether' }>) {
  if (key.on === 'ether') return fields['ether saddr'];
  if (key.on === 'th') return fields[`th ${key.of}`];
  return key.on === 'ip' ? fields[`ip ${key.of}`] : fields[`ip6 ${key.of}`];
}

function compare(key: NftKey, op: '==' | '!=', value: NftValue, mask?: number): Buffer[] {
  const code = op === '==' ? 0 : 1;
  if (value.kind === 'prefix') {
    const bytes = Buffer.from(parseAddress(value.address).bytes);
    const bits = prefixMask(bytes.length, value.length);
    const network = bytes.map((byte, index) => byte & (bits[index] ?? 0));
    return [bitwise(bits, Buffer.alloc(bytes.length)), cmp(code, Buffer.from(network))];
  }
  const bytes = valueBytes(key, value.value);
  return mask === undefined ? [cmp(code, bytes)] : [bitwise(native(mask), Buffer.alloc(4)), cmp(code, bytes)];
}

function anyBit(key: NftKey, names: string[]): Buffer[] {
  const table: Readonly<Record<string, number>> = key.on === 'ct' ? ctBits[key.of] : {};
  const bits = names.reduce((all, name) => all | numberFor(table, name, `${key.on} ${key.of}`), 0);
  return [bitwise(native(bits), Buffer.alloc(4)), cmp(1, Buffer.alloc(4))];
}

function cmp(code: number, bytes: Buffer): Buffer {
  return expression('cmp', u32be(1, register1), u32be(2, code), nest(3, attribute(NFTA_DATA_VALUE, bytes)));
}

/** register = register & mask ^ xor */
function bitwise(mask: Buffer, xor: Buffer): Buffer {
  return expression(
    'bitwise',
    u32be(1, register1),
    u32be(2, register1),
    u32be(3, mask.length),
    nest(4, attribute(NFTA_DATA_VALUE, mask)),
    nest(5, attribute(NFTA_DATA_VALUE, xor)),
  );
}

function valueBytes(key: NftKey, value: string): Buffer {
  if (key.on === 'ip' || key.on === 'ip6') return Buffer.from(parseAddress(value).bytes);
  if (key.on === 'ether') return macBytes(value);
  if (key.on === 'th') return port(Number(value));
  if (key.on === 'fib') return native(numberFor(addressTypes, value, 'address type'));
  if (key.on === 'ct') return native(numberFor(ctBits[key.of], value, `ct ${key.of}`));
  return metaBytes(key.of, value);
}

function metaBytes(key: keyof typeof metaKeys, value: string): Buffer {
  switch (key) {
    case 'iifname':
    case 'oifname':
      return padded(Buffer.from(value), 16);
    case 'l4proto':
      return Buffer.of(numberFor(protocols, value, 'protocol'));
    case 'nfproto':
      return Buffer.of(numberFor(nfprotos, value, 'family'));
    case 'mark':
      return native(Number(value));
  }
}

function immediate(register: number, data: Buffer): Buffer {
  return expression('immediate', u32be(1, register), nest(2, data));
}

function verdictData(verdict: Extract<NftStatement, { kind: 'verdict' }>['verdict']): Buffer {
  const chain = 'chain' in verdict ? [string(2, verdict.chain)] : [];
  return nest(NFTA_DATA_VERDICT, u32be(1, verdictCodes[verdict.kind]), ...chain);
}

function encodeDnat({ family, address, port: number }: Extract<NftStatement, { kind: 'dnat' }>): Buffer[] {
  return [
    immediate(register1, attribute(NFTA_DATA_VALUE, parseAddress(address).bytes)),
    immediate(register2, attribute(NFTA_DATA_VALUE, port(number))),
    expression(
      'nat',
      u32be(1, 1),
      u32be(2, family === 'ip' ? nfprotos.ipv4 : nfprotos.ipv6),
      u32be(3, register1),
      u32be(5, register2),
    ),
  ];
}

function setMark(value: number, mask: number): Buffer[] {
  return [
    load({ on: 'meta', of: 'mark' }),
    bitwise(native(~mask), native(value & mask)),
    expression('meta', u32be(2, metaKeys.mark), u32be(3, register1)),
  ];
}

function xtMatch(name: string, revision: number, info: Buffer): Buffer {
  return expression('match', string(1, name), u32be(2, revision), attribute(3, info));
}

/** struct xt_conntrack_mtinfo3 (linux/netfilter/xt_conntrack.h), of which only the states are used. */
function xtConntrack(states: readonly ('related' | 'established')[]): Buffer {
  const info = Buffer.alloc(168);
  const XT_CONNTRACK_STATE = 1;
  info.writeUInt16LE(XT_CONNTRACK_STATE, 146);
  info.writeUInt16LE(
    states.reduce((bits, state) => bits | ctBits.state[state], 0),
    150,
  );
  return xtMatch('conntrack', 3, info);
}

function prefixMask(bytes: number, length: number): Buffer {
  return Buffer.from(
    Array.from({ length: bytes }, (_, index) => (0xff00 >> Math.min(Math.max(length - index * 8, 0), 8)) & 0xff),
  );
}

function padded(bytes: Buffer, length: number): Buffer {
  const all = Buffer.alloc(length);
  bytes.copy(all, 0, 0, length - 1);
  return all;
}

function port(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}

/** A number as the machine keeps it in a register. */
function native(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value >>> 0);
  return bytes;
}
