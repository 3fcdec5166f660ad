/** Statements that ask or change sets: vmap, update, set mark. */

import { bare, type NftKey, type NftStatement, type NftValue, type NftVerdict } from '../../../kernel/sim';
import { readVerdict } from './action-statements';
import { readConcat, takeColon } from './concatenation';
import type { Cursor } from './cursor';
import { readKey } from './keys';
import { compareElements, readSetElements, readSetName } from './sets';
import type { RuleContext } from './statements';
import { markText, typeOfKey } from './values';

export function readUpdate(cursor: Cursor, operation: 'add' | 'update' | 'delete' | 'set'): NftStatement {
  cursor.next();
  if (operation === 'set') throw cursor.unexpected();
  cursor.sign('@');
  const set = cursor.name().text;
  cursor.sign('{');
  const first = readKey(cursor);
  if (!first) throw cursor.unexpected();
  const keys = readConcat(cursor, first);
  const timeout = cursor.takeWord('timeout') ? readTime(cursor.word().text) : null;
  cursor.sign('}');
  return { kind: 'update', set, operation, keys, timeout };
}

const seconds: Record<string, number> = bare({ d: 86_400, h: 3600, m: 60, s: 1 });

/** `1h30m`, `10s`, or seconds. */
export function readTime(text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  let sum = 0;
  for (const [, count = '0', unit = 's'] of text.matchAll(/(\d+)([dhms])/g))
    sum += Number(count) * (seconds[unit] ?? 1);
  return sum;
}

export function readVmap(cursor: Cursor, { services, hasSet }: RuleContext, keys: NftKey[]): NftStatement {
  if (cursor.isSign('@')) return { kind: 'vmap', keys, map: { name: readSetName(cursor, hasSet) } };
  cursor.sign('{');
  const types = keys.map(typeOfKey);
  const map: Array<{ key: NftValue; verdict: NftVerdict }> = [];
  for (;;) {
    cursor.skipNewlines();
    if (cursor.isSign('}')) break;
    const key = readSetElements(cursor, types, services);
    takeColon(cursor);
    map.push({ key, verdict: readVerdict(cursor) });
    cursor.skipNewlines();
    if (!cursor.takeSign(',')) break;
  }
  cursor.skipNewlines();
  cursor.sign('}');
  return { kind: 'vmap', keys, map: map.sort((a, b) => compareElements(a.key, b.key, types)) };
}

export function readSetMark(cursor: Cursor, key: NftKey): NftStatement {
  const target =
    key.on === 'meta' && key.of === 'mark' ? 'meta mark' : key.on === 'ct' && key.of === 'mark' ? 'ct mark' : null;
  const token = cursor.next();
  if (target === null) throw cursor.unexpected('', token);
  const source = readKey(cursor);
  if (!source) return { kind: 'set', key: target, value: markText(Number(cursor.word().text)) };
  const from =
    source.on === 'meta' && source.of === 'mark'
      ? 'meta mark'
      : source.on === 'ct' && source.of === 'mark'
        ? 'ct mark'
        : null;
  if (from === null) throw cursor.unexpected();
  if (from !== target) return { kind: 'restore', from, to: target };
  const sign = cursor.next().text;
  const op =
    sign === 'or' || sign === '|'
      ? 'or'
      : sign === 'and' || sign === '&'
        ? 'and'
        : sign === 'xor' || sign === '^'
          ? 'xor'
          : null;
  if (op === null) throw cursor.unexpected('', cursor.previous);
  return { kind: 'set', key: target, value: markText(Number(cursor.word().text)), op };
}
