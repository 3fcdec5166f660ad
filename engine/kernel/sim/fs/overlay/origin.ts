/** The mark of where a file was copied up from: a file handle, as overlayfs writes it (struct ovl_fb). */
import { Random } from '../../random';
import type { Inode } from '../../vfs/inode';
import type { SuperBlock } from '../../vfs/super-block';

const magic = 0xfb;
const headerBytes = 5;
const uuidBytes = 16;

const uuids = new WeakMap<SuperBlock, Uint8Array>();

/** Every filesystem has one; here it follows from its device. */
export function uuidOf(sb: SuperBlock, seed: string): Uint8Array {
  const known = uuids.get(sb);
  if (known) return known;
  const uuid = new Random(`${seed} uuid ${sb.device.major}:${sb.device.minor}`).bytes(uuidBytes);
  uuids.set(sb, uuid);
  return uuid;
}

export function originOf(inode: Inode, seed: string): Uint8Array {
  const bytes = new Uint8Array(headerBytes + uuidBytes + 12);
  const view = new DataView(bytes.buffer);
  bytes.set([0, magic, bytes.length, 0, 1]);
  bytes.set(uuidOf(inode.sb, seed), headerBytes);
  view.setUint32(headerBytes + uuidBytes, new Random(`${seed} generation ${inode.ino}`).next(), true);
  view.setUint32(headerBytes + uuidBytes + 4, inode.ino, true);
  return bytes;
}

/** Which filesystem of `layers`, and which inode in it; null when it is none of them. */
export function readOrigin(
  value: Uint8Array,
  layers: Iterable<SuperBlock>,
  seed: string,
): { sb: SuperBlock; ino: number } | null {
  if (value.length < headerBytes + uuidBytes + 8 || value[1] !== magic) return null;
  const uuid = value.subarray(headerBytes, headerBytes + uuidBytes);
  const view = new DataView(value.buffer, value.byteOffset);
  for (const sb of layers) {
    const own = uuidOf(sb, seed);
    if (own.every((byte, at) => byte === uuid[at]))
      return { sb, ino: view.getUint32(headerBytes + uuidBytes + 4, true) };
  }
  return null;
}
