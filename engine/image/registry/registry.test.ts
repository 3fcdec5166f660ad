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
  text,
} from '../testing/images';
import { Registry, type RegistryOptions } from './registry';

let store: ImageStore;
let registry: Registry;
let clock = 0;
let ids = 0;

async function renew(options: Partial<RegistryOptions> = {}): Promise<void> {
  store = await memoryStore();
  clock = 1_700_000_000_000;
  const newId = () => `u${ids++}`;
  registry = new Registry({ store, domain: 'registry.lab:5000', now: () => clock, newId, ...options });
}
beforeEach(() => renew());

const ask = (method: string, path: string, headers: Record<string, string> = {}, body: Uint8Array | null = null) =>
  registry.handle(
    new Request(new URL(path, 'http://registry.lab:5000'), { method, headers, body: body?.slice() ?? null }),
  );
const codes = async (response: Response) => (await response.json()).errors.map(({ code }: { code: string }) => code);
const location = (response: Response) => response.headers.get('location') ?? 'none';
const pushBlob = ({ descriptor, content }: Piece, name = 'app') =>
  ask('POST', `/v2/${name}/blobs/uploads/?digest=${descriptor.digest}`, {}, content);
const putManifest = ({ descriptor, content }: Piece, reference: string, name = 'app') =>
  ask('PUT', `/v2/${name}/manifests/${reference}`, { 'content-type': descriptor.mediaType }, content);

async function pushImage({ manifest, blobs }: SmallImage, tag: string, name = 'app'): Promise<void> {
  for (const blob of blobs) expect((await pushBlob(blob, name)).status).toBe(201);
  expect((await putManifest(manifest, tag, name)).status).toBe(201);
}

const image = smallImage(['one', 'two']);
const [config, layer] = [image.blobs[0], image.blobs[1]].map((each) => each ?? image.manifest);
if (!config || !layer) throw new Error('the image has no layer');
const absent = sha256Of(bytes('absent'));
const blobPath = `/v2/app/blobs/${layer.descriptor.digest}`;

describe('pull', () => {
  beforeEach(() => pushImage(image, 'v1'));

  test.each([
    ['GET', '/v2/', 200],
    ['GET', `/v2/app/blobs/${absent}`, 404, 'BLOB_UNKNOWN'],
    ['HEAD', `/v2/app/blobs/${absent}`, 404],
    ['GET', '/v2/app/blobs/sha256:short', 400, 'DIGEST_INVALID'],
    ['GET', '/v2/app/manifests/none', 404, 'MANIFEST_UNKNOWN'],
    ['HEAD', '/v2/app/manifests/none', 404],
    ['GET', `/v2/app/manifests/${absent}`, 404, 'MANIFEST_UNKNOWN'],
    ['GET', '/v2/other/manifests/v1', 404, 'NAME_UNKNOWN'],
    ['GET', '/v2/App/manifests/v1', 400, 'NAME_INVALID'],
    ['GET', '/v2/a%/manifests/v1', 400, 'NAME_INVALID'],
    ['GET', '/v2/app/manifests/.v1', 400, 'MANIFEST_INVALID'],
    ['GET', '/v2/app/nothing', 404, 'UNSUPPORTED'],
    ['PATCH', '/v2/app/manifests/v1', 405, 'UNSUPPORTED'],
    ['DELETE', '/v2/_catalog', 405, 'UNSUPPORTED'],
    ['GET', '/v2/app/blobs/uploads/', 405, 'UNSUPPORTED'],
    ['GET', `/v2/other/blobs/${layer.descriptor.digest}`, 404, 'BLOB_UNKNOWN'],
  ])('%s %s: %d %s', async (method, path, status, code = '') => {
    const response = await ask(method, path);
    expect(response.status).toBe(status);
    if (code) expect(await codes(response)).toEqual([code]);
  });

  test.each(['v1', image.manifest.descriptor.digest])('a manifest by %s', async (reference) => {
    const { mediaType, digest, size } = image.manifest.descriptor;
    for (const method of ['HEAD', 'GET']) {
      const response = await ask(method, `/v2/app/manifests/${reference}`, {
        accept: `text/plain, ${mediaType};q=0.5`,
      });
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toBe(mediaType);
      expect(response.headers.get('docker-content-digest')).toBe(digest);
      expect(response.headers.get('content-length')).toBe(`${size}`);
      expect(await response.text()).toBe(method === 'GET' ? text(image.manifest.content) : '');
    }
  });

  test('a tag is not given to whoever does not take its type', async () => {
    expect(await codes(await ask('GET', '/v2/app/manifests/v1', { accept: mediaTypes.index }))).toEqual([
      'MANIFEST_UNKNOWN',
    ]);
    expect((await ask('GET', '/v2/app/manifests/v1', { accept: '*/*' })).status).toBe(200);
  });

  test.each([
    ['bytes=0-0', 206, 'o', 'bytes 0-0/3'],
    ['bytes=1-', 206, 'ne', 'bytes 1-2/3'],
    ['bytes=-2', 206, 'ne', 'bytes 1-2/3'],
    ['bytes=-9', 206, 'one', 'bytes 0-2/3'],
    ['bytes=1-99', 206, 'ne', 'bytes 1-2/3'],
    ['bytes=2-1', 200, 'one', null],
    ['bytes=0-0,2-2', 200, 'one', null],
    ['lines=1-2', 200, 'one', null],
    ['bytes=3-', 416, null, 'bytes */3'],
    ['bytes=-0', 416, null, 'bytes */3'],
  ])('a blob with Range: %s', async (range, status, content, contentRange) => {
    const response = await ask('GET', blobPath, { range });
    expect([response.status, response.headers.get('content-range')]).toEqual([status, contentRange]);
    if (content === null) return;
    expect(response.headers.get('content-length')).toBe(`${content.length}`);
    expect(await response.text()).toBe(content);
  });

  test('HEAD of a blob says how long it is', async () => {
    const response = await ask('HEAD', blobPath);
    expect([response.status, response.headers.get('content-length'), await response.text()]).toEqual([200, '3', '']);
  });
});

