import { beforeEach, describe, expect, test } from 'vitest';
import { sha256Of } from '../spec/digest';
import { mediaTypes } from '../spec/media-types';
import { parseReference } from '../spec/reference';
import type { ImageStore } from '../store/image-store';
import {
  addTo,
  blobsIn,
  bytes,
  indexOf,
  memoryStore,
  type Piece,
  piece,
  type SmallImage,
  smallImage,
} from '../testing/images';
import { RegistryClient } from './client';
import { Registry } from './registry';

let store: ImageStore;
let registry: Registry;
let clock = 1_700_000_000_000;
let ids = 0;

const open = (allowDelete: boolean) =>
  new Registry({ store, domain: 'registry.lab:5000', now: () => clock, newId: () => `u${ids++}`, allowDelete });
beforeEach(async () => {
  store = await memoryStore();
  registry = open(true);
});

const ask = (method: string, path: string, body: Uint8Array | null = null) =>
  registry.handle(new Request(new URL(path, 'http://localhost'), { method, body: body?.slice() ?? null }));
const status = async (method: string, path: string) => (await ask(method, path)).status;
const push = async ({ descriptor, content }: Piece) =>
  expect((await ask('POST', `/v2/app/blobs/uploads/?digest=${descriptor.digest}`, content)).status).toBe(201);
const put = async ({ content }: Piece, reference: string) =>
  expect((await ask('PUT', `/v2/app/manifests/${reference}`, content)).status).toBe(201);

async function pushImage({ manifest, blobs }: SmallImage, reference: string): Promise<void> {
  for (const blob of blobs) await push(blob);
  await put(manifest, reference);
}
const digestsOf = ({ manifest, blobs }: SmallImage) =>
  [manifest, ...blobs].map(({ descriptor }) => descriptor.digest).sort();

const one = smallImage(['a', 'b']);
const two = smallImage(['a', 'c']);
const manifestPath = ({ manifest }: SmallImage) => `/v2/app/manifests/${manifest.descriptor.digest}`;

describe('deleting', () => {
  test('a tag leaves the manifest, a digest takes its tags with it', async () => {
    await pushImage(one, 'v1');
    await put(one.manifest, 'v2');
    expect(await status('DELETE', '/v2/app/manifests/v1')).toBe(202);
    expect(await status('GET', '/v2/app/manifests/v1')).toBe(404);
    expect(await status('GET', manifestPath(one))).toBe(200);
    expect(await status('DELETE', manifestPath(one))).toBe(202);
    for (const path of [manifestPath(one), '/v2/app/manifests/v2']) {
      expect(await status('GET', path)).toBe(404);
      expect(await status('DELETE', path)).toBe(404);
    }
    expect(store.list()).toEqual([]);
  });

  test('a blob goes when no manifest needs it', async () => {
    for (const blob of one.blobs) await push(blob);
    const path = `/v2/app/blobs/${one.blobs[1]?.descriptor.digest}`;
    await put(one.manifest, 'v1');
    expect(await status('DELETE', path)).toBe(405);
    await ask('DELETE', manifestPath(one));
    expect(await status('GET', path)).toBe(200);
    expect(await status('DELETE', path)).toBe(202);
    expect(await status('GET', path)).toBe(404);
    expect(await status('DELETE', path)).toBe(404);
  });

  test('an image of an index goes, whether it was pushed or came some other way', async () => {
    const index = indexOf([one.manifest.descriptor, two.manifest.descriptor]);
    for (const isPushed of [true, false]) {
      store = await memoryStore();
      registry = open(true);
      if (isPushed) {
        await pushImage(one, one.manifest.descriptor.digest);
        await pushImage(two, two.manifest.descriptor.digest);
        await put(index, 'both');
      } else {
        await addTo(store, [...one.blobs, ...two.blobs, one.manifest, two.manifest, index]);
        await store.tag(parseReference('registry.lab:5000/app:both'), index.descriptor);
      }
      expect(await status('GET', manifestPath(one))).toBe(200);
      expect(await status('DELETE', manifestPath(one))).toBe(202);
      expect(await status('GET', manifestPath(one))).toBe(404);
      expect(await status('GET', manifestPath(two))).toBe(200);
      expect(await status('GET', '/v2/app/manifests/both')).toBe(200);
    }
  });

  test('405 when it is switched off', async () => {
    await pushImage(one, 'v1');
    registry = open(false);
    expect(await status('DELETE', '/v2/app/manifests/v1')).toBe(405);
    expect(await status('DELETE', `/v2/app/blobs/${one.blobs[0]?.descriptor.digest}`)).toBe(405);
    expect(await status('GET', '/v2/app/manifests/v1')).toBe(200);
  });
});

