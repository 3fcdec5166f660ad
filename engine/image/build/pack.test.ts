import { chmodSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { compress, decompress } from '../host/compression';
import { flattenImage } from '../snapshot/flatten';
import { parseConfig } from '../spec/config';
import { blobsIn, memoryStore } from '../testing/images';
import { isNotRoot, type Scratch, withScratch } from '../testing/trees';
import { type PackOptions, packImage } from './pack';

const options: PackOptions = {
  platform: { os: 'linux', architecture: 'amd64' },
  execution: { Cmd: ['/hello'], Env: ['A=1'] },
  createdBy: 'a test',
  epoch: 1_700_000_000,
  compression: 'gzip',
  compress,
};

function filled(scratch: Scratch, files: Record<string, string>, mtime: number) {
  const { tree, path } = scratch.tree();
  for (const [name, content] of Object.entries(files)) {
    writeFileSync(join(path, name), content);
    utimesSync(join(path, name), mtime, mtime);
  }
  utimesSync(path, mtime, mtime);
  return { tree, path };
}

describe.skipIf(isNotRoot())('packImage', () => {
  test('gives the same on any day, and something else for another content', async () => {
    await withScratch(async (scratch) => {
      const store = await memoryStore();
      const lease = store.lease();
      const pack = async (content: string, mtime: number, more: Partial<PackOptions> = {}) =>
        (await packImage(store, filled(scratch, { hello: content }, mtime).tree, lease, { ...options, ...more }))
          .digest;
      const first = await pack('hello', 1_800_000_000);
      expect(await pack('hello', 1_900_000_000)).toBe(first);
      expect(await pack('bye', 1_800_000_000)).not.toBe(first);
      expect(await pack('hello', 1_800_000_000, { execution: {} })).not.toBe(first);
      expect(await store.collect()).toEqual([]);
      lease.release();
      await store.collect();
      expect(await blobsIn(store)).toEqual([]);
    });
  });

  test.each(['none', 'gzip', 'zstd'] as const)('lies on a base, and is unpacked to both (%s)', async (compression) => {
    await withScratch(async (scratch) => {
      const store = await memoryStore();
      const lease = store.lease();
      const base = await packImage(store, filled(scratch, { low: 'low', both: 'low' }, 5).tree, lease, {
        ...options,
        compression,
      });
      const upper = filled(scratch, { high: 'high', both: 'high' }, 6);
      chmodSync(join(upper.path, 'high'), 0o4755);
      const target = await packImage(store, upper.tree, lease, {
        ...options,
        compression,
        base,
        execution: { Cmd: ['/high'] },
      });
      const { config, layers } = await store.readManifest(target);
      const parsed = parseConfig(await store.blobs.readWhole(config), config.digest);
      expect(parsed.config).toMatchObject({ Cmd: ['/high'], Env: ['A=1'] });
      expect([layers.length, parsed.rootfs.diff_ids.length, parsed.history?.length]).toEqual([2, 2, 2]);
      const { tree, path } = scratch.tree();
      await flattenImage(store, target, tree, { decompress });
      const content = (name: string) => readFileSync(join(path, name), 'utf8');
      expect(['both', 'low', 'high'].map(content)).toEqual(['high', 'low', 'high']);
      expect(statSync(join(path, 'high')).mode & 0o7777).toBe(0o4755);
      lease.release();
    });
  });
});
