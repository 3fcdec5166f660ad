/** Commands on rules. */

import type { NftCommand, NftRule } from '../../../kernel/sim';
import type { Cursor } from './cursor';
import type { Token } from './lexer';
import type { Places, Reading, Span } from './reading';
import { readStatements } from './statements';

export function readRule(reading: Reading, verb: string, start: Token): void {
  const { cursor } = reading;
  const family = reading.family();
  const table = cursor.name();
  const chain = cursor.name();
  const where = { family, table: table.text, chain: chain.text };
  const places: Places = { whole: start, table, object: chain };
  if (verb === 'delete') {
    const { handle, span } = reading.handle();
    return reading.push(
      { do: 'delete rule', ...where, handle },
      { ...places, whole: reading.span(start), handle: span },
    );
  }
  const context = reading.ruleContext(family, table.text);
  if (verb === 'replace') {
    const { handle, span } = reading.handle();
    const rule = readStatements(cursor, context);
    return reading.push(
      { do: 'replace rule', ...where, handle, rule },
      { ...places, whole: reading.span(start), handle: span },
    );
  }
  const place = readRulePlace(reading);
  const rule = readStatements(cursor, context);
  const whole = reading.span(start);
  const command: NftCommand = { do: verb === 'insert' ? 'insert rule' : 'add rule', ...where, rule, ...place.where };
  reading.push(command, {
    ...places,
    whole: { start: whole.start, end: whole.end + 1 },
    ...(place.span ? { handle: place.span } : {}),
    ...targetPlace(rule, cursor),
  });
}

function readRulePlace(reading: Reading): { where: { handle?: number; index?: number }; span: Span | null } {
  const { cursor } = reading;
  const word = cursor.peek;
  if (!cursor.takeWord('handle', 'position', 'index')) return { where: {}, span: null };
  const token = cursor.word();
  const number = Number(token.text);
  return {
    where: word.text === 'index' ? { index: number } : { handle: number },
    span: word.text === 'position' ? { start: word.start, end: token.end } : token,
  };
}

/** Where the name of a jump's target stands. */
function targetPlace(rule: Omit<NftRule, 'handle'>, cursor: Cursor): { target?: Span } {
  const last = rule.statements.at(-1);
  if (last?.kind !== 'verdict' || !('chain' in last.verdict)) return {};
  const token = cursor.previous;
  return token && token.text === last.verdict.chain ? { target: token } : {};
}
