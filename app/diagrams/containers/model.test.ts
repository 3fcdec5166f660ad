import { describe, expect, it } from 'vitest';
import { applyPatch, diff, type LabState } from '../../../engine/state';
import { sceneOf } from '../model/scene';
import { add, container, containerStory, lastSceneOf, manyContainers, oneMachine } from '../test-support';
import { steps, wayBetween } from './lifecycle';
import { lifecycles, ownKinds, wayText } from './model';
import { placeLifecycle } from './placement';

const stateAfter = (step: number) => lifecycles(lastSceneOf(containerStory, step))[0];
const between = (before: LabState, now: LabState) =>
  lifecycles(sceneOf({ before, after: now, patch: diff(before, now) }))[0];

describe('wayBetween', () => {
  it.each([
    ['none', 'created', 'create, is made'],
    ['none', 'running', 'create, is made, start'],
    ['none', 'stopped', 'create, is made, start, kill or exit'],
    ['created', 'gone', 'kill, delete'],
    ['paused', 'running', 'resume'],
    ['paused', 'gone', 'kill, delete'],
    ['gone', 'running', ''],
  ] as const)('leads from %s to %s by: %s', (from, to, way) => {
    expect(wayText(wayBetween(from, to))).toBe(way);
  });
});

describe('lifecycles', () => {
  it.each([
    [1, 'created', 'create, is made'],
    [2, 'running', 'start'],
    [3, 'paused', 'pause'],
    [5, 'running', 'resume'],
    [6, 'stopped', 'kill or exit'],
    [7, 'gone', 'delete'],
  ])('after command %i the container is %s, by: %s', (step, place, way) => {
    const web = stateAfter(step)?.containers.find((node) => node.container.id === 'web');
    expect(web?.place).toBe(place);
    expect(wayText(web?.way ?? [])).toBe(way);
    expect([...(stateAfter(step)?.taken ?? [])]).toEqual(web?.way);
  });

  it('lets a container that nothing happened to rest', () => {
    const web = stateAfter(4)?.containers.find((node) => node.container.id === 'web');
    expect([web?.place, web?.way]).toEqual(['paused', []]);
  });

  it('knows the number and the namespaces of init, while it lives', () => {
    const web = stateAfter(2)?.containers[0];
    expect(web?.pid).toBe(50);
    expect(web?.own && ownKinds(web.own)).toEqual(['mnt', 'uts', 'ipc', 'pid', 'net']);
    const stopped = stateAfter(6)?.containers.find((node) => node.container.id === 'web');
    expect([stopped?.pid, stopped?.own]).toEqual([null, null]);
  });

  it('takes a container that was stopped and runs for a new one', () => {
    const stopped = add(oneMachine(), { containers: [container('a', 'stopped', null)] });
    const running = add(stopped, { containers: [container('a', 'running', null)] });
    expect(wayText(between(stopped, running)?.containers[0]?.way ?? [])).toBe('create, is made, start');
  });

  it('draws few of 500 containers, the changed ones first, and counts the others', () => {
    const many = manyContainers();
    const now = applyPatch(many, { containers: { 'lab/c499': container('c499', 'running', null) } });
    const model = between(many, now);
    expect(model?.containers.map((node) => node.container.id)).toContain('c499');
    expect(model?.containers.length).toBe(16);
    expect(model?.more).toEqual({ running: 13, stopped: 471 });
  });
});

describe('placeLifecycle', () => {
  it.each([320, 362, 700, 1000])('has a place for every state, step and container within %i units', (room) => {
    for (let step = 1; step <= containerStory.steps.length; step += 1) {
      const model = stateAfter(step);
      if (!model) throw new Error('no container');
      const layout = placeLifecycle(model, room);
      expect(layout.steps.map((placed) => placed.step)).toEqual(steps);
      expect(layout.containers.length).toBe(model.containers.length);
      for (const { node, x, y, width } of layout.containers) {
        const state = layout.states.find(({ place }) => place === node.place);
        expect(state && x >= state.x && x + width <= state.x + state.width && y > state.y).toBe(true);
        expect(state && y + 50 <= state.y + state.height).toBe(true);
      }
      for (const { x, width } of layout.states) expect(x + width).toBeLessThanOrEqual(room);
    }
  });
});
