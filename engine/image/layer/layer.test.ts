/** GNU tar is the judge: of what it writes we make the same files, and it makes the same of what we write. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Tree } from '../../kernel';
import { inPieces, isNotRoot, listing, withScratch } from '../testing/trees';
import { applyLayer } from './apply';
import { diffTrees } from './diff';

const text = (value: string) => new TextEncoder().encode(value);

function sh(directory: string, script: string): string {
  const run = spawnSync('sh', ['-ec', script], { cwd: directory, encoding: 'utf8' });
  if (run.status !== 0) throw new Error(`${script}: ${run.stderr}`);
  return run.stdout;
}

function put(tree: Tree, path: string, content: string, mtimeNs = 1_700_000_000_000_000_000n, uid = 0): void {
  const file = tree.createFile(path, { mode: 0o644, uid, gid: 0, mtimeNs });
  file.write(text(content));
  file.finish();
}

/** `level` says what the oldest formats can hold. */
function fill(tree: Tree, level: 'plain' | 'special' | 'all'): void {
  tree.makeDirectory('d', { mode: 0o755 });
  put(tree, 'd/file', 'content');
  put(tree, 'empty', '');
  put(tree, 'block', 'x'.repeat(512));
  put(tree, 'large', 'y'.repeat(200_001));
  tree.makeLink('d/hard', 'd/file');
  tree.makeSymlink('link', '/absolute/target', { mtimeNs: 5_000_000_000n });
  tree.makeDirectory('tmp', { mode: 0o1777 });
  if (level !== 'plain') {
    tree.makeNode('null', 'char', '1:3', { mode: 0o666, mtimeNs: 0n });
    tree.makeNode('loop', 'block', '7:70000', { mode: 0o660, gid: 6, mtimeNs: 0n });
    tree.makeNode('fifo', 'fifo', null, { mode: 0o600, mtimeNs: 0n });
  }
  if (level === 'all') {
    put(tree, `d/${'n'.repeat(250)}`, 'long name', 1n);
    tree.makeSymlink('far', `${'t'.repeat(200)}/${'u'.repeat(200)}`, { mtimeNs: 0n });
    tree.makeLink('hard-far', `d/${'n'.repeat(250)}`);
    put(tree, 'größe', 'not ASCII');
    put(tree, 'gr\udcf6\udcdfe', 'no UTF-8');
    put(tree, 'user', '', 0n, 3_000_000);
    const suid = tree.createFile('suid', { mode: 0o4755, uid: 1, gid: 2, mtimeNs: 0n });
    suid.finish();
  }
  for (const path of ['d', 'tmp', '']) tree.change(path, { mtimeNs: 1_600_000_000_000_000_000n });
}

function addSparse(tree: Tree): void {
  for (const [path, parts] of [
    ['holes', 6],
    ['many-holes', 30],
    ['all-hole', 0],
  ] as const) {
    const file = tree.createFile(path, { mode: 0o644, uid: 0, gid: 0, mtimeNs: 0n });
    for (let i = 0; i < parts; i++) {
      file.skip(8192);
      file.write(text(`${i}`.repeat(4096).slice(0, 4096)));
    }
    file.skip(65536);
    file.finish();
  }
}

