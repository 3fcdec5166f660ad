/** Fields of a header block: text, and numbers in octal or, where that is too short, in base 256 (POSIX pax, "ustar"; GNU tar manual, "Extensions"). */
import { nameFromBytes } from '../../../kernel';

/** Null when the field holds no number, or none a double can hold exactly. An empty field is 0. */
export function readNumber(block: Uint8Array, offset: number, length: number): number | null {
  const first = block[offset] ?? 0;
  return first >= 0x80 ? readBase256(block, offset, length) : readOctal(block, offset, length);
}

function readOctal(block: Uint8Array, offset: number, length: number): number | null {
  const end = offset + length;
  let at = offset;
  let value = 0;
  while (at < end && block[at] === 0x20) at++;
  for (; at < end; at++) {
    const digit = (block[at] ?? 0) - 0x30;
    if (digit < 0 || digit > 7) break;
    value = value * 8 + digit;
  }
  for (; at < end; at++) if (block[at] !== 0x20 && block[at] !== 0) return null;
  return Number.isSafeInteger(value) ? value : null;
}

/** Two's complement, big-endian, the highest bit set as a mark. */
function readBase256(block: Uint8Array, offset: number, length: number): number | null {
  const isNegative = ((block[offset] ?? 0) & 0x40) !== 0;
  let value = isNegative ? -1n : 0n;
  for (let i = 0; i < length; i++) {
    const byte = block[offset + i] ?? 0;
    const bits = i > 0 ? byte : isNegative ? byte | 0x80 : byte & 0x7f;
    value = (value << 8n) | BigInt(bits);
  }
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : null;
}

/** Up to the first NUL. */
export function readText(block: Uint8Array, offset: number, length: number): string {
  let end = offset;
  let isPlain = true;
  for (; end < offset + length; end++) {
    const byte = block[end] ?? 0;
    if (byte === 0) break;
    if (byte >= 0x80) isPlain = false;
  }
  if (!isPlain) return nameFromBytes(block.subarray(offset, end));
  let text = '';
  for (let at = offset; at < end; at++) text += String.fromCharCode(block[at] ?? 0);
  return text;
}

/** False when the number does not fit into the field's octal digits. */
export function writeOctal(block: Uint8Array, offset: number, length: number, value: number): boolean {
  const digits = value.toString(8);
  if (value < 0 || digits.length > length - 1) return false;
  writeBytes(block, offset, new TextEncoder().encode(digits.padStart(length - 1, '0')));
  return true;
}

export function writeBytes(block: Uint8Array, offset: number, bytes: Uint8Array): void {
  block.set(bytes, offset);
}

const checksumOffset = 148;
const checksumBytes = 8;

/** Whether a header is one: its sum is right, of unsigned bytes or, as old programs had it, of signed ones. */
export function hasChecksum(block: Uint8Array): boolean {
  const stored = readNumber(block, checksumOffset, checksumBytes);
  let unsigned = 0;
  let high = 0;
  for (let at = 0; at < block.length; at++) {
    const byte = at >= checksumOffset && at < checksumOffset + checksumBytes ? 0x20 : (block[at] ?? 0);
    unsigned += byte;
    if (byte >= 0x80) high++;
  }
  return stored === unsigned || stored === unsigned - 256 * high;
}

export function writeChecksum(block: Uint8Array): void {
  block.fill(0x20, checksumOffset, checksumOffset + checksumBytes);
  let sum = 0;
  for (const byte of block) sum += byte;
  writeOctal(block, checksumOffset, 7, sum);
  block[checksumOffset + 6] = 0;
}
