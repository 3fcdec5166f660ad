import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import { diff, emptyState } from '../../../engine/state';
import { sceneOf } from '../model/scene';
import {
  cableStory,
  cniStory,
  containerStory,
  crowd,
  imageStory,
  ipcStory,
  manyCalls,
  manyContainers,
  manyImages,
  mountStory,
  namespacesStory,
  networkStory,
  overlayStory,
  pidStory,
  type Story,
  userStory,
  utsStory,
} from '../test-support';
import { inOrder } from './diagrams';

const stories = [
  overlayStory,
  namespacesStory,
  utsStory,
  ipcStory,
  pidStory,
  mountStory,
  networkStory,
  cableStory,
  userStory,
  imageStory,
  containerStory,
  cniStory,
];

function scenesOf({ start, steps }: Story) {
  return steps.map(({ state: after }, index) => {
    const before = steps[index - 1]?.state ?? start;
    return sceneOf({ before, after, patch: diff(before, after) });
  });
}

const draw = (scene: ReturnType<typeof sceneOf>, width: number) =>
  inOrder([]).map(({ Drawing }) =>
    renderToStaticMarkup(createElement(Drawing, { scene, width, scale: 1, selected: null, onSelect: () => undefined })),
  );

describe('drawings', () => {
  it.each(stories)('draw every step of $title at every width, all nodes named', (story) => {
    for (const width of [362, 720, 2400]) {
      let drawn = 0;
      for (const markup of scenesOf(story).flatMap((scene) => draw(scene, width))) {
        expect(markup).not.toContain('NaN');
        const nodes = markup.match(/<[a-z]+ [^>]*data-ref="[^>]*>/g) ?? [];
        for (const node of nodes) expect(node).toMatch(/aria-label="[^"]+"/);
        drawn += nodes.length;
      }
      expect(drawn).toBeGreaterThan(0);
    }
  });

  it('say what will appear while there is nothing', () => {
    const scene = sceneOf({ before: emptyState(), after: emptyState(), patch: {} });
    for (const markup of draw(scene, 720)) expect(markup).toContain('dg-empty-title');
  });

  it('draw no more than a page can bear of 2,000 processes and 5,000 mounts', () => {
    const scene = sceneOf({ before: crowd(), after: crowd(), patch: {} });
    const drawn = draw(scene, 720).map((markup) => markup.match(/data-ref/g)?.length ?? 0);
    expect(Math.max(...drawn)).toBeLessThan(400);
    expect(Math.max(...drawn)).toBeGreaterThan(0);
  });

  it.each([
    ['63 images', manyImages],
    ['500 containers', manyContainers],
    ['200 calls of plugins', manyCalls],
  ])('draw no more than a page can bear of %s', (_, state) => {
    const scene = sceneOf({ before: state(), after: state(), patch: {} });
    for (const markup of draw(scene, 720)) expect(markup.match(/data-ref/g)?.length ?? 0).toBeLessThan(200);
  });
});
