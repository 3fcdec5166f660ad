/** Reads a lab's kernel into a `LabState`: only the parts that were touched since the last time. */
import { type Collection, emptyState, type LabState } from '../../../state';
import { shareEntries } from '../../inspect';
import { NsInode } from '../fs/nsfs';
import type { OverlaySuperBlock } from '../fs/overlay';
import { isOverlay } from '../fs/overlay';
import type { SimKernel } from '../kernel';
import { NetNamespace } from '../net/types';
import type { MountNamespace, Namespace } from '../ns/namespace';
import type { SimTask } from '../task/sim-task';
import type { Mount as KernelMount } from '../vfs/mount';
import { cgroupsOf } from './cgroups';
import { ipcOf } from './ipc';
import { MountReader } from './mounts';
import { heldNamespaces, idOf, namespaceState, type Pins } from './namespaces';
import { addressesOf, devicesOf, routesOf, rulesOf, socketsOf } from './network';
import { nsId } from './ns-id';
import { readOverlay } from './overlays';
import { machineOf, namespaceIds, type ObservedMachine, processState, topOf } from './processes';

type Entries<T> = Record<string, T>;

/** What has to be read again when something was touched, beside itself. */
const implied: Partial<Record<Collection, readonly Collection[]>> = {
  processes: ['namespaces', 'mounts', 'overlays', 'cgroups'],
  mounts: ['namespaces', 'overlays'],
  namespaces: ['mounts', 'overlays', 'devices', 'addresses', 'routes', 'rules', 'sockets', 'ipc'],
};

export class LabStateReader {
  #state: LabState = emptyState();
  #isFirst = true;
  readonly #mounts = new MountReader();
  readonly #machines: readonly ObservedMachine[];

  constructor(
    private readonly kernel: SimKernel,
    machines: ReadonlyArray<{ id: string; init: SimTask }>,
  ) {
    this.#machines = machines.map(({ id, init }) => ({ id, init, pid: init.ns.pid }));
  }

  /** What was read last. */
  get newest(): LabState {
    return this.#state;
  }

  /** The same object as before when nothing is different. */
  read(): LabState {
    const due = this.#due();
    if (due.size === 0) return this.#state;
    const before = this.#state;
    const after = this.#readAgain(due);
    const old = new Map(Object.entries(before));
    if (Object.entries(after).some(([name, collection]) => old.get(name) !== collection)) this.#state = after;
    return this.#state;
  }

