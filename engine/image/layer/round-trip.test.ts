/** A difference of any two trees, put on the first, gives the second. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Tree } from '../../kernel';
import { inPieces, isNotRoot, listing, withScratch } from '../testing/trees';
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

describe.skipIf(isNotRoot())('a difference', () => {
  test('brings one tree to the other', async () => {
    await fc.assert(
      fc.asyncProperty(nodes, nodes, fc.constantFrom(1000, 65536), async (before, after, pieces) => {
        await withScratch(async (scratch) => {
          const lower = scratch.tree().tree;
          const upper = scratch.tree().tree;
          build(lower, before);
          build(upper, after);
          const copy = scratch.tree().tree;
          await applyLayer(diffTrees(null, lower), copy, remove);
          expect(listing(copy)).toEqual(listing(lower));
          const layer = Buffer.concat([...diffTrees(lower, upper)]);
          await applyLayer(inPieces(layer, pieces), copy, remove);
          expect(listing(copy)).toEqual(listing(upper));
          expect(Buffer.concat([...diffTrees(copy, upper)]).byteLength).toBe(1024);
        });
      }),
      { numRuns: 25 },
    );
  });

  test('of an upper directory says the same layer again', async () => {
    await fc.assert(
      fc.asyncProperty(nodes, nodes, async (before, after) => {
        await withScratch(async (scratch) => {
          const lower = scratch.tree().tree;
          const merged = scratch.tree().tree;
          build(lower, before);
          build(merged, after);
          const upper = scratch.tree().tree;
          await applyLayer(diffTrees(lower, merged), upper, {
            whiteouts: { opaque, below: [{ tree: lower, path: '' }] },
          });
          const copy = scratch.tree().tree;
          await applyLayer(diffTrees(null, lower), copy, remove);
          await applyLayer(diffUpper(upper, opaque), copy, remove);
          const { '': _, ...found } = listing(copy);
          const { '': __, ...wanted } = listing(merged);
          expect(found).toEqual(wanted);
        });
      }),
      { numRuns: 15 },
    );
  });
});
