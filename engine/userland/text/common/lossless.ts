/**
 * Bytes as text without loss, for tools that pass on what they do not understand: a byte that is no UTF-8 becomes a lone
 * surrogate (U+DC80 to U+DCFF) and turns back into that byte. `latin1` is for tools that know only bytes (mawk).
 */
import { encode } from '../../../kernel/sim';

const chunk = 8192;

export function decodeLossless(bytes: Uint8Array): string {
  let text = '';
  for (let start = 0; start < bytes.length; start += chunk) {
    const part = bytes.subarray(start, start + chunk);
    if (part.some((byte) => byte >= 0x80)) return text + decodeSlowly(bytes.subarray(start));
    text += String.fromCharCode(...part);
  }
  return text;
}

export function encodeLossless(text: string): Uint8Array {
  if (isAscii(text)) return encodeLatin1(text);
  if (!/[\udc80-\udcff]/.test(text)) return encode(text);
  const out: number[] = [];
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0;
    if (code >= 0xdc80 && code <= 0xdcff) out.push(code & 0xff);
    else out.push(...encode(char));
  }
  return Uint8Array.from(out);
}

export function decodeLatin1(bytes: Uint8Array): string {
  let text = '';
  for (let start = 0; start < bytes.length; start += chunk)
    text += String.fromCharCode(...bytes.subarray(start, start + chunk));
  return text;
}

export function encodeLatin1(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
  return bytes;
}

function isAscii(text: string): boolean {
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) >= 0x80) return false;
  return true;
}

function decodeSlowly(bytes: Uint8Array): string {
  const parts: string[] = [];
  let units: number[] = [];
  for (let at = 0; at < bytes.length; ) {
    const size = sequenceLength(bytes, at);
    if (size === 0) units.push(0xdc00 | (bytes[at] ?? 0));
    else units.push(codePoint(bytes, at, size));
    at += Math.max(1, size);
    if (units.length >= 4096) {
      parts.push(String.fromCodePoint(...units));
      units = [];
    }
  }
  parts.push(String.fromCodePoint(...units));
  return parts.join('');
}

/** Bytes of the character at `at`; 0 when it is no valid UTF-8. */
export function sequenceLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0;
  if (first < 0x80) return 1;
  if (first < 0xc2 || first > 0xf4) return 0;
  const size = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  for (let i = 1; i < size; i++) if (((bytes[at + i] ?? 0) & 0xc0) !== 0x80) return 0;
  const code = codePoint(bytes, at, size);
  const least = size === 2 ? 0x80 : size === 3 ? 0x800 : 0x10000;
  return code < least || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff) ? 0 : size;
}

function codePoint(bytes: Uint8Array, at: number, size: number): number {
  const first = bytes[at] ?? 0;
  if (size === 1) return first;
  let code = first & (0xff >> (size + 1));
  for (let i = 1; i < size; i++) code = (code << 6) | ((bytes[at + i] ?? 0) & 0x3f);
  return code;
}
