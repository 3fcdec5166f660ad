/** Capabilities of files: the attribute `security.capability` (struct vfs_cap_data of linux/capability.h). */
import type { CapabilityMask } from '../abi/capabilities';
import { isSysError } from '../abi/errno';
import { fromKernelId, toKernelId } from '../ns/id-map';
import type { UserNamespace } from '../ns/namespace';
import type { Inode } from '../vfs/inode';

export interface FileCapabilities {
  permitted: CapabilityMask;
  inheritable: CapabilityMask;
  effective: boolean;
}

const revision2 = 0x02000000;
const revision3 = 0x03000000;
const bytesOf2 = 20;
const bytesOf3 = 24;

/** Null when there are none, or none that count in `user`. */
export function fileCapabilities(inode: Inode, user: UserNamespace): FileCapabilities | null {
  const value = attribute(inode);
  if (!value || value.length < bytesOf2) return null;
  const view = new DataView(value.buffer, value.byteOffset, value.byteLength);
  const head = view.getUint32(0, true);
  const revision = head & 0xff000000;
  if (revision === revision3 ? value.length !== bytesOf3 : revision !== revision2 || value.length !== bytesOf2)
    return null;
  const rootId = revision === revision3 ? view.getUint32(20, true) : 0;
  const root = toKernelId(inode.sb.userns, 'uid', rootId);
  if (root === null || !ownsNamespace(root, user)) return null;
  const set = (low: number, high: number) =>
    BigInt(view.getUint32(low, true)) | (BigInt(view.getUint32(high, true)) << 32n);
  return { effective: (head & 1) === 1, permitted: set(4, 12), inheritable: set(8, 16) };
}

/** The id is root of the namespace or of one above it. */
function ownsNamespace(root: number, user: UserNamespace): boolean {
  for (let ns: UserNamespace | null = user; ns !== null; ns = ns.parent) {
    if (fromKernelId(ns, 'uid', root) === 0) return true;
  }
  return false;
}

function attribute(inode: Inode): Uint8Array | null {
  try {
    return inode.getxattr('security.capability');
  } catch (error) {
    if (isSysError(error)) return null;
    throw error;
  }
}
