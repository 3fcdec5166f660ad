/** What this process may do itself (capabilities(7)). */
import { readFileSync } from 'node:fs';

/** This process's permitted set. */
export function heldCapabilities(): bigint {
  const line = /^CapPrm:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'latin1'));
  return BigInt(`0x${line?.[1] ?? '0'}`);
}
