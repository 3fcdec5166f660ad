/** Bytes without Node's Buffer: a lab runs in a browser's worker as well. */
export function concatBytes(chunks: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0));
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.byteLength;
  }
  return all;
}

/** Where `wanted` begins in `data`; -1 when it is not there. */
export function indexOfBytes(data: Uint8Array, wanted: Uint8Array): number {
  const [first = 0] = wanted;
  for (let at = data.indexOf(first); at !== -1; at = data.indexOf(first, at + 1)) {
    if (startsWith(data.subarray(at), wanted)) return at;
  }
  return -1;
}

export function startsWith(data: Uint8Array, wanted: Uint8Array): boolean {
  return data.byteLength >= wanted.byteLength && wanted.every((byte, i) => data[i] === byte);
}
