import { describe, expect, it } from 'vitest';
import { applyPatch, type LabState } from '../../../engine/state';
import { sceneOf } from '../model/scene';
import {
  add,
  cableStory,
  device,
  machineNamespaces,
  namespace,
  networkStory,
  oneMachine,
  type Story,
} from '../test-support';
import { networkModel } from './model';
import { placeNetwork } from './placement';
import { rankBoxes } from './ranks';

const modelOf = (state: LabState) => networkModel(sceneOf({ before: state, after: state, patch: {} }));
const endOf = ({ start, steps }: Story) => steps.at(-1)?.state ?? start;
const titles = (state: LabState) => rankBoxes(modelOf(state)).map((row) => row.map(({ title }) => title));

describe('rankBoxes', () => {
  it('puts other Machines above the learner’s, and what was made below', () => {
    expect(titles(endOf(networkStory))).toEqual([['Machine internet'], ['Machine lab'], ['red', 'blue']]);
  });

  it('puts the ends of a cable that does not reach the Machine below each other', () => {
    expect(titles(endOf(cableStory))).toEqual([['Machine lab'], ['red'], ['blue']]);
  });
});

describe('networkModel', () => {
  it('draws one cable for a pair, live when both ends are up', () => {
    const { cables } = modelOf(endOf(networkStory));
    expect(cables.map(({ live }) => live)).toEqual([true, true, true]);
    expect(modelOf(endOf(cableStory)).cables.map(({ live }) => live)).toEqual([false]);
  });

  it('leaves out the routes the kernel keeps for itself', () => {
    const lab = modelOf(endOf(networkStory)).boxes[0];
    expect(lab?.lines.map(({ text }) => text)).toEqual([
      'default via 203.0.113.1 dev eth0',
      '10.0.0.0/24 dev br0',
      '203.0.113.0/24 dev eth0',
      'postrouting: ip saddr 10.0.0.0/24 oifname "eth0" masquerade',
    ]);
  });
});

describe('placeNetwork', () => {
  it.each([362, 720, 1500])('lets no boxes and no devices overlap at %i', (width) => {
    const { boxes } = placeNetwork(modelOf(endOf(networkStory)), width);
    const apart = (list: ReadonlyArray<{ x: number; y: number; width: number; height: number }>) => {
      for (const a of list) {
        for (const b of list) {
          if (a === b) continue;
          const clear = a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;
          expect(clear).toBe(true);
        }
      }
    };
    apart(boxes);
    apart(boxes.flatMap(({ devices }) => devices));
  });

  it('fits the lesson’s network into a telephone', () => {
    expect(placeNetwork(modelOf(endOf(networkStory)), 362).width).toBeLessThanOrEqual(364);
  });

  it('joins a bridge to its ports', () => {
    const { boxes } = placeNetwork(modelOf(endOf(networkStory)), 720);
    const ports = boxes.flatMap(({ bridges }) => bridges.flatMap((bridge) => bridge.ports));
    expect(ports).toHaveLength(2);
    for (const { from, to } of ports) expect(to).toBeGreaterThan(from);
  });

  it('draws a pair with both ends in one namespace as a loop', () => {
    const { net } = machineNamespaces(4026532300);
    const state = add(oneMachine(), {
      devices: [
        device(net, 2, 'v0', 'veth', { link: { ns: net, index: 3 } }),
        device(net, 3, 'v1', 'veth', { link: { ns: net, index: 2 } }),
      ],
    });
    const { cables, height, boxes } = placeNetwork(modelOf(state), 720);
    expect(cables).toHaveLength(1);
    expect(height).toBeGreaterThan((boxes[0]?.y ?? 0) + (boxes[0]?.height ?? 0) + 50);
  });

  it('draws some of very many devices and counts the rest', () => {
    const id = 'net:9' as const;
    const devices = Array.from({ length: 200 }, (_, index) => device(id, index + 2, `d${index}`, 'dummy'));
    const state = applyPatch(add(oneMachine(), { namespaces: [namespace(id)], devices }), {});
    expect(modelOf(state).boxes[1]).toMatchObject({ moreDevices: 176 });
  });
});
