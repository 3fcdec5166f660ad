/** One statement of a rule in the words of nft(8). */
import { keyType } from './key-types';
import { listOfBits, tcpFlags } from './names';
import { type PrintOptions, timeText } from './print-options';
import type { NftKey, NftStatement, NftValue, NftVerdict } from './ruleset';

const unqualified = new Set(['iif', 'oif', 'iifname', 'oifname', 'iiftype', 'oiftype']);

export function statementText(statement: NftStatement, options: PrintOptions = {}): string {
  switch (statement.kind) {
    case 'match':
      return matchText(statement);
    case 'verdict':
      return verdictText(statement.verdict);
    case 'vmap':
      return vmapText(statement);
    case 'counter':
      if (statement.name !== undefined) return `counter name "${statement.name}"`;
      return options.stateless ? 'counter' : `counter packets ${statement.packets} bytes ${statement.bytes}`;
    case 'masquerade':
      return `masquerade${statement.port ? ` to :${portText(statement.port)}` : ''}${flagsText(statement.flags)}`;
    case 'redirect':
      return `redirect${statement.port ? ` to :${portText(statement.port)}` : ''}${flagsText(statement.flags)}`;
    case 'snat':
    case 'dnat':
      return natText(statement);
    case 'reject':
      return statement.with === null ? 'reject' : `reject with ${statement.with}`;
    case 'log':
      return `log${statement.prefix === null ? '' : ` prefix "${statement.prefix}"`}${statement.level === null ? '' : ` level ${statement.level}`}`;
    case 'set':
      return setMarkText(statement);
    case 'restore':
      return `${statement.to} set ${statement.from}`;
    case 'limit':
      return limitText(statement);
    case 'update':
      return `${statement.operation} @${statement.set} { ${keysText(statement.keys)}${statement.timeout === null ? '' : ` timeout ${timeText(statement.timeout)}`} }`;
    case 'notrack':
      return 'notrack';
    case 'translated':
      return statement.text;
  }
}

export function verdictText(verdict: NftVerdict): string {
  return verdict.kind === 'jump' || verdict.kind === 'goto' ? `${verdict.kind} ${verdict.chain}` : verdict.kind;
}

export function keyText(key: NftKey): string {
  switch (key.on) {
    case 'meta':
      return unqualified.has(key.of) ? key.of : `meta ${key.of}`;
    case 'arp':
      return key.of === 'operation' ? 'arp operation' : `arp ${key.of} ip`;
    case 'ct':
      return key.of === 'original saddr' || key.of === 'original daddr'
        ? `ct original ip ${key.of.slice(9)}`
        : `ct ${key.of}`;
    case 'numgen':
      return `numgen ${key.of} mod ${key.mod}${key.offset === 0 ? '' : ` offset ${key.offset}`}`;
    case 'jhash':
      return `jhash ${key.of} mod ${key.mod}${key.seed === 0 ? '' : ` seed 0x${key.seed.toString(16)}`}`;
    default:
      return `${key.on} ${key.of}`;
  }
}

function keysText(keys: readonly NftKey[]): string {
  return keys.map(keyText).join(' . ');
}

/** `isName`: in quotes. */
export function valueText(value: NftValue, isName: boolean): string {
  switch (value.kind) {
    case 'one':
      return isName ? `"${value.value}"` : value.value;
    case 'prefix':
      return `${value.address}/${value.length}`;
    case 'range':
      return `${value.from}-${value.to}`;
    case 'named':
      return `@${value.name}`;
    case 'set':
      return `{ ${value.values.map((one) => valueText(one, isName)).join(', ')} }`;
    case 'concat':
      return value.values.map((one) => valueText(one, isName)).join(' . ');
  }
}

function typedText(value: NftValue, keys: readonly NftKey[]): string {
  const isName = (key: NftKey | undefined) => key !== undefined && keyType(key).kind === 'name';
  if (value.kind === 'concat') return value.values.map((one, at) => valueText(one, isName(keys[at]))).join(' . ');
  if (value.kind === 'set') return `{ ${value.values.map((one) => typedText(one, keys)).join(', ')} }`;
  return valueText(value, isName(keys[0]));
}

function matchText({ keys, op, value, mask, invertSet }: Extract<NftStatement, { kind: 'match' }>): string {
  const [first] = keys;
  const text = typedText(value, keys);
  if (mask !== undefined && first) {
    if (keyType(first).kind === 'bits')
      return `${keyText(first)} ${op === '!=' ? '!= ' : ''}${text} / ${listOfBits(tcpFlags, mask)}`;
    return `${keyText(first)} & 0x${mask.toString(16).padStart(8, '0')} ${op} ${text}`;
  }
  const sign = op === '==' && !invertSet ? '' : op === '&' ? '' : `${invertSet ? '!=' : op} `;
  return `${keysText(keys)} ${sign}${text}`;
}

function vmapText({ keys, map }: Extract<NftStatement, { kind: 'vmap' }>): string {
  if (!Array.isArray(map)) return `${keysText(keys)} vmap @${map.name}`;
  const entries = map.map(({ key, verdict }) => `${typedText(key, keys)} : ${verdictText(verdict)}`);
  return `${keysText(keys)} vmap { ${entries.join(', ')} }`;
}

type Nat = Extract<NftStatement, { kind: 'snat' | 'dnat' }>;

function natText({ kind, family, address, port, map, flags }: Nat): string {
  const head = `${kind}${family === undefined ? '' : ` ${family}`} to `;
  if (map) return `${head}${mapText(map)}${port ? `:${portText(port)}` : ''}${flagsText(flags)}`;
  const target = address ? valueText(address, false) : '';
  const bracketed = port && target.includes(':') ? `[${target}]` : target;
  return `${head}${bracketed}${port ? `:${portText(port)}` : ''}${flagsText(flags)}`;
}

function mapText(map: NonNullable<Nat['map']>): string {
  if (map.name !== undefined) return `${keysText(map.keys)} map @${map.name}`;
  const entries = map.entries.map(
    ({ key, address, port }) => `${typedText(key, map.keys)} : ${address}${port === null ? '' : ` . ${port}`}`,
  );
  return `${keysText(map.keys)} map { ${entries.join(', ')} }`;
}

function portText({ from, to }: { from: number; to: number }): string {
  return from === to ? String(from) : `${from}-${to}`;
}

function flagsText(flags: readonly string[]): string {
  return flags.length === 0 ? '' : ` ${flags.join(',')}`;
}

function setMarkText({ key, value, op }: Extract<NftStatement, { kind: 'set' }>): string {
  const sign = { or: '|', and: '&', xor: '^' } as const;
  return `${key} set ${op === undefined ? '' : `${key} ${sign[op]} `}${value}`;
}

const defaultBurst = 5;

function limitText({ rate, unit, burst, over, bytes }: Extract<NftStatement, { kind: 'limit' }>): string {
  const start = `limit rate ${over ? 'over ' : ''}`;
  if (!bytes) return `${start}${rate}/${unit}${burst === defaultBurst ? '' : ` burst ${burst} packets`}`;
  return `${start}${bytesText(rate)}/${unit}${burst === 0 || burst === rate ? '' : ` burst ${bytesText(burst)}`}`;
}

function bytesText(count: number): string {
  for (const [unit, size] of [
    ['mbytes', 1 << 20],
    ['kbytes', 1 << 10],
  ] as const)
    if (count >= size && count % size === 0) return `${count / size} ${unit}`;
  return `${count} bytes`;
}
