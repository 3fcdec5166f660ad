/** Capabilities of files: the attribute `security.capability` (capabilities(7), "File capability extended attribute versioning"). */
import { type CapabilityMask, isSysError, type Sys } from '../../kernel/sim';
import type { CapabilitySets } from './sets';

const attribute = 'security.capability';
const [version2, version3] = [0x02000000, 0x03000000];
const effectiveFlag = 1;

export interface FileCapabilities extends CapabilitySets {
  /** Number 0 of the user namespace they count in; null for all. */
  rootId: number | null;
}

/** Null when it has none. */
export function readCapabilities(sys: Sys, path: string): FileCapabilities | null {
  let value: Uint8Array;
  try {
    value = sys.getxattr(path, attribute);
  } catch (error) {
    if (isSysError(error, 'ENODATA', 'EOPNOTSUPP')) return null;
    throw error;
  }
  if (value.length < 20) return null;
  const view = new DataView(value.buffer, value.byteOffset, value.byteLength);
  const magic = view.getUint32(0, true);
  const mask = (low: number, high: number): CapabilityMask =>
    BigInt(view.getUint32(low, true)) | (BigInt(view.getUint32(high, true)) << 32n);
  const [permitted, inheritable] = [mask(4, 12), mask(8, 16)];
  const rootId = (magic & 0xff000000) === version3 && value.length >= 24 ? view.getUint32(20, true) : null;
  return { permitted, inheritable, effective: magic & effectiveFlag ? permitted | inheritable : 0n, rootId };
}

export function writeCapabilities(sys: Sys, path: string, sets: CapabilitySets, rootId: number | null): void {
  const value = new Uint8Array(rootId === null ? 20 : 24);
  const view = new DataView(value.buffer);
  view.setUint32(0, (rootId === null ? version2 : version3) | (sets.effective !== 0n ? effectiveFlag : 0), true);
  for (const [offset, mask] of [
    [4, sets.permitted],
    [8, sets.inheritable],
  ] as const) {
    view.setUint32(offset, Number(mask & 0xffffffffn), true);
    view.setUint32(offset + 8, Number(mask >> 32n), true);
  }
  if (rootId !== null) view.setUint32(20, rootId, true);
  sys.setxattr(path, attribute, value);
}

export function removeCapabilities(sys: Sys, path: string): void {
  sys.removexattr(path, attribute);
}
