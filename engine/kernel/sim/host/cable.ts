/** A cable between two Machines: a veth pair, made by the lab and moved to either end. */
import type { MachineId } from '../../../state';
import type { LabSpec } from '../../port';
import type { Sys } from '../sys/sys';

type Link = LabSpec['links'][number];

/** `machineOf`: a Machine's first process. */
export function layCable(
  root: Sys,
  { ends: [left, right] }: Link,
  number: number,
  machineOf: (machine: MachineId) => { pid: number; sys: Sys },
): void {
  const [near, far] = [`cable${number}a`, `cable${number}b`];
  root.linkAdd({ kind: 'veth', name: near, peer: { name: far } });
  for (const [name, end] of [
    [near, left],
    [far, right],
  ] as const) {
    const { pid, sys } = machineOf(end.machine);
    root.linkSet(indexOf(root, name), { netns: { pid } });
    plugIn(sys, end, name);
  }
}

function plugIn(sys: Sys, end: Link['ends'][number], name: string): void {
  const index = indexOf(sys, name);
  sys.linkSet(index, { name: end.device, up: true });
  for (const cidr of end.addresses ?? []) {
    const [address = '', prefix] = cidr.split('/');
    const family = address.includes(':') ? 'inet6' : 'inet';
    sys.addressAdd({
      index,
      family,
      address,
      prefix: Number(prefix),
      ...(family === 'inet' ? { broadcast: null } : {}),
    });
  }
  if (end.gateway === undefined) return;
  const family = end.gateway.includes(':') ? 'inet6' : 'inet';
  sys.routeAdd({ family, destination: 'default', gateway: end.gateway, device: index }, 'add');
}

function indexOf(sys: Sys, name: string): number {
  return sys.links().find((link) => link.name === name)?.index ?? 0;
}
