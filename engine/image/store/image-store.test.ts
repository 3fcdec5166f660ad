import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { NodeFiles } from '../host/node-files';
import type { Descriptor } from '../spec/descriptor';
import { sha256Of } from '../spec/digest';
import { mediaTypes } from '../spec/media-types';
import { parseReference } from '../spec/reference';
import { ImageStore } from './image-store';

let directory: string;
let names = 0;
const open = () => ImageStore.open(new NodeFiles(directory), () => `t${names++}`);
const bytes = (text: string) => new TextEncoder().encode(text);
const app = parseReference('app:1');

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'underlay-store-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

async function addImage(store: ImageStore, ...layers: string[]): Promise<Descriptor> {
  const config = await store.blobs.add(bytes(`{"for": ${JSON.stringify(layers)}}`), mediaTypes.config);
  const parts = [];
  for (const layer of layers) parts.push(await store.blobs.add(bytes(layer), mediaTypes.layer));
  const manifest = { schemaVersion: 2, mediaType: mediaTypes.manifest, config, layers: parts };
  return store.blobs.add(bytes(JSON.stringify(manifest)), mediaTypes.manifest);
}

const blobNames = () => readdirSync(join(directory, 'blobs/sha256')).sort();

describe('contents', () => {
  test('lie where an image layout has them, and are read back', async () => {
    const store = await open();
    const content = await store.blobs.add(bytes('hello'), 'text/plain');
    expect(readFileSync(join(directory, 'blobs', content.digest.replace(':', '/')), 'utf8')).toBe('hello');
    expect(JSON.parse(readFileSync(join(directory, 'oci-layout'), 'utf8'))).toEqual({ imageLayoutVersion: '1.0.0' });
    expect(await store.blobs.readWhole(content)).toEqual(bytes('hello'));
  });

  test.each([
    ['another content', 'hellO', 'digest-mismatch'],
    ['too little', 'hell', 'size-mismatch'],
    ['too much', 'hello!', 'size-mismatch'],
  ])('%s is refused, and leaves nothing', async (_, sent, code) => {
    const store = await open();
    const expected = { digest: sha256Of(bytes('hello')), size: 5 };
    await expect(store.blobs.write(expected, [bytes(sent)])).rejects.toMatchObject({ code });
    expect(await store.blobs.all()).toEqual([]);
    expect(readdirSync(join(directory, 'ingest'))).toEqual([]);
  });

  test('a source that fails leaves nothing either', async () => {
    const store = await open();
    async function* source() {
      yield bytes('he');
      throw new Error('the line is dead');
    }
    await expect(store.blobs.write({ digest: sha256Of(bytes('hello')), size: 5 }, source())).rejects.toThrow(/dead/);
    expect(readdirSync(join(directory, 'ingest'))).toEqual([]);
  });

  test('many writers of one content are all content', async () => {
    const store = await open();
    await Promise.all(Array.from({ length: 20 }, () => store.blobs.add(bytes('same'), 'text/plain')));
    expect(blobNames()).toHaveLength(1);
  });

  test('damage on the disk is seen by whoever reads', async () => {
    const store = await open();
    const content = await store.blobs.add(bytes('hello'), 'text/plain');
    writeFileSync(join(directory, 'blobs', content.digest.replace(':', '/')), 'hellO');
    await expect(store.blobs.readWhole(content)).rejects.toMatchObject({ code: 'digest-mismatch' });
    await expect(store.blobs.readWhole({ ...content, digest: sha256Of(bytes('x')) })).rejects.toMatchObject({
      code: 'unknown-blob',
    });
  });
});

