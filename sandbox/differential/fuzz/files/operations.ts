/** Operations that both kernels are asked to do, one after another; each answers with what came of it, in one line. */
import fc from 'fast-check';

export type Operation =
  | {
      op: 'mkdir' | 'rmdir' | 'unlink' | 'readdir' | 'read' | 'stat' | 'readlink' | 'umount' | 'umountLazy';
      path: string;
    }
  | { op: 'create'; path: string; mode: number; exclusive: boolean }
  | { op: 'write'; path: string; offset: number; size: number; append: boolean; truncate: boolean }
  | { op: 'truncate'; path: string; size: number }
  | { op: 'chmod'; path: string; mode: number }
  | { op: 'chown'; path: string; uid: number; gid: number }
  | { op: 'rename' | 'link' | 'symlink' | 'bind' | 'rbind' | 'move'; path: string; to: string }
  | { op: 'mknod'; path: string; kind: 'fifo' | 'whiteout' | 'null' }
  | { op: 'setxattr'; path: string; name: string; value: string }
  | { op: 'getxattr' | 'removexattr'; path: string; name: string }
  | { op: 'tmpfs'; path: string; source: string }
  | { op: 'propagation'; path: string; kind: 'shared' | 'private' | 'slave' | 'unbindable'; recursive: boolean };

const names = ['a', 'b', 'c', 'd'];
const name = fc.constantFrom(...names);
/** One to three names below a directory. */
const below = (top: string) => fc.array(name, { minLength: 1, maxLength: 3 }).map((parts) => [top, ...parts].join('/'));

/** Files in one directory: a tmpfs, or the merged view of an overlay. */
export function fileOperations(top: string): fc.Arbitrary<Operation[]> {
  const path = below(top);
  const attribute = fc.constantFrom('user.one', 'user.two', 'trusted.three');
  const mode = fc.constantFrom(0o644, 0o600, 0o755, 0o700, 0o4755, 0o1777, 0);
  const operation: fc.Arbitrary<Operation> = fc.oneof(
    { weight: 4, arbitrary: path.map((p): Operation => ({ op: 'mkdir', path: p })) },
    {
      weight: 4,
      arbitrary: fc
        .tuple(path, mode, fc.boolean())
        .map(([p, m, exclusive]): Operation => ({ op: 'create', path: p, mode: m, exclusive })),
    },
    {
      weight: 3,
      arbitrary: fc.tuple(path, fc.nat(9000), fc.nat(300), fc.boolean(), fc.boolean()).map(
        ([p, offset, size, append, truncate]): Operation => ({
          op: 'write',
          path: p,
          offset,
          size,
          append,
          truncate,
        }),
      ),
    },
    {
      weight: 1,
      arbitrary: fc.tuple(path, fc.nat(9000)).map(([p, size]): Operation => ({ op: 'truncate', path: p, size })),
    },
    { weight: 4, arbitrary: fc.tuple(path, path).map(([p, to]): Operation => ({ op: 'rename', path: p, to })) },
    { weight: 2, arbitrary: fc.tuple(path, path).map(([p, to]): Operation => ({ op: 'link', path: p, to })) },
    {
      weight: 2,
      arbitrary: fc
        .tuple(path, fc.oneof(name, fc.constantFrom('../a', 'b/c', '/z/t/b', 'nowhere')))
        .map(([p, to]): Operation => ({ op: 'symlink', path: p, to })),
    },
    { weight: 3, arbitrary: path.map((p): Operation => ({ op: 'unlink', path: p })) },
    { weight: 3, arbitrary: path.map((p): Operation => ({ op: 'rmdir', path: p })) },
    { weight: 1, arbitrary: fc.tuple(path, mode).map(([p, m]): Operation => ({ op: 'chmod', path: p, mode: m })) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(path, fc.constantFrom(0, 1000), fc.constantFrom(0, 5))
        .map(([p, uid, gid]): Operation => ({ op: 'chown', path: p, uid, gid })),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(path, fc.constantFrom('fifo' as const, 'null' as const, 'whiteout' as const))
        .map(([p, kind]): Operation => ({ op: 'mknod', path: p, kind })),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(path, attribute, fc.string({ maxLength: 5, unit: 'grapheme-ascii' }))
        .map(([p, n, value]): Operation => ({ op: 'setxattr', path: p, name: n, value })),
    },
    {
      weight: 1,
      arbitrary: fc.tuple(path, attribute).map(([p, n]): Operation => ({ op: 'getxattr', path: p, name: n })),
    },
    {
      weight: 1,
      arbitrary: fc.tuple(path, attribute).map(([p, n]): Operation => ({ op: 'removexattr', path: p, name: n })),
    },
    {
      weight: 5,
      arbitrary: fc
        .tuple(
          fc.oneof(path, fc.constant(top)),
          fc.constantFrom('readdir' as const, 'read' as const, 'stat' as const, 'readlink' as const),
        )
        .map(([p, op]): Operation => ({ op, path: p })),
    },
  );
  return fc.array(operation, { minLength: 5, maxLength: 40 });
}

/** Mounts below one directory that is a mount of its own. */
export function mountOperations(top: string): fc.Arbitrary<Operation[]> {
  const path = fc
    .array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 2 })
    .map((parts) => [top, ...parts].join('/'));
  const operation: fc.Arbitrary<Operation> = fc.oneof(
    { weight: 3, arbitrary: fc.tuple(path, name).map(([p, source]): Operation => ({ op: 'tmpfs', path: p, source })) },
    { weight: 2, arbitrary: path.map((p): Operation => ({ op: 'mkdir', path: p })) },
    {
      weight: 4,
      arbitrary: fc
        .tuple(path, path, fc.constantFrom('bind' as const, 'rbind' as const, 'move' as const))
        .map(([p, to, op]): Operation => ({ op, path: p, to })),
    },
    {
      weight: 4,
      arbitrary: fc
        .tuple(
          fc.oneof(path, fc.constant(top)),
          fc.constantFrom('shared' as const, 'private' as const, 'slave' as const, 'unbindable' as const),
          fc.boolean(),
        )
        .map(([p, kind, recursive]): Operation => ({ op: 'propagation', path: p, kind, recursive })),
    },
    { weight: 2, arbitrary: path.map((p): Operation => ({ op: 'umount', path: p })) },
    { weight: 1, arbitrary: path.map((p): Operation => ({ op: 'umountLazy', path: p })) },
  );
  return fc.array(operation, { minLength: 5, maxLength: 25 });
}
