import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { isNotRoot, withScratch } from './linux/testing/scratch';
import { LinuxTree } from './linux/tree/tree';
import { SimTree } from './sim/host/tree/sim-tree';
import { bootTest } from './sim/testing/boot';
import type { Tree } from './tree';

const bytes = (text: string) => new TextEncoder().encode(text);

function onLinux(action: (tree: Tree) => void): void {
  withScratch((scratch) => {
    mkdirSync(join(scratch, 'root'));
    use(LinuxTree.open(join(scratch, 'root')), action);
  });
}

function onSim(action: (tree: Tree) => void): void {
  // biome-ignore lint/correctness/useYield: nothing here waits.
  const { kernel } = bootTest(function* (sys) {
    sys.mkdir('/tmp/root');
    return 0;
  });
  if (!kernel.tasks.init) throw new Error('no first process');
  use(SimTree.open(kernel, kernel.tasks.init, '/tmp/root'), action);
}

function use(tree: Tree, action: (tree: Tree) => void): void {
  try {
    action(tree);
  } finally {
    tree.dispose();
  }
}

function put(tree: Tree, path: string, text: string): void {
  const file = tree.createFile(path, { mode: 0o644 });
  file.write(bytes(text));
  file.finish();
}

function content(tree: Tree, path: string): string {
  const reader = tree.openFile(path);
  const buffer = new Uint8Array(100);
  const text = new TextDecoder().decode(buffer.subarray(0, reader.read(buffer, 0)));
  reader.dispose();
  return text;
}

function errorOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof Error && 'code' in error) return String(error.code);
    throw error;
  }
  return 'none';
}

const kernels: Array<[string, (action: (tree: Tree) => void) => void]> = [
  ['the real kernel', onLinux],
  ['the simulated kernel', onSim],
];

