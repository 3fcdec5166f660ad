/** The home directories of a Machine: copies of those in its root filesystem, made on the Machine's own disk. */
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { flags, ref, type Step } from '../../plan';
import { AT_FDCWD, AT_SYMLINK_NOFOLLOW, O_CREAT, O_EXCL, O_WRONLY } from '../syscall';

/** Home directories hold a few dotfiles; more is a mistake in the root filesystem, and would slow every boot. */
const maxBytes = 1024 * 1024;

export interface SkeletonEntry {
  /** Path below the root, `home/learner/.profile`. */
  path: string;
  mode: number;
  uid: number;
  gid: number;
  content: { kind: 'directory' } | { kind: 'file'; bytes: Uint8Array } | { kind: 'symlink'; target: string };
}

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

/** Steps that make the entries below `directory`. */
export function makeSkeleton(entries: readonly SkeletonEntry[], directory: string): Step[] {
  return entries.flatMap((entry) => makeEntry(entry, join(directory, entry.path)));
}

function makeEntry({ content, mode, uid, gid }: SkeletonEntry, path: string): Step[] {
  if (content.kind === 'symlink') {
    return [{ call: 'symlinkat', args: [content.target, AT_FDCWD, path], about: path }, ...own(path, uid, gid)];
  }
  const make: Step[] =
    content.kind === 'directory'
      ? [{ call: 'mkdirat', args: [AT_FDCWD, path, mode], about: path }]
      : [
          {
            call: 'openat',
            args: [AT_FDCWD, path, flags({ O_WRONLY, O_CREAT, O_EXCL }), mode],
            as: 'file',
            about: path,
          },
          { call: 'write', args: [ref('file'), content.bytes, content.bytes.byteLength], about: path },
          { call: 'close', args: [ref('file')] },
        ];
  // Changing the owner clears set-id bits, so the mode comes last.
  const special = mode & 0o7000 ? [{ call: 'fchmodat' as const, args: [AT_FDCWD, path, mode], about: path }] : [];
  return [...make, ...own(path, uid, gid), ...special];
}

function own(path: string, uid: number, gid: number): Step[] {
  return uid === 0 && gid === 0
    ? []
    : [{ call: 'fchownat', args: [AT_FDCWD, path, uid, gid, flags({ AT_SYMLINK_NOFOLLOW })], about: path }];
}
