import { beforeEach, describe, expect, test } from 'vitest';
import { writeHeader } from '../../archive';
import { mediaTypes } from '../spec/media-types';
import { parseReference } from '../spec/reference';
import type { ImageStore } from '../store/image-store';
import { joined } from '../streams';
import { cut, expectNothing, tarWith, whole } from '../testing/archives';
import { addTo, bytes, memoryStore, smallImage, text } from '../testing/images';
import { filesOf } from './export';
import { importArchive } from './import';
import { tarOf } from './tar';

const one = smallImage(['a', 'b']);
const app = parseReference('app:1');
const again = parseReference('registry.lab:5000/team/app:2');

let store: ImageStore;
let fresh: ImageStore;
beforeEach(async () => {
  [store, fresh] = [await memoryStore(), await memoryStore()];
  await addTo(store, [...one.blobs, one.manifest]);
  await store.tag(app, one.manifest.descriptor);
});
const nothingIsLeft = () => expectNothing(fresh);

describe('docker save', () => {
  const [config, a, b] = one.blobs.map(({ content }) => content);
  const saved = {
    Config: 'c.json',
    RepoTags: ['app:1', 'registry.lab:5000/team/app:2'],
    Layers: ['x/layer.tar', 'y/layer.tar'],
  };
  const files: Array<[string, Uint8Array | object]> = [
    ['x/layer.tar', a ?? {}],
    ['y/layer.tar', b ?? {}],
    ['c.json', config ?? {}],
    ['repositories', {}],
  ];

  test('of old: manifest.json, and paths of layers', async () => {
    await importArchive(fresh, await tarWith([['manifest.json', [saved]], ...files]));
    const target = fresh.find(app);
    expect(target).toEqual(fresh.find(again));
    expect(await fresh.readManifest(target ?? one.manifest.descriptor)).toEqual(
      await store.readManifest(one.manifest.descriptor),
    );
  });

  test('new: an index beside it, which says more', async () => {
    const archive = await whole(tarOf(filesOf(store, [app], { format: 'docker' })));
    expect(text(archive)).toContain('"RepoTags":["app:1"]');
    await importArchive(fresh, cut(archive, 4096));
    expect(fresh.find(app)).toEqual(one.manifest.descriptor);
  });

  test('gzip and zstd are known by what they begin with', async () => {
    const packed = [Uint8Array.of(0x1f, 0x8b, 8, 0), Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd)] as const;
    await importArchive(
      fresh,
      await tarWith([
        ['x/layer.tar', packed[0]],
        ['y/layer.tar', packed[1]],
        ...files.slice(2),
        ['manifest.json', [saved]],
      ]),
    );
    const { layers } = await fresh.readManifest(fresh.find(app) ?? one.manifest.descriptor);
    expect(layers.map(({ mediaType }) => mediaType)).toEqual([mediaTypes.layerGzip, mediaTypes.layerZstd]);
  });

  const link = (path: string, target: string, type: 'link' | 'symlink' = 'symlink') =>
    writeHeader({
      path,
      target,
      type,
      mode: 0o777,
      uid: 0,
      gid: 0,
      size: 0,
      mtimeNs: 0n,
      device: null,
      xattrs: new Map(),
    });

  test.each([
    ['a symbolic link', link('y/layer.tar', '../z/real.tar')],
    ['a hard link', link('y/layer.tar', 'z/real.tar', 'link')],
    ['links to links', joined([link('y/layer.tar', '../w'), link('w', './z/../z/real.tar')])],
  ])('a layer may be %s to another', async (_, links) => {
    const rest: typeof files = [['x/layer.tar', a ?? {}], ['z/real.tar', b ?? {}], ...files.slice(2)];
    const archive = await whole(await tarWith([...rest, ['manifest.json', [saved]]]));
    await importArchive(fresh, cut(joined([links, archive]), 512));
    expect(await fresh.readManifest(fresh.find(app) ?? one.manifest.descriptor)).toEqual(
      await store.readManifest(one.manifest.descriptor),
    );
  });

  test.each([
    ['leads outside', link('y/layer.tar', '../../etc/passwd')],
    ['is absolute', link('y/layer.tar', '/etc/passwd')],
    ['leads outside, hard', link('y/layer.tar', '../etc/passwd', 'link')],
    ['leads in a circle', joined([link('y/layer.tar', 'other'), link('y/other', 'layer.tar')])],
  ])('a link that %s is refused', async (_, links) => {
    const archive = await whole(
      await tarWith([...files.filter(([path]) => path !== 'y/layer.tar'), ['manifest.json', [saved]]]),
    );
    await expect(importArchive(fresh, cut(joined([links, archive]), 512))).rejects.toThrow(/y\/layer.tar/);
    await nothingIsLeft();
  });

  test.each([
    ['a layer is missing', files.slice(1), 'unknown-blob'],
    ['the config has other layers', [['x/layer.tar', bytes('z')], ...files.slice(1)], 'digest-mismatch'],
    ['the config is none', [...files.slice(0, 2), ['c.json', { os: 'linux' }]], 'invalid-manifest'],
  ] satisfies Array<[string, typeof files, string]>)('is refused when %s', async (_, damaged, code) => {
    await expect(importArchive(fresh, await tarWith([...damaged, ['manifest.json', [saved]]]))).rejects.toMatchObject({
      code,
    });
    await nothingIsLeft();
  });

  test('without a name it needs one', async () => {
    const nameless = await tarWith([...files, ['manifest.json', [{ ...saved, RepoTags: null }]]]);
    await expect(importArchive(fresh, nameless)).rejects.toThrow(/say what it is to be called/);
    await importArchive(fresh, await tarWith([...files, ['manifest.json', [{ ...saved, RepoTags: null }]]]), {
      name: app,
    });
    expect(fresh.find(app)).not.toBeNull();
  });
});
