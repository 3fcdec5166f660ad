import { mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { NodeFiles } from '../host/node-files';
import { parseReference } from '../spec/reference';
import type { ImageStore } from '../store/image-store';
import { MemoryFiles } from '../store/memory-files';
import { cut, expectNothing, tarWith, whole } from '../testing/archives';
import { addTo, blobsIn, bytes, indexOf, memoryStore, type Piece, smallImage } from '../testing/images';
import { type ExportOptions, filesOf, writeLayout } from './export';
import { importArchive, importLayout } from './import';
import { tarOf } from './tar';

const one = smallImage(['a', 'b']);
const other = smallImage(['a', 'c'], {}, 'arm64');
const both = indexOf([
  { ...one.manifest.descriptor, platform: { os: 'linux', architecture: 'amd64' } },
  { ...other.manifest.descriptor, platform: { os: 'linux', architecture: 'arm64' } },
]);
const app = parseReference('app:1');
const again = parseReference('registry.lab:5000/team/app:2');
const multi = parseReference('multi');

let store: ImageStore;
let fresh: ImageStore;
beforeEach(async () => {
  [store, fresh] = [await memoryStore(), await memoryStore()];
  await addTo(store, [...one.blobs, ...other.blobs, one.manifest, other.manifest, both]);
  await store.tag(app, one.manifest.descriptor);
  await store.tag(again, one.manifest.descriptor);
  await store.tag(multi, both.descriptor);
});

const exported = (references: Parameters<typeof filesOf>[1], options: ExportOptions = { format: 'oci' }) =>
  whole(tarOf(filesOf(store, references, options)));
const nothingIsLeft = () => expectNothing(fresh);

describe('what is exported is what is imported', () => {
  test.each([1, 511, 1 << 20])('from a tar in pieces of %d bytes', async (size) => {
    const archive = await exported([app, again, multi]);
    const names = (await importArchive(fresh, cut(archive, size))).map(({ name }) => name);
    expect(names).toEqual([
      'docker.io/library/app:1',
      'registry.lab:5000/team/app:2',
      'docker.io/library/multi:latest',
    ]);
    expect(fresh.list()).toEqual(store.list());
    expect(await blobsIn(fresh)).toEqual(await blobsIn(store));
    expect(await fresh.collect()).toEqual([]);
  });

  test('from a directory', async () => {
    const directory = new MemoryFiles();
    await writeLayout(
      directory,
      filesOf(store, [app, again, multi], { format: 'docker', platform: { os: 'linux', architecture: 'amd64' } }),
    );
    await importLayout(fresh, directory);
    expect(fresh.list().map(({ target }) => target.digest)).toEqual(Array(3).fill(one.manifest.descriptor.digest));
    await expect(writeLayout(directory, filesOf(store, [app], { format: 'oci' }))).rejects.toMatchObject({
      code: 'invalid-archive',
    });
  });

  test('the same bytes each time', async () => {
    expect(await exported([app, multi])).toEqual(await exported([app, multi]));
  });

  test('of an index, the images that are there', async () => {
    await fresh.blobs.write(both.descriptor, [both.content]);
    await addTo(fresh, [...one.blobs, one.manifest]);
    await fresh.tag(multi, both.descriptor);
    [store, fresh] = [fresh, await memoryStore()];
    await importArchive(fresh, cut(await exported([multi]), 4096));
    expect(fresh.find(multi)).toEqual(both.descriptor);
    const directory = new MemoryFiles();
    await writeLayout(directory, filesOf(store, [multi], { format: 'oci' }));
    fresh = await memoryStore();
    await importLayout(fresh, directory);
    expect(await blobsIn(fresh)).toEqual(await blobsIn(store));
  });

  test.each([
    ['a name nobody has', [parseReference('none')], { format: 'oci' }, 'unknown-image'],
    ['several platforms for docker', [multi], { format: 'docker' }, 'no-platform'],
    [
      'a platform there is none for',
      [multi],
      { format: 'oci', platform: { os: 'linux', architecture: 'mips' } },
      'no-platform',
    ],
  ] satisfies Array<[string, Array<typeof app>, ExportOptions, string]>)(
    '%s cannot be',
    async (_, names, options, code) => {
      await expect(exported(names, options)).rejects.toMatchObject({ code });
    },
  );
});

describe('names of a layout', () => {
  const layoutWith = (annotations: ReadonlyArray<Record<string, string> | null>, image: Piece = one.manifest) =>
    tarWith([
      ...[...one.blobs, one.manifest].map(({ descriptor, content }): [string, Uint8Array] => [
        `blobs/${descriptor.digest.replace(':', '/')}`,
        content,
      ]),
      ['oci-layout', { imageLayoutVersion: '1.0.0' }],
      [
        'index.json',
        {
          schemaVersion: 2,
          manifests: annotations.map((each) => ({ ...image.descriptor, ...(each ? { annotations: each } : {}) })),
        },
      ],
    ]);
  const tag = 'org.opencontainers.image.ref.name';
  const name = 'io.containerd.image.name';

  test.each([
    [[{ [tag]: 'v1' }], 'team/app', ['docker.io/team/app:v1']],
    [[{ [tag]: 'quay.io/a/b:c' }], undefined, ['quay.io/a/b:c']],
    [[{ [tag]: 'v1', [name]: 'docker.io/library/x:v1' }], 'other', ['docker.io/library/x:v1']],
    [[{ [tag]: 'v2', [name]: 'docker.io/library/x:v1' }], undefined, ['docker.io/library/x:v2']],
    [[null], 'app:9', ['docker.io/library/app:9']],
    [[{ [tag]: 'v1' }, { [tag]: 'v2' }], 'app', ['docker.io/library/app:v1', 'docker.io/library/app:v2']],
  ] satisfies Array<[Array<Record<string, string> | null>, string | undefined, string[]]>)(
    '%j, --name %s',
    async (annotations, base, expected) => {
      await importArchive(
        fresh,
        await layoutWith(annotations),
        base === undefined ? {} : { name: parseReference(base) },
      );
      expect(fresh.list()).toEqual(expected.map((each) => ({ name: each, target: one.manifest.descriptor })));
    },
  );

  test.each([
    [[{ [tag]: 'v1' }], undefined],
    [[null], undefined],
    [[null, null], 'app'],
    [[{ [tag]: 'Not a name/x' }], undefined],
  ])('%j, --name %s is refused', async (annotations, base) => {
    const options = base === undefined ? {} : { name: parseReference(base) };
    await expect(importArchive(fresh, await layoutWith(annotations), options)).rejects.toMatchObject({
      code: 'invalid-reference',
    });
    await nothingIsLeft();
  });
});

describe('what is refused', () => {
  const layout: [string, object] = ['oci-layout', { imageLayoutVersion: '1.0.0' }];
  const emptyIndex: [string, object] = ['index.json', { schemaVersion: 2, manifests: [] }];

  test.each([
    ['a name that goes up', [['../x', bytes('a')]], 'invalid-layer'],
    ['an absolute name', [['/etc/x', bytes('a')]], 'invalid-layer'],
    ['a blob under another name', [[`blobs/sha256/${'0'.repeat(64)}`, bytes('a')]], 'digest-mismatch'],
    ['a blob that is none', [['blobs/sha256/short', bytes('a')]], 'invalid-digest'],
    ['an index without a layout', [emptyIndex], 'invalid-manifest'],
    ['another version', [['oci-layout', { imageLayoutVersion: '2.0.0' }], emptyIndex], 'invalid-manifest'],
    ['a document without end', [['index.json', new Uint8Array((4 << 20) + 1)]], 'invalid-archive'],
    ['an archive of something else', [['readme', bytes('a')]], 'invalid-manifest'],
    [
      'an image that is missing',
      [
        layout,
        [
          'index.json',
          {
            schemaVersion: 2,
            manifests: [{ ...one.manifest.descriptor, annotations: { 'io.containerd.image.name': 'a' } }],
          },
        ],
      ],
      'unknown-blob',
    ],
  ] satisfies Array<[string, Array<[string, Uint8Array | object]>, string]>)('%s', async (_, files, code) => {
    await expect(importArchive(fresh, await tarWith(files))).rejects.toMatchObject({ code });
    await nothingIsLeft();
  });

  test('an archive that is cut off, wherever', async () => {
    const archive = await exported([app]);
    for (const end of [100, 700, 2000, archive.byteLength - 700]) {
      await expect(importArchive(fresh, cut(archive.subarray(0, end), 4096)), `${end}`).rejects.toThrow();
      await nothingIsLeft();
    }
  });
});

describe('a directory of this computer', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'underlay-layout-'));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  test('a link in the place of a blob brings nothing else in', async () => {
    await writeLayout(new NodeFiles(directory), filesOf(store, [app], { format: 'oci' }));
    const blob = join(directory, 'blobs', one.blobs[1]?.descriptor.digest.replace(':', '/') ?? '');
    const secret = join(directory, 'secret');
    writeFileSync(secret, 'x');
    rmSync(blob);
    symlinkSync(secret, blob);
    await expect(importLayout(fresh, new NodeFiles(directory))).rejects.toMatchObject({ code: 'digest-mismatch' });
    await nothingIsLeft();
    expect(readdirSync(directory).sort()).toEqual(['blobs', 'index.json', 'oci-layout', 'secret']);
  });
});
