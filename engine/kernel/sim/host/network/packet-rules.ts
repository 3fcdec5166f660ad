/** Packet rules of the port as the simulated kernel has them, and what of a rule the port tells. */
import type {
  NftCommand,
  NftFamily,
  NftKey,
  NftRule,
  NftRuleInfo,
  NftStatement,
  NftValue,
} from '../../../packet-rules';
import type { NftCommand as SimCommand, NftRule as SimRule, NftStatement as SimStatement } from '../../net/nft/ruleset';
import { iptablesWords } from './iptables-words';

type NewRule = Omit<SimRule, 'handle'>;

export function toSimCommand(command: NftCommand): SimCommand {
  return 'rule' in command ? { ...command, rule: toSimRule(command.rule, command.family) } : command;
}

function toSimRule({ statements, comment }: NftRule, family: NftFamily): NewRule {
  const words = iptablesWords(statements, family);
  return {
    statements: namingPorts(statements.map(toSimStatement)),
    ...(comment === undefined ? {} : { comment }),
    ...(words === null ? {} : { iptables: [words] }),
  };
}

function toSimStatement(statement: NftStatement): SimStatement {
  switch (statement.kind) {
    case 'match':
      return toMatch(statement);
    case 'match any':
      return match(statement.key, '==', { kind: 'one', value: statement.bits.join(',') });
    case 'xt conntrack':
      return states(statement.states);
    case 'xt comment':
      return { kind: 'translated', text: '', does: [] };
    case 'verdict':
      return statement;
    case 'counter':
      return { kind: 'counter', packets: 0, bytes: 0 };
    case 'masquerade':
      return { kind: 'masquerade', flags: [] };
    case 'dnat': {
      const { family, address, port } = statement;
      return {
        kind: 'dnat',
        family,
        address: { kind: 'one', value: address },
        port: { from: port, to: port },
        flags: [],
      };
    }
    case 'set':
      return toSetMark(statement);
  }
}

/** Ports after a protocol are that protocol's, as nft(8) lists them: `tcp dport 80`. */
function namingPorts(statements: SimStatement[]): SimStatement[] {
  return statements.flatMap((statement, at) => {
    const protocol = protocolIn(statement);
    if (protocol && isAboutPorts(statements[at + 1])) return [];
    const before = protocolIn(statements[at - 1]);
    if (!before || statement.kind !== 'match') return [statement];
    const [key] = statement.keys;
    return key?.on === 'th' ? [{ ...statement, keys: [{ on: before, of: key.of }] }] : [statement];
  });
}

function protocolIn(statement: SimStatement | undefined): 'tcp' | 'udp' | null {
  if (statement?.kind !== 'match' || statement.op !== '==' || statement.value.kind !== 'one') return null;
  const [key] = statement.keys;
  const { value } = statement.value;
  return key?.on === 'meta' && key.of === 'l4proto' && (value === 'tcp' || value === 'udp') ? value : null;
}

const isAboutPorts = (statement: SimStatement | undefined) =>
  statement?.kind === 'match' && statement.keys[0]?.on === 'th';

function toMatch({ key, op, value, mask }: Extract<NftStatement, { kind: 'match' }>): SimStatement {
  const written = key.on === 'meta' && key.of === 'mark' && value.kind === 'one' ? hexadecimal(value) : value;
  return { ...match(key, op, written), ...(mask === undefined ? {} : { mask }) };
}

function match(key: NftKey, op: '==' | '!=', value: NftValue): Extract<SimStatement, { kind: 'match' }> {
  return { kind: 'match', keys: [key], op, value };
}

/** As iptables-nft's match is listed by nft(8). */
function states(names: ReadonlyArray<'related' | 'established'>): SimStatement {
  const value = (['related', 'established'] as const).filter((name) => names.includes(name)).join(',');
  const does = [match({ on: 'ct', of: 'state' }, '==', { kind: 'one', value })];
  return { kind: 'translated', text: `ct state ${value}`, does };
}

/** The bits of `mask` become those of `value`, the others stay. */
function toSetMark({ value, mask }: Extract<NftStatement, { kind: 'set' }>): SimStatement {
  const bits = (value & mask) >>> 0;
  if (bits === mask >>> 0) return { kind: 'set', key: 'meta mark', value: markText(bits), op: 'or' };
  return { kind: 'set', key: 'meta mark', value: markText(bits), mask: ~mask >>> 0, op: 'xor' };
}

const markText = (value: number) => `0x${value.toString(16).padStart(8, '0')}`;

const hexadecimal = ({ value }: { value: string }): NftValue => ({ kind: 'one', value: markText(Number(value)) });

/** Whole addresses and names of devices only, as the port has it. */
export function toRuleInfo({ handle, comment, statements, iptables }: SimRule): NftRuleInfo {
  const info: NftRuleInfo = {
    handle,
    comment: comment ?? commentIn(iptables?.[0]),
    jump: null,
    source: null,
    destination: null,
    iifname: null,
    oifname: null,
  };
  for (const statement of statements) {
    if (statement.kind === 'verdict' && 'chain' in statement.verdict) info.jump = statement.verdict.chain;
    const place = placeOf(statement);
    if (place !== null) info[place.of] = place.value;
  }
  return info;
}

type Place = 'source' | 'destination' | 'iifname' | 'oifname';

function placeOf(statement: SimStatement): { of: Place; value: string } | null {
  if (statement.kind !== 'match' || statement.value.kind !== 'one') return null;
  const [key] = statement.keys;
  const { value } = statement.value;
  if (key?.on === 'meta' && (key.of === 'iifname' || key.of === 'oifname')) return { of: key.of, value };
  if ((key?.on === 'ip' || key?.on === 'ip6') && key.of === 'saddr') return { of: 'source', value };
  return (key?.on === 'ip' || key?.on === 'ip6') && key.of === 'daddr' ? { of: 'destination', value } : null;
}

/** iptables(8) keeps it as a match. */
function commentIn(words: string | undefined): string | null {
  const [, quoted, plain] = /--comment (?:"((?:[^"\\]|\\.)*)"|(\S+))/.exec(words ?? '') ?? [];
  return quoted?.replace(/\\(.)/g, '$1') ?? plain ?? null;
}
