/**
 * Names of files as strings that lose nothing. To Linux a name is bytes; most are UTF-8. A byte that is not part of valid UTF-8
 * becomes the lone surrogate U+DC00 + byte (Python's "surrogateescape", PEP 383), which UTF-8 cannot hold itself.
 */
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();
const escapeBase = 0xdc00;

export function nameFromBytes(bytes: Uint8Array): string {
  try {
    return strict.decode(bytes);
  } catch {
    return decodeEscaping(bytes);
  }
}

export function nameToBytes(name: string): Uint8Array {
  return hasEscapes(name) ? encodeEscaped(name) : encoder.encode(name);
}

/** Whether some byte of it is no UTF-8. */
export function hasEscapes(name: string): boolean {
  return /[\udc80-\udcff]/u.test(name);
}

function decodeEscaping(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.byteLength; ) {
    const length = sequenceLength(bytes[at] ?? 0);
    const decoded = length > 0 ? tryDecode(bytes.subarray(at, at + length)) : null;
    text += decoded ?? String.fromCharCode(escapeBase + (bytes[at] ?? 0));
    at += decoded === null ? 1 : length;
  }
  return text;
}

function tryDecode(bytes: Uint8Array): string | null {
  try {
    return strict.decode(bytes);
  } catch {
    return null;
  }
}

/** Length of the UTF-8 sequence that a byte begins; 0 when none begins with it (RFC 3629). */
function sequenceLength(first: number): number {
  if (first < 0x80) return 1;
  if (first < 0xc2) return 0;
  if (first < 0xe0) return 2;
  if (first < 0xf0) return 3;
  return first < 0xf5 ? 4 : 0;
}

function encodeEscaped(name: string): Uint8Array {
  const bytes: number[] = [];
  for (const character of name) {
    const code = character.codePointAt(0) ?? 0;
    if (code >= 0xdc80 && code <= 0xdcff) bytes.push(code - escapeBase);
    else bytes.push(...encoder.encode(character));
  }
  return Uint8Array.from(bytes);
}
