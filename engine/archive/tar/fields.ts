/** Fields of a header block: text, and numbers in octal or, where that is too short, in base 256 (POSIX pax, "ustar"; GNU tar manual, "Extensions"). */
import { nameFromBytes } from '../../kernel';

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
  while (end < offset + length && block[end] !== 0) end++;
  return end === offset ? '' : nameFromBytes(block.subarray(offset, end));
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
  let sum = sumOf(block);
  // The field itself counts as spaces.
  for (let at = checksumOffset; at < checksumOffset + checksumBytes; at++) sum += 0x20 - (block[at] ?? 0);
  return stored === sum || stored === sum - 256 * highBytes(block);
}

/** Four bytes at a time where they lie so: it is done for each file. */
function sumOf(block: Uint8Array): number {
  if (block.byteOffset % 4 !== 0) return block.reduce((sum, byte) => sum + byte, 0);
  let pairs = 0;
  for (const word of new Uint32Array(block.buffer, block.byteOffset, block.byteLength / 4))
    pairs += (word & 0xff00ff) + ((word >>> 8) & 0xff00ff);
  // 256 bytes in each half: neither overflows.
  return (pairs & 0xffff) + (pairs >>> 16);
}

function highBytes(block: Uint8Array): number {
  let count = 0;
  for (const [at, byte] of block.entries())
    if (byte >= 0x80 && (at < checksumOffset || at >= checksumOffset + checksumBytes)) count++;
  return count;
}

export function writeChecksum(block: Uint8Array): void {
  block.fill(0x20, checksumOffset, checksumOffset + checksumBytes);
  let sum = 0;
  for (const byte of block) sum += byte;
  writeOctal(block, checksumOffset, 7, sum);
  block[checksumOffset + 6] = 0;
}
