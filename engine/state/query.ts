/** Questions about a `LabState` that read well in a check. All of them are pure. */
import type { LabState, Mount, Namespace, NamespaceKind, NetDevice, NsId, Overlay, Process } from './schema';

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
