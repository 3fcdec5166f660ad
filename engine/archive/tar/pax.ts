/** Records of extended headers: `LENGTH KEY=VALUE\n`, the length being that of the whole record (POSIX pax, "pax Extended Header"). */
import { nameFromBytes, nameToBytes } from '../../kernel';

/** Keys to values. Sparse maps of format 0.0 repeat a key: their values are collected in order. */
export interface PaxRecords {
  values: Map<string, Uint8Array>;
  /** GNU.sparse.offset and GNU.sparse.numbytes as they came. */
  sparse: number[];
}

const space = 0x20;
const newline = 0x0a;
const equals = 0x3d;
const sparseKeys = ['GNU.sparse.offset', 'GNU.sparse.numbytes'];

/** Null when they are malformed. */
export function parsePax(bytes: Uint8Array): PaxRecords | null {
  const records: PaxRecords = { values: new Map(), sparse: [] };
  for (let at = 0; at < bytes.byteLength; ) {
    const gap = bytes.indexOf(space, at);
    const length = gap < 0 ? null : decimal(ascii(bytes.subarray(at, gap)));
    if (length === null) return null;
    const end = at + length;
    const equal = bytes.indexOf(equals, gap);
    if (end > bytes.byteLength || end <= gap || bytes[end - 1] !== newline || equal < 0 || equal >= end) return null;
    const key = nameFromBytes(bytes.subarray(gap + 1, equal));
    const value = bytes.slice(equal + 1, end - 1);
    if (key === '') return null;
    if (sparseKeys.includes(key)) {
      const number = decimal(ascii(value));
      // Offsets and lengths come in turn.
      if (number === null || sparseKeys[records.sparse.length % 2] !== key) return null;
      records.sparse.push(number);
    } else records.values.set(key, value);
    at = end;
  }
  return records;
}

export function paxRecord(key: string, value: Uint8Array): Uint8Array {
  const name = nameToBytes(key);
  const rest = name.byteLength + value.byteLength + 3;
  let length = rest;
  while (length !== rest + String(length).length) length = rest + String(length).length;
  const record = new Uint8Array(length);
  const head = new TextEncoder().encode(`${length} `);
  record.set(head);
  record.set(name, head.byteLength);
  record[head.byteLength + name.byteLength] = equals;
  record.set(value, head.byteLength + name.byteLength + 1);
  record[length - 1] = newline;
  return record;
}

/** Null when it is no whole number that a double holds exactly. */
export function decimal(text: string): number | null {
  if (!/^[0-9]{1,16}$/.test(text)) return null;
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : null;
}

/** Seconds with a fraction, `-1.5`, to nanoseconds; what is finer is cut off. Null when it is no time. */
export function paxTime(text: string): bigint | null {
  const [, sign, seconds, fraction = ''] = /^(-?)([0-9]{1,12})(?:\.([0-9]*))?$/.exec(text) ?? [];
  if (seconds === undefined) return null;
  const absolute = BigInt(seconds) * 1_000_000_000n + BigInt(fraction.slice(0, 9).padEnd(9, '0'));
  return sign === '-' ? -absolute : absolute;
}

export function formatPaxTime(timeNs: bigint): string {
  const absolute = timeNs < 0n ? -timeNs : timeNs;
  const fraction = (absolute % 1_000_000_000n).toString().padStart(9, '0').replace(/0+$/, '');
  return `${timeNs < 0n ? '-' : ''}${absolute / 1_000_000_000n}${fraction === '' ? '' : `.${fraction}`}`;
}

export function ascii(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes.subarray(0, 64));
}
