/** Sequence numbers: 32 bits that wrap (RFC 9293, 3.4). */
export function seqAdd(seq: number, count: number): number {
  return (seq + count) >>> 0;
}

/** How far `a` is after `b`; negative when before. */
export function seqDiff(a: number, b: number): number {
  return (a - b) | 0;
}
