import { describe, expect, it } from 'vitest';
import type { LabState } from '../../../engine/state';
import { sceneOf } from '../model/scene';
import { add, crowd, machineNamespaces, oneMachine, pidStory, process } from '../test-support';
import { numbersOf, type PidBox, type ProcessNode, processBoxes } from './model';

const still = (state: LabState) => sceneOf({ before: state, after: state, patch: {} });
const text = (node: ProcessNode): unknown => [
  node.process.command,
  ...node.children.map(text),
  ...node.boxes.map((box) => ({ box: box.roots.map(text) })),
];
const drawn = (boxes: readonly PidBox[]): number =>
  boxes.reduce((sum, box) => sum + box.roots.reduce((inner, node) => inner + countOf(node), 0), 0);
const countOf = (node: ProcessNode): number =>
  1 + node.children.reduce((sum, child) => sum + countOf(child), 0) + drawn(node.boxes);

describe('processBoxes', () => {
  it('puts a box where a child lives in another pid namespace', () => {
    const state = pidStory.steps[2]?.state ?? pidStory.start;
    expect(processBoxes(still(state))[0]?.roots.map(text)).toEqual([
      [
        'init',
        ['bash', ['unshare', { box: [['bash', ['sleep'], ['sleep'], ['unshare', { box: [['bash', ['sh']]] }]]] }]],
      ],
    ]);
  });

  it('counts all processes of 2,000 and draws few of them', () => {
    const boxes = processBoxes(still(crowd()));
    expect(boxes[0]?.count).toBe(2002);
    expect(drawn(boxes)).toBeLessThan(40);
  });

  it('bears a chain of 2,000 processes, each the parent of the next', () => {
    const namespaces = machineNamespaces(4026532300);
    const chain = Array.from({ length: 2000 }, (_, index) =>
      process(50000 + index, { parent: index === 0 ? 41012 : 49999 + index, namespaces }),
    );
    const boxes = processBoxes(still(add(oneMachine(), { processes: chain })));
    expect(boxes[0]?.count).toBe(2002);
    expect(drawn(boxes)).toBeLessThan(40);
  });
});

describe('numbersOf', () => {
  it('gives the number in each namespace, outermost first', () => {
    const state = pidStory.steps[2]?.state ?? pidStory.start;
    const shell = state.processes['41081'];
    expect(shell && numbersOf(state, shell)).toEqual([
      { ns: 'pid:4026532303', number: 81 },
      { ns: 'pid:4026532441', number: 21 },
      { ns: 'pid:4026532443', number: 1 },
    ]);
  });
});
