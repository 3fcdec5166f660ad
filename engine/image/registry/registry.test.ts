import { beforeEach, describe, expect, test } from 'vitest';
import { sha256Of } from '../spec/digest';
import { mediaTypes } from '../spec/media-types';
import { blobsIn, bytes, indexOf, piece, smallImage, text } from '../testing/images';
import { codesOf, registryUnderTest } from '../testing/registry';
import type { RegistryOptions } from './registry';

let under: Awaited<ReturnType<typeof registryUnderTest>>;
const renew = async (options: Partial<RegistryOptions> = {}) => {
  under = await registryUnderTest(options);
};
beforeEach(() => renew());
const codes = codesOf;
const location = (response: Response) => response.headers.get('location') ?? 'none';

const image = smallImage(['one', 'two']);
const [config, layer] = [image.blobs[0], image.blobs[1]].map((each) => each ?? image.manifest);
if (!config || !layer) throw new Error('the image has no layer');
const absent = sha256Of(bytes('absent'));
const blobPath = `/v2/app/blobs/${layer.descriptor.digest}`;

describe('pull', () => {
  beforeEach(() => under.pushImage(image, 'v1'));

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
    const response = await under.ask(method, path);
    expect(response.status).toBe(status);
    if (code) expect(await codes(response)).toEqual([code]);
  });

  test.each(['v1', image.manifest.descriptor.digest])('a manifest by %s', async (reference) => {
    const { mediaType, digest, size } = image.manifest.descriptor;
    for (const method of ['HEAD', 'GET']) {
      const response = await under.ask(method, `/v2/app/manifests/${reference}`, {
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
    expect(await codes(await under.ask('GET', '/v2/app/manifests/v1', { accept: mediaTypes.index }))).toEqual([
      'MANIFEST_UNKNOWN',
    ]);
    expect((await under.ask('GET', '/v2/app/manifests/v1', { accept: '*/*' })).status).toBe(200);
  });

  test.each([
    ['bytes=0-0', 206, 'o', 'bytes 0-0/3'],
    ['bytes=1-', 206, 'ne', 'bytes 1-2/3'],
    ['bytes=-2', 206, 'ne', 'bytes 1-2/3'],
    ['bytes=-9', 206, 'one', 'bytes 0-2/3'],
    ['bytes=1-99', 206, 'ne', 'bytes 1-2/3'],
    ['bytes=2-1', 416, null, 'bytes */3'],
    ['bytes=0-0,2-2', 200, 'one', null],
    ['lines=1-2', 200, 'one', null],
    ['bytes=3-', 416, null, 'bytes */3'],
    ['bytes=-0', 416, null, 'bytes */3'],
  ])('a blob with Range: %s', async (range, status, content, contentRange) => {
    const response = await under.ask('GET', blobPath, { range });
    expect([response.status, response.headers.get('content-range')]).toEqual([status, contentRange]);
    if (content === null) return;
    expect(response.headers.get('content-length')).toBe(`${content.length}`);
    expect(await response.text()).toBe(content);
  });

  test('HEAD of a blob says how long it is', async () => {
    const response = await under.ask('HEAD', blobPath);
    expect([response.status, response.headers.get('content-length'), await response.text()]).toEqual([200, '3', '']);
  });
});

describe('push of blobs', () => {
  const content = layer.content;
  const { digest } = layer.descriptor;
  const begin = async () => location(await under.ask('POST', '/v2/app/blobs/uploads/'));
  const ending = (path: string, value: string = digest) => `${path}?digest=${value}`;

  test('POST, then PUT with all of it', async () => {
    const opened = await under.ask('POST', '/v2/app/blobs/uploads/');
    expect([opened.status, opened.headers.get('range')]).toEqual([202, '0-0']);
    const done = await under.ask('PUT', ending(location(opened)), {}, content);
    expect([done.status, location(done), done.headers.get('docker-content-digest')]).toEqual([201, blobPath, digest]);
    expect(await (await under.ask('GET', blobPath)).text()).toBe('one');
  });

  test('in chunks, with its state in between; PUT with and without a last one', async () => {
    for (const last of [content.subarray(2), null]) {
      await renew();
      const path = await begin();
      const first = await under.ask('PATCH', path, { 'content-range': '0-1' }, content.subarray(0, 2));
      expect([first.status, first.headers.get('range'), location(first)]).toEqual([202, '0-1', path]);
      const status = await under.ask('GET', path);
      expect([status.status, status.headers.get('range')]).toEqual([204, '0-1']);
      if (!last) await under.ask('PATCH', path, {}, content.subarray(2));
      const range: Record<string, string> = last ? { 'content-range': '2-2' } : {};
      expect((await under.ask('PUT', ending(path), range, last)).status).toBe(201);
      expect(await (await under.ask('GET', blobPath)).text()).toBe('one');
      expect(await codes(await under.ask('GET', path))).toEqual(['BLOB_UPLOAD_UNKNOWN']);
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
    const refused = await under.ask('PATCH', path, { 'content-range': range }, content.subarray(0, 2));
    expect([refused.status, await codes(refused)]).toEqual([status, [code]]);
    const [, last = ''] = /^0-(\d+)$/.exec((await under.ask('GET', path)).headers.get('range') ?? '') ?? [];
    const rest = content.subarray(Number(last) === 0 ? 0 : Number(last) + 1);
    expect((await under.ask('PUT', ending(path), {}, rest)).status).toBe(201);
  });

  test('chunks that come at once are taken one after the other', async () => {
    const path = await begin();
    const answers = await Promise.all(
      ['0-0', '1-1', '2-2'].map((range, at) =>
        under.ask('PATCH', path, { 'content-range': range }, content.subarray(at, at + 1)),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202]);
    expect((await under.ask('PUT', ending(path))).status).toBe(201);
  });

  test.each([
    ['another digest', absent, 'DIGEST_INVALID'],
    ['no digest', '', 'DIGEST_INVALID'],
    ['an algorithm nobody knows', 'rot13:abc', 'DIGEST_INVALID'],
  ])('%s is refused, and nothing is left', async (_, value, code) => {
    const path = await begin();
    expect(await codes(await under.ask('PUT', ending(path, value), {}, content))).toEqual([code]);
    expect(await codes(await under.ask('POST', `/v2/app/blobs/uploads/?digest=${value}`, {}, content))).toEqual([code]);
    await under.registry.close();
    expect(await blobsIn(under.store)).toEqual([]);
    expect(await under.store.blobs.sweep()).toBe(0);
  });

  test('sha512 is a digest, too', async () => {
    const value =
      'sha512:05f70341078acf6a06d423d21720f9643d5f953626d88a02636dc3a9e79582aeb0c820857fd3f8dc502aa8360d2c8fa97a985fda5b629b809cad18ffb62d3899';
    expect((await under.ask('POST', `/v2/app/blobs/uploads/?digest=${value}`, {}, content)).status).toBe(201);
    expect(await (await under.ask('GET', `/v2/app/blobs/${value}`)).text()).toBe('one');
  });

  test('DELETE cancels it', async () => {
    const path = await begin();
    await under.ask('PATCH', path, {}, content);
    expect((await under.ask('DELETE', path)).status).toBe(204);
    expect((await under.ask('PATCH', path, {}, content)).status).toBe(404);
    expect(await under.store.blobs.sweep()).toBe(0);
  });

  test('nobody goes on with the upload of another repository', async () => {
    const path = (await begin()).replace('/app/', '/other/');
    expect(await codes(await under.ask('PUT', ending(path), {}, content))).toEqual(['BLOB_UPLOAD_UNKNOWN']);
  });

  test('what nobody goes on with is forgotten', async () => {
    const path = await begin();
    await under.ask('PATCH', path, {}, content);
    under.time.now += 3_599_999;
    expect((await under.ask('GET', path)).status).toBe(204);
    under.time.now += 3_600_000;
    expect((await under.ask('GET', path)).status).toBe(404);
    expect(await under.store.blobs.sweep()).toBe(0);
  });

  test('what comes in slowly is not forgotten, and holds nobody up', async () => {
    const path = await begin();
    let send: (piece: Uint8Array | null) => void = () => undefined;
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        send = (piece) => (piece ? controller.enqueue(piece) : controller.close());
      },
    });
    const init = { method: 'PATCH', body, duplex: 'half' };
    const patched = under.registry.handle(new Request(new URL(path, 'http://registry.lab:5000'), init));
    send(content.subarray(0, 2));
    while ((await under.ask('GET', path)).headers.get('range') !== '0-1');
    under.time.now += 3_600_001;
    expect((await under.ask('GET', '/v2/')).status).toBe(200);
    send(content.subarray(2));
    send(null);
    expect((await patched).status).toBe(202);
    expect((await under.ask('PUT', ending(path))).status).toBe(201);
  });

  test('there are limits', async () => {
    await renew({ limits: { blob: 2, uploads: 1 } });
    expect(await codes(await under.ask('POST', `/v2/app/blobs/uploads/?digest=${digest}`, {}, content))).toEqual([
      'SIZE_INVALID',
    ]);
    const path = await begin();
    expect((await under.ask('PATCH', path, { 'content-length': '3' }, content)).status).toBe(413);
    expect(await codes(await under.ask('POST', '/v2/app/blobs/uploads/'))).toEqual(['TOOMANYREQUESTS']);
    await under.ask('DELETE', path);
    expect((await under.ask('POST', '/v2/app/blobs/uploads/')).status).toBe(202);
  });

  test('a blob of another repository is mounted; what is not there is uploaded', async () => {
    await under.pushBlob(layer);
    const mount = (from: string, what: string = digest) =>
      under.ask('POST', `/v2/other/blobs/uploads/?mount=${what}${from}`);
    expect((await mount('&from=app', absent)).status).toBe(202);
    expect((await mount('', absent)).status).toBe(202);
    expect((await mount('&from=nobody')).status).toBe(202);
    const mounted = await mount('&from=app');
    expect([mounted.status, location(mounted)]).toEqual([201, `/v2/other/blobs/${digest}`]);
    expect((await under.ask('GET', `/v2/other/blobs/${digest}`)).status).toBe(200);
    const third = await under.ask('POST', `/v2/third/blobs/uploads/?mount=${digest}`);
    expect([third.status, location(third)]).toEqual([201, `/v2/third/blobs/${digest}`]);
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
    const response = await under.putManifest(manifest, reference);
    expect([response.status, await codes(response)]).toEqual([status, [code]]);
    expect([under.store.list(), await blobsIn(under.store)]).toEqual([[], []]);
  });

  test('without a type it is what it says it is', async () => {
    for (const blob of image.blobs) await under.pushBlob(blob);
    const response = await under.ask('PUT', '/v2/app/manifests/v1', {}, image.manifest.content);
    expect(response.status).toBe(201);
    expect(location(response)).toBe(`/v2/app/manifests/${image.manifest.descriptor.digest}`);
  });

  test('what is only in another repository does not count', async () => {
    await under.pushImage(image, 'v1', 'secret');
    expect(await codes(await under.putManifest(image.manifest, 'v1'))).toEqual(['MANIFEST_BLOB_UNKNOWN']);
    expect(await codes(await under.putManifest(indexOf([image.manifest.descriptor]), 'v1'))).toEqual([
      'MANIFEST_BLOB_UNKNOWN',
    ]);
  });
});
