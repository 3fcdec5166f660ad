/** @text, @json, @csv, @tsv, @html, @uri, @sh, @base64, @base64d. */
import { decode, encode } from '../../../kernel/sim';
import type { Json } from './json';
import { compact, numberText, toJsonText } from './json-text';
import { described, JqError } from './operators';

const text = (value: Json) => (typeof value === 'string' ? value : toJsonText(value, compact));

export function formatText(name: string, value: Json): string {
  switch (name) {
    case '@text':
      return text(value);
    case '@json':
      return toJsonText(value, compact);
    case '@csv':
    case '@tsv':
      return row(name, value);
    case '@html':
      return text(value).replaceAll(
        /[<>&'"]/g,
        (char) => ({ '<': '&lt;', '>': '&gt;', '&': '&amp;', "'": '&#39;', '"': '&quot;' })[char] ?? char,
      );
    case '@uri':
      return Array.from(encode(text(value)), (byte) => {
        const char = String.fromCharCode(byte);
        return /[A-Za-z0-9\-_.~]/.test(char) ? char : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
      }).join('');
    case '@sh':
      return (Array.isArray(value) ? value : [value]).map(shellWord).join(' ');
    case '@base64':
      return toBase64(encode(text(value)));
    case '@base64d':
      return decode(fromBase64(text(value)));
    default:
      throw new JqError(`${name.slice(1)} is not a valid format`);
  }
}

function row(name: string, value: Json): string {
  if (!Array.isArray(value))
    throw new JqError(
      `${described(value)} cannot be ${name === '@csv' ? 'csv' : 'tsv'}-formatted, only an array can be`,
    );
  return value
    .map((item) => {
      if (item === null) return '';
      if (typeof item === 'boolean') return String(item);
      if (typeof item === 'number') return numberText(item);
      if (typeof item !== 'string') throw new JqError(`${described(item)} is not valid in a csv row`);
      if (name === '@csv') return `"${item.replaceAll('"', '""')}"`;
      return item.replaceAll(
        /[\\\t\n\r]/g,
        (char) => ({ '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' })[char] ?? char,
      );
    })
    .join(name === '@csv' ? ',' : '\t');
}

function shellWord(value: Json): string {
  if (typeof value === 'string') return `'${value.replaceAll("'", "'\\''")}'`;
  if (Array.isArray(value) || value instanceof Map)
    throw new JqError(`${described(value)} can not be escaped for shell`);
  return text(value);
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

function toBase64(bytes: Uint8Array): string {
  let out = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const [a = 0, b = 0, c = 0] = bytes.subarray(at, at + 3);
    const word = (a << 16) | (b << 8) | c;
    const left = bytes.length - at;
    out += alphabet[(word >> 18) & 63] ?? '';
    out += alphabet[(word >> 12) & 63] ?? '';
    out += left > 1 ? (alphabet[(word >> 6) & 63] ?? '') : '=';
    out += left > 2 ? (alphabet[word & 63] ?? '') : '=';
  }
  return out;
}

function fromBase64(source: string): Uint8Array {
  const bytes: number[] = [];
  let bits = 0;
  let count = 0;
  for (const char of source.replace(/=+$/, '')) {
    const value = alphabet.indexOf(char);
    if (value < 0) throw new JqError(`string (${toJsonText(source, compact)}) is not valid base64 data`);
    bits = ((bits << 6) | value) & 0xffffff;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes.push((bits >> count) & 255);
  }
  return Uint8Array.from(bytes);
}
