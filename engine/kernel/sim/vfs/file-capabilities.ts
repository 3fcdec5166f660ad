/** `security.capability`: how it is kept, and how each user namespace sees it (capabilities(7), Linux security/commoncap.c). */
import { SysError } from '../abi/errno';
import { fromKernelId, toKernelId } from '../ns/id-map';
import type { UserNamespace } from '../ns/namespace';
import { type Credentials, isCapable } from '../task/credentials';
import type { Inode } from './inode';
import { isCapableOver } from './permissions';

export const capabilityXattr = 'security.capability';

const bytesOf2 = 20;
const bytesOf3 = 24;
const revisionMask = 0xff00_0000;
const revision2 = 0x0200_0000;
const revision3 = 0x0300_0000;

/** What is written to the file: within a user namespace, with the root it counts for (cap_convert_nscap). */
export function capabilitiesToKeep(cred: Credentials, inode: Inode, value: Uint8Array): Uint8Array {
  const version = versionOf(value);
  if (version === null) throw new SysError('EINVAL');
  if (!isCapableOver(cred, inode, 'setfcap')) throw new SysError('EPERM');
  if (version === 2 && isCapable(cred, 'setfcap', inode.sb.userns)) return value;
  const asked = version === 3 ? viewOf(value).getUint32(bytesOf2, true) : 0;
  const root = toKernelId(cred.user, 'uid', asked);
  if (root === null) throw new SysError('EINVAL');
  return withRoot(value, fromKernelId(inode.sb.userns, 'uid', root) ?? root);
}

/** What somebody reads of it (cap_inode_getsecurity). */
export function capabilitiesAsSeen(viewer: UserNamespace, inode: Inode, value: Uint8Array): Uint8Array {
  const version = versionOf(value);
  if (version === null) throw new SysError('EINVAL');
  const kept = version === 3 ? viewOf(value).getUint32(bytesOf2, true) : 0;
  const root = toKernelId(inode.sb.userns, 'uid', kept);
  if (root === null) throw new SysError('EOVERFLOW');
  const mapped = fromKernelId(viewer, 'uid', root);
  if (mapped !== null && mapped !== 0) return withRoot(value, mapped);
  if (!ownsOneOf(viewer, root)) throw new SysError('EOVERFLOW');
  const plain = value.slice(0, bytesOf2);
  setRevision(plain, revision2);
  return plain;
}

/** The root is root of the namespace, or of one above it. */
function ownsOneOf(viewer: UserNamespace, root: number): boolean {
  for (let ns: UserNamespace | null = viewer; ns !== null; ns = ns.parent) {
    if (fromKernelId(ns, 'uid', root) === 0) return true;
  }
  return false;
}

function versionOf(value: Uint8Array): 2 | 3 | null {
  if (value.length < 4) return null;
  const revision = (viewOf(value).getUint32(0, true) & revisionMask) >>> 0;
  if (value.length === bytesOf2 && revision === revision2) return 2;
  return value.length === bytesOf3 && revision === revision3 ? 3 : null;
}

function withRoot(value: Uint8Array, root: number): Uint8Array {
  const bytes = new Uint8Array(bytesOf3);
  bytes.set(value.subarray(0, bytesOf2));
  setRevision(bytes, revision3);
  viewOf(bytes).setUint32(bytesOf2, root, true);
  return bytes;
}

function setRevision(bytes: Uint8Array, revision: number): void {
  const view = viewOf(bytes);
  view.setUint32(0, ((view.getUint32(0, true) & ~revisionMask) | revision) >>> 0, true);
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
