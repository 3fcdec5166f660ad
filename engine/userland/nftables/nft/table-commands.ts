/** Commands on tables, and the blocks of tables. */

import type { NftFamily } from '../../../kernel/sim';
import { readChainBlock } from './chain-commands';
import type { Token } from './lexer';
import type { Planned, Reading } from './reading';
import { readCounterBlock, readSetBlock } from './set-commands';

export function readTable(reading: Reading, verb: string, start: Token): void {
  const { cursor } = reading;
  const family = reading.family();
  const name = cursor.name();
  const where = { family, table: name.text };
  if (verb === 'delete' || verb === 'flush') {
    return reading.push(
      { do: verb === 'delete' ? 'delete table' : 'flush table', ...where },
      { whole: reading.span(start), table: name },
    );
  }
  if (verb !== 'add' && verb !== 'create') throw cursor.unexpected();
  reading.push(
    { do: verb === 'create' ? 'create table' : 'add table', ...where },
    { whole: reading.span(start), table: name },
  );
  if (cursor.takeSign('{')) readTableBody(reading, family, name);
}

/** Chains first, then counters and sets, then rules: as nft(8) sends them. */
function readTableBody(reading: Reading, family: NftFamily, table: Token): void {
  const { cursor } = reading;
  const body: Record<'chains' | 'objects' | 'sets' | 'rules', Planned[]> = {
    chains: [],
    objects: [],
    sets: [],
    rules: [],
  };
  const outer = reading.planned.length;
  reading.readsBlock = true;
  for (;;) {
    cursor.skipSeparators();
    if (cursor.takeSign('}')) break;
    const begin = reading.planned.length;
    const token = cursor.peek;
    if (cursor.takeWord('chain')) readChainBlock(reading, family, table, body.rules);
    else if (cursor.takeWord('set')) readSetBlock(reading, family, table, token, false);
    else if (cursor.takeWord('map')) readSetBlock(reading, family, table, token, true);
    else if (cursor.takeWord('counter')) readCounterBlock(reading, family, table, token);
    else if (cursor.takeWord('flags', 'comment')) cursor.next();
    else throw cursor.unexpected();
    const added = reading.planned.splice(begin);
    const list = token.text === 'chain' ? body.chains : token.text === 'counter' ? body.objects : body.sets;
    list.push(...added);
    if (!cursor.isOver) throw cursor.unexpected('newline or semicolon');
    if (cursor.isSign('}') && cursor.previous?.text === '}') throw cursor.unexpected('newline or semicolon');
  }
  reading.readsBlock = false;
  reading.planned.splice(outer, 0, ...body.chains, ...body.objects, ...body.sets, ...body.rules);
}
