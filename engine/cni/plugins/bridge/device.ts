/** The bridge itself, shared by all containers of its network: made when it is missing, never removed. */
import { KernelError, type LinkInfo, type NetworkNamespace } from '../../../kernel';
import { CniError, errorCodes } from '../../spec';
import { deleteLink, requireLink } from '../common/namespaces';
import { digest } from '../common/tag';
import type { BridgeConfig } from './config';

/** Errors: 999 when there is a device of that name that is no bridge. */
export function ensureBridge(own: NetworkNamespace, config: BridgeConfig): LinkInfo {
  const filtering = config.vlan !== undefined || config.vlanTrunk.length > 0;
  if (!own.link(config.bridge)) makeBridge(own, config, filtering);
  const link = requireBridge(own, config.bridge);
  own.linkSet(link.index, { up: true, ...(config.promiscMode ? { promisc: true } : {}) });
  return link;
}

function makeBridge(own: NetworkNamespace, config: BridgeConfig, filtering: boolean): void {
  try {
    own.linkAdd({
      name: config.bridge,
      kind: 'bridge',
      ...(config.mtu === undefined ? {} : { mtu: config.mtu }),
      ...(filtering ? { details: { vlanFiltering: true } } : {}),
    });
  } catch (error) {
    // Another ADD was faster.
    if (!(error instanceof KernelError && error.code === 'EEXIST')) throw error;
    return;
  }
  // Its router's advertisements are for containers, not for the host.
  try {
    own.sysctlSet(`net/ipv6/conf/${config.bridge}/accept_ra`, '0');
  } catch (error) {
    if (!(error instanceof KernelError && error.code === 'ENOENT')) throw error;
  }
}

export function requireBridge(own: NetworkNamespace, name: string): LinkInfo {
  const link = requireLink(own, name, 'bridge');
  if (link.kind === 'bridge') return link;
  throw new CniError(errorCodes.internal, `${JSON.stringify(name)} already exists but is not a bridge`);
}

/** Puts a port into the VLANs of the configuration. Errors: EOPNOTSUPP of a kernel without VLAN filtering. */
export function joinVlans(own: NetworkNamespace, port: number, config: BridgeConfig): void {
  const { vlan, vlanTrunk } = config;
  if (vlan !== undefined) {
    if (!config.preserveDefaultVlan) own.bridgeVlanDelete(port, 1);
    own.bridgeVlanAdd(port, { id: vlan, pvid: true, untagged: true });
  }
  if (vlanTrunk.length > 0 && !config.preserveDefaultVlan) own.bridgeVlanDelete(port, 1);
  for (const id of vlanTrunk) own.bridgeVlanAdd(port, { id });
}

/** The host's own device in a VLAN of the bridge, which carries the gateway's address: one end of a pair. */
export function ensureVlanDevice(own: NetworkNamespace, bridge: LinkInfo, config: BridgeConfig): LinkInfo {
  const name = `${bridge.name}.${config.vlan}`;
  const there = own.link(name);
  if (there) return there;
  const portName = `veth${digest(name, 11)}`;
  own.linkAdd({ name, kind: 'veth', mtu: bridge.mtu, peer: { name: portName, mtu: bridge.mtu } });
  try {
    const port = requireLink(own, portName);
    own.linkSet(port.index, { master: bridge.index, up: true });
    joinVlans(own, port.index, config);
    const device = requireLink(own, name);
    own.linkSet(device.index, { up: true });
    return device;
  } catch (error) {
    deleteLink(own, name);
    throw error;
  }
}
