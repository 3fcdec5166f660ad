/** What came of it: each attachment, followed through the kernel's devices to the bridge or device behind it. */
import {
  addressesOf,
  type CniAttachment,
  deviceNamed,
  type LabState,
  type NetDevice,
  type NsId,
} from '../../../engine/state';
import { learnerPid } from '../model/names';
import { type EntityRef, type Mark, refOf, type Scene } from '../model/scene';

export interface AttachmentNode {
  ref: EntityRef;
  attachment: CniAttachment;
  /** Its network namespace; null when it is out of sight. */
  ns: NsId | null;
  /** From the container's device outwards; empty when the device is not there. */
  path: DeviceStop[];
  mark?: Mark;
}

export interface DeviceStop {
  ref: EntityRef;
  device: NetDevice;
  addresses: string[];
}

/** Attachments drawn of a lab. */
const maxAttachments = 40;

export function attachmentNodes(scene: Scene): AttachmentNode[] {
  return Object.entries(scene.state.cniAttachments)
    .slice(0, maxAttachments)
    .map(([key, attachment]) => {
      const ns = netnsOf(scene.state, attachment);
      return {
        ref: refOf('cniAttachments', key),
        attachment,
        ns,
        path: ns ? pathOf(scene.state, ns, attachment.ifname) : [],
        mark: scene.mark('cniAttachments', key),
      };
    });
}

/** The namespace behind the path: that of a process, or a pin of `ip netns add`. */
function netnsOf(state: LabState, { machine, netns }: CniAttachment): NsId | null {
  const pid = /^\/proc\/(\d+)\/ns\/net$/.exec(netns)?.[1];
  if (pid !== undefined) {
    const process = Object.values(state.processes).find(
      (known) => known.machine === machine && `${learnerPid(known)}` === pid,
    );
    return process?.namespaces.net ?? null;
  }
  const path = netns.replace(/^\/var\/run\//, '/run/');
  const mountNs = state.machines[machine]?.namespaces.mnt;
  const pinned = Object.values(state.namespaces).find(
    (ns) => ns.kind === 'net' && ns.pins.some((pin) => pin.mountNs === mountNs && pin.path === path),
  );
  return pinned?.id ?? null;
}

function pathOf(state: LabState, ns: NsId, ifname: string): DeviceStop[] {
  const device = deviceNamed(state, ns, ifname);
  const link = device?.link;
  const next = link?.ns ? state.devices[`${link.ns}/${link.index}`] : undefined;
  const bridge = next && next.master !== null ? state.devices[`${next.ns}/${next.master}`] : undefined;
  return [device, next, bridge].flatMap((stop) => (stop ? [stopOf(state, stop)] : []));
}

function stopOf(state: LabState, device: NetDevice): DeviceStop {
  const addresses = addressesOf(state, device).filter((cidr) => !cidr.startsWith('fe80:'));
  return { ref: refOf('devices', `${device.ns}/${device.index}`), device, addresses };
}
