/** Commands on sets, maps, their elements, and counters. */

import type { NftFamily } from '../../../kernel/sim';
import type { Token } from './lexer';
import type { Reading } from './reading';
import { readElements, readSetBody } from './set-body';

export function readSet(reading: Reading, verb: string, start: Token, isMap: boolean): void {
  const { cursor } = reading;
  const family = reading.family();
  const table = cursor.name();
  const name = cursor.name();
  const where = { family, table: table.text };
  if (verb === 'delete' || verb === 'flush') {
    return reading.push(
      { do: verb === 'delete' ? 'delete set' : 'flush set', ...where, set: name.text },
      { whole: reading.span(start), table, object: name },
    );
  }
  const set = readSetBody(cursor, reading.services, name.text, isMap);
  reading.remember(family, table.text, set);
  reading.push({ do: 'add set', ...where, set }, { whole: reading.span(start), table, object: name });
}

export function readSetBlock(reading: Reading, family: NftFamily, table: Token, start: Token, isMap: boolean): void {
  const name = reading.cursor.name();
  const set = readSetBody(reading.cursor, reading.services, name.text, isMap);
  reading.remember(family, table.text, set);
  reading.push({ do: 'add set', family, table: table.text, set }, { whole: reading.span(start), table, object: name });
}

export function readElement(reading: Reading, verb: string, start: Token): void {
  const { cursor } = reading;
  const family = reading.family();
  const table = cursor.name();
  const name = cursor.name();
  const [type, mapType] = reading.typesOf(family, table, name);
  const open = cursor.peek;
  const elements = readElements(cursor, reading.services, type, mapType);
  const places = {
    whole: reading.span(start),
    table,
    object: { start: open.end + 1, end: Math.max(open.end + 2, (cursor.previous?.start ?? open.end) - 1) },
  };
  reading.push(
    { do: verb === 'delete' ? 'delete element' : 'add element', family, table: table.text, set: name.text, elements },
    places,
  );
}

export function readCounter(reading: Reading, verb: string, start: Token): void {
  const { cursor } = reading;
  const family = reading.family();
  const table = cursor.name();
  const name = cursor.name();
  if (cursor.takeSign('{')) while (!cursor.takeSign('}')) cursor.next();
  const command = {
    do: verb === 'delete' ? 'delete counter' : 'add counter',
    family,
    table: table.text,
    counter: name.text,
  } as const;
  reading.push(command, { whole: reading.span(start), table, object: name });
}

export function readCounterBlock(reading: Reading, family: NftFamily, table: Token, start: Token): void {
  const { cursor } = reading;
  const name = cursor.name();
  cursor.sign('{');
  while (!cursor.takeSign('}')) {
    if (cursor.peek.kind === 'end') throw cursor.unexpected();
    cursor.next();
  }
  reading.push(
    { do: 'add counter', family, table: table.text, counter: name.text },
    { whole: reading.span(start), table, object: name },
  );
}
