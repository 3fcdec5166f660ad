/**
 * Text and bytes without DOM or Node types. Names and texts in the simulator are JavaScript strings; what is no valid
 * UTF-8 becomes U+FFFD, as TextDecoder does it.
 */

/** A function takes so many at least. */
const maxArguments = 4096;

export function encode(text: string): Uint8Array {
  return encodeAscii(text) ?? encodeAny(text);
}

/** Most texts are plain; null for others. */
function encodeAscii(text: string): Uint8Array | null {
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code >= 0x80) return null;
    bytes[at] = code;
  }
  return bytes;
}

function encodeAny(text: string): Uint8Array {
  let length = 0;
  for (const char of text) length += utf8Length(char.codePointAt(0) ?? 0);
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const char of text) at = put(bytes, at, char.codePointAt(0) ?? 0);
  return bytes;
}

export function decode(bytes: Uint8Array): string {
  return decodeAscii(bytes) ?? decodeAny(bytes);
}

/** Null for what is not plain. */
function decodeAscii(bytes: Uint8Array): string | null {
  for (const byte of bytes) if (byte >= 0x80) return null;
  let text = '';
  for (let at = 0; at < bytes.length; at += maxArguments) text += fromCodes(bytes.subarray(at, at + maxArguments));
  return text;
}

/** Spreading bytes into arguments takes ten times as long. */
function fromCodes(bytes: Uint8Array): string {
  return Reflect.apply(String.fromCharCode, null, bytes);
}

function decodeAny(bytes: Uint8Array): string {
  const parts: string[] = [];
  let units: number[] = [];
  for (let at = 0; at < bytes.length; ) {
    const [code, size] = take(bytes, at);
    at += size;
    units.push(code);
    if (units.length >= maxArguments) {
      parts.push(String.fromCodePoint(...units));
      units = [];
    }
  }
  parts.push(String.fromCodePoint(...units));
  return parts.join('');
}

export function concat(chunks: readonly Uint8Array[]): Uint8Array {
  const [only] = chunks;
  if (chunks.length === 1 && only) return only;
  const all = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}

function utf8Length(code: number): number {
  if (code < 0x80) return 1;
  if (code < 0x800) return 2;
  return code < 0x10000 ? 3 : 4;
}

function put(bytes: Uint8Array, at: number, point: number): number {
  const code = point >= 0xd800 && point <= 0xdfff ? 0xfffd : point;
  const size = utf8Length(code);
  if (size === 1) bytes[at] = code;
  else {
    for (let i = size - 1; i > 0; i--) bytes[at + i] = 0x80 | ((code >> (6 * (size - 1 - i))) & 0x3f);
    bytes[at] = ((0xf00 >> size) & 0xff) | (code >> (6 * (size - 1)));
  }
  return at + size;
}

/** The code point at `at` and how many bytes it took. */
function take(bytes: Uint8Array, at: number): [code: number, size: number] {
  const first = bytes[at] ?? 0;
  if (first < 0x80) return [first, 1];
  const size = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4) return [0xfffd, 1];
  let code = first & (0xff >> (size + 1));
  for (let i = 1; i < size; i++) {
    const byte = bytes[at + i];
    if (byte === undefined || (byte & 0xc0) !== 0x80) return [0xfffd, i];
    code = (code << 6) | (byte & 0x3f);
  }
  const least = size === 2 ? 0x80 : size === 3 ? 0x800 : 0x10000;
  if (code < least || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return [0xfffd, 1];
  return [code, size];
}
