import { expect, test } from 'vitest';
import { diff } from './diff';
import { emptyState } from './empty';
import { StatePatch } from './patch';
import { attachmentsOf, callsOf, delegatesOf, pluginType } from './query-cni';
import { containerNamed, containerProcess, containerProcesses, containersOf } from './query-containers';
import { imageNamed, imagesOf, isWhole, sharedLayers } from './query-images';
import { type CniCall, type Image, LabState, type Process } from './schema';

const namespaces: Process['namespaces'] = {
  mnt: 'mnt:1',
  uts: 'uts:2',
  ipc: 'ipc:3',
  pid: 'pid:4',
  net: 'net:5',
  user: 'user:6',
  cgroup: 'cgroup:7',
  time: 'time:8',
};

const process = (pid: number, pidNs: Process['namespaces']['pid']): Process => ({
  pid,
  machine: 'lab',
  parent: 1,
  nsPids: [pid, 1],
  session: pid,
  group: pid,
  state: 'alive',
  tty: null,
  command: 'sleep',
  args: ['sleep', '600'],
  uid: 0,
  gid: 0,
  capabilities: { inheritable: '0', permitted: '0', effective: '0', bounding: '0', ambient: '0' },
  noNewPrivs: false,
  signals: { ignored: '0', caught: '0' },
  namespaces: { ...namespaces, pid: pidNs },
  pidForChildren: null,
  cgroup: '/',
  cwd: '/',
  root: '/',
});

const layer = (digest: string) => ({ digest, size: 3, mediaType: 'tar', diffId: null, createdBy: null });
const image = (name: string, layers: string[], missing: string[] = []): Image => ({
  machine: 'lab',
  layout: '/var/lib/images',
  name,
  digest: `sha256:${name}`,
  platform: 'linux/amd64',
  config: { digest: 'sha256:c', size: 2, mediaType: 'json' },
  layers: layers.map(layer),
  missing,
  corrupt: [],
});

const call = (number: number, parent: number | null, plugin: string): CniCall => ({
  machine: 'lab',
  number,
  parent,
  command: 'ADD',
  plugin: `/opt/cni/bin/${plugin}`,
  environment: { CNI_COMMAND: 'ADD' },
  stdin: '{}',
  stdout: '',
  stderr: '',
  exitCode: number === 11 ? null : 0,
});

const container = {
  machine: 'lab',
  id: 'web',
  status: 'running' as const,
  pid: 70,
  bundle: '/root/web',
  rootfs: '/root/web/rootfs',
  args: ['sleep', '600'],
  annotations: {},
  root: '/run/runc',
};

const state: LabState = {
  ...emptyState(),
  machines: { lab: { id: 'lab', initPid: 1, namespaces } },
  processes: { 1: process(1, 'pid:4'), 70: process(70, 'pid:9'), 71: process(71, 'pid:9') },
  containers: { 'lab/web': container, 'other/web': { ...container, machine: 'other', pid: null } },
  images: {
    'lab/var/lib/images/a': image('a', ['x', 'y']),
    'lab/var/lib/images/b': image('b', ['x', 'z'], ['z']),
  },
  cniCalls: { 'lab/11': call(11, 9, 'host-local'), 'lab/9': call(9, null, 'bridge'), 'lab/10': call(10, 9, 'static') },
  cniAttachments: {
    'lab/net/web/eth0': {
      machine: 'lab',
      network: 'net',
      container: 'web',
      ifname: 'eth0',
      netns: '/run/netns/web',
      addresses: ['10.1.0.2/24'],
      interfaces: [{ name: 'cni0', sandbox: null }],
    },
  },
};

test('a container is found by name, with its processes', () => {
  expect(containersOf(state, 'lab')).toEqual([container]);
  expect(containerNamed(state, 'lab', 'web')).toBe(container);
  expect(containerNamed(state, 'lab', 'none')).toBeUndefined();
  expect(containerProcess(state, container)?.pid).toBe(70);
  expect(containerProcesses(state, container).map(({ pid }) => pid)).toEqual([70, 71]);
  expect(containerProcesses(state, { ...container, pid: 1 }).map(({ pid }) => pid)).toEqual([1]);
  expect(containerProcesses(state, { ...container, pid: null })).toEqual([]);
});

test('images are found by layout and name', () => {
  expect(imagesOf(state, 'lab', '/usr/share/images')).toEqual([]);
  const a = imageNamed(state, 'lab', '/var/lib/images', 'a');
  const b = imageNamed(state, 'lab', '/var/lib/images', 'b');
  expect(a && b && sharedLayers(a, b)).toEqual(['x']);
  expect([a && isWhole(a), b && isWhole(b)]).toEqual([true, false]);
});

test('calls come in the order in which they began', () => {
  expect(callsOf(state, 'lab').map(({ number }) => number)).toEqual([9, 10, 11]);
  expect(callsOf(state, 'lab', { parent: null }).map(pluginType)).toEqual(['bridge']);
  expect(callsOf(state, 'lab', { exitCode: null }).map(pluginType)).toEqual(['host-local']);
  expect(delegatesOf(state, call(9, null, 'bridge')).map(pluginType)).toEqual(['static', 'host-local']);
  expect(attachmentsOf(state, 'lab', 'net')).toHaveLength(1);
  expect(attachmentsOf(state, 'other')).toEqual([]);
});

test('they are a part of states and patches like any other', () => {
  expect(LabState.parse(state)).toEqual(state);
  const patch = diff(emptyState(), state);
  expect(StatePatch.parse(patch)).toEqual(patch);
  expect(diff(state, { ...state, containers: {} })).toEqual({ containers: { 'lab/web': null, 'other/web': null } });
});
