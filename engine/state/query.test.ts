import { describe, expect, it } from 'vitest';
import { emptyState } from './empty';
import {
  hasCapability,
  kindsApart,
  lowersOf,
  machineNamespace,
  madeNamespaces,
  mountAt,
  overlayAt,
  pinnedAt,
  processesIn,
  shownEntry,
  upperEntry,
  upperOf,
} from './query';
import type { LabState, MachineState, Mount, Namespace, NsId, Overlay, Process } from './schema';

const own: MachineState['namespaces'] = {
  mnt: 'mnt:1',
  uts: 'uts:2',
  ipc: 'ipc:3',
  pid: 'pid:4',
  net: 'net:5',
  user: 'user:6',
  cgroup: 'cgroup:7',
  time: 'time:8',
};

function namespace(id: NsId, changes: Partial<Namespace> = {}): Namespace {
  return { id, kind: 'uts', initial: false, owner: null, parent: null, pins: [], ...changes };
}

function process(pid: number, changes: Partial<Process['namespaces']> = {}): Process {
  return {
    pid,
    machine: 'lab',
    parent: 1,
    nsPids: [pid],
    session: 1,
    group: 1,
    state: 'alive',
    tty: null,
    command: 'sleep',
    args: ['sleep'],
    uid: 0,
    gid: 0,
    capabilities: {
      inheritable: '0000000000000000',
      permitted: '0000000000200000',
      effective: '0000000000200000',
      bounding: '0000000000200000',
      ambient: '0000000000000000',
    },
    noNewPrivs: false,
    signals: { ignored: '0', caught: '0' },
    namespaces: { ...own, ...changes },
    pidForChildren: null,
    cgroup: '/',
    cwd: '/',
    root: '/',
  };
}

function mount(id: number, mountPoint: string): Mount {
  return {
    ns: 'mnt:1',
    id,
    parent: 1,
    device: '0:1',
    root: '/',
    mountPoint,
    options: [],
    propagation: {},
    fsType: 'overlay',
    source: 'overlay',
    superOptions: [],
  };
}

const overlay: Overlay = {
  mount: 'mnt:1/21',
  mountPoint: '/m',
  layers: [
    { role: 'upper', path: '/u' },
    { role: 'lower', path: '/a' },
    { role: 'lower', path: '/b' },
  ],
  workdir: '/w',
  files: {
    below: { from: 2, entries: [{ layer: 2, kind: 'file', size: 1, inode: 1 }] },
    gone: {
      from: null,
      entries: [
        { layer: 0, kind: 'whiteout', size: 0, inode: 2 },
        { layer: 1, kind: 'file', size: 1, inode: 3 },
      ],
    },
  },
  truncated: false,
};

const state: LabState = {
  ...emptyState(),
  machines: { lab: { id: 'lab', initPid: 100, namespaces: own } },
  namespaces: {
    'uts:1': namespace('uts:1', { initial: true }),
    'uts:2': namespace('uts:2'),
    'uts:9': namespace('uts:9', { pins: [{ mountNs: 'mnt:1', path: '/keep' }] }),
    'uts:10': namespace('uts:10', { pins: [{ mountNs: 'mnt:33', path: '/elsewhere' }] }),
  },
  processes: { 100: process(100), 101: process(101, { uts: 'uts:9', time: 'time:11' }) },
  mounts: { 'mnt:1/20': mount(20, '/m'), 'mnt:1/21': mount(21, '/m') },
  overlays: { 'mnt:1/21': overlay },
};

describe('namespaces', () => {
  it('finds the Machine’s own', () => {
    expect(machineNamespace(state, 'lab', 'net')).toBe('net:5');
    expect(machineNamespace(state, 'moon', 'net')).toBeUndefined();
  });

  it('tells those that were made from the host’s and the Machine’s', () => {
    expect(madeNamespaces(state, 'uts').map((ns) => ns.id)).toEqual(['uts:9', 'uts:10']);
  });

  it('lists the kinds in which a process lives apart', () => {
    expect(kindsApart(state, process(1))).toEqual([]);
    expect(kindsApart(state, process(1, { time: 'time:11', uts: 'uts:9' }))).toEqual(['uts', 'time']);
    expect(kindsApart(state, { ...process(1), machine: 'moon' })).toEqual([]);
  });

  it('finds a pinned one by its path in the Machine’s own tree only', () => {
    expect(pinnedAt(state, 'lab', '/keep')?.id).toBe('uts:9');
    expect(pinnedAt(state, 'lab', '/elsewhere')).toBeUndefined();
  });

  it('lists who is in it', () => {
    expect(processesIn(state, 'uts:9').map(({ pid }) => pid)).toEqual([101]);
    expect(processesIn(state, 'uts:10')).toEqual([]);
  });
});

describe('mounts', () => {
  it('takes the topmost at a place', () => {
    expect(mountAt(state, 'mnt:1', '/m')?.id).toBe(21);
    expect(mountAt(state, 'mnt:1', '/n')).toBeUndefined();
  });
});

describe('overlays', () => {
  it('are found by their place', () => {
    expect(overlayAt(state, 'mnt:1', '/m')).toBe(overlay);
    expect(overlayAt(state, 'mnt:1', '/n')).toBeUndefined();
  });

  it('have lowers in order, and one upper or none', () => {
    expect(lowersOf(overlay)).toEqual(['/a', '/b']);
    expect(upperOf(overlay)).toBe('/u');
    expect(upperOf({ ...overlay, layers: overlay.layers.slice(1) })).toBeNull();
  });

  it('tell what the upper holds and what is shown', () => {
    expect(upperEntry(overlay, 'gone')?.kind).toBe('whiteout');
    expect(upperEntry(overlay, 'below')).toBeUndefined();
    expect(shownEntry(overlay, 'below')?.layer).toBe(2);
    expect(shownEntry(overlay, 'gone')).toBeUndefined();
    expect(shownEntry(overlay, 'never')).toBeUndefined();
  });

  it('have no upper entry where there is no upper', () => {
    const readOnly: Overlay = { ...overlay, layers: overlay.layers.map(({ path }) => ({ role: 'lower', path })) };
    expect(upperEntry(readOnly, 'gone')).toBeUndefined();
  });
});

describe('hasCapability', () => {
  it('reads one bit of the effective set', () => {
    expect(hasCapability(process(1), 21)).toBe(true);
    expect(hasCapability(process(1), 20)).toBe(false);
  });
});
