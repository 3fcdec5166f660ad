import { describe, expect, test } from 'vitest';
import { writeHeader } from '../../archive';
import type { Tree } from '../../kernel';
import { compress, decompress } from '../host/compression';
import { diffTrees } from '../layer/diff';
import { chainIds } from '../spec/config';
import type { Descriptor } from '../spec/descriptor';
import { type Digest, sha256Of } from '../spec/digest';
import { type Compression, mediaTypes } from '../spec/media-types';
import type { ImageStore } from '../store/image-store';
import { joined } from '../streams';
import { memoryStore } from '../testing/images';
import { isNotRoot, listing, type Scratch, withScratch } from '../testing/trees';
import { Snapshots } from './snapshots';
import { Unpacker } from './unpack';

const types: Record<Compression, string> = {
  none: mediaTypes.layer,
  gzip: mediaTypes.layerGzip,
  zstd: mediaTypes.layerZstd,
};

function put(tree: Tree, path: string, content: string): void {
  const file = tree.createFile(path, { mode: 0o644, mtimeNs: 0n });
  file.write(new TextEncoder().encode(content));
  file.finish();
}

/** An image of two layers, the second without a file of the first, in the store. */
async function image(store: ImageStore, scratch: Scratch, promise: (diffIds: Digest[]) => Digest[] = (ids) => ids) {
  const base = scratch.tree().tree;
  base.makeDirectory('etc', { mode: 0o750, mtimeNs: 0n });
  put(base, 'etc/old', 'old');
  put(base, 'kept', 'kept');
  const top = scratch.tree().tree;
  top.makeDirectory('etc', { mode: 0o755, mtimeNs: 0n });
  put(top, 'etc/new', 'new');
  put(top, 'kept', 'kept');
  const tars = [joined([...diffTrees(null, base)]), joined([...diffTrees(base, top)])];
  const layers: Descriptor[] = [];
  for (const [index, tar] of tars.entries()) {
    const packing = index === 0 ? 'gzip' : 'zstd';
    const packed: Uint8Array[] = [];
    for await (const piece of compress([tar], packing)) packed.push(piece);
    layers.push(await store.blobs.add(joined(packed), types[packing]));
  }
  const diffIds = tars.map(sha256Of);
  const json = (value: object) => new TextEncoder().encode(JSON.stringify(value));
  const rootfs = { type: 'layers', diff_ids: promise(diffIds) };
  const config = await store.blobs.add(json({ architecture: 'amd64', os: 'linux', rootfs }), mediaTypes.config);
  const manifest = { schemaVersion: 2, mediaType: mediaTypes.manifest, config, layers };
  return { manifest: await store.blobs.add(json(manifest), mediaTypes.manifest), diffIds, base, top };
}

describe.skipIf(isNotRoot())('an image', () => {
  test('becomes a snapshot a layer, once, named by their chain', async () => {
    await withScratch(async (scratch) => {
      const store = await memoryStore();
      const { manifest, diffIds, base } = await image(store, scratch);
      const { tree, path } = scratch.tree();
      const snapshots = Snapshots.open(tree, { path });
      const unpacker = new Unpacker(store, snapshots, { decompress });
      const [first, second] = await Promise.all([unpacker.unpack(manifest), unpacker.unpack(manifest)]);
      expect(first).toBe(chainIds(diffIds)[1]);
      expect(second).toBe(first);
      expect(await unpacker.unpack(manifest)).toBe(first);
      expect(snapshots.list()).toEqual([
        { key: diffIds[0], parent: null, kind: 'committed', references: 1 },
        { key: first, parent: diffIds[0], kind: 'committed', references: 0 },
      ]);
      const lower = snapshots.openLayer(String(diffIds[0]));
      expect(listing(lower)).toEqual(listing(base));
      lower.dispose();
      const upper = snapshots.openLayer(String(first));
      expect(Object.keys(listing(upper))).toEqual(['', 'etc', 'etc/new', 'etc/old']);
      expect(upper.stat('etc/old').rdev).toBe('0:0');
      upper.dispose();
    });
  });

  test('of which a layer is not the promised one leaves nothing of it', async () => {
    await withScratch(async (scratch) => {
      const store = await memoryStore();
      const other = sha256Of(new Uint8Array());
      const { manifest, diffIds } = await image(store, scratch, ([base]) => [base ?? other, other]);
      const { tree, path } = scratch.tree();
      const snapshots = Snapshots.open(tree, { path });
      const unpacker = new Unpacker(store, snapshots, { decompress });
      await expect(unpacker.unpack(manifest)).rejects.toThrow(`${other}: the content is that of ${diffIds[1]}`);
      expect(snapshots.list().map(({ key }) => key)).toEqual([diffIds[0]]);
      expect(tree.list('layers')).toEqual(['1']);
      expect(tree.list('work')).toEqual([]);
    });
  });

  test('that would fill the disk from a small download is refused before anything of the file is written', async () => {
    await withScratch(async (scratch) => {
      const store = await memoryStore();
      const bomb = { path: 'bomb', type: 'file', mode: 0o644, uid: 0, gid: 0, size: 2e9, mtimeNs: 0n } as const;
      const tar = writeHeader({ ...bomb, target: '', device: null, xattrs: new Map() });
      const layer = await store.blobs.add(tar, mediaTypes.layer);
      const json = (value: object) => new TextEncoder().encode(JSON.stringify(value));
      const rootfs = { type: 'layers', diff_ids: [sha256Of(tar)] };
      const config = await store.blobs.add(json({ architecture: 'amd64', os: 'linux', rootfs }), mediaTypes.config);
      const manifest = { schemaVersion: 2, mediaType: mediaTypes.manifest, config, layers: [layer] };
      const descriptor = await store.blobs.add(json(manifest), mediaTypes.manifest);
      const { tree, path } = scratch.tree();
      const snapshots = Snapshots.open(tree, { path });
      const unpacker = new Unpacker(store, snapshots, { decompress });
      await expect(unpacker.unpack(descriptor)).rejects.toThrow(/^bomb: with it the layer would have 2000000000 bytes/);
      expect(tree.list('layers')).toEqual([]);
    });
  });

  test('of which the configuration promises fewer layers is refused', async () => {
    await withScratch(async (scratch) => {
      const store = await memoryStore();
      const { manifest } = await image(store, scratch, (ids) => ids.slice(1));
      const { tree, path } = scratch.tree();
      const unpacker = new Unpacker(store, Snapshots.open(tree, { path }), { decompress });
      await expect(unpacker.unpack(manifest)).rejects.toThrow(/has 2 layers, and its configuration 1/);
    });
  });
});