describe('push of blobs', () => {
  const content = layer.content;
  const { digest } = layer.descriptor;
  const begin = async () => location(await ask('POST', '/v2/app/blobs/uploads/'));
  const ending = (path: string, value: string = digest) => `${path}?digest=${value}`;

  test('POST, then PUT with all of it', async () => {
    const opened = await ask('POST', '/v2/app/blobs/uploads/');
    expect([opened.status, opened.headers.get('range')]).toEqual([202, '0-0']);
    const done = await ask('PUT', ending(location(opened)), {}, content);
    expect([done.status, location(done), done.headers.get('docker-content-digest')]).toEqual([201, blobPath, digest]);
    expect(await (await ask('GET', blobPath)).text()).toBe('one');
  });

  test('in chunks, with its state in between; PUT with and without a last one', async () => {
    for (const last of [content.subarray(2), null]) {
      await renew();
      const path = await begin();
      const first = await ask('PATCH', path, { 'content-range': '0-1' }, content.subarray(0, 2));
      expect([first.status, first.headers.get('range'), location(first)]).toEqual([202, '0-1', path]);
      const status = await ask('GET', path);
      expect([status.status, status.headers.get('range')]).toEqual([204, '0-1']);
      if (!last) await ask('PATCH', path, {}, content.subarray(2));
      const range: Record<string, string> = last ? { 'content-range': '2-2' } : {};
      expect((await ask('PUT', ending(path), range, last)).status).toBe(201);
      expect(await (await ask('GET', blobPath)).text()).toBe('one');
      expect(await codes(await ask('GET', path))).toEqual(['BLOB_UPLOAD_UNKNOWN']);
    }
  });

  test.each([
    ['that is not the next', '1-2', 416, 'BLOB_UPLOAD_INVALID'],
    ['that ends before it begins', '2-1', 416, 'BLOB_UPLOAD_INVALID'],
    ['that is none', 'all', 416, 'BLOB_UPLOAD_INVALID'],
    ['longer than the body', '0-9', 400, 'SIZE_INVALID'],
    ['shorter than the body', '0-0', 400, 'SIZE_INVALID'],
  ])('a Content-Range %s is refused, and the upload can go on', async (_, range, status, code) => {
    const path = await begin();
    const refused = await ask('PATCH', path, { 'content-range': range }, content.subarray(0, 2));
    expect([refused.status, await codes(refused)]).toEqual([status, [code]]);
    const [, last = ''] = /^0-(\d+)$/.exec((await ask('GET', path)).headers.get('range') ?? '') ?? [];
    const rest = content.subarray(Number(last) === 0 ? 0 : Number(last) + 1);
    expect((await ask('PUT', ending(path), {}, rest)).status).toBe(201);
  });

  test('chunks that come at once are taken one after the other', async () => {
    const path = await begin();
    const answers = await Promise.all(
      ['0-0', '1-1', '2-2'].map((range, at) =>
        ask('PATCH', path, { 'content-range': range }, content.subarray(at, at + 1)),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202]);
    expect((await ask('PUT', ending(path))).status).toBe(201);
  });

  test.each([
    ['another digest', absent, 'DIGEST_INVALID'],
    ['no digest', '', 'DIGEST_INVALID'],
    ['an algorithm nobody knows', 'rot13:abc', 'DIGEST_INVALID'],
  ])('%s is refused, and nothing is left', async (_, value, code) => {
    const path = await begin();
    expect(await codes(await ask('PUT', ending(path, value), {}, content))).toEqual([code]);
    expect(await codes(await ask('POST', `/v2/app/blobs/uploads/?digest=${value}`, {}, content))).toEqual([code]);
    await registry.close();
    expect(await blobsIn(store)).toEqual([]);
    expect(await store.blobs.sweep()).toBe(0);
  });

  test('sha512 is a digest, too', async () => {
    const value =
      'sha512:05f70341078acf6a06d423d21720f9643d5f953626d88a02636dc3a9e79582aeb0c820857fd3f8dc502aa8360d2c8fa97a985fda5b629b809cad18ffb62d3899';
    expect((await ask('POST', `/v2/app/blobs/uploads/?digest=${value}`, {}, content)).status).toBe(201);
    expect(await (await ask('GET', `/v2/app/blobs/${value}`)).text()).toBe('one');
  });

  test('DELETE cancels it', async () => {
    const path = await begin();
    await ask('PATCH', path, {}, content);
    expect((await ask('DELETE', path)).status).toBe(204);
    expect((await ask('PATCH', path, {}, content)).status).toBe(404);
    expect(await store.blobs.sweep()).toBe(0);
  });

  test('nobody goes on with the upload of another repository', async () => {
    const path = (await begin()).replace('/app/', '/other/');
    expect(await codes(await ask('PUT', ending(path), {}, content))).toEqual(['BLOB_UPLOAD_UNKNOWN']);
  });

  test('what nobody goes on with is forgotten', async () => {
    const path = await begin();
    await ask('PATCH', path, {}, content);
    clock += 3_599_999;
    expect((await ask('GET', path)).status).toBe(204);
    clock += 3_600_000;
    expect((await ask('GET', path)).status).toBe(404);
    expect(await store.blobs.sweep()).toBe(0);
  });

  test('there are limits', async () => {
    await renew({ limits: { blob: 2, uploads: 1 } });
    expect(await codes(await ask('POST', `/v2/app/blobs/uploads/?digest=${digest}`, {}, content))).toEqual([
      'SIZE_INVALID',
    ]);
    const path = await begin();
    expect((await ask('PATCH', path, { 'content-length': '3' }, content)).status).toBe(413);
    expect(await codes(await ask('POST', '/v2/app/blobs/uploads/'))).toEqual(['TOOMANYREQUESTS']);
    await ask('DELETE', path);
    expect((await ask('POST', '/v2/app/blobs/uploads/')).status).toBe(202);
  });

  test('a blob of another repository is mounted; what is not there is uploaded', async () => {
    await pushBlob(layer);
    const mount = (from: string, what: string = digest) => ask('POST', `/v2/other/blobs/uploads/?mount=${what}${from}`);
    expect((await mount('&from=app', absent)).status).toBe(202);
    expect((await mount('')).status).toBe(202);
    expect((await mount('&from=nobody')).status).toBe(202);
    const mounted = await mount('&from=app');
    expect([mounted.status, location(mounted)]).toEqual([201, `/v2/other/blobs/${digest}`]);
    expect((await ask('GET', `/v2/other/blobs/${digest}`)).status).toBe(200);
  });
});

