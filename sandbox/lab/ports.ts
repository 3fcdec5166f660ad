import type { LabState } from '../../engine/state';
import type { PortView } from '../protocol';

/** What listens in the Machines' own network namespaces, and can therefore be reached from outside them. */
export function portsOf(state: LabState): PortView[] {
  const machines = new Map(Object.values(state.machines).map(({ id, namespaces }) => [namespaces.net, id]));
  const ports = Object.values(state.sockets).flatMap((socket) => {
    const machine = machines.get(socket.ns);
    const isOpen = socket.state === 'listen' || (socket.protocol === 'udp' && socket.remote === null);
    if (machine === undefined || socket.protocol === 'unix' || !isOpen) return [];
    const colon = socket.local.lastIndexOf(':');
    const port = Number(socket.local.slice(colon + 1));
    return port > 0 ? [{ machine, protocol: socket.protocol, address: socket.local.slice(0, colon), port }] : [];
  });
  return ports.sort(
    (a, b) => a.machine.localeCompare(b.machine) || a.port - b.port || a.address.localeCompare(b.address),
  );
}