describe.skipIf(isNotRoot())('a layer', () => {
  test.each([
    ['v7', 'plain', ''],
    ['ustar', 'special', ''],
    ['oldgnu', 'all', ''],
    ['gnu', 'all', '--sparse'],
    ['posix', 'all', ''],
    ['posix', 'all', '--sparse --sparse-version=0.0'],
    ['posix', 'all', '--sparse --sparse-version=0.1'],
    ['posix', 'all', '--sparse --sparse-version=1.0'],
  ] as const)('in the format %s of GNU tar, %s, %s', async (format, level, options) => {
    await withScratch(async (scratch) => {
      const original = scratch.tree();
      fill(original.tree, level);
      if (options !== '') addSparse(original.tree);
      if (format === 'posix') original.tree.setXattr('d/file', 'user.note', Uint8Array.of(1, 0, 10, 61));
      // Fractions of seconds and attributes are only in pax.
      if (format !== 'posix') sh(original.path, 'find . -exec touch -h -d @1500000000 {} +');
      else original.tree.change('d/file', { mtimeNs: -1_500_000_000n });
      original.tree.change('', { mtimeNs: 0n });
      sh(
        scratch.path,
        `tar ${format === 'posix' ? '--xattrs' : ''} --format=${format} ${options} -cf a.tar -C ${original.path} .`,
      );
      const ours = scratch.tree();
      await applyLayer(inPieces(readFileSync(`${scratch.path}/a.tar`), 4093), ours.tree, { whiteouts: 'remove' });
      expect(listing(ours.tree)).toEqual(listing(original.tree));
    });
  });

  test('of ours is one for GNU tar, too, and the same each time', async () => {
    await withScratch(async (scratch) => {
      const original = scratch.tree();
      fill(original.tree, 'all');
      addSparse(original.tree);
      original.tree.change('', { mtimeNs: 0n });
      original.tree.setXattr('d/file', 'user.note', Uint8Array.of(1, 0, 10, 61));
      const archive = Buffer.concat([...diffTrees(null, original.tree)]);
      expect(Buffer.concat([...diffTrees(null, original.tree)]).equals(archive)).toBe(true);
      const theirs = scratch.tree();
      const run = spawnSync('tar', ['--xattrs', '-xpf', '-', '-C', theirs.path], { input: archive, encoding: 'utf8' });
      expect(run.stderr).toBe('');
      expect(listing(theirs.tree)).toEqual(listing(original.tree));
      const ours = scratch.tree();
      await applyLayer([archive], ours.tree, { whiteouts: 'remove' });
      expect(listing(ours.tree)).toEqual(listing(original.tree));
    });
  });

  test('replaces what is there, and keeps what a whiteout does not concern', async () => {
    await withScratch(async (scratch) => {
      const { tree, path } = scratch.tree();
      sh(path, 'mkdir -p a/b c/d e; echo old > a/b/f; echo old > a/g; echo old > c/d/h; echo old > e/i; echo old > j');
      const layer = scratch.tree();
      sh(
        layer.path,
        `mkdir -p a c j .wh..wh.plnk; echo new > a/new; echo > a/.wh..wh..opq; echo > c/.wh.d; echo > .wh.e; echo > e; echo > .wh.nothing; echo > .wh..wh.plnk/x`,
      );
      // The opaque mark comes last: it does not concern what came before.
      sh(scratch.path, `tar -cf a.tar -C ${layer.path} a/new a/.wh..wh..opq c j e .wh.e .wh.nothing .wh..wh.plnk`);
      await applyLayer([readFileSync(`${scratch.path}/a.tar`)], tree, { whiteouts: 'remove' });
      expect(sh(path, 'find . | sort').trim().split('\n')).toEqual(['.', './a', './a/new', './c', './e', './j']);
      expect(tree.stat('e').kind).toBe('file');
      expect(tree.stat('j').kind).toBe('directory');
    });
  });

  test('for overlayfs gets its marks, and directories as they are below', async () => {
    await withScratch(async (scratch) => {
      const base = scratch.tree();
      sh(base.path, 'mkdir -p usr/lib opt/deep dir; ln -s usr/lib lib; chmod 2750 opt; chown 5:6 opt; echo > f');
      const layer = scratch.tree();
      sh(
        layer.path,
        'mkdir -p lib opt/deep dir; echo 1 > lib/x; echo 2 > opt/deep/y; echo > .wh.f; echo > dir/.wh..wh..opq',
      );
      sh(
        scratch.path,
        `tar -cf a.tar -C ${layer.path} lib/x opt/deep/y .wh.f .wh.dir dir/.wh..wh..opq 2>/dev/null || true`,
      );
      const { tree, path } = scratch.tree();
      await applyLayer([readFileSync(`${scratch.path}/a.tar`)], tree, {
        whiteouts: { opaque: 'trusted.overlay.opaque', below: [{ tree: base.tree, path: '' }] },
      });
      expect(sh(path, 'find . -printf "%p %y %m %U:%G\\n" | sort').trim().split('\n')).toEqual([
        '. d 755 0:0',
        './dir d 755 0:0',
        './f c 0 0:0',
        './opt d 2750 5:6',
        './opt/deep d 755 0:0',
        './opt/deep/y f 644 0:0',
        './usr d 755 0:0',
        './usr/lib d 755 0:0',
        './usr/lib/x f 644 0:0',
      ]);
      expect(tree.stat('f').rdev).toBe('0:0');
      expect(tree.xattrs('dir').get('trusted.overlay.opaque')).toEqual(text('y'));
    });
  });
});
