/** The shape of a difference between two states; see `diff.ts` for what makes and applies it. */
import * as z from 'zod';
import {
  Address,
  Cgroup,
  CniAttachment,
  CniCall,
  Container,
  Image,
  IpcObject,
  MachineState,
  Mount,
  Namespace,
  NetDevice,
  Overlay,
  PacketRule,
  Process,
  Route,
  Socket,
} from './schema';

const changesOf = <T extends z.ZodType>(entry: T) => z.record(z.string(), entry.nullable()).optional();

export const StatePatch = z.strictObject({
  machines: changesOf(MachineState),
  namespaces: changesOf(Namespace),
  processes: changesOf(Process),
  mounts: changesOf(Mount),
  overlays: changesOf(Overlay),
  devices: changesOf(NetDevice),
  addresses: changesOf(Address),
  routes: changesOf(Route),
  rules: changesOf(PacketRule),
  sockets: changesOf(Socket),
  cgroups: changesOf(Cgroup),
  ipc: changesOf(IpcObject),
  containers: changesOf(Container),
  images: changesOf(Image),
  cniCalls: changesOf(CniCall),
  cniAttachments: changesOf(CniAttachment),
});
export type StatePatch = z.infer<typeof StatePatch>;
