import { describe, expect, it } from 'vitest';
import { diff, type NamespaceKind } from '../../../engine/state';
import { sceneOf } from '../model/scene';
import { add, crowd, machineNamespaces, namespacesStory, oneMachine, process } from '../test-support';
import { namespacesModel } from './model';
import { placeMatrix } from './placement';

const born = machineNamespaces(4026532300);

function modelAt(index: number) {
  const after = namespacesStory.steps[index]?.state ?? namespacesStory.start;
  const before = namespacesStory.steps[index - 1]?.state ?? namespacesStory.start;
  return namespacesModel(sceneOf({ before, after, patch: diff(before, after) }));
}

const lanes = (index: number, kind: NamespaceKind) =>
  modelAt(index)
    .columns.find((column) => column.kind === kind)
    ?.lanes.map(({ origin, from, to, mark }) => [origin, from, to, mark]);

describe('namespacesModel', () => {
  it('lists processes as a tree, then what pins a namespace', () => {
    expect(modelAt(2).rows.map(({ kind, title, depth }) => `${kind} ${'-'.repeat(depth)}${title}`)).toEqual([
      'process init',
      'process -bash',
      'process --sleep',
      'process --bash',
      'pin /run/keep',
    ]);
  });

  it('runs a lane from the first to the last row of a namespace', () => {
    expect(lanes(2, 'uts')).toEqual([
      ['machine', 0, 3, undefined],
      ['made', 2, 4, 'changed'],
    ]);
    expect(lanes(2, 'user')).toEqual([['host', 0, 3, undefined]]);
  });

  it('keeps a namespace that only a pin holds', () => {
    expect(lanes(3, 'uts')?.[1]?.[0]).toBe('made');
    expect(modelAt(3).rows.at(-1)).toMatchObject({ kind: 'pin', title: '/run/keep' });
  });

  it('puts processes with the same namespaces into one row when there are very many', () => {
    const model = namespacesModel(sceneOf({ before: crowd(), after: crowd(), patch: {} }));
    expect(model.rows.map(({ title }) => title)).toEqual(['init, bash, sleep × 2,002']);
    expect(model.grouped).toBe(2002);
  });

  it('gives a namespace without process or pin a row of its own', () => {
    const state = add(oneMachine(), {
      namespaces: [{ id: 'net:7', kind: 'net', initial: false, owner: null, parent: null, pins: [] }],
    });
    expect(namespacesModel(sceneOf({ before: state, after: state, patch: {} })).rows.at(-1)).toMatchObject({
      kind: 'kept',
      members: { net: 'net:7' },
    });
  });
});

describe('placeMatrix', () => {
  it.each([362, 480, 720, 1400])('keeps 40 processes and all lanes apart at %i', (width) => {
    const processes = Array.from({ length: 38 }, (_, index) =>
      process(43000 + index, { parent: 41012, namespaces: { ...born, uts: `uts:${5000 + (index % 6)}` } }),
    );
    const state = add(oneMachine(), { processes });
    const placed = placeMatrix(namespacesModel(sceneOf({ before: state, after: state, patch: {} })), width);
    expect(placed.rows).toHaveLength(40);
    const xs = placed.columns.flatMap((column) => column.lanes.map(({ x }) => x));
    xs.forEach((x, index) => {
      if (index > 0) expect(x - (xs[index - 1] ?? 0)).toBeGreaterThanOrEqual(12);
    });
    expect(placed.columns.find(({ kind }) => kind === 'uts')?.lanes.map(({ number }) => number)).toEqual([
      null,
      1,
      2,
      3,
      4,
      5,
      6,
    ]);
  });
});
