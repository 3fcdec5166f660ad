/** The bridge plugin: a container's interface is one end of a cable whose other end is a port of a bridge on the host. */
import type { LinkInfo, NetworkNamespace } from '../../../kernel';
import { type Plugin, type PluginRequest, requirePrevious } from '../../plugin';
import { CniError, cniVersions, errorCodes, type Result } from '../../spec';
import { announceChanges, checkAddresses, checkRoutes, configureInterface } from '../common/interface';
import { allocate, checkIpam, ipamGc, ipamStatus, ipamType, release } from '../common/ipam';
import { addMasquerade, hasMasquerade, removeMasquerade, removeStaleMasquerade } from '../common/masquerade';
import {
  deleteLink,
  isOwnNetns,
  type Pair,
  requireLink,
  withBoxIfThere,
  withOwn,
  withPair,
} from '../common/namespaces';
import { type UndoStep, withUndo } from '../common/undo';
import { checkDevice, containerInterface, createVeth, vethName } from '../common/veth';
import type { PluginHost } from '../host';
import { type BridgeConfig, bridgeConfig } from './config';
import { ensureBridge, ensureVlanDevice, joinVlans, requireBridge } from './device';
import { becomeGateway, withGateways } from './gateway';
import { addSpoofCheck, hasSpoofCheck, removeSpoofCheck } from './spoof-check';

export function bridgePlugin(host: PluginHost): Plugin {
  return {
    versions: cniVersions,
    about: 'CNI bridge plugin (Underlay): attaches a container to a bridge of the host',
    isOwnNetns: (netns) => isOwnNetns(host, netns),
    add: (request) => addToBridge(host, request, bridgeConfig(request)),
    del: (request) => removeFromBridge(host, request),
    check: (request) => checkBridge(host, request),
    async gc(request) {
      await ipamGc(host, request);
      await withOwn(host, (own) => removeStaleMasquerade(own, request.config.name, request.valid));
    },
    status: (request) => ipamStatus(host, request),
  };
}

/** What is done to a bridge before a container's port is added. */
export type Prepare = (own: NetworkNamespace, bridge: number, onFailure: (step: UndoStep) => void) => void;

/** ADD, also of other plugins whose containers are ports of a bridge; `prepare` gets the bridge once it is there. */
export function addToBridge(
  host: PluginHost,
  request: PluginRequest,
  config: BridgeConfig,
  prepare: Prepare = () => {},
): Promise<Result> {
  return withPair(host, request.netns, (pair) =>
    withUndo((onFailure) => attach(host, request, config, pair, onFailure, prepare)),
  );
}

async function attach(
  host: PluginHost,
  request: PluginRequest,
  config: BridgeConfig,
  pair: Pair,
  onFailure: (step: UndoStep) => void,
  prepare: Prepare,
): Promise<Result> {
  const { own, box } = pair;
  const fresh = own.link(config.bridge) === null;
  const bridge = ensureBridge(own, config);
  if (fresh) onFailure(() => deleteIfUnused(own, bridge));
  prepare(own, bridge.index, onFailure);
  const veth = createVeth(pair, request, { mtu: config.mtu, mac: config.mac }, onFailure);
  own.linkSet(veth.hostIndex, { master: bridge.index });
  if (config.hairpinMode || config.portIsolation) {
    own.bridgePortSet(veth.hostIndex, {
      ...(config.hairpinMode ? { hairpin: true } : {}),
      ...(config.portIsolation ? { isolated: true } : {}),
    });
  }
  joinVlans(own, veth.hostIndex, config);
  if (config.macspoofchk) {
    onFailure(() => removeSpoofCheck(own, request));
    addSpoofCheck(own, request, veth.host.name, veth.container.mac ?? '');
  }
  const result = await addresses(host, request, config, onFailure);
  const gateway = config.vlan !== undefined && config.isGateway ? ensureVlanDevice(own, bridge, config) : bridge;
  if (config.isGateway) becomeGateway(own, gateway.index, gateway.name, result.ips, config.forceAddress);
  // The gateway's address is there before the container asks for it.
  const interfaces = [{ name: bridge.name, mac: '', mtu: bridge.mtu }, veth.host, veth.container];
  const complete = { ...result, interfaces, ips: result.ips.map((ip) => ({ ...ip, interface: 2 })) };
  configure(box, request, config, complete);
  if (config.ipMasq) {
    onFailure(() => removeMasquerade(own, request));
    addMasquerade(own, request, result.ips);
  }
  // A bridge takes the least of its ports' addresses unless it was given one; its containers know it by what it has now.
  const { address: mac } = requireLink(own, bridge.name);
  if (config.isGateway) own.linkSet(bridge.index, { address: mac });
  return { ...complete, interfaces: [{ ...interfaces[0], name: bridge.name, mac }, veth.host, veth.container] };
}

