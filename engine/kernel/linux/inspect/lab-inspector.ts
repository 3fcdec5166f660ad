/** Reads one lab into a `LabState`, part by part: only what changed is read again. */
import { emptyState, type IpcObject, type LabState, type MachineState, type NsId } from '../../../state';
import { mapKinds, PartedCollection, shareEntries } from '../../inspect';
import { KernelError } from '../../port';
import type { ObservedMachine } from '../observer';
import { CgroupHome, processesOf } from './cgroup-home';
import { type CgroupLimits, readLimits } from './cgroup-limits';
import { type HostNames, readHostNames } from './host-names';
import { areFinal, type IdMaps, readIdMaps } from './id-maps';
import { IpcReader } from './ipc-objects';
import { Mounts } from './mounts';
import { type Holder, type KnownNamespace, NamespaceCatalogue, type NamespaceDetails } from './namespace-catalogue';
import { Networks } from './networks';
import { ownNamespaces, parseNsLink } from './ns-id';
import type { Observatory } from './observatory';
import type { NftCommand } from './packet-rules';
import { type ProcessContext, pidDepth } from './process-reader';
import { type Claims, ProcessTable } from './process-table';
import { readLink } from './raw-file';

/** What a scan looks at besides what is known to have changed. */
export interface ScanPlan {
  now: number;
  /** Processes that changed without an event. */
  sweep: boolean;
  /** Sockets and IPC objects, which have no events; in a sweep they are read also when a process has run. */
  deep: boolean;
  /** Everything known to have changed, however much; otherwise some of very much is left for the next scan. */
  complete: boolean;
  /** The list of processes, and the limits of cgroups. */
  reconcile: boolean;
  /** Processes read longer ago than this are read again. */
  maxAgeMs: number;
}

interface MachineView {
  machine: ObservedMachine;
  context: ProcessContext;
  cgroups: CgroupLimits[];
}

export class LabInspector {
  state: LabState = emptyState();
  hostNamesDirty = true;
  /** Whether a process was found to have run, in the last sweep. */
  ran = false;
  /** Whether the last scan left something for the next. */
  unfinished = false;
  readonly processes: ProcessTable;
  readonly #machines: MachineView[];
  readonly #mounts: Mounts;
  readonly #networks: Networks;
  readonly #catalogue = new NamespaceCatalogue(new Set(Object.values(ownNamespaces())));
  readonly #hostNames = new Map<NsId, HostNames>();
  readonly #idMaps = new Map<NsId, IdMaps>();
  readonly #ipc = new PartedCollection<IpcObject>();
  readonly #ipcReaders = new Map<NsId, IpcReader>();
  /** What the namespaces were last worked out from. */
  #basis: { processes: unknown; held: number; mounts: unknown } = { processes: null, held: 0, mounts: null };

  constructor(
    machines: readonly ObservedMachine[],
    observatory: Observatory,
    nft: NftCommand | null,
    claims: Claims,
    changed: () => void,
  ) {
    this.processes = new ProcessTable(claims);
    this.#mounts = new Mounts(observatory, changed);
    this.#networks = new Networks(observatory.events, nft, changed);
    this.#machines = machines.map((machine) => ({ machine, context: contextOf(machine), cgroups: [] }));
  }

