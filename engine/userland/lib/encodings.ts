/** Bytes as letters: base64, base32, base16, base2 (RFC 4648). */
const base64Letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const base32Letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

export interface Encoding {
  /** How many bytes make a group, and how many letters that gives. */
  bytes: number;
  letters: number;
  bits: number;
  alphabet: string;
  isPadded: boolean;
  /** Bits from the least significant one on (base2lsbf). */
  isReversed?: boolean;
}

export const encodings = {
  base64: { bytes: 3, letters: 4, bits: 6, alphabet: base64Letters, isPadded: true },
  base64url: { bytes: 3, letters: 4, bits: 6, alphabet: base64Letters.replace('+/', '-_'), isPadded: true },
  base32: { bytes: 5, letters: 8, bits: 5, alphabet: base32Letters, isPadded: true },
  base32hex: { bytes: 5, letters: 8, bits: 5, alphabet: '0123456789ABCDEFGHIJKLMNOPQRSTUV', isPadded: true },
  base16: { bytes: 1, letters: 2, bits: 4, alphabet: '0123456789ABCDEF', isPadded: false },
  base2msbf: { bytes: 1, letters: 8, bits: 1, alphabet: '01', isPadded: false },
  base2lsbf: { bytes: 1, letters: 8, bits: 1, alphabet: '01', isPadded: false, isReversed: true },
} as const satisfies Record<string, Encoding>;

/** Whole groups, except at the end of everything. */
export function encodeGroups(data: Uint8Array, encoding: Encoding): string {
  const { bits, alphabet, isPadded, bytes, letters, isReversed } = encoding;
  let text = '';
  let [buffer, held] = [0, 0];
  for (const byte of data) {
    buffer = (buffer << 8) | (isReversed ? reversed(byte) : byte);
    held += 8;
    while (held >= bits) {
      held -= bits;
      text += alphabet[(buffer >> held) & ((1 << bits) - 1)];
    }
    buffer &= (1 << held) - 1;
  }
  if (held > 0) text += alphabet[(buffer << (bits - held)) & ((1 << bits) - 1)];
  return isPadded && data.length % bytes !== 0 ? text.padEnd(Math.ceil(text.length / letters) * letters, '=') : text;
}

function reversed(byte: number): number {
  let result = 0;
  for (let bit = 0; bit < 8; bit++) result |= ((byte >> bit) & 1) << (7 - bit);
  return result;
}

export interface Decoded {
  bytes: Uint8Array;
  isValid: boolean;
}

/** As much as is valid. */
export function decodeLetters(text: string, encoding: Encoding): Decoded {
  const { bits, alphabet, letters, isPadded, isReversed } = encoding;
  const output: number[] = [];
  for (let at = 0; at < text.length; at += letters) {
    const group = text.slice(at, at + letters);
    const body = isPadded ? group.replace(/=+$/, '') : group;
    const values = [...body].map((letter) => alphabet.indexOf(letter));
    const missing = letters - body.length;
    const usable = Math.floor((body.length * bits) / 8);
    const isWhole = group.length === letters && !values.includes(-1);
    const isFine = isWhole && (missing === 0 || (isPadded && usable * 8 > (body.length - 1) * bits && usable > 0));
    const good = values.indexOf(-1) < 0 ? values : values.slice(0, values.indexOf(-1));
    let [buffer, held] = [0, 0];
    for (const value of good) {
      buffer = (buffer << bits) | value;
      held += bits;
      if (held < 8) continue;
      held -= 8;
      const byte = (buffer >> held) & 0xff;
      output.push(isReversed ? reversed(byte) : byte);
      buffer &= (1 << held) - 1;
    }
    if (!isFine) return { bytes: Uint8Array.from(output), isValid: false };
  }
  return { bytes: Uint8Array.from(output), isValid: true };
}
