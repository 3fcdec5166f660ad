import type { LabState } from './schema';

export function emptyState(): LabState {
  return {
    machines: {},
    namespaces: {},
    processes: {},
    mounts: {},
    overlays: {},
    devices: {},
    addresses: {},
    routes: {},
    rules: {},
    sockets: {},
    cgroups: {},
    ipc: {},
    containers: {},
    images: {},
    cniCalls: {},
    cniAttachments: {},
  };
}