describe('push of manifests', () => {
  test.each([
    ['a blob is missing', image.manifest, 'v1', 404, 'MANIFEST_BLOB_UNKNOWN'],
    ['it is another one', image.manifest, absent, 400, 'DIGEST_INVALID'],
    ['it is no JSON', piece(bytes('{'), mediaTypes.manifest), 'v1', 400, 'MANIFEST_INVALID'],
    ['it has no config', piece({ schemaVersion: 2, layers: [] }, mediaTypes.manifest), 'v1', 400, 'MANIFEST_INVALID'],
    ['its type is none', piece({}, 'text/plain'), 'v1', 400, 'MANIFEST_INVALID'],
    ['the tag is none', image.manifest, '-v1', 400, 'MANIFEST_INVALID'],
    ['it is too long', piece(new Uint8Array((4 << 20) + 1), mediaTypes.manifest), 'v1', 413, 'SIZE_INVALID'],
    ['an image of its index is missing', indexOf([image.manifest.descriptor]), 'v1', 404, 'MANIFEST_BLOB_UNKNOWN'],
  ])('is refused when %s, and nothing is left', async (_, manifest, reference, status, code) => {
    const response = await putManifest(manifest, reference);
    expect([response.status, await codes(response)]).toEqual([status, [code]]);
    expect([store.list(), await blobsIn(store)]).toEqual([[], []]);
  });

  test('without a type it is what it says it is', async () => {
    for (const blob of image.blobs) await pushBlob(blob);
    const response = await ask('PUT', '/v2/app/manifests/v1', {}, image.manifest.content);
    expect(response.status).toBe(201);
    expect(location(response)).toBe(`/v2/app/manifests/${image.manifest.descriptor.digest}`);
  });

  test('what is only in another repository does not count', async () => {
    await pushImage(image, 'v1', 'secret');
    expect(await codes(await putManifest(image.manifest, 'v1'))).toEqual(['MANIFEST_BLOB_UNKNOWN']);
    expect(await codes(await putManifest(indexOf([image.manifest.descriptor]), 'v1'))).toEqual([
      'MANIFEST_BLOB_UNKNOWN',
    ]);
  });
});

