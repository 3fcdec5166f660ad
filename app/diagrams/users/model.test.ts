import { describe, expect, it } from 'vitest';
import { sceneOf } from '../model/scene';
import { userStory } from '../test-support';
import { insideId, userBoxes } from './model';
import { placeMap } from './placement';

const map = [
  { inside: 0, outside: 1000, count: 1 },
  { inside: 1, outside: 100000, count: 65536 },
];

describe('userBoxes', () => {
  const state = userStory.steps.at(-1)?.state ?? userStory.start;
  const [host] = userBoxes(sceneOf({ before: state, after: state, patch: {} }));
  const rootless = host?.children[0];

  it('nests user namespaces', () => {
    expect(rootless?.ns.id).toBe('user:4026532471');
    expect(rootless?.children.map(({ ns }) => ns.id)).toEqual(['user:4026532473']);
  });

  it('tells who a process is inside and outside', () => {
    expect(
      rootless?.rows.map(({ process, inside, outside, capabilities }) => [
        process.command,
        inside,
        outside,
        capabilities,
      ]),
    ).toEqual([
      ['bash', 0, 1000, 'all'],
      ['httpd', 33, 100032, 'CAP_NET_BIND_SERVICE'],
    ]);
  });

  it('takes an id without a map for nobody', () => {
    expect(rootless?.children[0]?.rows[0]).toMatchObject({ inside: 65534, mapped: false, outside: 1000 });
  });

  it('lists the namespaces it owns', () => {
    expect(rootless?.owns.map(({ id }) => id)).toEqual(['net:4026532472']);
  });
});

describe('insideId', () => {
  it.each([
    [1000, 0],
    [100000, 1],
    [165535, 65536],
    [165536, null],
    [999, null],
  ])('finds %i inside', (outside, inside) => {
    expect(insideId(map, outside)).toBe(inside);
  });
});

describe('placeMap', () => {
  it('crosses the bands of ranges whose order differs outside', () => {
    const crossed = [
      { inside: 0, outside: 5000, count: 10 },
      { inside: 10, outside: 100, count: 10 },
    ];
    const [first, second] = placeMap(crossed).blocks;
    expect(first?.inside.x).toBeLessThan(second?.inside.x ?? 0);
    expect(first?.outside.x).toBeGreaterThan(second?.outside.x ?? 0);
    expect(first?.inside.label).toBe('0 – 9');
  });

  it('draws the first twelve of many ranges', () => {
    const many = Array.from({ length: 340 }, (_, index) => ({ inside: index, outside: 1000 + index, count: 1 }));
    expect(placeMap(many)).toMatchObject({ more: 328 });
  });
});