describe.skipIf(isNotRoot()).each(kernels)('a tree on %s', (_, inTree) => {
  test('makes all kinds of files with their attributes', () => {
    inTree((tree) => {
      tree.makeDirectory('d', { mode: 0o2755, uid: 1, gid: 2, mtimeNs: 1_000_000_001n });
      const file = tree.createFile('d/file', { mode: 0o4711, uid: 3, gid: 4, mtimeNs: -1n });
      file.write(bytes('con'));
      file.write(bytes('tent'));
      file.finish({ durable: true });
      tree.makeSymlink('d/link', '/nowhere', { uid: 5, gid: 6, mtimeNs: 7n });
      tree.makeNode('char', 'char', '1:3', { mode: 0o666 });
      tree.makeNode('block', 'block', '300:70000', { mode: 0o660, uid: 9 });
      tree.makeNode('fifo', 'fifo', null, { mode: 0o600 });
      tree.makeNode('socket', 'socket', null, { mode: 0o700 });
      tree.makeLink('hard', 'd/file');
      tree.makeLink('d/hardlink', 'd/link');
      const shown = ['d/file', 'd/link', 'd/hardlink', 'char', 'block', 'fifo', 'socket', 'hard'].map((path) => {
        const { kind, size, mode, uid, gid, links, rdev, mtimeNs } = tree.stat(path);
        return [kind, size, mode.toString(8), uid, gid, links, rdev, mtimeNs < 1_000_000n ? mtimeNs : 'now'].join(' ');
      });
      expect(shown).toEqual([
        'file 7 4711 3 4 2  -1',
        'symlink 8 777 5 6 2  7',
        'symlink 8 777 5 6 2  7',
        'char 0 666 0 0 1 1:3 now',
        'block 0 660 9 0 1 300:70000 now',
        'fifo 0 600 0 0 1  now',
        'socket 0 700 0 0 1  now',
        'file 7 4711 3 4 2  -1',
      ]);
      expect(tree.stat('d')).toMatchObject({ mode: 0o2755, uid: 1, gid: 2 });
      expect(tree.stat('hard').ino).toBe(tree.stat('d/file').ino);
      expect(content(tree, 'hard')).toBe('content');
      expect(tree.list('')).toEqual(['block', 'char', 'd', 'fifo', 'hard', 'socket']);
      expect(tree.readlink('d/link')).toBe('/nowhere');
    });
  });

  test('keeps what a change leaves out, and set-id bits through a change of owner', () => {
    inTree((tree) => {
      put(tree, 'file', '');
      tree.change('file', { mode: 0o4755, mtimeNs: 5n });
      tree.change('file', { uid: 7, mode: 0o4755 });
      expect(tree.stat('file')).toMatchObject({ uid: 7, gid: 0, mode: 0o4755, mtimeNs: 5n });
      tree.makeSymlink('link', 'file', {});
      tree.change('link', { uid: 8, mtimeNs: 9n });
      expect(tree.stat('file').uid).toBe(7);
      expect(tree.stat('link')).toMatchObject({ uid: 8, mtimeNs: 9n });
      expect(errorOf(() => tree.change('link', { mode: 0o600 }))).toBe('EOPNOTSUPP');
      tree.change('', { mode: 0o750, mtimeNs: 3n });
      expect(tree.stat('')).toMatchObject({ kind: 'directory', mode: 0o750, mtimeNs: 3n });
    });
  });

  test('leads nowhere else, whatever links say', () => {
    inTree((tree) => {
      for (const [name, target] of [
        ['absolute', '/tmp'],
        ['climbing', '../../../../../../etc'],
        ['magic', '/proc/self/root'],
      ] as const) {
        tree.makeSymlink(name, target, {});
      }
      tree.makeDirectory('etc', { mode: 0o755 });
      put(tree, 'climbing/passwd', 'ours');
      expect(content(tree, 'etc/passwd')).toBe('ours');
      expect(errorOf(() => put(tree, 'absolute/file', ''))).toBe('ENOENT');
      expect(errorOf(() => put(tree, 'magic/tmp/file', ''))).toBe('ENOENT');
      expect(errorOf(() => put(tree, 'absolute', ''))).toBe('EEXIST');
      expect(errorOf(() => tree.openFile('absolute'))).toBe('ELOOP');
      expect(errorOf(() => tree.list('absolute'))).toBe('ENOTDIR');
      for (const path of ['..', '../x', '/etc', 'a//b', './a', 'a/..', 'a\0b', 'a/../../x/y'])
        expect([path, errorOf(() => put(tree, path, ''))]).toEqual([path, 'EINVAL']);
      const below = tree.subtree('etc');
      expect(errorOf(() => below.stat('../etc'))).toBe('EINVAL');
      expect(below.list('')).toEqual(['passwd']);
      below.dispose();
    });
  });

  test('trusts no directory after a removal or a renaming', () => {
    inTree((tree) => {
      tree.makeDirectory('a', {});
      put(tree, 'a/x', 'a');
      tree.makeDirectory('b', {});
      tree.rename('a', 'c');
      expect(tree.find('a/x')).toBeNull();
      tree.rename('b', 'a');
      put(tree, 'a/y', 'b');
      expect(tree.list('a')).toEqual(['y']);
      expect(tree.list('c')).toEqual(['x']);
      tree.removeAll('a');
      tree.makeSymlink('a', 'c', {});
      expect(tree.find('a/x')?.size).toBe(1);
      tree.remove('a');
      expect(tree.find('a/x')).toBeNull();
      expect(errorOf(() => tree.remove('c'))).toBe('ENOTEMPTY');
      expect(errorOf(() => tree.makeDirectory('c', {}))).toBe('EEXIST');
      expect(errorOf(() => tree.makeLink('d', 'c'))).toBe('EPERM');
      expect(errorOf(() => tree.remove('d'))).toBe('ENOENT');
    });
  });

  test('writes and finds holes', () => {
    inTree((tree) => {
      const file = tree.createFile('sparse', { mode: 0o600 });
      file.skip(1 << 20);
      file.write(bytes('middle'));
      file.skip((1 << 20) - 6);
      file.finish();
      expect(tree.stat('sparse').size).toBe(2 << 20);
      expect(tree.stat('sparse').allocated).toBeLessThan(1 << 17);
      const reader = tree.openFile('sparse');
      const ranges = reader.dataRanges();
      expect(ranges).toHaveLength(1);
      expect(ranges[0]?.from).toBe(1 << 20);
      const found = new Uint8Array(8);
      expect(reader.read(found, 1 << 20)).toBe(8);
      expect(found).toEqual(bytes('middle\0\0'));
      expect(reader.read(found, 2 << 20)).toBe(0);
      reader.dispose();
      expect(errorOf(() => tree.openFile(''))).toBe('EISDIR');
    });
  });

  test('keeps names that are no UTF-8, and attributes of all kinds of files', () => {
    inTree((tree) => {
      put(tree, 'gr\udcf6\udcdfe', 'x');
      put(tree, 'größe', 'x');
      expect(tree.list('')).toEqual(['größe', 'gr\udcf6\udcdfe']);
      tree.makeSymlink('link', '\udcff', {});
      expect(tree.readlink('link')).toBe('\udcff');
      tree.setXattr('größe', 'user.b', Uint8Array.of(0, 1));
      tree.setXattr('größe', 'user.a', bytes('1'));
      tree.setXattr('link', 'trusted.t', bytes('2'));
      expect([...tree.xattrs('größe')]).toEqual([
        ['user.a', bytes('1')],
        ['user.b', Uint8Array.of(0, 1)],
      ]);
      tree.removeXattr('größe', 'user.a');
      expect([...tree.xattrs('größe').keys()]).toEqual(['user.b']);
      expect(errorOf(() => tree.removeXattr('größe', 'user.a'))).toBe('ENODATA');
      expect(errorOf(() => tree.setXattr('link', 'user.t', bytes('2')))).toBe('EPERM');
      expect([...tree.xattrs('link')]).toEqual([['trusted.t', bytes('2')]]);
    });
  });

  test('removes what is deeper than any path can say', () => {
    inTree((tree) => {
      const level = 'd'.repeat(60);
      let below: Tree = tree;
      const open: Tree[] = [];
      for (let depth = 0; depth < 120; depth++) {
        below.makeDirectory(level, {});
        below = below.subtree(level);
        open.push(below);
      }
      put(below, 'f', '');
      for (const one of open) one.dispose();
      tree.removeAll(level);
      expect(tree.list('')).toEqual([]);
      tree.removeAll('not there');
    });
  });
});
