/** The commands of nft(8): what is to be done, to what, and where in the text that is said. */

import { readChain } from './chain-commands';
import type { Token } from './lexer';
import { readList } from './list-commands';
import type { Planned, Reading } from './reading';
import { readRule } from './rule-commands';
import { readCounter, readElement, readSet } from './set-commands';
import { readTable } from './table-commands';

export function readCommands(reading: Reading): Planned[] {
  const { cursor } = reading;
  for (;;) {
    cursor.skipSeparators();
    if (cursor.peek.kind === 'end') return reading.planned;
    readCommand(reading);
    if (!cursor.isOver || cursor.isSign('}')) throw cursor.unexpected('newline or semicolon');
  }
}

function readCommand(reading: Reading): void {
  const { cursor } = reading;
  const start = cursor.peek;
  const verb = start.kind === 'word' ? start.text : '';
  switch (verb) {
    case 'add':
    case 'create':
    case 'insert':
    case 'replace':
    case 'delete':
    case 'flush':
    case 'rename':
      cursor.next();
      return readChange(reading, verb, start);
    case 'list':
    case 'reset':
      cursor.next();
      return readList(reading, verb === 'reset', start);
    case 'table':
    case 'chain':
    case 'rule':
    case 'set':
    case 'map':
    case 'element':
    case 'counter':
      return readChange(reading, 'add', start);
    default:
      // Without a verb it is a rule: `nft ip filter input accept`.
      if (start.kind === 'word') {
        cursor.next();
        throw cursor.unexpected('string');
      }
      throw cursor.unexpected();
  }
}

function readChange(reading: Reading, verb: string, start: Token): void {
  const { cursor } = reading;
  const object = cursor.peek;
  if (object.kind !== 'word') throw cursor.unexpected();
  switch (object.text) {
    case 'table':
      cursor.next();
      return readTable(reading, verb, start);
    case 'chain':
      cursor.next();
      return readChain(reading, verb, start);
    case 'rule':
      cursor.next();
      return readRule(reading, verb, start);
    case 'set':
    case 'map':
      cursor.next();
      return readSet(reading, verb, start, object.text === 'map');
    case 'element':
      cursor.next();
      return readElement(reading, verb, start);
    case 'counter':
      cursor.next();
      return readCounter(reading, verb, start);
    case 'ruleset':
      if (verb !== 'flush') throw cursor.unexpected();
      cursor.next();
      return reading.push({ do: 'flush ruleset', ...reading.optionalFamily() }, { whole: reading.span(start) });
    default:
      if (verb === 'add' || verb === 'insert') return readRule(reading, verb, start);
      throw cursor.unexpected();
  }
}
