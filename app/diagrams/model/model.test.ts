import { describe, expect, it } from 'vitest';
import { inOrder } from '../pane/diagrams';
import {
  cniStory,
  containerStory,
  crowd,
  imageStory,
  ipcStory,
  lastSceneOf,
  mountStory,
  namespacesStory,
  networkStory,
  overlayStory,
  pidStory,
  userStory,
  utsStory,
} from '../test-support';
import { capabilityNames, capabilitySummary } from './capabilities';
import { detailsOf } from './details';
import { bytesText, shorten } from './names';
import { outlineText } from './outline';
import { refOf, sceneOf } from './scene';

const stories = [
  overlayStory,
  namespacesStory,
  utsStory,
  ipcStory,
  pidStory,
  mountStory,
  networkStory,
  userStory,
  imageStory,
  containerStory,
  cniStory,
];

describe('sceneOf', () => {
  it('keeps what is gone in the picture, and marks it', () => {
    const scene = lastSceneOf(ipcStory);
    const key = 'ipc:4026532302/sem/0';
    expect(scene.after.ipc[key]).toBeUndefined();
    expect(scene.state.ipc[key]).toBeDefined();
    expect(scene.mark('ipc', key)).toBe('gone');
    expect(scene.mark('ipc', 'ipc:4026532302/shm/0')).toBeUndefined();
  });
});

describe('detailsOf', () => {
  it.each(stories)('knows every entity of $title', (story) => {
    const scene = lastSceneOf(story);
    for (const collection of [
      'machines',
      'namespaces',
      'processes',
      'mounts',
      'overlays',
      'devices',
      'routes',
      'rules',
      'sockets',
      'ipc',
      'images',
      'containers',
      'cniCalls',
      'cniAttachments',
    ] as const) {
      for (const key of Object.keys(scene.state[collection])) {
        const details = detailsOf(scene, refOf(collection, key));
        expect(details.fields.length, `${collection} ${key}`).toBeGreaterThan(0);
      }
    }
  });

  it('says so when the entity is not there', () => {
    expect(detailsOf(lastSceneOf(utsStory), 'processes:1').title).toBe('No longer there');
    expect(detailsOf(lastSceneOf(utsStory), 'nonsense').title).toBe('No longer there');
  });

  it('lists the layers of one name of an overlay', () => {
    const details = detailsOf(lastSceneOf(overlayStory), 'overlays:mnt:4026532300/140#0#common.txt');
    expect(details.fields.map(({ label, value }) => `${label}: ${value}`)).toEqual([
      'in the merged view: hidden',
      'upper: whiteout: character device 0:0',
      'lower 1: file, 6 B, inode 901',
      'lower 2: file, 6 B, inode 902',
    ]);
  });
});

describe('outlines', () => {
  it.each(stories)('say every diagram of $title in words', (story) => {
    const scene = lastSceneOf(story);
    for (const { outline } of inOrder([])) expect(outlineText(outline(scene))).toMatchSnapshot();
  });

  it('stay short for 2,000 processes and 5,000 mounts, and say how many are left out', () => {
    const scene = sceneOf({ before: crowd(), after: crowd(), patch: {} });
    for (const { name, outline } of inOrder([])) {
      const text = outlineText(outline(scene));
      expect(text.split('\n').length, name).toBeLessThan(350);
    }
    expect(outlineText(inOrder(['processes'])[0]?.outline(scene) ?? { summary: '', lines: [] })).toContain(
      'and 1,976 more sleep',
    );
  });
});

describe('capabilities', () => {
  it('names them by their numbers', () => {
    expect(capabilityNames('0000000000000400')).toEqual(['CAP_NET_BIND_SERVICE']);
    expect(capabilityNames('0000020000000001')).toEqual(['CAP_CHOWN', '41']);
  });

  it.each([
    ['0000000000000000', 'none'],
    ['000001ffffffffff', 'all'],
    ['0000000000003000', 'CAP_NET_ADMIN, CAP_NET_RAW'],
    ['00000000000000ff', '8 of 41'],
  ])('sums up %s as %s', (mask, summary) => {
    expect(capabilitySummary(mask)).toBe(summary);
  });

  it('recognises the set of the Machine', () => {
    expect(capabilitySummary('00ff', '000000ff')).toBe('all of the Machine’s');
  });
});

describe('names', () => {
  it('writes sizes in binary units', () => {
    expect([0, 1023, 4096, 10 * 1024, 3 << 20].map(bytesText)).toEqual([
      '0 B',
      '1023 B',
      '4.0 KiB',
      '10 KiB',
      '3.0 MiB',
    ]);
  });

  it('cuts the middle out of a long text', () => {
    expect(shorten('application.properties', 12)).toBe('applicat…ies');
    expect(shorten('short', 12)).toBe('short');
  });
});
