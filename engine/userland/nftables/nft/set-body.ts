/** Sets and maps: `{ type ipv4_addr; flags interval; elements = { ... } }`. */
import { compareNftValues, type NftSet, type NftValue } from '../../../kernel/sim';
import type { Services } from '../../net/names';
import { readVerdict } from './action-statements';
import { takeColon } from './concatenation';
import type { Cursor } from './cursor';
import { NftSyntaxError } from './lexer';
import { readTime } from './set-statements';
import { readSetElements } from './sets';
import { mergeIntervals, type ValueType, valueTypes } from './values';

type Body = Omit<NftSet, 'handle'>;

export function readSetBody(cursor: Cursor, services: Services, name: string, isMap: boolean): Body {
  const set: Body = { name, type: '', mapType: isMap ? '' : null, flags: [], timeoutSeconds: null, elements: [] };
  const open = cursor.peek;
  if (cursor.takeSign('{')) {
    for (;;) {
      cursor.skipSeparators();
      if (cursor.takeSign('}')) break;
      readProperty(cursor, services, set);
      if (!cursor.isOver) throw cursor.unexpected('newline or semicolon');
    }
  }
  if (set.type === '') throw new NftSyntaxError('set definition does not specify key', open.start, open.end);
  // Elements that are put in by packets: there is an upper limit.
  if (set.flags.includes('dynamic') && set.size === undefined) set.size = 65_535;
  return set;
}

function readProperty(cursor: Cursor, services: Services, set: Body): void {
  const token = cursor.word();
  switch (token.text) {
    case 'type':
      set.type = readTypes(cursor);
      if (set.mapType !== null) {
        takeColon(cursor);
        set.mapType = cursor.isWord('verdict') ? cursor.next().text : readTypes(cursor);
      }
      return;
    case 'flags':
      do set.flags.push(cursor.word().text);
      while (cursor.takeSign(','));
      set.flags.sort((a, b) => flagOrder.indexOf(a) - flagOrder.indexOf(b));
      return;
    case 'timeout':
      set.timeoutSeconds = readTime(cursor.name().text);
      return;
    case 'gc-interval':
    case 'policy':
      cursor.next();
      return;
    case 'size':
      set.size = Number(cursor.word().text);
      return;
    case 'auto-merge':
      set.autoMerge = true;
      return;
    case 'comment':
      set.comment = cursor.name().text;
      return;
    case 'elements':
      cursor.sign('=');
      set.elements = readElements(cursor, services, set.type, set.mapType, set.autoMerge);
      return;
    case 'typeof':
      throw new NftSyntaxError('typeof: sets of this kind are not available here', token.start, token.end);
    default:
      throw cursor.unexpected('', token);
  }
}

const flagOrder = ['constant', 'interval', 'dynamic', 'timeout'];

function readTypes(cursor: Cursor): string {
  const types: string[] = [];
  do {
    const token = cursor.word();
    if (!valueTypes.some((type) => type === token.text))
      throw new NftSyntaxError(`unknown datatype ${token.text}`, token.start, token.end);
    types.push(token.text);
  } while (cursor.takeWord('.'));
  return types.join(' . ');
}

export function readElements(
  cursor: Cursor,
  services: Services,
  type: string,
  mapType: string | null,
  merge = false,
): NftSet['elements'] {
  const types = typesOf(type);
  const elements: NftSet['elements'] = [];
  cursor.sign('{');
  for (;;) {
    cursor.skipNewlines();
    if (cursor.isSign('}')) break;
    elements.push(readElement(cursor, services, types, mapType));
    cursor.skipNewlines();
    if (!cursor.takeSign(',')) break;
  }
  cursor.skipNewlines();
  cursor.sign('}');
  const [first] = types;
  const isPlain =
    merge && first && types.length === 1 && mapType === null && elements.every(({ comment }) => comment === undefined);
  if (isPlain)
    return mergeIntervals(
      elements.map(({ key }) => key),
      first,
    ).map((key) => ({ key }));
  return elements.sort((a, b) => compareNftValues(a.key, b.key, types));
}

function readElement(
  cursor: Cursor,
  services: Services,
  types: readonly ValueType[],
  mapType: string | null,
): NftSet['elements'][number] {
  const key: NftValue = readSetElements(cursor, types, services);
  let comment: string | undefined;
  for (;;) {
    if (cursor.takeWord('comment')) comment = cursor.name().text;
    else if (cursor.takeWord('timeout', 'expires')) cursor.next();
    else break;
  }
  const rest = comment === undefined ? {} : { comment };
  if (mapType === null) return { key, ...rest };
  takeColon(cursor);
  if (mapType === 'verdict') return { key, verdict: readVerdict(cursor), ...rest };
  return { key, value: readSetElements(cursor, typesOf(mapType), services), ...rest };
}

function typesOf(text: string): ValueType[] {
  return text.split(' . ').flatMap((one) => valueTypes.find((type) => type === one) ?? []);
}
