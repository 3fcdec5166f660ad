/** The home directories of a Machine: copies of those in its root filesystem, made on the Machine's own disk. */
import { flags, ref, type Step } from '../plan';

const AT_FDCWD = -100;
const AT_SYMLINK_NOFOLLOW = 0x100;
const O_WRONLY = 1;
const O_CREAT = 0o100;
const O_EXCL = 0o200;

export interface SkeletonEntry {
  /** Path below the root, `home/learner/.profile`. */
  path: string;
  mode: number;
  uid: number;
  gid: number;
  content: { kind: 'directory' } | { kind: 'file'; bytes: Uint8Array } | { kind: 'symlink'; target: string };
}

/** Steps that make the entries below `directory`. */
export function makeSkeleton(entries: readonly SkeletonEntry[], directory: string): Step[] {
  return entries.flatMap((entry) => makeEntry(entry, `${directory}/${entry.path}`));
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
