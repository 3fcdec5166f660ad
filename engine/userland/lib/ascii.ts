/** The control characters by name (ascii(7)), in small letters as od and hexdump write them. */
const names = [
  ...['nul', 'soh', 'stx', 'etx', 'eot', 'enq', 'ack', 'bel', 'bs', 'ht', 'lf', 'vt', 'ff', 'cr', 'so', 'si'],
  ...['dle', 'dc1', 'dc2', 'dc3', 'dc4', 'nak', 'syn', 'etb', 'can', 'em', 'sub', 'esc', 'fs', 'gs', 'rs', 'us'],
];

/** Null for other characters. */
export function controlName(code: number): string | null {
  return code === 127 ? 'del' : (names[code] ?? null);
}
