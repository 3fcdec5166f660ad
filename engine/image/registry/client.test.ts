import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Served, serve } from '../host/http';
import { parseReference } from '../spec/reference';
import type { ImageStore } from '../store/image-store';
import { piecesOf, streamOf } from '../streams';
import { addTo, blobsIn, bytes, indexOf, memoryStore, smallImage, text } from '../testing/images';
import { registryUnderTest } from '../testing/registry';
import { RegistryClient } from './client';
import type { Fetch } from './connection';

const large = 'x'.repeat(3_000);
const amd = smallImage([large, 'two']);
const arm = smallImage([large, 'arm'], {}, 'arm64');
const both = indexOf([
  { ...amd.manifest.descriptor, platform: { os: 'linux', architecture: 'amd64' } },
  { ...arm.manifest.descriptor, platform: { os: 'linux', architecture: 'arm64' } },
]);
const everything = [...amd.blobs, ...arm.blobs, amd.manifest, arm.manifest, both];
const name = parseReference('registry.lab:5000/app:1');
const pullAll = { platform: 'all' } as const;
const onAmd = { platform: { os: 'linux', architecture: 'amd64' } };

let here: ImageStore;
let asked: string[];
let under: Awaited<ReturnType<typeof registryUnderTest>>;
beforeEach(async () => {
  here = await memoryStore();
  await addTo(here, everything);
  await here.tag(name, both.descriptor);
  under = await registryUnderTest();
  asked = [];
});

/** Every request passes `through` on its way to the registry. */
function clientOf(through: (request: Request, go: Fetch) => Promise<Response> = (request, go) => go(request)) {
  const fetch: Fetch = (request) => {
    asked.push(`${request.method} ${new URL(request.url).pathname.replace(/[0-9a-f]{60,}/, '').replace(/u\d+$/, '')}`);
    return through(request, under.registry.handle);
  };
  return new RegistryClient({ fetch, wait: async () => undefined, endpoint: (domain) => `http://${domain}` });
}
const isLayer = ({ method, url }: Request, ofMethod: string) =>
  method === ofMethod && url.includes(amd.blobs[1]?.descriptor.digest.slice(7) ?? '?');
/** The body up to a byte, then a broken line. */
async function* breaking(body: ReadableStream<Uint8Array> | null, at: number) {
  for await (const piece of piecesOf(body)) {
    yield piece.subarray(0, at);
    throw new Error('the line broke');
  }
}

describe('over a socket, with a password', () => {
  let served: Served;
  beforeEach(async () => {
    const policy = {
      isUser: (user: string, password: string) => user === 'ann' && password === 'secret',
      granted: (user: string | null, { actions }: { actions: Array<'pull' | 'push' | 'delete' | '*'> }) =>
        user ? actions : [],
    };
    under = await registryUnderTest({ auth: { policy, key: new Uint8Array(32).fill(1) } });
    served = await serve(under.registry.handle, { host: '127.0.0.1', port: 0 }, () => undefined);
  });
  afterEach(() => served.close());

  const client = (password: string) =>
    new RegistryClient({
      fetch,
      wait: async () => undefined,
      endpoint: () => `http://127.0.0.1:${served.port}`,
      credentials: () => ({ user: 'ann', password }),
    });

  test('what was pushed is what is pulled', async () => {
    expect(await client('secret').push(here, name)).toEqual(both.descriptor);
    const there = await memoryStore();
    expect(await client('secret').pull(there, name, pullAll)).toEqual(both.descriptor);
    expect(await blobsIn(there)).toEqual(await blobsIn(here));
    expect(there.find(name)).toEqual(both.descriptor);
    expect(await there.collect()).toEqual([]);
  });

  test('a wrong password is told of', async () => {
    await expect(client('guess').pull(here, name, pullAll)).rejects.toMatchObject({
      status: 401,
      code: 'registry-failure',
    });
    await expect(client('guess').push(here, name)).rejects.toThrow(/UNAUTHORIZED: the name or the password is wrong/);
  });
});