/** When nobody can be about to push an image of the same blobs any more. */
async function collectLater(): Promise<void> {
  clock += 3_600_001;
  await registry.tidy();
  await store.collect();
}

describe('layers that nobody may pass on', () => {
  const layer = (urls: string[]) => ({ mediaType, digest: sha256Of(bytes('far')), size: 3, urls });
  const mediaType = 'application/vnd.oci.image.layer.nondistributable.v1.tar';

  test('may be missing, in the registry and of what is pulled and pushed', async () => {
    const { manifest, blobs } = smallImage(['far'], { layers: [layer(['https://elsewhere.example/far'])] });
    const image = { manifest, blobs: blobs.slice(0, 1) };
    await pushImage(image, 'v1');
    const fetch = (request: Request) => registry.handle(request);
    const client = new RegistryClient({ fetch, wait: async () => undefined, endpoint: () => 'http://localhost' });
    const name = parseReference('registry.lab:5000/app:v1');
    const there = await memoryStore();
    await client.pull(there, name, { platform: 'all' });
    expect(await blobsIn(there)).toEqual(digestsOf(image));
    await client.push(there, parseReference('registry.lab:5000/again:v1'), { source: name });
    expect(await status('GET', '/v2/again/manifests/v1')).toBe(200);
  });
});

test('every kind of manifest comes, is there and goes, in any order that makes sense', async () => {
  const platforms = indexOf([one.manifest.descriptor, two.manifest.descriptor]);
  const artifact = smallImage([], { artifactType: 'test/thing', config: piece({}, mediaTypes.empty).descriptor });
  const manifests = [
    one.manifest,
    two.manifest,
    platforms,
    indexOf([platforms.descriptor]),
    indexOf([], { artifactType: 'test/none' }),
    piece({ schemaVersion: 2, mediaType: mediaTypes.index, manifests: null }, mediaTypes.index),
    artifact.manifest,
    smallImage([], { layers: null, unknown: { field: 1 }, config: one.blobs[0]?.descriptor }).manifest,
  ];
  for (const blob of [...one.blobs, ...two.blobs, piece({}, mediaTypes.empty)]) await push(blob);
  for (const [at, manifest] of manifests.entries()) {
    await put(manifest, manifest.descriptor.digest);
    await put(manifest, `t${at}`);
  }
  for (const [at, { content }] of manifests.entries())
    expect(new Uint8Array(await (await ask('GET', `/v2/app/manifests/t${at}`)).arrayBuffer())).toEqual(content);
  for (const { descriptor } of manifests.reverse()) {
    expect(await status('DELETE', `/v2/app/manifests/${descriptor.digest}`)).toBe(202);
    expect(await status('HEAD', `/v2/app/manifests/${descriptor.digest}`)).toBe(404);
  }
  await collectLater();
  expect([store.list(), await blobsIn(store)]).toEqual([[], []]);
});

describe('a collection', () => {
  test('keeps what was pushed, tagged or not, until it is deleted', async () => {
    await pushImage(one, 'v1');
    await pushImage(two, 'v1');
    expect(await store.collect()).toEqual([]);
    await ask('DELETE', manifestPath(one));
    await collectLater();
    expect(await blobsIn(store)).toEqual(digestsOf(two));
    await ask('DELETE', manifestPath(two));
    await collectLater();
    expect(await blobsIn(store)).toEqual([]);
  });

  test('keeps a blob that waits for its manifest, but not for ever', async () => {
    await push(one.blobs[0] ?? one.manifest);
    expect(await store.collect()).toEqual([]);
    clock += 3_600_001;
    await registry.tidy();
    expect(await store.collect()).toHaveLength(1);
    expect(await store.blobs.sweep()).toBe(0);
  });

  test('and pushes at the same time do not harm each other', async () => {
    const images = Array.from({ length: 12 }, (_, i) => smallImage(['shared', `own ${i}`]));
    await Promise.all(
      images.map(async (image, i) => {
        await pushImage(image, `t${i}`);
        await store.collect();
        await ask('DELETE', manifestPath(image));
        await pushImage(image, `t${i}`);
      }),
    );
    await store.collect();
    for (const image of images)
      for (const digest of digestsOf(image)) expect(await store.blobs.size(digest), digest).not.toBeNull();
  });

  test('nothing is left of a registry that was closed', async () => {
    await push(one.blobs[0] ?? one.manifest);
    await ask('POST', '/v2/app/blobs/uploads/');
    await registry.close();
    await store.collect();
    expect([await blobsIn(store), await store.blobs.sweep()]).toEqual([[], 0]);
  });
});
