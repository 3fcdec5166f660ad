/** What a rule looks at, and what it does with that: a match, a verdict map, a mark. */

import type { NftStatement } from '../../../kernel/sim';
import { readConcat } from './concatenation';
import type { Cursor } from './cursor';
import { readKey } from './keys';
import { readSetMark, readVmap } from './set-statements';
import { readMatchValue } from './sets';
import type { RuleContext } from './statements';

/** A match, a verdict map, or `meta mark set`. */
export function readExpression(cursor: Cursor, context: RuleContext): NftStatement {
  const start = cursor.peek;
  if (cursor.isWord('meta') && cursor.second?.text === 'nftrace') {
    cursor.next();
    cursor.next();
    if (!cursor.takeWord('set')) throw cursor.unexpected();
    return { kind: 'set', key: 'meta nftrace', value: cursor.word().text };
  }
  const key = readKey(cursor);
  if (!key) {
    cursor.next();
    throw cursor.unexpected('', cursor.isOver ? cursor.peek : start);
  }
  const keys = readConcat(cursor, key);
  if (cursor.isWord('set')) return readSetMark(cursor, key);
  if (cursor.takeWord('vmap')) return readVmap(cursor, context, keys);
  return readMatchValue(cursor, context, keys);
}
