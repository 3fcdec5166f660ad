/**
 * Bytes as "binary strings": one UTF-16 unit a byte, U+0000 to U+00FF. What tools that know only bytes (cut, tr, sort in
 * C.UTF-8, printf) work on: as handy as text, and nothing is lost.
 */
import { encode } from '../../kernel/sim';

const chunk = 8192;

export function toBinary(bytes: Uint8Array): string {
  if (bytes.length <= chunk) return String.fromCharCode(...bytes);
  const parts: string[] = [];
  for (let start = 0; start < bytes.length; start += chunk) {
    parts.push(String.fromCharCode(...bytes.subarray(start, start + chunk)));
  }
  return parts.join('');
}

export function fromBinary(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
  return bytes;
}

/** A text as its UTF-8 bytes, in that form. */
export function binaryOf(text: string): string {
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) > 0x7f) return toBinary(encode(text));
  return text;
}
