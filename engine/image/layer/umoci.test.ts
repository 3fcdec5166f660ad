/** Debian's umoci is the judge of whole images: it unpacks what we write, and we unpack the same of what it writes. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { LinuxTree } from '../../kernel/linux';
import { filesOf, writeLayout } from '../archive/export';
import { importLayout } from '../archive/import';
import { compress, decompress } from '../host/compression';
import { NodeFiles } from '../host/node-files';
import { flattenImage } from '../snapshot/flatten';
import { sha256Of } from '../spec/digest';
import { mediaTypes } from '../spec/media-types';
import { parseReference } from '../spec/reference';
import { joined } from '../streams';
import { memoryStore } from '../testing/images';
import { isNotRoot, listing, withScratch } from '../testing/trees';
import { diffTrees } from './diff';

function cannotAsk(): boolean {
  const isMissing = !existsSync('/usr/bin/umoci');
  if (isMissing) console.warn('skipped: there is no umoci to compare with (apt-get install umoci)');
  return isMissing || isNotRoot();
}

const sh = (directory: string, script: string) => execFileSync('sh', ['-ec', script], { cwd: directory });
const platform = { os: 'linux', architecture: 'amd64' };
const name = parseReference('made:v1');

function listingAt(path: string): Record<string, string> {
  const tree = LinuxTree.open(path);
  const found = listing(tree);
  tree.dispose();
  return found;
}

const first = `
mkdir -p usr/bin etc/deep gone/x "spa ce"; echo one > etc/one; ln etc/one etc/hard; ln -s ../etc/one usr/link; ln -s usr/bin bin
head -c 100000 /dev/zero | tr '\\0' z > usr/bin/prog; chmod 4755 usr/bin/prog; chown 1000:2000 etc/deep; mkfifo pipe; mknod null c 1 3
mkdir -p ${'long'.repeat(30)}/${'name'.repeat(30)}; echo > ${'long'.repeat(30)}/${'name'.repeat(30)}/x; touch -h -d @1000000000.5 etc/one usr/link`;
const second = `
rm -r gone etc/deep; mkdir etc/deep; echo new > etc/deep/new; rm usr/link; echo file > usr/link; rm pipe; ln etc/one etc/third
chmod 700 etc; setcap cap_net_raw+ep usr/bin/prog 2>/dev/null || true`;

describe.skipIf(cannotAsk())('an image', () => {
  test('of umoci gives the files that umoci unpacks', async () => {
    await withScratch(async (scratch) => {
      const path = scratch.path;
      sh(path, `umoci init --layout L; umoci new --image L:v1; umoci unpack --image L:v1 B; cd B/rootfs; ${first}`);
      sh(path, `umoci repack --refresh-bundle --image L:v1 B; cd B/rootfs; ${second}`);
      sh(path, 'umoci repack --image L:v1 B; umoci unpack --image L:v1 C');
      const store = await memoryStore();
      await importLayout(store, new NodeFiles(`${path}/L`), { name: parseReference('made') });
      const { tree } = scratch.tree();
      const manifest = store.find(name);
      if (!manifest) throw new Error('the image was not imported');
      await flattenImage(store, manifest, tree, { decompress });
      expect(listing(tree)).toEqual(listingAt(`${path}/C/rootfs`));
      expect(tree.find('gone')).toBeNull();
    });
  });

  test('of ours gives umoci the same files', async () => {
    await withScratch(async (scratch) => {
      const lower = scratch.tree();
      sh(lower.path, first);
      const upper = scratch.tree();
      sh(upper.path, `cp -a ${lower.path}/. .; ${second}`);
      const store = await memoryStore();
      const add = async (tar: Iterable<Uint8Array>) => {
        const plain = joined([...tar]);
        const packed: Uint8Array[] = [];
        for await (const piece of compress([plain], 'gzip')) packed.push(piece);
        return { layer: await store.blobs.add(joined(packed), mediaTypes.layerGzip), diffId: sha256Of(plain) };
      };
      const layers = [await add(diffTrees(null, lower.tree)), await add(diffTrees(lower.tree, upper.tree))];
      const json = (value: object) => new TextEncoder().encode(JSON.stringify(value));
      const rootfs = { type: 'layers', diff_ids: layers.map(({ diffId }) => diffId) };
      const config = await store.blobs.add(json({ ...platform, rootfs }), mediaTypes.config);
      const manifest = {
        schemaVersion: 2,
        mediaType: mediaTypes.manifest,
        config,
        layers: layers.map(({ layer }) => layer),
      };
      await store.tag(name, await store.blobs.add(json(manifest), mediaTypes.manifest));
      await writeLayout(new NodeFiles(`${scratch.path}/L`), filesOf(store, [name], { format: 'oci' }));
      sh(scratch.path, 'umoci unpack --image L:v1 B');
      expect(listingAt(`${scratch.path}/B/rootfs`)).toEqual(listing(upper.tree));
    });
  });
});
