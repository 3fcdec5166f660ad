/** Values of matches: one, lists, sets in the rule; and elements of sets. */
import {
  bare,
  compareNftValues,
  type NftKey,
  type NftStatement,
  type NftValue,
  nftNames as names,
} from '../../../kernel/sim';
import type { Services } from '../../net/names';
import type { Cursor } from './cursor';
import { NftSyntaxError, type Token } from './lexer';
import type { RuleContext } from './statements';
import { markText, mergeIntervals, readValue, typeOfKey, type ValueType } from './values';

const operators: Record<string, '==' | '!=' | '<' | '>' | '<=' | '>='> = bare({
  '==': '==',
  '!=': '!=',
  '<': '<',
  '>': '>',
  '<=': '<=',
  '>=': '>=',
  eq: '==',
  ne: '!=',
  lt: '<',
  gt: '>',
  le: '<=',
  ge: '>=',
});

export function compareElements(a: NftValue, b: NftValue, types: readonly string[]): number {
  return compareNftValues(a, b, types);
}

export function readMatchValue(cursor: Cursor, { services, hasSet }: RuleContext, keys: NftKey[]): NftStatement {
  const types = keys.map(typeOfKey);
  const [type = 'integer'] = types;
  const mask = readMask(cursor, type);
  const operator = operators[cursor.peek.text];
  const op = operator ?? '==';
  if (operator !== undefined) cursor.next();
  if (cursor.isSign('@'))
    return { kind: 'match', keys, op, value: { kind: 'named', name: readSetName(cursor, hasSet) } };
  if (cursor.isSign('{')) {
    const values = readBraces(cursor, types, services);
    return { kind: 'match', keys, op, value: { kind: 'set', values } };
  }
  const value = readSetElements(cursor, types, services, false);
  if (mask !== null) return { kind: 'match', keys, op, value, mask };
  // `tcp flags syn / fin,syn`: the flags that have to be set, and those that are looked at.
  if (type === 'tcp_flag' && cursor.takeWord('/'))
    return { kind: 'match', keys, op, value, mask: readList(cursor, type) };
  return { kind: 'match', keys, op, value };
}

/** `@name` of a set that is there. */
export function readSetName(cursor: Cursor, hasSet: (name: string) => boolean): string {
  const sign = cursor.sign('@');
  const name = cursor.name();
  if (!hasSet(name.text)) throw new NftSyntaxError('No such file or directory', sign.start, name.end);
  return name.text;
}

/** `& 0xff`, `and 0xff`, `& (fin|syn)`. */
function readMask(cursor: Cursor, type: ValueType): number | null {
  if (!cursor.takeSign('&') && !cursor.takeWord('and')) return null;
  return readList(cursor, type);
}

/** Bits joined by `|` or `,`, in parentheses or without. */
function readList(cursor: Cursor, type: ValueType): number {
  const isBracketed = cursor.takeSign('(');
  let bits = 0;
  do bits |= bitsOf(cursor, cursor.word(), type);
  while (cursor.takeSign('|', ','));
  if (isBracketed) cursor.sign(')');
  return bits >>> 0;
}

function bitsOf(cursor: Cursor, token: Token, type: ValueType): number {
  const bits = type === 'tcp_flag' ? names.bitsOfList(names.tcpFlags, token.text) : names.parseNumber(token.text);
  if (bits === null) throw cursor.unexpected('', token);
  return bits;
}

function readBraces(cursor: Cursor, types: readonly ValueType[], services: Services): NftValue[] {
  const values = readBraced(cursor, types, services);
  const [type = 'integer'] = types;
  const merged = types.length === 1 ? mergeIntervals(values, type) : values;
  return merged.sort((a, b) => compareNftValues(a, b, types));
}

/** Sets within sets come from variables: they are one set. */
function readBraced(cursor: Cursor, types: readonly ValueType[], services: Services): NftValue[] {
  cursor.sign('{');
  const values: NftValue[] = [];
  for (;;) {
    cursor.skipNewlines();
    if (cursor.isSign('}')) break;
    if (cursor.isSign('{')) values.push(...readBraced(cursor, types, services));
    else values.push(readSetElements(cursor, types, services));
    cursor.skipNewlines();
    if (!cursor.takeSign(',')) break;
  }
  cursor.skipNewlines();
  cursor.sign('}');
  return values;
}

const listTypes: readonly ValueType[] = ['ct_state', 'ct_status', 'tcp_flag'];

/** One element: a value, or as many as there are types, joined by dots. */
export function readSetElements(
  cursor: Cursor,
  types: readonly ValueType[],
  services: Services,
  isInSet = true,
): NftValue {
  const parts: NftValue[] = [];
  for (const [at, type] of types.entries()) {
    if (at > 0 && !cursor.takeWord('.')) throw cursor.unexpected("'.'");
    parts.push(readPart(cursor, type, services, isInSet));
  }
  const [first] = parts;
  if (!first) throw cursor.unexpected();
  return parts.length === 1 ? first : { kind: 'concat', values: parts };
}

function readPart(cursor: Cursor, type: ValueType, services: Services, isInSet: boolean): NftValue {
  if (type === 'tcp_flag' && cursor.isSign('('))
    return { kind: 'one', value: names.listOfBits(names.tcpFlags, readList(cursor, type)) };
  const token = type === 'ifname' ? cursor.name() : cursor.word();
  if (!listTypes.includes(type))
    return type === 'mark' ? markValue(cursor, token, services) : readValue(token, type, services);
  let { text } = token;
  // A list of states is one value; in a set the comma parts elements.
  while (cursor.isSign('|') || (cursor.isSign(',') && !isInSet)) {
    cursor.next();
    text += `,${cursor.word().text}`;
  }
  return readValue({ ...token, text }, type, services);
}

function markValue(cursor: Cursor, token: Token, services: Services): NftValue {
  const number = names.parseNumber(token.text);
  if (number !== null) return { kind: 'one', value: markText(number) };
  const value = readValue(token, 'mark', services);
  if (value.kind === 'one' && value.value === '') throw cursor.unexpected('', token);
  return value;
}
