/** The ptp plugin: a cable between the container and the host, which routes to the one address at its other end. */
import { z } from 'zod';
import type { NetworkNamespace } from '../../kernel';
import { type Plugin, type PluginRequest, requirePrevious } from '../plugin';
import { bitsOf, CniError, checked, cniVersions, errorCodes, formatIp, type IpConfig, type Result } from '../spec';
import { enableForwarding } from './bridge/gateway';
import { cidrOf, familyOf, hostNetwork, ipOf, networkText } from './common/addresses';
import {
  addAddress,
  announceChanges,
  checkAddresses,
  checkRoutes,
  configureInterface,
  enableIpv6,
} from './common/interface';
import { allocate, checkIpam, ipamGc, ipamStatus, release, requireIpam } from './common/ipam';
import { addMasquerade, hasMasquerade, removeMasquerade, removeStaleMasquerade } from './common/masquerade';
import { deleteLink, isOwnNetns, type Pair, requireLink, withBoxIfThere, withOwn, withPair } from './common/namespaces';
import { count, flag } from './common/options';
import { type UndoStep, withUndo } from './common/undo';
import { checkDevice, containerInterface, createVeth, vethName } from './common/veth';
import type { PluginHost } from './host';

const PtpSchema = z.object({ ipMasq: flag, mtu: count });

export function ptpPlugin(host: PluginHost): Plugin {
  return {
    versions: cniVersions,
    about: 'CNI ptp plugin (Underlay): connects a container and the host by a cable of their own',
    isOwnNetns: (netns) => isOwnNetns(host, netns),
    add: (request) =>
      withPair(host, request.netns, (pair) => withUndo((onFailure) => attach(host, request, pair, onFailure))),
    async del(request) {
      await release(host, request);
      await withOwn(host, (own) => {
        deleteLink(own, vethName(request));
        removeMasquerade(own, request);
      });
      await withBoxIfThere(host, request.netns, (box) => deleteLink(box, request.ifname));
    },
    check: (request) => check(host, request),
    async gc(request) {
      await ipamGc(host, request);
      await withOwn(host, (own) => removeStaleMasquerade(own, request.config.name, request.valid));
    },
    status: (request) => ipamStatus(host, request),
  };
}

async function attach(
  host: PluginHost,
  request: PluginRequest,
  pair: Pair,
  onFailure: (step: UndoStep) => void,
): Promise<Result> {
  const config = checked(PtpSchema, request.config.raw, 'ptp config');
  const { own, box } = pair;
  const given = await allocate(host, requireIpam(request), request, onFailure);
  for (const ip of given.ips) requireGateway(ip);
  for (const family of new Set(given.ips.map(({ address }) => familyOf(cidrOf(address).ip))))
    enableForwarding(own, family);
  const veth = createVeth(pair, request, { mtu: config.mtu }, onFailure);
  const result: Result = {
    interfaces: [veth.host, veth.container],
    ips: given.ips.map((ip) => ({ ...ip, interface: 1 })),
    routes: given.routes,
    dns: request.config.dns.nameservers.length > 0 ? request.config.dns : given.dns,
  };
  configureContainer(box, request.ifname, result);
  for (const ip of given.ips) routeToContainer(own, veth.hostIndex, veth.host.name, ip);
  if (config.ipMasq) {
    onFailure(() => removeMasquerade(own, request));
    addMasquerade(own, request, given.ips);
  }
  return result;
}

function requireGateway({ address, gateway }: IpConfig): string {
  if (gateway !== undefined) return gateway;
  throw new CniError(errorCodes.internal, `the IPAM plugin gave no gateway for ${address}: ptp needs one`);
}

/** Everything goes to the host first, also what is in the container's own network. */
function configureContainer(box: NetworkNamespace, ifname: string, result: Result): void {
  announceChanges(box, ifname);
  configureInterface(box, ifname, result);
  const { index } = requireLink(box, ifname);
  for (const ip of result.ips) {
    const cidr = cidrOf(ip.address);
    const family = familyOf(cidr.ip);
    const gateway = requireGateway(ip);
    const source = formatIp(cidr.ip);
    const single = cidr.prefix === bitsOf(cidr.ip);
    // What the kernel made of the address would ask for neighbours on a cable that has none.
    if (!single) box.routeDelete({ family, destination: networkText(cidr), device: index });
    const toGateway = hostNetwork(ipOf(gateway));
    const scope = family === 'inet' ? { scope: 'link' as const } : {};
    box.routeAdd({ family, destination: toGateway, device: index, source, ...scope });
    if (!single) box.routeAdd({ family, destination: networkText(cidr), device: index, gateway, source });
  }
}

/** The host has the gateway's address on its end, and a route to each address of the container. */
function routeToContainer(own: NetworkNamespace, index: number, device: string, ip: IpConfig): void {
  const cidr = cidrOf(ip.address);
  const family = familyOf(cidr.ip);
  const gateway = ipOf(requireGateway(ip));
  if (family === 'inet6') enableIpv6(own, device);
  addAddress(own, index, { address: hostNetwork(gateway) });
  const scope = family === 'inet' ? { scope: 'host' as const } : {};
  own.routeAdd({ family, destination: hostNetwork(cidr.ip), device: index, ...scope });
}

async function check(host: PluginHost, request: PluginRequest): Promise<void> {
  const config = checked(PtpSchema, request.config.raw, 'ptp config');
  const result = requirePrevious(request);
  await checkIpam(host, request);
  await withPair(host, request.netns, ({ own, box }) => {
    checkDevice(box, containerInterface(result, request), 'veth');
    checkAddresses(box, request.ifname, result.ips);
    checkRoutes(box, result.routes);
    if (config.ipMasq && !hasMasquerade(own, request, result.ips.length))
      throw new CniError(errorCodes.internal, `the rules that masquerade ${request.ifname} are missing`);
  });
}
