/** Keys joined by dots, and the colon of maps. */

import type { NftKey } from '../../../kernel/sim';
import type { Cursor } from './cursor';
import { readKey } from './keys';

export function readConcat(cursor: Cursor, first: NftKey): NftKey[] {
  const keys = [first];
  while (cursor.takeWord('.')) {
    const key = readKey(cursor);
    if (!key) throw cursor.unexpected();
    keys.push(key);
  }
  return keys;
}

/** `:` between key and value, also where it hangs on a word. */
export function takeColon(cursor: Cursor): void {
  if (cursor.takeWord(':')) return;
  throw cursor.unexpected("':'");
}
