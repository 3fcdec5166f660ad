/** What becomes of snapshots, also after a crash, is the same wherever they lie. */
import { describe, expect, test } from 'vitest';
import { KernelError, type Tree } from '../../kernel';
import { isNotRoot, kernels, listing } from '../testing/trees';
import { Snapshots } from './snapshots';

/** Nobody mounts them here. */
const path = '/snapshots';

function put(tree: Tree, path: string, content: string): void {
  const file = tree.createFile(path, { mode: 0o644 });
  file.write(new TextEncoder().encode(content));
  file.finish();
}

function layer(snapshots: Snapshots, key: string, parent: string | null, fill: (tree: Tree) => void): void {
  snapshots.prepare('making', parent);
  const tree = snapshots.openLayer('making');
  fill(tree);
  tree.dispose();
  snapshots.commit('making', key);
}

describe.skipIf(isNotRoot()).each(kernels)('snapshots on %s', (_, withTrees) => {
  test('share what they lie on, and do not lose it', async () => {
    await withTrees(async (newTree) => {
      const tree = newTree();
      const snapshots = Snapshots.open(tree, { path });
      layer(snapshots, 'base', null, (made) => put(made, 'file', 'x'.repeat(10_000)));
      layer(snapshots, 'app', 'base', (made) => put(made, 'app', 'y'));
      layer(snapshots, 'other', 'base', () => {});
      snapshots.prepare('container', 'app');
      expect(snapshots.find('base')?.references).toBe(2);
      expect(() => snapshots.remove('base')).toThrow('base: 2 other snapshots lie on it');
      expect(() => snapshots.prepare('x', 'container')).toThrow(/can still change/);
      expect(() => snapshots.prepare('container', 'app')).toThrow(/already/);
      expect(() => snapshots.prepare('x', 'nothing')).toThrow('nothing: there is no such snapshot');
      expect(() => snapshots.commit('app', 'again')).toThrow(/is committed already/);
      expect(snapshots.usage('base')).toEqual({ bytes: expect.any(Number), inodes: 2 });
      expect(snapshots.usage('base').bytes).toBeGreaterThanOrEqual(10_000);
      // Somebody else made the same layer.
      snapshots.prepare('slow', 'base');
      snapshots.commit('slow', 'app');
      expect(snapshots.collect([])).toEqual(['other']);
      snapshots.remove('container');
      expect(snapshots.collect(['app'])).toEqual([]);
      expect(snapshots.collect([])).toEqual(['app', 'base']);
      expect(tree.list('layers')).toEqual([]);
      expect(tree.list('work')).toEqual([]);
    });
  });

  test('survive an end between any two steps', async () => {
    await withTrees(async (newTree) => {
      let hasFinished = false;
      let step = 0;
      for (; !hasFinished; step++) {
        const tree = newTree();
        const before = Snapshots.open(tree, { path });
        layer(before, 'base', null, (made) => put(made, 'file', 'base'));
        before.prepare('kept', 'base');
        hasFinished = dies(tree, step, (dying) => {
          const snapshots = Snapshots.open(dying, { path });
          snapshots.prepare('half', 'base', { unfinished: true });
          snapshots.commit('half', 'app');
          snapshots.prepare('half', 'app', { unfinished: true });
          snapshots.remove('kept');
          snapshots.collect(['base']);
        });
        const after = Snapshots.open(tree, { path });
        const keys = after.list().map(({ key }) => key);
        expect(keys).toContain('base');
        expect(keys).not.toContain('half');
        expect(tree.list('layers')).toHaveLength(keys.length);
        expect(tree.list('work')).toHaveLength(keys.includes('kept') ? 1 : 0);
        const base = after.openLayer('base');
        expect(Object.keys(listing(base))).toEqual(['', 'file']);
        base.dispose();
        for (const key of ['kept', 'app', 'base']) if (after.find(key)) after.remove(key);
        expect(tree.list('layers')).toEqual([]);
      }
      expect(step).toBeGreaterThan(20);
    });
  });

  test('are not touched when their records are damaged', async () => {
    await withTrees(async (newTree) => {
      const tree = newTree();
      layer(Snapshots.open(tree, { path }), 'base', null, () => {});
      tree.remove('snapshots.json');
      put(tree, 'snapshots.json', '{"version":1,"snap');
      expect(() => Snapshots.open(tree, { path })).toThrow(/^snapshots.json: is no JSON/);
      expect(tree.list('layers')).toEqual(['1']);
    });
  });
});

/** Lets `action` do so many changes, then fails each call, as if the process had ended. True when it did not come to that. */
function dies(tree: Tree, steps: number, action: (tree: Tree) => void): boolean {
  const changes = ['createFile', 'makeDirectory', 'rename', 'remove', 'removeAll', 'syncDirectory'];
  let left = steps;
  const dying = new Proxy(tree, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== 'function') return value;
      return (...args: unknown[]) => {
        if (left < 0 || (changes.includes(String(name)) && left-- === 0)) {
          left = -1;
          throw new KernelError('EIO', 'test', 'the process has ended');
        }
        return Reflect.apply(value, target, args);
      };
    },
  });
  try {
    action(dying);
    return true;
  } catch (error) {
    if (error instanceof KernelError && error.path === 'the process has ended') return false;
    throw error;
  }
}
