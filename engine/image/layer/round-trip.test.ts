/** A difference of any two trees, put on the first, gives the second. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Tree } from '../../kernel';
import { inPieces, isNotRoot, kernels, listing } from '../testing/trees';
import { applyLayer } from './apply';
import { diffTrees, diffUpper } from './diff';

interface Node {
  path: string;
  kind: 'file' | 'directory' | 'symlink' | 'fifo' | 'char' | 'link';
  mode: number;
  owner: number;
  time: number;
  size: number;
}

/** Few names, so that the same path is often something else in the other tree. */
const name = fc.constantFrom('a', 'b', 'é', '.x', `${'long'.repeat(40)}`);
const node: fc.Arbitrary<Node> = fc.record({
  path: fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => names.join('/')),
  kind: fc.constantFrom('file', 'file', 'directory', 'directory', 'symlink', 'fifo', 'char', 'link'),
  mode: fc.constantFrom(0o644, 0o4755, 0o1700),
  owner: fc.constantFrom(0, 1000, 4_000_000),
  time: fc.constantFrom(0, 1, 1_500_000_000),
  size: fc.constantFrom(0, 1, 512, 70_000),
});
const nodes = fc.array(node, { maxLength: 12 });

function build(tree: Tree, wanted: readonly Node[]): void {
  let lastFile: string | null = null;
  for (const { path, kind, mode, owner: uid, time, size } of wanted) {
    const parent = path.split('/').slice(0, -1).join('/');
    if (tree.find(path) || tree.find(parent)?.kind !== 'directory') continue;
    const attributes = { mode, uid, gid: uid, mtimeNs: BigInt(time) * 1_000_000_001n };
    const { mode: _, ...ofLink } = attributes;
    if (kind === 'directory') tree.makeDirectory(path, attributes);
    else if (kind === 'symlink') tree.makeSymlink(path, `/target-${size}`, ofLink);
    else if (kind === 'fifo') tree.makeNode(path, 'fifo', null, attributes);
    else if (kind === 'char') tree.makeNode(path, 'char', `1:${(size % 7) + 1}`, attributes);
    else if (kind === 'link' && lastFile !== null) tree.makeLink(path, lastFile);
    else {
      const file = tree.createFile(path, attributes);
      file.write(new Uint8Array(size).fill(time % 251));
      file.finish();
      lastFile = path;
    }
  }
  const settle = (path: string) => {
    for (const entry of tree.list(path)) {
      const below = path === '' ? entry : `${path}/${entry}`;
      if (tree.stat(below).kind === 'directory') settle(below);
    }
    tree.change(path, { mtimeNs: 7n });
  };
  settle('');
}

const remove = { whiteouts: 'remove' } as const;
const opaque = 'trusted.overlay.opaque' as const;

describe.skipIf(isNotRoot()).each(kernels)('a difference on %s', (_, withTrees) => {
  test('brings one tree to the other', async () => {
    await fc.assert(
      fc.asyncProperty(nodes, nodes, fc.constantFrom(1000, 65536), async (before, after, pieces) => {
        await withTrees(async (newTree) => {
          const [lower, upper, copy] = [newTree(), newTree(), newTree()];
          build(lower, before);
          build(upper, after);
          await applyLayer(diffTrees(null, lower), copy, remove);
          expect(listing(copy)).toEqual(listing(lower));
          const layer = Buffer.concat([...diffTrees(lower, upper)]);
          await applyLayer(inPieces(layer, pieces), copy, remove);
          expect(listing(copy)).toEqual(listing(upper));
          expect(Buffer.concat([...diffTrees(copy, upper)]).byteLength).toBe(1024);
        });
      }),
      { numRuns: 8 },
    );
  });

  test('of an upper directory says the same layer again', async () => {
    await fc.assert(
      fc.asyncProperty(nodes, nodes, async (before, after) => {
        await withTrees(async (newTree) => {
          const [lower, merged, upper, copy] = [newTree(), newTree(), newTree(), newTree()];
          build(lower, before);
          build(merged, after);
          const below = [{ tree: lower, path: '' }];
          // A snapshot begins with the root of what it lies on.
          upper.change('', { mtimeNs: 7n });
          await applyLayer(diffTrees(lower, merged), upper, { whiteouts: { opaque, below } });
          await applyLayer(diffTrees(null, lower), copy, remove);
          await applyLayer(diffUpper(upper, opaque), copy, remove);
          expect(listing(copy)).toEqual(listing(merged));
        });
      }),
      { numRuns: 8 },
    );
  });
});

test.skipIf(isNotRoot())('a difference of the same trees is the same bytes on both kernels', async () => {
  await fc.assert(
    fc.asyncProperty(nodes, nodes, async (before, after) => {
      const layers: Buffer[] = [];
      for (const [, withTrees] of kernels)
        await withTrees(async (newTree) => {
          const [lower, upper] = [newTree(), newTree()];
          build(lower, before);
          build(upper, after);
          layers.push(Buffer.concat([...diffTrees(lower, upper)]));
        });
      const [linux, sim] = layers;
      expect(sim && linux?.equals(sim)).toBe(true);
    }),
    { numRuns: 8 },
  );
});