describe('discovery', () => {
  const list = async (path: string) => {
    const response = await ask('GET', path);
    return { ...(await response.json()), link: response.headers.get('link') };
  };

  test('tags in alphabetical order, in pages', async () => {
    for (const tag of ['b', 'A', 'c', 'a', 'B2']) await pushImage(image, tag);
    expect(await list('/v2/app/tags/list')).toEqual({ name: 'app', tags: ['A', 'a', 'b', 'B2', 'c'], link: null });
    expect(await list('/v2/app/tags/list?n=2')).toMatchObject({
      tags: ['A', 'a'],
      link: '</v2/app/tags/list?n=2&last=a>; rel="next"',
    });
    expect(await list('/v2/app/tags/list?n=2&last=a')).toMatchObject({ tags: ['b', 'B2'] });
    expect(await list('/v2/app/tags/list?n=2&last=B2')).toMatchObject({ tags: ['c'], link: null });
    expect(await list('/v2/app/tags/list?n=0')).toMatchObject({ tags: [] });
    expect(await list('/v2/app/tags/list?last=zzz')).toMatchObject({ tags: [], link: null });
    expect(await codes(await ask('GET', '/v2/app/tags/list?n=many'))).toEqual(['PAGINATION_NUMBER_INVALID']);
    expect(await codes(await ask('GET', '/v2/none/tags/list'))).toEqual(['NAME_UNKNOWN']);
  });

  test('repositories of this registry', async () => {
    await pushImage(image, 'v1', 'team/blobs/app');
    await pushImage(image, 'v1', 'app');
    await addTo(store, [image.manifest]);
    await store.tag(parseReference('nginx:1'), image.manifest.descriptor);
    expect(await list('/v2/_catalog')).toEqual({ repositories: ['app', 'team/blobs/app'], link: null });
    expect(await list('/v2/_catalog?n=1')).toMatchObject({
      repositories: ['app'],
      link: '</v2/_catalog?n=1&last=app>; rel="next"',
    });
  });

  test('referrers, also of what is not here, and filtered', async () => {
    await pushImage(image, 'v1');
    const subject = image.manifest.descriptor;
    const empty = piece({}, mediaTypes.empty);
    await pushBlob(empty);
    const about = (more: object) => ({ ...smallImage([], { subject, ...more }), blobs: [] });
    const signature = about({ config: empty.descriptor, artifactType: 'test/signature', annotations: { by: 'me' } });
    const note = piece(JSON.parse(text(smallImage(['one'], { subject }).manifest.content)), mediaTypes.manifest);
    for (const blob of smallImage(['one']).blobs) await pushBlob(blob);
    const list = indexOf([subject], { subject: { ...subject, digest: absent }, artifactType: 'test/list' });
    for (const each of [signature.manifest, note, list]) {
      const response = await putManifest(each, each.descriptor.digest);
      expect([response.status, response.headers.get('oci-subject')]).toEqual([
        201,
        each === list ? absent : subject.digest,
      ]);
    }
    const referrers = async (digest: string, filter = '') => {
      const response = await ask('GET', `/v2/app/referrers/${digest}${filter}`);
      expect(response.headers.get('content-type')).toBe(mediaTypes.index);
      const { manifests } = await response.json();
      return {
        types: manifests.map((each: { artifactType: string }) => each.artifactType).sort(),
        manifests,
        response,
      };
    };
    expect((await referrers(subject.digest)).types).toEqual([mediaTypes.config, 'test/signature']);
    expect((await referrers(absent)).types).toEqual(['test/list']);
    expect((await referrers(layer.descriptor.digest)).types).toEqual([]);
    const { manifests, response } = await referrers(subject.digest, '?artifactType=test/signature');
    expect(manifests).toEqual([
      { ...signature.manifest.descriptor, artifactType: 'test/signature', annotations: { by: 'me' } },
    ]);
    expect(response.headers.get('oci-filters-applied')).toBe('artifactType');
    expect((await ask('GET', '/v2/app/referrers/nothing')).status).toBe(400);
  });
});
