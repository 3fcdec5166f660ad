/** `list` and `reset`: what is to be shown. */

import type { Token } from './lexer';
import type { Places, Reading } from './reading';

export function readList(reading: Reading, reset: boolean, start: Token): void {
  const { cursor } = reading;
  const what = cursor.peek;
  if (what.kind !== 'word') throw cursor.unexpected();
  cursor.next();
  const many = ['ruleset', 'tables', 'chains', 'sets', 'maps', 'counters', 'meters', 'flowtables', 'quotas', 'limits'];
  const single = ['table', 'chain', 'set', 'map', 'counter'];
  if (!many.includes(what.text) && !single.includes(what.text)) throw cursor.unexpected('', what);
  if (reset && !what.text.startsWith('counter'))
    throw cursor.unexpected('counter or counters or quotas or quota', what);
  const family = many.includes(what.text) ? (reading.optionalFamily().family ?? null) : reading.family();
  let table: Token | null = null;
  let name: Token | null = null;
  if (single.includes(what.text)) {
    table = cursor.name();
    if (what.text !== 'table') name = cursor.name();
  } else if (cursor.takeWord('table')) {
    table = cursor.name();
  }
  const places: Places = { whole: reading.span(start), ...(table ? { table } : {}), ...(name ? { object: name } : {}) };
  reading.planned.push({
    kind: 'list',
    request: { what: what.text, family, table: table?.text ?? null, name: name?.text ?? null, reset, places },
  });
}
