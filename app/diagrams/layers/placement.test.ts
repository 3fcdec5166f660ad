import { describe, expect, it } from 'vitest';
import { diff } from '../../../engine/state';
import { sceneOf } from '../model/scene';
import { overlayStory } from '../test-support';
import { overlayModels } from './model';
import { placeOverlay } from './placement';

/** The overlay after step `index`, with what that step changed. */
function modelAt(index: number) {
  const after = overlayStory.steps[index]?.state ?? overlayStory.start;
  const before = overlayStory.steps[index - 1]?.state ?? overlayStory.start;
  const [model] = overlayModels(sceneOf({ before, after, patch: diff(before, after) }));
  if (!model) throw new Error(`no overlay after step ${index}`);
  return model;
}

const cellsOf = (index: number, path: string) => {
  const all = (nodes: ReturnType<typeof modelAt>['names']): typeof nodes =>
    nodes.flatMap((node) => [node, ...all(node.children)]);
  return all(modelAt(index).names)
    .find((node) => node.path === path)
    ?.cells.map(({ layer, kind, shadowed, mark }) => [layer, kind, shadowed, mark]);
};

describe('overlayModels', () => {
  it('stacks the merged view and every layer in order', () => {
    expect(modelAt(1).sheets.map(({ label, path }) => `${label} ${path}`)).toEqual([
      'merged /root/merged',
      'upper /root/upper',
      'lower 1 /root/lower2',
      'lower 2 /root/lower1',
    ]);
  });

  it('tells a copy-up: new above, shadowed below', () => {
    expect(cellsOf(2, 'base.txt')).toEqual([
      [-1, 'file', false, undefined],
      [0, 'file', false, 'new'],
      [2, 'file', true, undefined],
    ]);
  });

  it('tells a whiteout: hidden in the merged view, all below shadowed', () => {
    expect(cellsOf(3, 'common.txt')).toEqual([
      [-1, 'hidden', false, undefined],
      [0, 'whiteout', false, 'new'],
      [1, 'file', true, undefined],
      [2, 'file', true, undefined],
    ]);
  });

  it('tells an opaque directory: a directory in the merged view, the one below shadowed', () => {
    expect(cellsOf(4, 'logs')).toEqual([
      [-1, 'directory', false, undefined],
      [0, 'opaque', false, 'new'],
      [2, 'directory', true, undefined],
    ]);
  });

  it('merges directories of all layers', () => {
    expect(cellsOf(5, 'etc')?.map(([layer, kind, shadowed]) => [layer, kind, shadowed])).toEqual([
      [-1, 'directory', false],
      [0, 'directory', false],
      [1, 'directory', false],
      [2, 'directory', false],
    ]);
  });

  it('leaves the Machine’s own root out', () => {
    const { start } = overlayStory;
    const key = 'mnt:4026532300/100';
    const root = { mount: key, mountPoint: '/', layers: [], workdir: null, files: {}, truncated: false };
    const state = { ...start, overlays: { [key]: root } };
    expect(overlayModels(sceneOf({ before: state, after: state, patch: {} }))).toEqual([]);
  });
});

describe('placeOverlay', () => {
  it('keeps a name in one column through all layers, and names apart', () => {
    const { cards } = placeOverlay(modelAt(5), 700);
    for (const path of new Set(cards.map(({ node }) => node.path))) {
      const xs = new Set(cards.filter(({ node }) => node.path === path).map(({ x }) => x));
      expect(xs.size, path).toBe(1);
    }
    const leaves = cards.filter(({ tray, cell }) => !tray && cell.layer === -1).toSorted((a, b) => a.x - b.x);
    leaves.forEach((card, index) => {
      const next = leaves[index + 1];
      if (next) expect(card.x + card.width).toBeLessThanOrEqual(next.x);
    });
  });

  it('leads each line of sight from the merged view to the layer it comes from', () => {
    const { sights, sheets } = placeOverlay(modelAt(1), 700);
    const sight = sights.find(({ key }) => key === 'base.txt/sight');
    const lowest = sheets.at(-1);
    expect(sight?.layer).toBe(2);
    expect(sight?.to).toBeGreaterThan(lowest?.y ?? Number.POSITIVE_INFINITY);
  });

  it('starts a copy-up from the layer it was copied from', () => {
    const copied = placeOverlay(modelAt(2), 700).cards.find(({ copiedFrom }) => copiedFrom !== null);
    expect(copied?.node.path).toBe('base.txt');
    expect(copied?.copiedFrom).toBeGreaterThan(0);
  });

  it('grows beyond a narrow page and stays within a wide one', () => {
    expect(placeOverlay(modelAt(5), 320).width).toBeGreaterThan(320);
    expect(placeOverlay(modelAt(5), 2000).width).toBe(2000);
  });
});
