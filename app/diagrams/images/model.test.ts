import { describe, expect, it } from 'vitest';
import type { LabState } from '../../../engine/state';
import { sceneOf } from '../model/scene';
import { add, image, imageStory, lastSceneOf, manyImages, oneMachine } from '../test-support';
import { briefName, type ImageStore, imageStores, type LayerNode, shortDigest } from './model';
import { totalsText } from './outline';
import { placeStore } from './placement';

const still = (state: LabState) => sceneOf({ before: state, after: state, patch: {} });
const layersOf = (nodes: readonly LayerNode[]): LayerNode[] => nodes.flatMap((node) => [node, ...layersOf(node.above)]);
const shape = (node: LayerNode): unknown => [
  node.sharedBy,
  node.tops.flatMap(({ names }) => names.map(({ name }) => name)),
  ...node.above.map(shape),
];
const storeAt = (stores: readonly ImageStore[], layout: string) => {
  const found = stores.find((store) => store.layout === layout);
  if (!found) throw new Error(`no images in ${layout}`);
  return found;
};

describe('imageStores', () => {
  it('draws a layer that several images begin with once, under all of them', () => {
    const store = storeAt(imageStores(still(imageStory.start)), '/usr/share/images');
    expect(store.roots.map(shape)).toEqual([
      [4, ['busybox:1.36'], [3, [], [1, ['hello:v1']], [1, ['hello:v2']], [1, ['hello:v3']]]],
    ]);
  });

  it('says what sharing saves, and counts two names of one image once', () => {
    const scene = lastSceneOf(imageStory, 3);
    expect(totalsText(storeAt(imageStores(scene), '/var/lib/images'))).toBe(
      '3 names, 1.0 MiB stored; would be 2.0 MiB without sharing',
    );
  });

  it('keeps both names of an image on one stack, and marks the new one', () => {
    const { roots } = storeAt(imageStores(lastSceneOf(imageStory, 3)), '/var/lib/images');
    const [stack] = layersOf(roots).at(-1)?.tops ?? [];
    expect(stack?.names.map(({ name, mark }) => [name, mark])).toEqual([
      ['hello:latest', 'new'],
      ['hello:v1', undefined],
    ]);
  });

  it('marks what is missing, what is corrupt, and a manifest that is not there', () => {
    const store = storeAt(imageStores(lastSceneOf(imageStory)), '/var/lib/images');
    expect(layersOf(store.roots).map(({ state, mark }) => [state, mark])).toEqual([
      ['corrupt', 'changed'],
      ['present', undefined],
      ['missing', undefined],
    ]);
    expect(store.bare.map(({ state, names }) => [state, names[0]?.name])).toEqual([['missing', null]]);
    expect(totalsText(store)).toContain('2 blobs missing; 1 blob corrupt');
  });

  it('draws a blob again where it lies on something else, and says that it is the same', () => {
    const layer = (name: string) => ({
      digest: `sha256:${name}`,
      size: 10,
      mediaType: '',
      diffId: null,
      createdBy: null,
    });
    const state = add(oneMachine(), {
      images: [image('a:1', [layer('x'), layer('same')]), image('b:1', [layer('y'), layer('same')])],
    });
    const [store] = imageStores(still(state));
    expect(layersOf(store?.roots ?? []).map(({ digest, again, sharedBy }) => [digest, again, sharedBy])).toEqual([
      ['sha256:x', false, 1],
      ['sha256:same', false, 2],
      ['sha256:y', false, 1],
      ['sha256:same', true, 2],
    ]);
  });

  it('tells images of one name apart by their platforms, where there are several', () => {
    const [one, other] = ['linux/amd64', 'linux/arm64'].map((platform) => image('multi:1', [], { platform }));
    if (!one || !other) throw new Error('no image');
    const images = { 'lab/usr/share/images@1': one, 'lab/usr/share/images@2': { ...other, digest: 'sha256:2' } };
    const [store] = imageStores(still({ ...oneMachine(), images }));
    expect(store?.bare.map(({ platform }) => platform)).toEqual(['linux/amd64', 'linux/arm64']);
    expect(imageStores(still(imageStory.start))[0]?.roots[0]?.tops[0]?.platform).toBeNull();
  });

  it('folds stacks of a hundred layers and counts the images it leaves out', () => {
    const [store] = imageStores(still(manyImages()));
    const layers = layersOf(store?.roots ?? []);
    expect(layers.length).toBeLessThan(60);
    expect(store?.more).toBe(39);
    const path = layers.filter(({ key }) =>
      layers.some((top) => top.tops[0]?.names[0]?.name === 'high:1' && `${top.key}/`.startsWith(`${key}/`)),
    );
    expect(path.reduce((sum, { count }) => sum + count, 0)).toBe(101);
  });
});

describe('placeStore', () => {
  it.each([362, 720])('puts each layer on what it lies on, within %i units for four images', (room) => {
    const store = storeAt(imageStores(still(imageStory.start)), '/usr/share/images');
    const placed = placeStore(store, room);
    const at = new Map(placed.layers.map((layer) => [layer.node.key, layer]));
    for (const below of placed.layers) {
      for (const above of below.node.above.map(({ key }) => at.get(key))) {
        expect(above && above.y + above.height).toBeLessThan(below.y);
        expect(above && above.x >= below.x && above.x + above.width <= below.x + below.width + 0.01).toBe(true);
      }
    }
    expect(placed.width * 0.86).toBeLessThanOrEqual(room);
    expect(Math.min(...placed.stacks.map(({ y }) => y))).toBeGreaterThanOrEqual(0);
  });
});

describe('rows of stacks', () => {
  it('are made where not all have room beside each other', () => {
    const layer = (name: string) => ({
      digest: `sha256:${name}`,
      size: 9,
      mediaType: '',
      diffId: null,
      createdBy: null,
    });
    const images = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => image(`${name}:1`, [layer(name)]));
    const [store] = imageStores(still(add(oneMachine(), { images })));
    const rows = (room: number) => new Set(store && placeStore(store, room).layers.map(({ y }) => y)).size;
    expect([rows(362), rows(600)]).toEqual([2, 1]);
  });
});

describe('shortDigest', () => {
  it('leaves out the algorithm', () => {
    expect(shortDigest(`sha256:${'0123456789abcdef'.repeat(4)}`)).toBe('0123456789ab');
  });
});

describe('briefName', () => {
  it.each([
    ['docker.io/library/hello:v1', 12, 'hello:v1'],
    ['docker.io/me/hello:v1', 12, 'me/hello:v1'],
    ['registry.lab:5000/hello:v1', 12, '…/hello:v1'],
    ['registry.lab:5000/hello:v1', 40, 'registry.lab:5000/hello:v1'],
    ['registry.lab:5000/a-long-service:v1', 12, 'a-long-s…:v1'],
    ['busybox:1.36', 8, 'bu…:1.36'],
    ['busybox:1.36-musl-and-more', 8, 'busyb…re'],
    [null, 12, '(no name)'],
  ])('of %s within %i is %s', (name, length, brief) => {
    expect(briefName(name, length)).toBe(brief);
  });
});
