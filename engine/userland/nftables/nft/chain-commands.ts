/** Commands on chains, and the blocks of chains. */
import { type NftBase, type NftFamily, type NftHook, priorityNumber } from '../../../kernel/sim';
import { NftSyntaxError, type Token } from './lexer';
import type { Planned, Reading } from './reading';
import { readStatements } from './statements';

const hooks: readonly NftHook[] = ['prerouting', 'input', 'forward', 'output', 'postrouting', 'ingress', 'egress'];

export function readChainBlock(reading: Reading, family: NftFamily, table: Token, rules: Planned[]): void {
  const { cursor } = reading;
  const name = cursor.name();
  const where = { family, table: table.text, chain: name.text };
  const places = { whole: reading.span(name), table, object: name };
  let base: NftBase | null = null;
  let comment: string | undefined;
  cursor.sign('{');
  const context = reading.ruleContext(family, table.text);
  for (;;) {
    cursor.skipSeparators();
    if (cursor.takeSign('}')) break;
    if (
      cursor.isWord('type') &&
      cursor.second?.kind === 'word' &&
      ['filter', 'nat', 'route'].includes(cursor.second.text)
    )
      base = readBase(reading, family);
    else if (cursor.isWord('policy') && base) setPolicy(reading, base);
    else if (cursor.isWord('comment')) {
      cursor.next();
      comment = cursor.name().text;
    } else {
      const start = cursor.peek;
      const rule = readStatements(cursor, context);
      rules.push({
        kind: 'change',
        command: { do: 'add rule', ...where, rule },
        places: { whole: reading.span(start), table, object: name },
        echo: true,
      });
    }
    if (!cursor.isOver) throw cursor.unexpected('newline or semicolon');
  }
  reading.push({ do: 'add chain', ...where, base, ...(comment === undefined ? {} : { comment }) }, places);
}

export function readChain(reading: Reading, verb: string, start: Token): void {
  const { cursor } = reading;
  const family = reading.family();
  const table = cursor.name();
  const name = cursor.name();
  const where = { family, table: table.text, chain: name.text };
  if (verb === 'delete' || verb === 'flush') {
    return reading.push(
      { do: verb === 'delete' ? 'delete chain' : 'flush chain', ...where },
      { whole: reading.span(start), table, object: name },
    );
  }
  if (verb === 'rename') {
    const to = cursor.name();
    return reading.push(
      { do: 'rename chain', ...where, to: to.text },
      { whole: reading.span(start), table, object: name },
    );
  }
  const { base, policy, comment } = cursor.isSign('{')
    ? readChainBody(reading, family)
    : { base: null, policy: null, comment: undefined };
  const whole = reading.span(start);
  const places = { whole: { start: whole.start, end: whole.end + 1 }, table, object: name };
  if (!base && policy !== null) return reading.push({ do: 'set policy', ...where, policy }, places);
  const add = verb === 'create' ? 'create chain' : 'add chain';
  reading.push({ do: add, ...where, base, ...(comment === undefined ? {} : { comment }) }, places);
}

function readChainBody(
  reading: Reading,
  family: NftFamily,
): {
  base: NftBase | null;
  policy: 'accept' | 'drop' | null;
  comment: string | undefined;
} {
  const { cursor } = reading;
  let base: NftBase | null = null;
  let policy: 'accept' | 'drop' | null = null;
  let comment: string | undefined;
  cursor.sign('{');
  for (;;) {
    cursor.skipSeparators();
    if (cursor.takeSign('}')) break;
    if (cursor.isWord('type')) base = readBase(reading, family);
    else if (cursor.takeWord('comment')) comment = cursor.name().text;
    else if (cursor.isWord('policy')) policy = readPolicy(reading);
    else throw cursor.unexpected();
  }
  if (base && policy !== null) base.policy = policy;
  return { base, policy, comment };
}

function readPolicy(reading: Reading): 'accept' | 'drop' {
  reading.cursor.next();
  const token = reading.cursor.word();
  if (token.text !== 'accept' && token.text !== 'drop')
    throw new NftSyntaxError(`syntax error, unexpected string`, token.start, token.end);
  return token.text;
}

function setPolicy(reading: Reading, base: NftBase): void {
  base.policy = readPolicy(reading);
}

function readBase(reading: Reading, family: NftFamily): NftBase {
  const { cursor } = reading;
  cursor.next();
  const type = cursor.word();
  if (type.text !== 'filter' && type.text !== 'nat' && type.text !== 'route')
    throw new NftSyntaxError('unknown chain type', type.start, type.end);
  if (!cursor.takeWord('hook')) throw cursor.unexpected('hook');
  const hookToken = cursor.word();
  const hook = hooks.find((one) => one === hookToken.text);
  if (!hook) throw new NftSyntaxError('unknown chain hook', hookToken.start, hookToken.end);
  const device = cursor.takeWord('device') ? cursor.name().text : undefined;
  if (!cursor.takeWord('priority')) throw cursor.unexpected('priority');
  const priority = readPriority(reading, family);
  return { type: type.text, hook, priority, policy: 'accept', ...(device === undefined ? {} : { device }) };
}

/** `0`, `-150`, `filter`, `filter + 10`, `raw-5`. */
function readPriority(reading: Reading, family: NftFamily): number {
  const { cursor } = reading;
  const token = cursor.name();
  const joined = /^([a-z]+)([+-]\d+)$/.exec(token.text);
  const name = joined?.[1] ?? token.text;
  if (/^[+-]?\d+$/.test(name)) return Number(name);
  const known = priorityNumber(family, name);
  if (known === null) throw new NftSyntaxError(`'${name}' is invalid priority.`, token.start, token.end);
  if (joined?.[2] !== undefined) return known + Number(joined[2]);
  if (cursor.takeWord('+')) return known + Number(cursor.word().text);
  if (cursor.takeWord('-')) return known - Number(cursor.word().text);
  return known;
}
