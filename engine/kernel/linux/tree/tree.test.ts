import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Tree } from '../../tree';
import { isNotRoot, withScratch } from '../testing/scratch';
import { LinuxTree } from './tree';

const bytes = (text: string) => new TextEncoder().encode(text);

function inTree(action: (tree: Tree, directory: string) => void): void {
  withScratch((scratch) => {
    const directory = join(scratch, 'root');
    mkdirSync(directory);
    const tree = LinuxTree.open(directory);
    try {
      action(tree, directory);
    } finally {
      tree.dispose();
    }
  });
}

function put(tree: Tree, path: string, text: string): void {
  const file = tree.createFile(path, { mode: 0o644 });
  file.write(bytes(text));
  file.finish();
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

function sh(directory: string, script: string): string {
  const run = spawnSync('sh', ['-c', script], { cwd: directory, encoding: 'utf8' });
  if (run.status !== 0) throw new Error(run.stderr);
  return run.stdout.trim();
}

// What both kernels' trees have to do is in ../../tree.test.ts; here the system's own tools look at the outcome.
describe.skipIf(isNotRoot())('a tree of Linux', () => {
  test('makes all kinds of files with their attributes, as stat(1) sees them', () => {
    inTree((tree, directory) => {
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
      const look = `stat -c '%n %F %a %u:%g %h %t:%T %.9Y' d/file d/link char block fifo socket`;
      expect(sh(directory, look).split('\n')).toEqual([
        'd/file regular file 4711 3:4 2 0:0 -0.000000001',
        'd/link symbolic link 777 5:6 1 0:0 0.000000007',
        expect.stringMatching(/^char character special file 666 0:0 1 1:3 /),
        expect.stringMatching(/^block block special file 660 9:0 1 12c:11170 /),
        expect.stringMatching(/^fifo fifo 600 0:0 1 0:0 /),
        expect.stringMatching(/^socket socket 700 0:0 1 0:0 /),
      ]);
      expect(sh(directory, 'cat hard')).toBe('content');
      expect(tree.stat('block')).toMatchObject({ kind: 'block', rdev: '300:70000', uid: 9 });
      expect(tree.stat('d/file')).toMatchObject({ kind: 'file', size: 7, mode: 0o4711, links: 2, mtimeNs: -1n });
      expect(tree.stat('hard').ino).toBe(tree.stat('d/file').ino);
      expect(tree.list('')).toEqual(['block', 'char', 'd', 'fifo', 'hard', 'socket']);
      expect(tree.readlink('d/link')).toBe('/nowhere');
    });
  });

  test('leads nowhere else, whatever links say', () => {
    inTree((tree, directory) => {
      const outside = join(directory, '..', 'outside');
      mkdirSync(outside);
      symlinkSync(outside, join(directory, 'absolute'));
      symlinkSync('../../../../../../etc', join(directory, 'climbing'));
      symlinkSync('/proc/self/root', join(directory, 'magic'));
      tree.makeDirectory('etc', { mode: 0o755 });
      put(tree, 'climbing/passwd', 'ours');
      expect(readFileSync(join(directory, 'etc/passwd'), 'utf8')).toBe('ours');
      expect(errorOf(() => put(tree, 'absolute/file', ''))).toBe('ENOENT');
      expect(errorOf(() => put(tree, 'magic/tmp/file', ''))).toBe('ENOENT');
      expect(errorOf(() => put(tree, 'absolute', ''))).toBe('EEXIST');
      expect(errorOf(() => tree.openFile('absolute'))).toBe('ELOOP');
      expect(errorOf(() => tree.list('absolute'))).toBe('ENOTDIR');
      for (const path of ['..', '../x', '/etc', 'a//b', './a', 'a/..', 'a\0b', 'a/../../x/y'])
        expect([path, errorOf(() => put(tree, path, ''))]).toEqual([path, 'EINVAL']);
      tree.removeAll('absolute');
      tree.removeAll('climbing');
      expect(readdirSync(outside)).toEqual([]);
      const below = tree.subtree('etc');
      expect(errorOf(() => below.stat('../etc'))).toBe('EINVAL');
      expect(below.list('')).toEqual(['passwd']);
      below.dispose();
    });
  });

  test('keeps names that are no UTF-8, and attributes of all kinds of files', () => {
    inTree((tree, directory) => {
      put(tree, 'gr\udcf6\udcdfe', 'x');
      expect(sh(directory, 'ls -b')).toBe('gr\\366\\337e');
      expect(tree.list('')).toEqual(['gr\udcf6\udcdfe']);
      tree.makeSymlink('link', '\udcff', {});
      expect(tree.readlink('link')).toBe('\udcff');
      tree.setXattr('gr\udcf6\udcdfe', 'user.b', Uint8Array.of(0, 1));
      tree.setXattr('gr\udcf6\udcdfe', 'user.a', bytes('1'));
      tree.setXattr('link', 'trusted.t', bytes('2'));
      expect([...tree.xattrs('gr\udcf6\udcdfe')]).toEqual([
        ['user.a', bytes('1')],
        ['user.b', Uint8Array.of(0, 1)],
      ]);
      tree.removeXattr('gr\udcf6\udcdfe', 'user.a');
      expect([...tree.xattrs('gr\udcf6\udcdfe').keys()]).toEqual(['user.b']);
      expect([...tree.xattrs('link')]).toEqual([['trusted.t', bytes('2')]]);
    });
  });

  test('holds no descriptor afterwards', () => {
    const count = () => readdirSync('/proc/self/fd').length;
    const before = count();
    inTree((tree, directory) => {
      for (let i = 0; i < 90; i++) {
        tree.makeDirectory(`d${i}`, {});
        put(tree, `d${i}/f`, '');
      }
      expect(count()).toBeLessThan(before + 80);
      expect(errorOf(() => tree.openFile('d1'))).toBe('EISDIR');
      writeFileSync(join(directory, 'x'), '');
      expect(existsSync(join(directory, 'd7/f'))).toBe(true);
    });
    expect(count()).toBe(before);
  });
});
