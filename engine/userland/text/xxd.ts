/** xxd: shows bytes in hexadecimal, and the way back (xxd(1), version 2022-01-14). */

import {
  type Blocking,
  bare,
  isSysError,
  O_CREAT,
  O_RDONLY,
  O_TRUNC,
  O_WRONLY,
  type Sys,
  strerror,
} from '../../kernel/sim';
import { append } from '../lib/append';
import { complain, Output, writeAll } from '../lib/io';
import { ByteReader } from './common/byte-reader';
import { decodeLatin1 } from './common/lossless';

const usage = `Usage:
       xxd [options] [infile [outfile]]
    or
       xxd -r [-s [-]offset] [-c cols] [-ps] [infile [outfile]]
Options:
    -b binary   -e little-endian   -i as a C array (-n NAME)   -p plain   -r the way back   -u capitals
    -c COLS, -g BYTES, -l LENGTH, -o OFFSET, -s SEEK, -a leave out zeros, -d decimal offsets, -v version
`;

interface Settings {
  mode: 'hex' | 'bits' | 'little' | 'include' | 'plain';
  reverse: boolean;
  columns: number | null;
  group: number | null;
  length: number;
  seek: number;
  offset: number;
  upper: boolean;
  autoskip: boolean;
  decimal: boolean;
  capitalize: boolean;
  name: string | null;
  files: string[];
}

/** So many at a time where all bytes stand in one line. */
const bytesOfEndlessRow = 4096;

class XxdUsage extends Error {}

const numbers: Readonly<Record<string, 'columns' | 'group' | 'length' | 'seek' | 'offset'>> = bare({
  c: 'columns',
  cols: 'columns',
  g: 'group',
  groupsize: 'group',
  l: 'length',
  len: 'length',
  s: 'seek',
  seek: 'seek',
  o: 'offset',
});

function readSettings(args: readonly string[]): Settings | 'version' {
  const settings: Settings = {
    mode: 'hex',
    reverse: false,
    columns: null,
    group: null,
    length: Number.POSITIVE_INFINITY,
    seek: 0,
    offset: 0,
    upper: false,
    autoskip: false,
    decimal: false,
    capitalize: false,
    name: null,
    files: [],
  };
  const rest = [...args];
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    if (!arg.startsWith('-') || arg === '-') {
      settings.files.push(arg);
      continue;
    }
    if (arg === '--') {
      append(settings.files, rest);
      break;
    }
    const word = arg.replace(/^--?/, '');
    if (word === 'v' || word === 'version') return 'version';
    const known = applyFlag(settings, word);
    if (known) continue;
    const [, letter = '', attached = ''] = /^(cols|groupsize|len|seek|[cglso])(.*)$/.exec(word) ?? [];
    const target = numbers[letter];
    if (word === 'n' || word === 'name') settings.name = rest.shift() ?? '';
    else if (target !== undefined) settings[target] = number(attached === '' ? (rest.shift() ?? '') : attached);
    else throw new XxdUsage();
  }
  if (settings.files.length > 2) throw new XxdUsage();
  return settings;
}

function applyFlag(settings: Settings, word: string): boolean {
  switch (word) {
    case 'b':
    case 'bits':
      settings.mode = 'bits';
      return true;
    case 'e':
      settings.mode = 'little';
      return true;
    case 'i':
    case 'include':
      settings.mode = 'include';
      return true;
    case 'p':
    case 'ps':
    case 'plain':
    case 'postscript':
      settings.mode = 'plain';
      return true;
    case 'r':
    case 'revert':
      settings.reverse = true;
      return true;
    case 'u':
    case 'uppercase':
      settings.upper = true;
      return true;
    case 'a':
    case 'autoskip':
      settings.autoskip = true;
      return true;
    case 'd':
      settings.decimal = true;
      return true;
    case 'C':
    case 'capitalize':
      settings.capitalize = true;
      return true;
    default:
      return false;
  }
}

