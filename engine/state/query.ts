/** Questions about a `LabState` that read well in a check. All of them are pure. */
import { namespaceKinds } from './kinds';
import type {
  LabState,
  LayerEntry,
  Mount,
  Namespace,
  NamespaceKind,
  NetDevice,
  NsId,
  Overlay,
  Process,
} from './schema';

/** The namespace of `kind` that the Machine's init lives in. */
export function machineNamespace(state: LabState, machine: string, kind: NamespaceKind): NsId | undefined {
  return state.machines[machine]?.namespaces[kind];
}

/** Namespaces of `kind` that neither the host nor a Machine was born with: somebody made them in the lab. */
export function madeNamespaces(state: LabState, kind: NamespaceKind): Namespace[] {
  const born = new Set(Object.values(state.machines).map((machine) => machine.namespaces[kind]));
  return Object.values(state.namespaces).filter((ns) => ns.kind === kind && !ns.initial && !born.has(ns.id));
}

export function processesIn(state: LabState, ns: NsId): Process[] {
  return Object.values(state.processes).filter((process) => Object.values(process.namespaces).includes(ns));
}

/** Mounts visible in a mount namespace, in the order the kernel lists them. */
export function mountsIn(state: LabState, ns: NsId): Mount[] {
  return Object.values(state.mounts).filter((mount) => mount.ns === ns);
}

/** The topmost mount at exactly `mountPoint`. */
export function mountAt(state: LabState, ns: NsId, mountPoint: string): Mount | undefined {
  return mountsIn(state, ns).findLast((mount) => mount.mountPoint === mountPoint);
}

export function overlayAt(state: LabState, ns: NsId, mountPoint: string): Overlay | undefined {
  const mount = mountAt(state, ns, mountPoint);
  return mount && state.overlays[`${mount.ns}/${mount.id}`];
}

export function deviceNamed(state: LabState, ns: NsId, name: string): NetDevice | undefined {
  return Object.values(state.devices).find((device) => device.ns === ns && device.name === name);
}

/** Addresses (`10.0.0.1/24`) of a device. */
export function addressesOf(state: LabState, device: NetDevice): string[] {
  return Object.values(state.addresses)
    .filter((address) => address.ns === device.ns && address.device === device.index)
    .map((address) => address.cidr);
}

/** True when the process has the capability (its number, capabilities(7)) in its effective set. */
export function hasCapability(process: Process, capability: number): boolean {
  return ((BigInt(`0x${process.capabilities.effective}`) >> BigInt(capability)) & 1n) === 1n;
}

/** The process's number in its innermost pid namespace (the last of `NSpid`). */
export function ownNumber(process: Process): number | undefined {
  return process.nsPids.at(-1);
}

/** True for process 1 of a pid namespace that somebody made below the Machine's own. */
export function isMadeInit(process: Process): boolean {
  return process.nsPids.length > 1 && ownNumber(process) === 1;
}

/** True when the process has a handler for the signal (its number, signal(7)). */
export function catchesSignal(process: Process, signal: number): boolean {
  return signalInMask(process.signals.caught, signal);
}

export function ignoresSignal(process: Process, signal: number): boolean {
  return signalInMask(process.signals.ignored, signal);
}

function signalInMask(mask: string, signal: number): boolean {
  return ((BigInt(`0x${mask}`) >> BigInt(signal - 1)) & 1n) === 1n;
}

/** Processes whose arguments are exactly these: `processesRunning(state, 'sleep', '600')`. */
export function processesRunning(state: LabState, ...args: string[]): Process[] {
  return Object.values(state.processes).filter(
    (process) => process.args.length === args.length && args.every((arg, i) => process.args[i] === arg),
  );
}

/** The directory an overlay writes to; null when it has none and is read-only. */
export function upperOf(overlay: Overlay): string | null {
  return overlay.layers.find((layer) => layer.role === 'upper')?.path ?? null;
}

/** An overlay's read-only directories, topmost first: the order of `lowerdir=`. */
export function lowersOf(overlay: Overlay): string[] {
  return overlay.layers.filter((layer) => layer.role === 'lower').map((layer) => layer.path);
}

/** What the overlay's writable directory holds under `name`; undefined when it holds nothing or there is none. */
export function upperEntry(overlay: Overlay, name: string): LayerEntry | undefined {
  return overlay.files[name]?.entries.find((entry) => overlay.layers[entry.layer]?.role === 'upper');
}

/** The entry the merged view shows under `name`; undefined when it shows none. */
export function shownEntry(overlay: Overlay, name: string): LayerEntry | undefined {
  const file = overlay.files[name];
  return file?.entries.find((entry) => entry.layer === file.from);
}

/** Kinds of namespace in which the process lives apart from its Machine's init, in the order of `namespaceKinds`. */
export function kindsApart(state: LabState, process: Process): NamespaceKind[] {
  const own = state.machines[process.machine]?.namespaces;
  return own ? namespaceKinds.filter((kind) => process.namespaces[kind] !== own[kind]) : [];
}

/** The namespace pinned by a bind mount at `path` of a Machine; undefined when nothing is pinned there. */
export function pinnedAt(state: LabState, machine: string, path: string): Namespace | undefined {
  const mountNs = machineNamespace(state, machine, 'mnt');
  return Object.values(state.namespaces).find((ns) =>
    ns.pins.some((pin) => pin.mountNs === mountNs && pin.path === path),
  );
}
