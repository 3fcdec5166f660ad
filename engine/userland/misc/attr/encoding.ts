/** Values of extended attributes as getfattr(1) writes and setfattr(1) reads them: text, `0x` hexadecimal, `0s` base64. */
import { decode, encode } from '../../../kernel/sim';
import { decodeLetters, encodeGroups, encodings } from '../../lib/encodings';

export type ValueEncoding = 'text' | 'hex' | 'base64';

export function isValueEncoding(text: string): text is ValueEncoding {
  return text === 'text' || text === 'hex' || text === 'base64';
}

/** `encoding` null: text where it is readable, base64 where it is not. */
export function encodeValue(value: Uint8Array, encoding: ValueEncoding | null): string {
  switch (encoding ?? (isReadable(value) ? 'text' : 'base64')) {
    case 'hex':
      return `0x${[...value].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
    case 'base64':
      return `0s${encodeGroups(value, encodings.base64)}`;
    case 'text':
      return `"${asText(value)}"`;
  }
}

/** Null: not a value in the encoding it says it is in. */
export function decodeValue(text: string): Uint8Array | null {
  if (/^0x/i.test(text)) {
    const digits = text.slice(2).replaceAll(/\s/g, '');
    if (digits.length % 2 === 1 || /[^0-9a-f]/i.test(digits)) return null;
    return Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  }
  if (/^0s/i.test(text)) {
    const { bytes, isValid } = decodeLetters(text.slice(2), encodings.base64);
    return isValid ? bytes : null;
  }
  const quoted = /^"([\s\S]*)"$/.exec(text)?.[1] ?? text;
  return encode(quoted.replaceAll(/\\([0-7]{3}|.)/g, (_, escaped: string) => unescaped(escaped)));
}

function unescaped(escaped: string): string {
  if (/^[0-7]{3}$/.test(escaped)) return String.fromCharCode(Number.parseInt(escaped, 8));
  return escaped === '\\' || escaped === '"' ? escaped : `\\${escaped}`;
}

/** One unprintable byte in eight is too many; the NUL at the end of a string does not count. */
function isReadable(value: Uint8Array): boolean {
  const bytes = value.at(-1) === 0 ? value.subarray(0, -1) : value;
  const unprintable = bytes.filter((byte) => byte < 0x20 || byte > 0x7e).length;
  return bytes.length >= unprintable * 8;
}

function asText(value: Uint8Array): string {
  const text = value.at(-1) === 0 && value.length > 1 ? value.subarray(0, -1) : value;
  return decode(text)
    .replaceAll(/["\\]/g, (char) => `\\${char}`)
    .replaceAll(/[\0\n\r]/g, (char) => `\\${char.charCodeAt(0).toString(8).padStart(3, '0')}`);
}