function number(text: string): number {
  const [, sign = '', digits] = /^([-+]?)(0[xX][\da-fA-F]+|\d+)$/.exec(text) ?? [];
  if (digits === undefined) throw new XxdUsage();
  const value = /^0[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : Number(digits);
  return sign === '-' ? -value : value;
}

export function* xxd(sys: Sys, argv: readonly string[]): Blocking<number> {
  try {
    const settings = readSettings(argv.slice(1));
    if (settings === 'version') {
      yield* writeAll(sys, 2, 'xxd 2022-01-14 by Juergen Weigert et al.\n');
      return 0;
    }
    const [input = '-', target] = settings.files;
    const from = yield* openInput(sys, input);
    if (from === null) return 2;
    const fd =
      target === undefined || target === '-'
        ? 1
        : yield* sys.open(target, O_WRONLY | O_CREAT | (settings.reverse ? 0 : O_TRUNC), 0o666);
    const output = new Output(sys, fd);
    if (settings.reverse) {
      yield* output.write(revert(decodeLatin1(yield* from.rest(Number.POSITIVE_INFINITY)), settings));
    } else yield* dump(from, settings, input, output);
    yield* output.flush();
    return 0;
  } catch (error) {
    if (!(error instanceof XxdUsage)) throw error;
    yield* writeAll(sys, 2, usage);
    return 1;
  }
}

/** What can be read; null after a complaint. */
function* openInput(sys: Sys, name: string): Blocking<ByteReader | null> {
  try {
    const reader = new ByteReader(sys, name === '-' ? 0 : yield* sys.open(name, O_RDONLY));
    yield* reader.isAtEnd();
    return reader;
  } catch (error) {
    if (!isSysError(error)) throw error;
    const what = error.errno === 'EISDIR' ? '' : `${name}: `;
    yield* complain(sys, 'xxd', `${what}${strerror(error.errno)}`);
    return null;
  }
}

/** Rows as they come. What is left out at the end of the input, or has all bytes in one text, is read whole first. */
function* dump(input: ByteReader, settings: Settings, name: string, output: Output): Blocking<void> {
  const start = settings.seek < 0 ? yield* input.skipTo(settings.seek) : yield* input.skip(settings.seek);
  const hex = (byte: number) => {
    const text = byte.toString(16).padStart(2, '0');
    return settings.upper ? text.toUpperCase() : text;
  };
  if (settings.mode === 'include') {
    yield* output.write(include(yield* input.rest(settings.length), settings, name));
  } else if (settings.mode === 'plain') yield* dumpPlain(input, settings, hex, output);
  else yield* dumpRows(input, start, settings, hex, output);
}

function* dumpPlain(
  input: ByteReader,
  { columns, length }: Settings,
  hex: (byte: number) => string,
  output: Output,
): Blocking<void> {
  const width = columns === null ? 30 : columns;
  let left = length;
  for (;;) {
    const row = yield* input.take(Math.min(left, width === 0 ? bytesOfEndlessRow : width));
    if (row.length === 0) break;
    left -= row.length;
    yield* output.write(`${Array.from(row, hex).join('')}${width === 0 ? '' : '\n'}`);
  }
  if (width === 0) yield* output.write('\n');
}

function* dumpRows(
  input: ByteReader,
  start: number,
  settings: Settings,
  hex: (byte: number) => string,
  output: Output,
): Blocking<void> {
  const columns = settings.columns ?? (settings.mode === 'bits' ? 6 : 16);
  const group = settings.group ?? (settings.mode === 'bits' ? 1 : settings.mode === 'little' ? 4 : 2);
  const layout = { columns, size: group <= 0 ? columns : group, hex };
  let zeros = 0;
  for (let at = 0; ; at += columns) {
    const row = yield* input.take(Math.max(0, Math.min(columns, settings.length - at)));
    if (row.length === 0) return;
    zeros = row.every((byte) => byte === 0) ? zeros + 1 : 0;
    if (settings.autoskip && zeros > 1 && at + columns < settings.length && !(yield* input.isAtEnd())) {
      if (zeros === 2) yield* output.write('*\n');
      continue;
    }
    yield* output.write(rowText(row, at + start + settings.offset, settings, layout));
  }
}

function rowText(
  row: Uint8Array,
  place: number,
  { mode, decimal }: Settings,
  { columns, size, hex }: { columns: number; size: number; hex: (byte: number) => string },
): string {
  const width = mode === 'bits' ? 8 : 2;
  const full = columns * width + Math.ceil(columns / size) - 1;
  const words: string[] = [];
  for (let from = 0; from < row.length; from += size) {
    const part = [...row.subarray(from, from + size)];
    if (mode === 'little')
      words.push(
        part
          .reverse()
          .map(hex)
          .join('')
          .padStart(size * 2),
      );
    else words.push(part.map((byte) => (mode === 'bits' ? byte.toString(2).padStart(8, '0') : hex(byte))).join(''));
  }
  const label = decimal ? String(place).padStart(8, '0') : place.toString(16).padStart(8, '0');
  const ascii = Array.from(row, (byte) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : '.')).join('');
  return `${label}: ${words.join(' ').padEnd(full)}  ${ascii}\n`;
}

function include(bytes: Uint8Array, settings: Settings, input: string): string {
  const given = settings.name ?? (input === '-' ? null : input);
  const columns = settings.columns ?? 12;
  const rows: string[] = [];
  for (let at = 0; at < bytes.length; at += columns) {
    rows.push(
      `  ${Array.from(bytes.subarray(at, at + columns), (byte) => `0x${settings.upper ? byte.toString(16).padStart(2, '0').toUpperCase() : byte.toString(16).padStart(2, '0')}`).join(', ')}`,
    );
  }
  const body = rows.join(',\n');
  if (given === null) return body === '' ? '' : `${body}\n`;
  const plain = given.replaceAll(/[^A-Za-z0-9]/g, '_').replace(/^(?=\d)/, '__');
  const name = settings.capitalize ? plain.toUpperCase() : plain;
  return `unsigned char ${name}[] = {\n${body}${body === '' ? '' : '\n'}};\nunsigned int ${name}_${settings.capitalize ? 'LEN' : 'len'} = ${bytes.length};\n`;
}

function revert(text: string, settings: Settings): Uint8Array {
  const bytes: number[] = [];
  if (settings.mode === 'plain') {
    const digits = text.replaceAll(/[^0-9a-fA-F]/g, '');
    for (let at = 0; at + 1 < digits.length; at += 2) bytes.push(Number.parseInt(digits.slice(at, at + 2), 16));
    return Uint8Array.from(bytes);
  }
  for (const line of text.split('\n')) {
    const [, label, rest = ''] = /^\s*([0-9a-fA-F]+):?\s(.*)$/.exec(line) ?? [];
    if (label === undefined) continue;
    const at = Number.parseInt(label, 16) + settings.seek;
    const [front = ''] = rest.split(/ {2,}/, 1);
    const digits = front.replaceAll(/[^0-9a-fA-F]/g, '');
    const limit = settings.columns ?? 16;
    while (bytes.length < at) bytes.push(0);
    for (let offset = 0; offset < limit && offset * 2 + 1 < digits.length; offset++)
      bytes[at + offset] = Number.parseInt(digits.slice(offset * 2, offset * 2 + 2), 16);
  }
  return Uint8Array.from(bytes);
}
