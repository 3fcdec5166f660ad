/** Formats of hexdump: `8/2 "%04x " "\n"` (hexdump(1), "FORMATS"). */
import { bare } from '../../../kernel/sim';
import { controlName } from '../../lib/ascii';

export interface Piece {
  /** Literal text before the conversion. */
  text: string;
  /** Null: only text. */
  conversion: string | null;
  flags: string;
  width: number;
  precision: number | null;
  /** How many bytes it takes. */
  bytes: number;
}

export interface Unit {
  repeat: number;
  bytes: number;
  pieces: Piece[];
}

export class FormatError extends Error {}

const escapes: Readonly<Record<string, string>> = bare({
  n: '\n',
  t: '\t',
  r: '\r',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
  '0': '\0',
  '\\': '\\',
  '"': '"',
});

export function parseFormat(source: string): Unit[] {
  const units: Unit[] = [];
  for (let rest = source.trimStart(); rest !== ''; rest = rest.trimStart()) {
    const match = /^(?:(\d+)?(?:\/(\d+))?\s*)"((?:[^"\\]|\\.)*)"/s.exec(rest);
    if (!match) throw new FormatError(`bad format {${source}}`);
    const [whole, repeat, size, text = ''] = match;
    units.push(makeUnit(Number(repeat ?? 1), size === undefined ? null : Number(size), text));
    rest = rest.slice(whole.length);
  }
  return units;
}

function makeUnit(repeat: number, size: number | null, source: string): Unit {
  const text = source.replaceAll(/\\(.)/gs, (_, char: string) => escapes[char] ?? char);
  const pieces: Piece[] = [];
  const pattern = /([^%]*)(?:%([-+ 0#]*)(\d*)(?:\.(\d+))?(_[aA][dox]|_[cpu]|[diouxXcsEefgG%]))?/gy;
  for (let match = pattern.exec(text); match !== null && match[0] !== ''; match = pattern.exec(text)) {
    const [, before = '', flags = '', width = '', precision, conversion] = match;
    if (conversion === '%') {
      pieces.push({ text: `${before}%`, conversion: null, flags: '', width: 0, precision: null, bytes: 0 });
      continue;
    }
    pieces.push({
      text: before,
      conversion: conversion ?? null,
      flags,
      width: Number(width),
      precision: precision === undefined ? null : Number(precision),
      bytes: conversion === undefined ? 0 : bytesOf(conversion, size, precision),
    });
  }
  if (pattern.lastIndex !== 0 && pattern.lastIndex < text.length)
    throw new FormatError(`bad conversion character %${text.slice(pattern.lastIndex + 1, pattern.lastIndex + 2)}`);
  return { repeat, bytes: pieces.reduce((sum, piece) => sum + piece.bytes, 0), pieces };
}

function bytesOf(conversion: string, size: number | null, precision: string | undefined): number {
  if (/^_[aA]/.test(conversion)) return 0;
  if (/^_[cpu]$|^c$/.test(conversion)) return 1;
  if (conversion === 's') return size ?? Number(precision ?? 1);
  if (/[EefgG]/.test(conversion)) return size ?? 8;
  return size ?? 4;
}

export function blockSize(units: readonly Unit[]): number {
  return units.reduce((sum, unit) => sum + unit.repeat * unit.bytes, 0);
}

/** One block. `available`: how many of its bytes are there; what lacks is blank. */
export function formatBlock(units: readonly Unit[], block: Uint8Array, available: number, address: number): string {
  let out = '';
  let at = 0;
  for (const unit of units) {
    for (let round = 0; round < unit.repeat; round++) {
      let text = '';
      for (const piece of unit.pieces) {
        text += piece.text;
        if (piece.conversion === null) continue;
        const isThere = piece.bytes === 0 || at < available;
        if (isThere) text += convert(piece, block.subarray(at, at + piece.bytes), address + at);
        else text += ' '.repeat(piece.width);
        at += piece.bytes;
      }
      // Behind the last of several there is no space.
      if (unit.repeat > 1 && round === unit.repeat - 1) text = text.slice(0, text.length - trailing(unit));
      out += text;
    }
  }
  return out;
}

/** How many blanks the unit's own text ends with. */
function trailing(unit: Unit): number {
  const last = unit.pieces.at(-1);
  return last?.conversion === null ? (/[ \t]*$/.exec(last.text)?.[0].length ?? 0) : 0;
}

function convert(piece: Piece, bytes: Uint8Array, address: number): string {
  const { conversion } = piece;
  if (conversion === null) return '';
  if (/^_[aA]/.test(conversion))
    return padded(address.toString({ d: 10, o: 8, x: 16 }[conversion[2] ?? 'x'] ?? 16), piece);
  const [first = 0] = bytes;
  if (conversion === '_p') return padded(first >= 32 && first < 127 ? String.fromCharCode(first) : '.', piece);
  if (conversion === '_c') return padded(printable(first), piece);
  if (conversion === '_u')
    return padded(controlName(first) ?? (first < 127 ? String.fromCharCode(first) : first.toString(16)), piece);
  if (conversion === 'c') return padded(String.fromCharCode(first), piece);
  if (conversion === 's') return padded(String.fromCharCode(...bytes).replace(/\0.*$/s, ''), piece);
  let value = 0;
  for (let at = bytes.length - 1; at >= 0; at--) value = value * 256 + (bytes[at] ?? 0);
  if (conversion === 'd' || conversion === 'i') {
    const limit = 256 ** bytes.length;
    return padded(String(value >= limit / 2 ? value - limit : value), piece);
  }
  if (/[EefgG]/.test(conversion)) return padded('0', piece);
  const text = value.toString({ o: 8, u: 10, x: 16, X: 16 }[conversion] ?? 10);
  return padded(conversion === 'X' ? text.toUpperCase() : text, piece);
}

function printable(byte: number): string {
  const named = { 0: '\\0', 7: '\\a', 8: '\\b', 9: '\\t', 10: '\\n', 11: '\\v', 12: '\\f', 13: '\\r' }[byte];
  if (named !== undefined) return named;
  return byte >= 32 && byte < 127 ? String.fromCharCode(byte) : byte.toString(8).padStart(3, '0');
}

function padded(text: string, { flags, width, precision }: Piece): string {
  const body = precision === null ? text : text.padStart(precision, '0');
  if (flags.includes('-')) return body.padEnd(width);
  return body.padStart(width, flags.includes('0') && precision === null ? '0' : ' ');
}