describe('pull', () => {
  beforeEach(async () => {
    await clientOf().push(here, name);
    here = await memoryStore();
    asked = [];
  });

  test('of one platform brings that, and a name for the whole', async () => {
    await clientOf().pull(here, name, onAmd);
    const wanted = [...amd.blobs, amd.manifest, both].map(({ descriptor }) => descriptor.digest).sort();
    expect(await blobsIn(here)).toEqual(wanted);
    expect(here.find(name)).toEqual(both.descriptor);
    const sparc = { platform: { os: 'linux', architecture: 'sparc' } };
    await expect(clientOf().pull(here, name, sparc)).rejects.toMatchObject({ code: 'no-platform' });
  });

  test('fetches nothing that is here', async () => {
    await clientOf().pull(here, name, onAmd);
    asked = [];
    await clientOf().pull(here, name, pullAll);
    expect(asked.filter((one) => one.includes('/blobs/'))).toHaveLength(2);
    expect(asked.filter((one) => one.includes('/manifests/'))).toHaveLength(2);
  });

  test.each([
    ['goes on where the line broke', true, 'bytes=100-2999'],
    ['begins again with a server that gives no parts', false, 'bytes=100-2999'],
  ])('%s', async (_, hasRanges, wanted) => {
    const ranges: Array<string | null> = [];
    await clientOf(async (request, go) => {
      if (!isLayer(request, 'GET')) return go(request);
      ranges.push(request.headers.get('range'));
      if (!hasRanges) request.headers.delete('range');
      const response = await go(request);
      return ranges.length === 1 ? new Response(streamOf(breaking(response.body, 100)), response) : response;
    }).pull(here, name, pullAll);
    expect(ranges).toEqual([null, wanted]);
    expect(await blobsIn(here)).toHaveLength(everything.length - 1);
  });

  test.each([
    ['other bytes', () => bytes('y'.repeat(3_000)), 'digest-mismatch'],
    ['more bytes', () => bytes(`${large}x`), 'size-mismatch'],
  ])('%s are refused, and what the name stood for stays', async (_, content, code) => {
    await clientOf().pull(here, name, onAmd);
    const before = here.find(name);
    const client = clientOf(async (request, go) => {
      const isOfArm = request.url.includes(arm.blobs[2]?.descriptor.digest.slice(7) ?? '?');
      return isOfArm ? new Response(content()) : go(request);
    });
    await expect(client.pull(here, name, pullAll)).rejects.toMatchObject({ code: 'size-mismatch' });
    const fresh = await memoryStore();
    const liar = clientOf(async (request, go) => (isLayer(request, 'GET') ? new Response(content()) : go(request)));
    await expect(liar.pull(fresh, name, onAmd)).rejects.toMatchObject({ code });
    expect([fresh.list(), await fresh.blobs.sweep()]).toEqual([[], 0]);
    expect(here.find(name)).toEqual(before);
    await fresh.collect();
    expect(await blobsIn(fresh)).toEqual([]);
  });

  test('a manifest is what its digest says', async () => {
    const byDigest = parseReference(`registry.lab:5000/app@${amd.manifest.descriptor.digest}`);
    const liar = clientOf(
      async () =>
        new Response(text(arm.manifest.content), { headers: { 'content-type': arm.manifest.descriptor.mediaType } }),
    );
    await expect(liar.pull(here, byDigest, pullAll)).rejects.toMatchObject({ code: 'digest-mismatch' });
    await clientOf().pull(here, byDigest, pullAll);
    expect(here.find(byDigest)).toEqual(amd.manifest.descriptor);
  });

  test('comes back later when it is asked to, but not for ever', async () => {
    const counts = new Map<string, number>();
    const refusals = async (request: Request, go: Fetch) => {
      const count = counts.get(request.url) ?? 0;
      counts.set(request.url, count + 1);
      return count < 3 ? new Response(null, { status: 503 }) : go(request);
    };
    await clientOf(refusals).pull(here, name, onAmd);
    const busy = clientOf(async () => new Response(null, { status: 503 }));
    asked = [];
    await expect(busy.pull(here, name, onAmd)).rejects.toMatchObject({ status: 503 });
    expect(asked).toHaveLength(4);
    await expect(clientOf().pull(here, parseReference('registry.lab:5000/none'), onAmd)).rejects.toThrow(
      /404, NAME_UNKNOWN/,
    );
  });
});

describe('push', () => {
  test('sends nothing that is there, and mounts what another repository has', async () => {
    await clientOf().push(here, name);
    asked = [];
    await clientOf().push(here, name);
    expect(asked.filter((one) => !one.startsWith('HEAD'))).toEqual(
      Array(3)
        .fill('PUT /v2/app/manifests/')
        .map((one, i) => (i === 2 ? `${one}1` : `${one}sha256:`)),
    );
    asked = [];
    await clientOf().push(here, parseReference('registry.lab:5000/copy:1'), { source: name });
    expect(asked.filter((one) => one.includes('/uploads/'))).toEqual(Array(5).fill('POST /v2/copy/blobs/uploads/'));
    expect((await under.ask('GET', '/v2/copy/manifests/1')).status).toBe(200);
  });

  test('of one platform gives that the name', async () => {
    const pushed = await clientOf().push(here, name, onAmd);
    expect(pushed.digest).toBe(amd.manifest.descriptor.digest);
    expect((await under.ask('HEAD', '/v2/app/manifests/1')).headers.get('docker-content-digest')).toBe(pushed.digest);
  });

  test('of an image that is not whole fails before its manifest is there', async () => {
    const sparse = await memoryStore();
    await addTo(sparse, [...amd.blobs, amd.manifest, both]);
    await sparse.tag(name, both.descriptor);
    await expect(clientOf().push(sparse, name)).rejects.toMatchObject({ code: 'unknown-blob' });
    expect((await under.ask('GET', '/v2/app/manifests/1')).status).toBe(404);
    await expect(clientOf().push(sparse, parseReference('nobody'))).rejects.toMatchObject({ code: 'unknown-image' });
  });

  test.each([
    ['takes nothing that long', async () => new Response(null, { status: 413 })],
    [
      'breaks the line',
      async (request: Request, go: Fetch) => {
        const cut = new Request(request, { body: streamOf(breaking(request.body, 700)), ...{ duplex: 'half' } });
        cut.headers.delete('content-length');
        return go(cut).catch(() => Promise.reject(new Error('the line broke')));
      },
    ],
  ] satisfies Array<[string, (request: Request, go: Fetch) => Promise<Response>]>)(
    'goes on in pieces when the registry %s',
    async (_, refuse) => {
      const ranges: Array<string | null> = [];
      let lost = 0;
      await clientOf(async (request, go) => {
        if (isLayer(request, 'PUT') && request.headers.get('content-length') === '3000') return refuse(request, go);
        if (request.method !== 'PATCH') return go(request);
        ranges.push(request.headers.get('content-range'));
        const response = await go(request);
        // The answer to the second piece is lost.
        if (ranges.length === 2 && lost++ === 0) throw new Error('the line broke');
        return response;
      }).push(here, name, { chunkBytes: 1_000 });
      const response = await under.ask('GET', `/v2/app/blobs/${amd.blobs[1]?.descriptor.digest}`);
      expect(await response.text()).toBe(large);
      expect(new Set(ranges).size).toBe(3);
      expect(ranges.filter((one, at) => ranges.indexOf(one) !== at)).toHaveLength(1);
    },
  );
});
