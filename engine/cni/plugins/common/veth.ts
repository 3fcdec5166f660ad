/** A pair of devices: one in the container, its other end on the host. */
import type { NetworkNamespace } from '../../../kernel';
import type { PluginRequest } from '../../plugin';
import { CniError, errorCodes, type Interface, type Result } from '../../spec';
import { deleteLink, type Pair, requireLink } from './namespaces';
import { hostDeviceName } from './tag';
import type { UndoStep } from './undo';

export interface VethPair {
  host: Interface;
  container: Interface;
  hostIndex: number;
}

/** What CNI's plugins have called the host's end for ever. */
export const vethName = (request: PluginRequest): string => hostDeviceName('veth', request);

/** The container's end is made where it belongs. Errors: EEXIST as 999 when the container has a device of that name. */
export function createVeth(
  { own, box }: Pair,
  request: PluginRequest,
  options: { mtu?: number | undefined; mac?: string | undefined },
  onFailure: (step: UndoStep) => void,
): VethPair {
  const { ifname, netns } = request;
  if (box.link(ifname)) {
    throw new CniError(
      errorCodes.internal,
      `container veth name (${JSON.stringify(ifname)}) already exists in ${netns}`,
    );
  }
  const name = vethName(request);
  const size = options.mtu === undefined ? {} : { mtu: options.mtu };
  const peer = { name: ifname, netns: box, ...size, ...(options.mac === undefined ? {} : { address: options.mac }) };
  // What a container left behind that was removed without DEL.
  deleteLink(own, name);
  own.linkAdd({ kind: 'veth', name, ...size, peer });
  onFailure(() => deleteLink(own, name));
  const hostLink = requireLink(own, name);
  own.linkSet(hostLink.index, { up: true });
  const { address, mtu } = requireLink(box, ifname);
  return {
    hostIndex: hostLink.index,
    host: { name, mac: hostLink.address, mtu: hostLink.mtu },
    container: { name: ifname, mac: address, sandbox: netns, mtu },
  };
}

/** The interface of a result that is the container's. Errors: 999. */
export function containerInterface({ interfaces }: Result, { ifname, netns }: PluginRequest): Interface {
  const found = interfaces.find(({ name, sandbox }) => name === ifname && sandbox === netns);
  if (found) return found;
  throw new CniError(errorCodes.internal, `prevResult has no interface ${ifname} of ${netns}`);
}

/** For CHECK: the device is there, of that kind, with the address the result says. Errors: 999. */
export function checkDevice(namespace: NetworkNamespace, wanted: Interface, kind: string): void {
  const link = requireLink(namespace, wanted.name);
  const fail = (problem: string) => new CniError(errorCodes.internal, `interface ${wanted.name}: ${problem}`);
  if (link.kind !== kind) throw fail(`is of kind ${JSON.stringify(link.kind)}, not ${kind}`);
  if (wanted.mac !== undefined && wanted.mac.toLowerCase() !== link.address) {
    throw fail(`has hardware address ${link.address}, not ${wanted.mac}`);
  }
}
