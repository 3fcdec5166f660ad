import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { flags, MS_PRIVATE, MS_REC, type Plan, type Tree } from '../../kernel';
import { LinuxSystem } from '../../kernel/linux';
import { applyLayer } from '../layer/apply';
import { diffTrees, diffUpper } from '../layer/diff';
import { joined } from '../streams';
import { inMemory, isNotRoot, type Scratch, withScratch } from '../testing/trees';
import { mountSteps, type SnapshotMount } from './overlay-mount';
import { Snapshots } from './snapshots';

const CLONE_NEWNS = 0x20000;

function put(tree: Tree, path: string, content: string): void {
  const file = tree.createFile(path, { mode: 0o644 });
  file.write(new TextEncoder().encode(content));
  file.finish();
}

/** Runs a script in a mount namespace of its own, the snapshot mounted at `target`. */
async function inMounted(mount: SnapshotMount, target: string, script: string): Promise<string> {
  const plan: Plan = {
    name: 'mount a snapshot',
    steps: [
      { call: 'unshare', args: [flags({ CLONE_NEWNS })] },
      { call: 'mount', args: [null, '/', null, flags({ MS_REC, MS_PRIVATE }), null] },
      ...mountSteps(mount, target),
      { call: 'chdir', args: [target] },
      { call: 'execve', args: ['/bin/sh', { strings: ['sh', '-c', script] }, { strings: ['PATH=/usr/bin:/bin'] }] },
    ],
  };
  const run = new LinuxSystem().run(plan, { stdio: ['ignore', 'keep', 'keep'] });
  await run.done;
  await run.exit;
  return run.output();
}

function open(scratch: Scratch): { tree: Tree; snapshots: Snapshots; target: string } {
  const { tree, path } = scratch.tree();
  const target = `${scratch.path}/target`;
  mkdirSync(target, { recursive: true });
  return { tree, snapshots: Snapshots.open(tree, { path }), target };
}

function layer(snapshots: Snapshots, key: string, parent: string | null, fill: (tree: Tree) => void): void {
  snapshots.prepare('making', parent);
  const tree = snapshots.openLayer('making');
  fill(tree);
  tree.dispose();
  snapshots.commit('making', key);
}

describe.skipIf(isNotRoot())('snapshots, mounted,', () => {
  test('of a hundred layers and more mount', async () => {
    await withScratch(async (scratch) => {
      const { snapshots, target } = open(scratch);
      for (let i = 1; i <= 120; i++)
        layer(snapshots, `layer-${i}`, i === 1 ? null : `layer-${i - 1}`, (tree) => {
          put(tree, `file-${i}`, `${i}`);
          put(tree, 'last', `${i}`);
        });
      snapshots.prepare('container', 'layer-120');
      const script = 'ls | wc -l; cat file-1 file-120 last; echo new > last; rm file-7; ls | wc -l';
      expect(await inMounted(snapshots.mount('container'), target, script)).toBe('121\n1120120120\n');
      const upper = snapshots.openLayer('container');
      expect(upper.list('')).toEqual(['file-7', 'last']);
      upper.dispose();
      const readOnly = snapshots.mount('layer-120');
      expect(await inMounted(readOnly, target, 'cat last; echo x > last')).toMatch(/^120.*Read-only/);
      expect(readOnly.options.join(',').length).toBeLessThan(600);
    }, inMemory);
  });

  test("show what their layers say, and a container's changes become a layer again", async () => {
    await withScratch(async (scratch) => {
      const { snapshots, target } = open(scratch);
      layer(snapshots, 'base', null, (tree) => {
        for (const directory of ['a', 'a/b', 'c', 'd', 'e']) tree.makeDirectory(directory, { mode: 0o755, uid: 7 });
        for (const path of ['a/f', 'a/b/g', 'c/h', 'd/i', 'e/j', 'k']) put(tree, path, path);
        tree.makeSymlink('link', 'a/b', {});
      });
      snapshots.prepare('container', 'base');
      const look = `find . -printf '%P %y %m %U:%G %l\\n' | sort; cat k $(find . -name 'new*' -type f | sort)`;
      const change = [
        'rm -r c a/b; mkdir a/b; echo 1 > a/b/new',
        'rm -r d; echo 2 > d',
        'rm k; mkdir k; ln a/f a/new-hard; echo 3 >> a/f',
        'chmod 700 e; rm link; mknod new-null c 1 3; setfattr -n user.x -v y e 2>/dev/null',
        'mv a/b/new new-moved; rm -r k; echo k > k',
      ].join('; ');
      const seen = await inMounted(snapshots.mount('container'), target, `${change}; ${look}`);
      const upper = snapshots.openLayer('container');
      const tar = joined([...diffUpper(upper, snapshots.opaque)]);
      upper.dispose();
      // The same layer, unpacked for overlayfs and seen through it,
      snapshots.prepare('again', 'base');
      const tree = snapshots.openLayer('again');
      await applyLayer([tar], tree, { whiteouts: { opaque: snapshots.opaque, below: snapshots.below('again') } });
      tree.dispose();
      expect(await inMounted(snapshots.mount('again'), target, look)).toBe(seen);
      // and put on a copy of what is below.
      const copy = scratch.tree();
      const base = snapshots.openLayer('base');
      await applyLayer(diffTrees(null, base), copy.tree, { whiteouts: 'remove' });
      base.dispose();
      await applyLayer([tar], copy.tree, { whiteouts: 'remove' });
      expect(spawnSync('sh', ['-c', look], { cwd: copy.path, encoding: 'utf8' }).stdout).toBe(seen);
      expect(seen).toContain('a/b d 755 0:0');
      expect(seen).not.toContain('c/h');
    });
  });

  test('of one layer, or none below, need no overlay', async () => {
    await withScratch(async (scratch) => {
      const { snapshots, target } = open(scratch);
      layer(snapshots, 'base', null, (tree) => put(tree, 'file', 'base'));
      expect(await inMounted(snapshots.mount('base'), target, 'cat file; echo x > file')).toMatch(/^base.*Read-only/);
      snapshots.prepare('scratch', null);
      expect(await inMounted(snapshots.mount('scratch'), target, 'echo hello > file; cat file')).toBe('hello\n');
    });
  });
});
