/** The host-device plugin: a device of the host moves into the container, and back. */
import { z } from 'zod';
import type { LinkInfo, NetworkNamespace } from '../../kernel';
import { type Plugin, type PluginRequest, requirePrevious } from '../plugin';
import { CniError, checked, cniVersions, errorCodes, type Result } from '../spec';
import { announceChanges, checkAddresses, checkRoutes, configureInterface } from './common/interface';
import { allocate, checkIpam, ipamGc, ipamStatus, ipamType, release } from './common/ipam';
import { isOwnNetns, type Pair, requireLink, withBoxIfThere, withOwn, withPair } from './common/namespaces';
import { MacSchema, text } from './common/options';
import { type UndoStep, withUndo } from './common/undo';
import { containerInterface } from './common/veth';
import type { PluginHost } from './host';

const HostDeviceSchema = z.object({
  device: text,
  hwaddr: text.pipe(MacSchema.optional()),
  kernelpath: text,
  pciBusID: text,
  runtimeConfig: z.object({ deviceID: text }).nullish(),
});

export function hostDevicePlugin(host: PluginHost): Plugin {
  return {
    versions: cniVersions,
    about: 'CNI host-device plugin (Underlay): moves a device of the host into a container',
    isOwnNetns: (netns) => isOwnNetns(host, netns),
    add: (request) => {
      const find = wantedDevice(request);
      return withPair(host, request.netns, (pair) =>
        withUndo((onFailure) => attach(host, request, find(pair.own), pair, onFailure)),
      );
    },
    async del(request) {
      await release(host, request);
      await withBoxIfThere(host, request.netns, (box) =>
        withOwn(host, (own) => moveBack({ own, box }, request.ifname)),
      );
    },
    async check(request) {
      const result = requirePrevious(request);
      await checkIpam(host, request);
      await withPair(host, request.netns, ({ box }) => {
        const { mac, name } = containerInterface(result, request);
        const { address } = requireLink(box, name);
        if (mac !== undefined && mac.toLowerCase() !== address)
          throw new CniError(errorCodes.internal, `interface ${name} has hardware address ${address}, not ${mac}`);
        checkAddresses(box, request.ifname, result.ips);
        checkRoutes(box, result.routes);
      });
    },
    gc: (request) => ipamGc(host, request),
    status: (request) => ipamStatus(host, request),
  };
}

/** How the device is found. Errors: 7 when nothing says which; 2 for ways that we do not have. */
function wantedDevice({ config }: PluginRequest): (own: NetworkNamespace) => LinkInfo {
  const { device, hwaddr, kernelpath, pciBusID, runtimeConfig } = checked(
    HostDeviceSchema,
    config.raw,
    'host-device config',
  );
  if (kernelpath !== undefined || pciBusID !== undefined || runtimeConfig?.deviceID !== undefined)
    throw new CniError(
      errorCodes.unsupportedField,
      'host-device: kernelpath, pciBusID and deviceID are not supported: name the device, or its hwaddr',
    );
  if (device !== undefined) return (own) => requireLink(own, device, 'device');
  if (hwaddr === undefined)
    throw new CniError(errorCodes.invalidConfig, 'specify either "device", "hwaddr", "kernelpath" or "pciBusID"');
  return (own) => {
    const found = own.links().find(({ address }) => address === hwaddr);
    if (found) return found;
    throw new CniError(errorCodes.internal, `failed to find a device with hardware address ${hwaddr}`);
  };
}

async function attach(
  host: PluginHost,
  request: PluginRequest,
  device: LinkInfo,
  pair: Pair,
  onFailure: (step: UndoStep) => void,
): Promise<Result> {
  const { ifname, netns } = request;
  onFailure(() => moveBack(pair, ifname));
  moveIn(pair, device, ifname);
  const { box } = pair;
  const { address, index, mtu } = requireLink(box, ifname);
  const interfaces = [{ name: ifname, mac: address, sandbox: netns, mtu }];
  announceChanges(box, ifname);
  const type = ipamType(request);
  if (type === undefined) {
    box.linkSet(index, { up: true });
    return { interfaces, ips: [], routes: [], dns: request.config.dns };
  }
  const given = await allocate(host, type, request, onFailure);
  const result = { ...given, interfaces, ips: given.ips.map((ip) => ({ ...ip, interface: 0 })) };
  configureInterface(box, ifname, result);
  return result;
}

/** Its alias remembers what it was called. */
function moveIn({ own, box }: Pair, device: LinkInfo, ifname: string): void {
  if (box.link(ifname))
    throw new CniError(errorCodes.internal, `${JSON.stringify(ifname)} already exists in the container`);
  const original = device.name;
  own.linkSet(device.index, { up: false });
  own.linkSet(device.index, { alias: original });
  // The container may have a device of the name it has on the host: it gets its new one on the way.
  own.linkSet(device.index, { name: ifname, netns: box });
}

function moveBack({ own, box }: Pair, ifname: string): void {
  const device = box.link(ifname);
  if (!device || device.alias === '') return;
  box.linkSet(device.index, { up: false });
  const original = device.alias;
  box.linkSet(device.index, { name: original, netns: own });
  const back = requireLink(own, original);
  own.linkSet(back.index, { alias: '' });
}