  #due(): Set<Collection> {
    const { dirty } = this.kernel;
    const due = new Set<Collection>(dirty);
    dirty.clear();
    if (this.#isFirst) {
      this.#isFirst = false;
      for (const name of collectionNames) due.add(name);
    }
    for (const name of due) for (const other of implied[name] ?? []) due.add(other);
    return due;
  }

  #readAgain(due: ReadonlySet<Collection>): LabState {
    const before = this.#state;
    const tasks = this.#tasks();
    const pins = this.#pins(tasks);
    const held = heldNamespaces(
      tasks.map(({ task }) => task),
      pins,
    );
    const nets = [...held].filter((ns): ns is NetNamespace => ns instanceof NetNamespace && this.#isOfLab(ns));
    const read = <T>(name: Collection, old: Entries<T>, make: () => Entries<T>): Entries<T> =>
      due.has(name) ? shareEntries(old, make()) : old;
    const ofNets =
      <T>(make: (ns: NetNamespace) => Entries<T>) =>
      (): Entries<T> =>
        Object.assign({}, ...nets.map(make));
    return {
      machines: read('machines', before.machines, () => this.#machineStates()),
      namespaces: read('namespaces', before.namespaces, () =>
        Object.fromEntries([...held].map((ns) => [idOf(ns), namespaceState(this.kernel, ns, pins)])),
      ),
      processes: read('processes', before.processes, () =>
        Object.fromEntries(tasks.map(({ task, machine }) => [task.pid, processState(this.kernel, task, machine)])),
      ),
      mounts: read('mounts', before.mounts, () => this.#mounts.read(this.kernel, mountNamespaces(tasks))),
      overlays: read('overlays', before.overlays, () => this.#overlays(mountNamespaces(tasks))),
      devices: read(
        'devices',
        before.devices,
        ofNets((ns) => devicesOf(ns, (other) => nets.includes(other))),
      ),
      addresses: read('addresses', before.addresses, ofNets(addressesOf)),
      routes: read('routes', before.routes, ofNets(routesOf)),
      rules: read('rules', before.rules, ofNets(rulesOf)),
      sockets: read('sockets', before.sockets, ofNets(socketsOf)),
      cgroups: read('cgroups', before.cgroups, () => cgroupsOf(this.#machines)),
      ipc: read('ipc', before.ipc, () => ipcOf(this.kernel, held)),
      containers: before.containers,
      images: before.images,
      cniCalls: before.cniCalls,
      cniAttachments: before.cniAttachments,
    };
  }

  #tasks(): Array<{ task: SimTask; machine: ObservedMachine }> {
    return [...this.kernel.tasks.all()].flatMap((task) => {
      const machine = machineOf(task, this.#machines);
      return machine ? [{ task, machine }] : [];
    });
  }

  #machineStates(): LabState['machines'] {
    return Object.fromEntries(
      this.#machines.map(({ id, init }) => [id, { id, initPid: init.pid, namespaces: namespaceIds(init) }]),
    );
  }

  /** The host's own network is no part of the lab. */
  #isOfLab(ns: Namespace): boolean {
    return ns !== this.kernel.namespaces.initial.net;
  }

  #pins(tasks: ReadonlyArray<{ task: SimTask }>): Pins {
    const pins = new Map<Namespace, Array<{ mountNs: `mnt:${number}`; path: string }>>();
    for (const ns of mountNamespaces(tasks)) {
      for (const mount of ns.mounts) {
        const { inode } = mount.root;
        if (!(inode instanceof NsInode) || ns.root === null) continue;
        const pinned = inode.namespace;
        const known = pins.get(pinned) ?? [];
        const path = this.kernel.vfs.pathText({ mount, dentry: mount.root }, topOf(ns.root));
        known.push({ mountNs: `mnt:${ns.inum}`, path });
        pins.set(pinned, known);
      }
    }
    return pins;
  }

  /** Those a learner made: the root every Machine is born on is not an exercise. */
  #overlays(namespaces: Iterable<MountNamespace>): LabState['overlays'] {
    const roots = new Set<unknown>(this.#machines.map(({ init }) => init.fs.root.mount.sb));
    const overlays: LabState['overlays'] = {};
    for (const ns of namespaces) {
      for (const mount of ns.mounts) {
        const { sb } = mount;
        if (!isOverlay(sb) || roots.has(sb) || ns.root === null) continue;
        const key = `${nsId('mnt', ns)}/${mount.id}`;
        overlays[key] = { mount: key, ...this.#overlay(sb, mount, ns) };
      }
    }
    return overlays;
  }

  #overlay(sb: OverlaySuperBlock, mount: KernelMount, ns: MountNamespace) {
    const root = topOf(ns.root ?? mount);
    const mountPoint = this.kernel.vfs.pathText({ mount, dentry: mount.root }, root);
    return { mountPoint, ...readOverlay(sb, (path) => this.kernel.vfs.pathText(path, root)) };
  }
}

function mountNamespaces(tasks: ReadonlyArray<{ task: SimTask }>): Set<MountNamespace> {
  return new Set(tasks.filter(({ task }) => task.state !== 'zombie').map(({ task }) => task.ns.mnt));
}

const collectionNames: readonly Collection[] = [
  'machines',
  'namespaces',
  'processes',
  'mounts',
  'overlays',
  'devices',
  'addresses',
  'routes',
  'rules',
  'sockets',
  'cgroups',
  'ipc',
];
