/** Verdicts, counters, logs, limits, reject. */

import { type NftStatement, type NftVerdict, nftNames as names } from '../../../kernel/sim';
import type { Cursor } from './cursor';
import type { RuleContext } from './statements';

export function readVerdict(cursor: Cursor): NftVerdict {
  const token = cursor.word();
  const { text } = token;
  if (text === 'accept' || text === 'drop' || text === 'continue' || text === 'return') return { kind: text };
  if (text === 'jump' || text === 'goto') return { kind: text, chain: cursor.name().text };
  throw cursor.unexpected('', token);
}

export function readCounter(cursor: Cursor): NftStatement {
  cursor.next();
  if (cursor.takeWord('name')) return { kind: 'counter', packets: 0, bytes: 0, name: cursor.name().text };
  let packets = 0;
  let bytes = 0;
  if (cursor.takeWord('packets')) {
    packets = Number(cursor.word().text);
    if (cursor.takeWord('bytes')) bytes = Number(cursor.word().text);
  }
  return { kind: 'counter', packets, bytes };
}

export function readLog(cursor: Cursor): NftStatement {
  cursor.next();
  let prefix: string | null = null;
  let level: string | null = null;
  for (;;) {
    if (cursor.takeWord('prefix')) prefix = cursor.name().text;
    else if (cursor.takeWord('level')) level = cursor.word().text;
    else if (cursor.takeWord('flags', 'group', 'snaplen', 'queue-threshold')) cursor.next();
    else return { kind: 'log', prefix, level: level === 'warn' ? null : level };
  }
}

const units = ['second', 'minute', 'hour', 'day', 'week'] as const;

export function readLimit(cursor: Cursor): NftStatement {
  cursor.next();
  if (!cursor.takeWord('rate')) throw cursor.unexpected('rate');
  const over = cursor.takeWord('over') || (cursor.takeWord('until') && false);
  const first = cursor.word();
  const rateUnit = /^(\d+)\/(\w+)$/.exec(first.text);
  let rate = Number(rateUnit?.[1] ?? first.text);
  let unitText = rateUnit?.[2] ?? '';
  let bytes = false;
  if (!rateUnit) {
    const sized = /^(bytes|kbytes|mbytes)\/(\w+)$/.exec(cursor.word().text);
    if (!sized) throw cursor.unexpected('', first);
    bytes = true;
    rate *= sized[1] === 'mbytes' ? 1 << 20 : sized[1] === 'kbytes' ? 1 << 10 : 1;
    unitText = sized[2] ?? '';
  }
  const unit = units.find((one) => one === unitText);
  if (!unit) throw cursor.unexpected('', first);
  let burst = bytes ? 0 : 5;
  if (cursor.takeWord('burst')) {
    burst = Number(cursor.word().text);
    const word = cursor.word().text;
    if (word !== 'packets') burst *= word === 'mbytes' ? 1 << 20 : word === 'kbytes' ? 1 << 10 : 1;
  }
  return { kind: 'limit', rate, unit, burst, over, bytes };
}

export function readReject(cursor: Cursor, { family }: RuleContext): NftStatement {
  cursor.next();
  if (!cursor.takeWord('with')) return { kind: 'reject', with: null };
  const kind = cursor.word();
  if (kind.text === 'tcp') {
    if (!cursor.takeWord('reset')) throw cursor.unexpected('reset');
    return { kind: 'reject', with: 'tcp reset' };
  }
  if (kind.text !== 'icmp' && kind.text !== 'icmpv6' && kind.text !== 'icmpx') throw cursor.unexpected('', kind);
  cursor.takeWord('type');
  const reason = cursor.word();
  const table = kind.text === 'icmp' ? names.icmpCodes : kind.text === 'icmpv6' ? names.icmpv6Codes : names.icmpxCodes;
  if (table.numberOf(reason.text) === null) throw cursor.unexpected('', reason);
  const usual = family === 'ip' ? 'icmp' : family === 'ip6' ? 'icmpv6' : 'icmpx';
  if (reason.text === 'port-unreachable' && kind.text === usual) return { kind: 'reject', with: null };
  return { kind: 'reject', with: `${kind.text} ${reason.text}` };
}
