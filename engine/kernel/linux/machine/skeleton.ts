/** The home directories of a Machine: copies of those in its root filesystem, made on the Machine's own disk. */
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { SkeletonEntry } from '../../machine';

/** Home directories hold a few dotfiles; more is a mistake in the root filesystem, and would slow every boot. */
const maxBytes = 1024 * 1024;

/** Reads `directories` (relative to `rootfs`) with all they hold, parents first. */
export function readSkeleton(rootfs: string, directories: readonly string[]): SkeletonEntry[] {
  const entries = directories.flatMap((directory) => readTree(rootfs, directory));
  const size = entries.reduce((sum, { content }) => sum + (content.kind === 'file' ? content.bytes.byteLength : 0), 0);
  if (size > maxBytes)
    throw new Error(`${directories.join(', ')} of ${rootfs} hold ${size} bytes; at most ${maxBytes} are copied`);
  return entries;
}

function readTree(rootfs: string, path: string): SkeletonEntry[] {
  const host = join(rootfs, path);
  const { mode, uid, gid, ...stat } = lstatSync(host);
  const entry = { path, mode: mode & 0o7777, uid, gid };
  const kind = mode & 0o170000;
  if (kind === 0o120000) return [{ ...entry, content: { kind: 'symlink', target: readlinkSync(host) } }];
  if (kind === 0o100000 && stat.size <= maxBytes)
    return [{ ...entry, content: { kind: 'file', bytes: readFileSync(host) } }];
  if (kind !== 0o040000) return [];
  const below = readdirSync(host).flatMap((name) => readTree(rootfs, join(path, name)));
  return [{ ...entry, content: { kind: 'directory' } }, ...below];
}