  /** The Machine a process with this `/proc/PID/cgroup` belongs to. */
  contextFor(pathIn: (controller: string) => string | null): ProcessContext | undefined {
    return this.#machines.find(({ context: { home } }) => {
      const path = pathIn(home.controller);
      return path !== null && home.contains(path);
    })?.context;
  }

  /** One scan. Afterwards `state` is a new object when anything changed, and the same otherwise. */
  *scan(plan: ScanPlan): Generator<void> {
    if (plan.reconcile) yield* this.#reconcile();
    this.ran = plan.sweep && (yield* this.processes.findChanged(plan.now, plan.maxAgeMs));
    const deep = plan.deep || this.ran;
    this.unfinished = yield* this.processes.refresh(plan.now, plan.complete);
    const processes = this.processes.processes;
    if (processes !== this.#basis.processes) this.#mounts.sync(Object.values(processes));
    yield* this.#mounts.refresh();
    for (const { context } of this.#machines) this.#mounts.noteMachineRoot(context.namespaces.mnt);
    yield* this.#updateNamespaces();
    yield* this.#networks.refresh(deep);
    this.#readDetails();
    if (deep) yield* this.#readIpc();
    yield* this.#mounts.refreshOverlays();
    this.#publish();
  }

  /** A process has ended that may have changed how a mount propagates: of that alone, mountinfo's poll tells nothing. */
  suspectMounts(pid: number): void {
    this.#mounts.suspect(this.processes.record(pid)?.process.namespaces.mnt);
  }

  dispose(): void {
    this.#mounts.dispose();
    this.#networks.dispose();
    for (const reader of this.#ipcReaders.values()) reader.dispose();
    this.#ipcReaders.clear();
  }

  *#reconcile(): Generator<void> {
    for (const view of this.#machines) {
      const { home } = view.context;
      const tree = home.tree();
      this.processes.reconcile(
        tree.flatMap(({ directory }) => processesOf(directory)),
        view.context,
      );
      view.cgroups = tree.map(({ path }) => readLimits(view.machine.id, home, path));
      yield;
    }
  }

  /** Counted from the processes known, which is fresher than the last look at the cgroup files. */
  #countCgroups(): LabState['cgroups'] {
    const counts = new Map<string, number>();
    for (const { machine, cgroup } of Object.values(this.processes.processes)) {
      const key = `${machine}${cgroup}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    const cgroups: LabState['cgroups'] = {};
    for (const { cgroups: limits } of this.#machines) {
      for (const cgroup of limits) {
        const key = `${cgroup.machine}${cgroup.path}`;
        cgroups[key] = { ...cgroup, processes: counts.get(key) ?? 0 };
      }
    }
    return shareEntries(this.state.cgroups, cgroups);
  }

  *#updateNamespaces(): Generator<void> {
    const { processes, heldVersion: held } = this.processes;
    const mounts = this.#mounts.collection.whole;
    const before = this.#basis;
    if (processes === before.processes && held === before.held && mounts === before.mounts) return;
    this.#basis = { processes, held, mounts };
    yield* this.#catalogue.update(this.#holders());
    this.#networks.sync(this.#catalogue.ofKind('net').filter(({ path }) => path !== null));
    this.#ipc.keepParts(new Set<string>(this.#catalogue.ofKind('ipc').map(({ id }) => id)));
    for (const [id, reader] of this.#ipcReaders) {
      const ns = this.#catalogue.get(id);
      if (ns && !ns.isNew) continue;
      reader.dispose();
      this.#ipcReaders.delete(id);
    }
    for (const details of [this.#hostNames, this.#idMaps]) {
      for (const id of details.keys()) {
        const ns = this.#catalogue.get(id);
        if (!ns || ns.isNew) details.delete(id);
      }
    }
  }

  *#holders(): Generator<Holder> {
    for (const { process, startTime, held } of this.processes.records()) {
      if (process.state === 'zombie') continue;
      const { pid } = process;
      const name = `process ${pid} ${startTime}`;
      for (const [kind, id] of entriesOf(process.namespaces)) {
        yield { id, kind, path: `/proc/${pid}/ns/${kind}`, name, member: pid };
      }
      if (process.pidForChildren) {
        yield { id: process.pidForChildren, kind: 'pid', path: `/proc/${pid}/ns/pid_for_children`, name };
      }
      for (const { id, kind, path } of held) yield { id, kind, path, name: `${name} ${path}` };
    }
    yield* this.#mounts.pinned;
  }

  #readDetails(): void {
    for (const ns of this.#catalogue.ofKind('uts')) {
      if (ns.path === null || (this.#hostNames.has(ns.id) && !this.hostNamesDirty)) continue;
      const { path } = ns;
      const names = whileItLasts(() => readHostNames(path));
      if (names) this.#hostNames.set(ns.id, names);
    }
    this.hostNamesDirty = false;
    for (const ns of this.#catalogue.ofKind('user')) {
      const known = this.#idMaps.get(ns.id);
      if (known && areFinal(known)) continue;
      const maps = readIdMaps(ns.members);
      if (maps) this.#idMaps.set(ns.id, maps);
    }
  }

  *#readIpc(): Generator<void> {
    for (const { id, path } of this.#catalogue.ofKind('ipc')) {
      if (path === null) continue;
      const reader = this.#ipcReaders.get(id) ?? new IpcReader(id);
      this.#ipcReaders.set(id, reader);
      const objects = whileItLasts(() => reader.read(path));
      if (objects) this.#ipc.setPart(id, objects);
      yield;
    }
  }

  #publish(): void {
    const before = this.state;
    const after: LabState = {
      machines: shareEntries(before.machines, this.#machineStates()),
      namespaces: this.#catalogue.entries(this.#mounts.pins, (ns) => this.#detailsOf(ns)),
      processes: this.processes.processes,
      mounts: this.#mounts.collection.whole,
      overlays: this.#mounts.overlays,
      devices: this.#networks.devices.whole,
      addresses: this.#networks.addresses.whole,
      routes: this.#networks.routes.whole,
      rules: this.#networks.rules.whole,
      sockets: this.#networks.sockets.whole,
      cgroups: this.#countCgroups(),
      ipc: this.#ipc.whole,
      containers: before.containers,
      images: before.images,
      cniCalls: before.cniCalls,
      cniAttachments: before.cniAttachments,
    };
    const old = new Map(Object.entries(before));
    if (Object.entries(after).some(([name, collection]) => old.get(name) !== collection)) this.state = after;
  }

  #machineStates(): Record<string, MachineState> {
    return Object.fromEntries(
      this.#machines.map(({ machine: { id, initPid }, context: { namespaces } }) => [id, { id, initPid, namespaces }]),
    );
  }

  #detailsOf(ns: KnownNamespace): NamespaceDetails {
    if (ns.kind === 'uts') return this.#hostNames.get(ns.id) ?? {};
    if (ns.kind === 'user') return this.#idMaps.get(ns.id) ?? {};
    const ipForward = ns.kind === 'net' ? this.#networks.ipForward(ns.id) : undefined;
    return ipForward === undefined ? {} : { ipForward };
  }
}

function contextOf(machine: ObservedMachine): ProcessContext {
  const own = ownNamespaces();
  return {
    machine: machine.id,
    pidDepth: pidDepth(machine.initPid),
    home: CgroupHome.of(machine.cgroups),
    namespaces: mapKinds((kind) => parseNsLink(readLink(`/proc/${machine.initPid}/ns/${kind}`))?.id ?? own[kind]),
  };
}

function entriesOf<K extends string, V>(record: Record<K, V>): Array<[K, V]> {
  const entries: Array<[K, V]> = [];
  for (const key in record) entries.push([key, record[key]]);
  return entries;
}

/** Null when the namespace went away between being seen and being entered. */
function whileItLasts<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof KernelError || (error instanceof Error && 'code' in error)) return null;
    throw error;
  }
}