/** Others may have begun to use it meanwhile. */
function deleteIfUnused(own: NetworkNamespace, bridge: LinkInfo): void {
  if (!own.links().some(({ master }) => master === bridge.index)) deleteLink(own, bridge.name);
}

async function addresses(
  host: PluginHost,
  request: PluginRequest,
  config: BridgeConfig,
  onFailure: (step: UndoStep) => void,
): Promise<Result> {
  const type = ipamType(request);
  const { dns } = request.config;
  if (type === undefined) return { interfaces: [], ips: [], routes: [], dns };
  const result = withGateways(await allocate(host, type, request, onFailure), config);
  return { ...result, dns: hasDns(dns) ? dns : result.dns };
}

const hasDns = (dns: Result['dns']) =>
  dns.nameservers.length + dns.search.length + dns.options.length > 0 || dns.domain !== '';

function configure(box: NetworkNamespace, request: PluginRequest, config: BridgeConfig, result: Result): void {
  const { ifname } = request;
  if (config.disableContainerInterface) return;
  announceChanges(box, ifname);
  if (result.ips.length > 0) configureInterface(box, ifname, result);
  else box.linkSet(requireLink(box, ifname).index, { up: true });
}

/** DEL, also of plugins that build on this one. The host's end goes even when the container's namespace is gone. */
export async function removeFromBridge(host: PluginHost, request: PluginRequest): Promise<void> {
  await release(host, request);
  await withOwn(host, (own) => {
    deleteLink(own, vethName(request));
    removeMasquerade(own, request);
    removeSpoofCheck(own, request);
  });
  await withBoxIfThere(host, request.netns, (box) => deleteLink(box, request.ifname));
}

export async function checkBridge(host: PluginHost, request: PluginRequest): Promise<void> {
  const config = bridgeConfig(request);
  const result = requirePrevious(request);
  await checkIpam(host, request);
  await withPair(host, request.netns, ({ own, box }) => {
    const bridge = requireBridge(own, config.bridge);
    checkDevice(box, containerInterface(result, request), 'veth');
    checkPort(own, result, bridge);
    checkAddresses(box, request.ifname, result.ips);
    checkRoutes(box, result.routes);
    const fail = (problem: string) => new CniError(errorCodes.internal, problem);
    if (config.ipMasq && !hasMasquerade(own, request, result.ips.length))
      throw fail(`the rules that masquerade ${request.ifname} are missing`);
    if (config.macspoofchk && !hasSpoofCheck(own, request))
      throw fail(`the rules that check the hardware address of ${request.ifname} are missing`);
  });
}

/** The host's end, also where another plugin has made and named it, is a port of the bridge. */
function checkPort(own: NetworkNamespace, { interfaces }: Result, bridge: LinkInfo): void {
  const port = interfaces.find(({ name, sandbox }) => sandbox === undefined && name !== bridge.name);
  if (!port) throw new CniError(errorCodes.internal, 'prevResult has no port of the bridge');
  checkDevice(own, port, 'veth');
  if (requireLink(own, port.name).master !== bridge.index)
    throw new CniError(errorCodes.internal, `${port.name} is not a port of the bridge`);
}
