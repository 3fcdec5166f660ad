/** The types of od: how bytes are shown (od(1)). */

import { bare } from '../../../kernel/sim';
import { controlName } from '../../lib/ascii';
import { type BinaryFloat, floatOf, formatFloat } from '../../lib/float';
import { Fatal, type Tool } from '../common/tool';

export interface OdFormat {
  /** Bytes an item takes. */
  size: number;
  /** Columns it takes, without the space before it. */
  width: number;
  show: (bytes: Uint8Array, isLittle: boolean) => string;
  /** `z`: the characters at the end of the line. */
  hasText: boolean;
}

const escapes: Readonly<Record<number, string>> = {
  0: '\\0',
  7: '\\a',
  8: '\\b',
  9: '\\t',
  10: '\\n',
  11: '\\v',
  12: '\\f',
  13: '\\r',
};
const integerSizes: Readonly<Record<string, number>> = bare({ C: 1, S: 2, I: 4, L: 8 });
const floatSizes: Readonly<Record<string, number>> = bare({ F: 4, D: 8, L: 16 });
const integerWidths: Readonly<Record<string, Readonly<Record<number, number>>>> = bare({
  d: { 1: 4, 2: 6, 4: 11, 8: 20 },
  u: { 1: 3, 2: 5, 4: 10, 8: 20 },
  o: { 1: 3, 2: 6, 4: 11, 8: 22 },
  x: { 1: 2, 2: 4, 4: 8, 8: 16 },
});

/** `x1`, `cz`, `fD`, several together. */
export function parseFormats(tool: Tool, text: string): OdFormat[] {
  const formats: OdFormat[] = [];
  let rest = text;
  while (rest !== '') {
    const match = /^([acdfoux])(\d+|[CSIL](?=.|$)|[FDL](?=.|$))?(z?)/.exec(rest);
    if (!match) throw new Fatal(`invalid character '${rest.slice(0, 1)}' in type string ${tool.word(text)}`);
    const [all, kind = '', size, z] = match;
    formats.push({ ...formatOf(tool, text, kind, size), hasText: z === 'z' });
    rest = rest.slice(all.length);
  }
  return formats;
}

function formatOf(tool: Tool, spec: string, kind: string, size: string | undefined): Omit<OdFormat, 'hasText'> {
  if (kind === 'a')
    return {
      size: 1,
      width: 3,
      show: ([byte = 0]) => nameOf(byte & 0x7f),
    };
  if (kind === 'c') return { size: 1, width: 3, show: ([byte = 0]) => shownChar(byte) };
  if (kind === 'f') {
    const bytes = size === undefined ? 8 : (floatSizes[size] ?? Number(size));
    if (bytes !== 4 && bytes !== 8) {
      throw new Fatal(
        `invalid type string ${tool.word(spec)};\nthis system doesn't provide a ${bytes}-byte floating point type`,
      );
    }
    return { size: bytes, width: bytes === 4 ? 15 : 24, show: (data, isLittle) => shownFloat(data, isLittle) };
  }
  const bytes = size === undefined ? 4 : (integerSizes[size] ?? Number(size));
  const width = integerWidths[kind]?.[bytes];
  if (width === undefined) {
    throw new Fatal(
      `invalid type string ${tool.word(spec)};\nthis system doesn't provide a ${bytes}-byte integral type`,
    );
  }
  return { size: bytes, width, show: (data, isLittle) => shownInteger(data, kind, isLittle) };
}

function shownChar(byte: number): string {
  const known = escapes[byte];
  if (known !== undefined) return known;
  return byte >= 32 && byte < 127 ? String.fromCharCode(byte) : byte.toString(8).padStart(3, '0');
}

function shownInteger(data: Uint8Array, kind: string, isLittle: boolean): string {
  let value = 0n;
  const bytes = isLittle ? data.toReversed() : data;
  for (const byte of bytes) value = (value << 8n) | BigInt(byte);
  const width = integerWidths[kind]?.[data.length] ?? 0;
  if (kind === 'd') return BigInt.asIntN(data.length * 8, value).toString();
  if (kind === 'u') return value.toString();
  return value.toString(kind === 'o' ? 8 : 16).padStart(width, '0');
}

/** The shortest digits that give the same number again. */
function shownFloat(data: Uint8Array, isLittle: boolean): string {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const isSingle = data.length === 4;
  const value = isSingle ? view.getFloat32(0, isLittle) : view.getFloat64(0, isLittle);
  const float: BinaryFloat = floatOf(value);
  for (let precision = isSingle ? 6 : 15; ; precision++) {
    const text = formatFloat(float, 'g', { flags: '', width: 0, precision });
    const again = isSingle ? Math.fround(Number(text)) : Number(text);
    if (again === value || !Number.isFinite(value) || precision > 17) return text;
  }
}

/** As `-a` shows it: od says `nl` and `sp` where hexdump has `lf` and a blank. */
function nameOf(code: number): string {
  if (code === 10) return 'nl';
  return code === 32 ? 'sp' : (controlName(code) ?? String.fromCharCode(code));
}