describe('names', () => {
  test('are there after a restart, and move', async () => {
    const store = await open();
    const [first, second] = [await addImage(store, 'a'), await addImage(store, 'b')];
    await store.tag(app, first);
    await store.tag(parseReference('app:2'), first);
    await store.tag(app, second);
    const again = await open();
    expect(again.list()).toEqual([
      { name: 'docker.io/library/app:1', target: second },
      { name: 'docker.io/library/app:2', target: first },
    ]);
  });

  test('are not given to what is not whole', async () => {
    const store = await open();
    const image = await addImage(store, 'a');
    await store.blobs.remove(sha256Of(bytes('a')));
    await expect(store.tag(app, image)).rejects.toMatchObject({ code: 'unknown-blob', subject: sha256Of(bytes('a')) });
    expect(store.find(app)).toBeNull();
  });

  test('of nothing cannot be taken away', async () => {
    await expect((await open()).untag(app)).rejects.toMatchObject({ code: 'unknown-image' });
  });

  test('a damaged index is not taken for an empty one', async () => {
    await open();
    writeFileSync(join(directory, 'index.json'), '{"schemaVersion": 2');
    await expect(open()).rejects.toMatchObject({ code: 'invalid-manifest', subject: 'index.json' });
  });
});

describe('a collection', () => {
  test('removes what no name leads to, and nothing else', async () => {
    const store = await open();
    const image = await addImage(store, 'shared', 'own');
    await store.tag(app, image);
    await store.tag(parseReference('other'), await addImage(store, 'shared'));
    await store.untag(parseReference('other'));
    expect(await store.collect()).toHaveLength(2);
    expect(blobNames()).toHaveLength(4);
    await store.untag(app);
    expect(await store.collect()).toHaveLength(4);
    expect(blobNames()).toEqual([]);
  });

  test('follows indexes, of which manifests for other platforms may be missing', async () => {
    const store = await open();
    const here = await addImage(store, 'here');
    const missing = { ...here, digest: sha256Of(bytes('elsewhere')) };
    const index = { schemaVersion: 2, mediaType: mediaTypes.index, manifests: [missing, here] };
    await store.tag(app, await store.blobs.add(bytes(JSON.stringify(index)), mediaTypes.index));
    expect(await store.collect()).toEqual([]);
    expect(blobNames()).toHaveLength(4);
  });

  test('spares what is being put together', async () => {
    const store = await open();
    const lease = store.lease();
    lease.keep((await store.blobs.add(bytes('half'), mediaTypes.layer)).digest);
    expect(await store.collect()).toEqual([]);
    lease.release();
    expect(await store.collect()).toEqual([sha256Of(bytes('half'))]);
  });

  test('removes nothing when it cannot see what hangs on an image', async () => {
    const store = await open();
    const image = await addImage(store, 'a');
    await store.tag(app, image);
    await store.blobs.add(bytes('garbage'), mediaTypes.layer);
    writeFileSync(join(directory, 'blobs', image.digest.replace(':', '/')), '{}');
    await expect(store.collect()).rejects.toMatchObject({ code: expect.stringMatching(/mismatch/) });
    expect(blobNames()).toHaveLength(4);
  });
});

/** Lets a process work on the store and kills it after so many lines. */
function killedAfter(lines: number): Promise<void> {
  const script = fileURLToPath(new URL('../testing/busy-store.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', script, directory], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let seen = 0;
  createInterface({ input: child.stdout }).on('line', () => {
    if (++seen === lines) child.kill('SIGKILL');
  });
  return new Promise((resolve, reject) => {
    child.on('exit', (_, signal) => (signal === 'SIGKILL' ? resolve() : reject(new Error('it ended by itself'))));
  });
}

test('whenever its process is killed, every image that has a name is whole', async () => {
  for (const lines of [1, 7, 10, 23, 40]) {
    await killedAfter(lines);
    const store = await open();
    expect(readdirSync(join(directory, 'ingest'))).toEqual([]);
    for (const { target } of store.list()) {
      const { config, layers } = await store.readManifest(target);
      for (const part of [config, ...layers]) expect(await store.blobs.readWhole(part)).toHaveLength(part.size);
    }
    await store.collect();
    expect(blobNames()).toHaveLength(store.list().length * 3);
  }
});
