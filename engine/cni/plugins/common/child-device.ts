/** Plugins that give the container one new device, most often on top of one of the host's: macvlan, ipvlan, vlan, dummy. */
import type { LinkInfo, NetworkNamespace, NewLink } from '../../../kernel';
import { type Plugin, type PluginRequest, requirePrevious } from '../../plugin';
import { CniError, cniVersions, errorCodes, type Result } from '../../spec';
import type { PluginHost } from '../host';
import { announceChanges, checkAddresses, checkRoutes, configureInterface } from './interface';
import { allocate, checkIpam, ipamGc, ipamStatus, ipamType, release } from './ipam';
import { deleteLink, isOwnNetns, type Pair, requireLink, withBoxIfThere, withPair } from './namespaces';
import { type UndoStep, withUndo } from './undo';
import { checkDevice, containerInterface } from './veth';

/** What of the device its plugin decides. */
export interface ChildDevice {
  kind: string;
  /** Without an address the device would be of no use. */
  needsIpam: boolean;
  /** Whether the lower device is one of the container's. */
  linkInContainer: boolean;
  /** The device as it is to be made in `where`. Errors: 7 for what the configuration has wrong, before anything is made. */
  describe(where: NetworkNamespace): Omit<NewLink, 'name' | 'netns'>;
}

export function childDevicePlugin(
  host: PluginHost,
  about: string,
  read: (request: PluginRequest) => ChildDevice,
): Plugin {
  return {
    versions: cniVersions,
    about,
    isOwnNetns: (netns) => isOwnNetns(host, netns),
    add: (request) => {
      const device = read(request);
      if (device.needsIpam && ipamType(request) === undefined)
        throw new CniError(
          errorCodes.invalidConfig,
          `${request.config.type} needs an IPAM plugin: ipam.type is missing`,
        );
      return withPair(host, request.netns, (pair) =>
        withUndo((onFailure) => attach(host, request, device, pair, onFailure)),
      );
    },
    async del(request) {
      await release(host, request);
      await withBoxIfThere(host, request.netns, (box) => deleteLink(box, request.ifname));
    },
    async check(request) {
      const device = read(request);
      const result = requirePrevious(request);
      await checkIpam(host, request);
      await withPair(host, request.netns, ({ own, box }) => {
        checkDevice(box, containerInterface(result, request), device.kind);
        checkDetails(requireLink(box, request.ifname), device.describe(device.linkInContainer ? box : own));
        checkAddresses(box, request.ifname, result.ips);
        checkRoutes(box, result.routes);
      });
    },
    gc: (request) => ipamGc(host, request),
    status: (request) => ipamStatus(host, request),
  };
}

async function attach(
  host: PluginHost,
  request: PluginRequest,
  device: ChildDevice,
  { own, box }: Pair,
  onFailure: (step: UndoStep) => void,
): Promise<Result> {
  const { ifname, netns } = request;
  const where = device.linkInContainer ? box : own;
  const link = device.describe(where);
  if (box.link(ifname)) throw new CniError(errorCodes.internal, `${JSON.stringify(ifname)} already exists in ${netns}`);
  where.linkAdd({ ...link, name: ifname, netns: box });
  onFailure(() => deleteLink(box, ifname));
  const made = requireLink(box, ifname);
  announceChanges(box, ifname);
  const interfaces = [{ name: ifname, mac: made.address, sandbox: netns, mtu: made.mtu }];
  const type = ipamType(request);
  if (type === undefined) {
    box.linkSet(made.index, { up: true });
    return { interfaces, ips: [], routes: [], dns: request.config.dns };
  }
  const given = await allocate(host, type, request, onFailure);
  const dns = request.config.dns.nameservers.length > 0 ? request.config.dns : given.dns;
  const result = { ...given, interfaces, dns, ips: given.ips.map((ip) => ({ ...ip, interface: 0 })) };
  configureInterface(box, ifname, result);
  return result;
}

function checkDetails(found: LinkInfo, wanted: Omit<NewLink, 'name' | 'netns'>): void {
  for (const [name, value] of Object.entries(wanted.details ?? {})) {
    if (!(name in found.details) || found.details[name] === value) continue;
    throw new CniError(errorCodes.internal, `${found.name} has ${name} ${found.details[name]}, not ${value}`);
  }
  if (wanted.mtu !== undefined && found.mtu !== wanted.mtu)
    throw new CniError(errorCodes.internal, `${found.name} has mtu ${found.mtu}, not ${wanted.mtu}`);
}

/** The lower device: named, or the one that leads to the default route. Errors: 7. */
export function masterOf(where: NetworkNamespace, name: string | undefined): LinkInfo {
  if (name !== undefined) {
    const link = where.link(name);
    if (link) return link;
    throw new CniError(errorCodes.invalidConfig, `failed to look up master ${JSON.stringify(name)}: no such device`);
  }
  for (const family of ['inet', 'inet6'] as const) {
    const route = where.routes(family, 254).find(({ destination, device }) => destination === 'default' && device);
    const link = route?.device ? where.link(route.device) : null;
    if (link) return link;
  }
  throw new CniError(errorCodes.invalidConfig, 'no master is given, and no default route leads to one');
}

/** Errors: 7 when it is larger than the lower device's. */
export function mtuWithin(mtu: number | undefined, master: LinkInfo): { mtu?: number } {
  if (mtu === undefined) return {};
  if (mtu <= master.mtu) return { mtu };
  throw new CniError(errorCodes.invalidConfig, `invalid MTU ${mtu}, must be [0, master MTU(${master.mtu})]`);
}
