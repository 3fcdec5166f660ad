import { describe, expect, it } from 'vitest';
import type { LabState } from '../../../engine/state';
import { sceneOf } from '../model/scene';
import { crowd, mount, mountStory } from '../test-support';
import { isSystem, mountPanels } from './model';
import { placeMounts } from './placement';

const panelsOf = (state: LabState) => mountPanels(sceneOf({ before: state, after: state, patch: {} }), new Set());
const shared = mountStory.steps[3]?.state ?? mountStory.start;

describe('mountPanels', () => {
  it('draws the tree of each namespace, the system’s mounts folded', () => {
    expect(
      panelsOf(shared)[2]?.rows.map((row) =>
        row.kind === 'mount' ? `${row.depth} ${row.mount.mountPoint}` : `fold ${row.count}`,
      ),
    ).toEqual(['0 /', '1 /home', '1 /root', '2 /root/data', '2 /root/secret', '2 /root/x', '1 /tmp', 'fold 7']);
  });

  it('unfolds a namespace that was asked for', () => {
    const [first] = mountPanels(sceneOf({ before: shared, after: shared, patch: {} }), new Set(['mnt:4026532300']));
    expect(first?.rows.every(({ kind }) => kind === 'mount')).toBe(true);
  });

  it('draws 60 of 5,000 mounts and counts the rest', () => {
    const rows = panelsOf(crowd())[0]?.rows ?? [];
    expect(rows.filter(({ kind }) => kind === 'mount')).toHaveLength(60);
    expect(rows.flatMap((row) => (row.kind === 'fold' ? [row.count] : []))).toEqual([7, 4944]);
  });

  it.each([
    ['/proc/sys', 'proc', true],
    ['/dev/shm', 'tmpfs', true],
    ['/sys/fs/cgroup', 'cgroup2', true],
    ['/run/keep', 'nsfs', false],
    ['/root/data', 'tmpfs', false],
    ['/device', 'tmpfs', false],
  ])('takes %s (%s) for the system’s own: %s', (mountPoint, fsType, system) => {
    expect(isSystem(mount('mnt:1', 5, 1, mountPoint, { fsType }))).toBe(system);
  });
});

describe('placeMounts', () => {
  it('gives each peer group that joins mounts a bus, with its peers and its slaves', () => {
    const { buses } = placeMounts(panelsOf(shared));
    expect(buses.find(({ group }) => group === 40)?.taps.map(({ role }) => role)).toEqual(['peer', 'peer', 'slave']);
  });

  it('draws no bus for a group of one', () => {
    expect(placeMounts(panelsOf(mountStory.start)).buses).toEqual([]);
  });

  it('never lets two buses share a place', () => {
    const { buses } = placeMounts(panelsOf(shared));
    for (const a of buses) {
      for (const b of buses) {
        if (a === b || a.lane !== b.lane) continue;
        expect(a.to < b.from || b.to < a.from).toBe(true);
      }
    }
  });
});
