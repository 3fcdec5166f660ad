/**
 * The vxlan plugin, our own: a bridge that reaches over other hosts. Each host has a bridge of the network and, as one of
 * its ports, a VXLAN device (RFC 7348) that carries frames to the hosts named in `remotes`, or to a multicast group.
 *
 * `vni` (1 to 16777215), `local` (this host's address), `remotes`, or `group` with `device`; `port` (4789); and what the
 * bridge plugin knows besides.
 */
import { z } from 'zod';
import type { NetworkNamespace } from '../../kernel';
import type { Plugin, PluginRequest } from '../plugin';
import { CniError, checked, cniVersions, errorCodes, IpSchema } from '../spec';
import { addToBridge, checkBridge, removeFromBridge } from './bridge/bridge';
import { type BridgeConfig, bridgeConfig } from './bridge/config';
import { ipamGc, ipamStatus } from './common/ipam';
import { removeStaleMasquerade } from './common/masquerade';
import { deleteLink, isOwnNetns, requireLink, withOwn } from './common/namespaces';
import { count, text } from './common/options';
import type { PluginHost } from './host';

const VxlanSchema = z
  .object({
    vni: z.number().int().min(1, 'is 1 to 16777215').max(16777215, 'is 1 to 16777215'),
    local: text.pipe(IpSchema.optional()),
    remotes: z
      .array(IpSchema)
      .nullish()
      .transform((given) => given ?? []),
    group: text.pipe(IpSchema.optional()),
    device: text,
    port: count.transform((port) => port ?? 4789),
  })
  .refine(({ group, device }) => group === undefined || device !== undefined, 'group needs the device to reach it by');

type VxlanConfig = z.infer<typeof VxlanSchema>;

/** Everybody: what is for no known address goes to all remotes. */
const anyone = '00:00:00:00:00:00';
/** What VXLAN puts before a frame (RFC 7348): Ethernet, IPv4 or IPv6, UDP, its own 8 bytes. */
const overhead = { ipv4: 50, ipv6: 70 };

export function vxlanPlugin(host: PluginHost): Plugin {
  return {
    versions: cniVersions,
    about: 'CNI vxlan plugin (Underlay): a bridge that reaches over several hosts',
    isOwnNetns: (netns) => isOwnNetns(host, netns),
    async add(request) {
      const vxlan = vxlanConfig(request);
      const config = await withOwn(host, (own) => bridgeFor(own, request, vxlan));
      return addToBridge(host, request, config, (own, bridge, onFailure) => {
        if (!own.link(deviceName(vxlan))) onFailure(() => deleteIfAlone(own, deviceName(vxlan), bridge));
        ensureVxlan(own, vxlan, bridge, config.mtu);
      });
    },
    del: (request) => removeFromBridge(host, request),
    async check(request) {
      const vxlan = vxlanConfig(request);
      await checkBridge(host, withBridgeName(request, vxlan));
      await withOwn(host, (own) => checkVxlan(own, vxlan));
    },
    async gc(request) {
      await ipamGc(host, request);
      await withOwn(host, (own) => removeStaleMasquerade(own, request.config.name, request.valid));
    },
    status: (request) => ipamStatus(host, request),
  };
}

const vxlanConfig = ({ config }: PluginRequest): VxlanConfig => checked(VxlanSchema, config.raw, 'vxlan config');
const deviceName = ({ vni }: VxlanConfig) => `vxlan${vni}`;

/** Where no bridge is named it is named for the network's number. */
function withBridgeName(request: PluginRequest, { vni }: VxlanConfig): PluginRequest {
  const { raw } = request.config;
  return { ...request, config: { ...request.config, raw: { bridge: `cni-vx${vni}`, ...raw } } };
}

/** Frames must fit into the hosts' packets: the containers' are smaller by what VXLAN adds. */
function bridgeFor(own: NetworkNamespace, request: PluginRequest, vxlan: VxlanConfig): BridgeConfig {
  const config = bridgeConfig(withBridgeName(request, vxlan));
  const lower = vxlan.device === undefined ? deviceOf(own, vxlan.local) : requireLink(own, vxlan.device);
  const extra = (vxlan.local ?? vxlan.group ?? vxlan.remotes[0] ?? '').includes(':') ? overhead.ipv6 : overhead.ipv4;
  const largest = (lower?.mtu ?? 1500) - extra;
  if (config.mtu !== undefined && config.mtu > largest)
    throw new CniError(errorCodes.invalidConfig, `invalid MTU ${config.mtu}: packets of at most ${largest} bytes fit`);
  return { ...config, mtu: config.mtu ?? largest };
}

function deviceOf(own: NetworkNamespace, local: string | undefined) {
  const address = own.addresses().find((found) => found.address === local);
  return address ? own.link(address.index) : null;
}

/** Shared by the network's containers as the bridge is; new remotes are added to one that is there. */
function ensureVxlan(own: NetworkNamespace, vxlan: VxlanConfig, bridge: number, mtu: number | undefined): void {
  const name = deviceName(vxlan);
  if (!own.link(name)) makeVxlan(own, vxlan, bridge, mtu);
  const { index, kind, details, master } = requireLink(own, name);
  if (kind !== 'vxlan' || details.id !== vxlan.vni || details.port !== vxlan.port)
    throw new CniError(errorCodes.internal, `${name} is there and is not the VXLAN ${vxlan.vni} at port ${vxlan.port}`);
  if (master !== bridge) own.linkSet(index, { master: bridge });
  const known = own.fdb(index).filter(({ hardware }) => hardware === anyone);
  for (const remote of vxlan.remotes) {
    if (!known.some((entry) => entry.remote === remote)) own.fdbAppend({ index, hardware: anyone, remote });
  }
}

function makeVxlan(own: NetworkNamespace, vxlan: VxlanConfig, bridge: number, mtu: number | undefined): void {
  const name = deviceName(vxlan);
  const { vni, port, local, group, device } = vxlan;
  own.linkAdd({
    name,
    kind: 'vxlan',
    ...(mtu === undefined ? {} : { mtu }),
    details: {
      id: vni,
      port,
      ...(local === undefined ? {} : { local }),
      ...(group === undefined ? {} : { group }),
      ...(device === undefined ? {} : { link: requireLink(own, device).index }),
    },
  });
  try {
    own.linkSet(requireLink(own, name).index, { master: bridge, up: true });
  } catch (error) {
    deleteLink(own, name);
    throw error;
  }
}

/** With a container's port beside it, it is in use by now. */
function deleteIfAlone(own: NetworkNamespace, name: string, bridge: number): void {
  if (!own.links().some((link) => link.master === bridge && link.name !== name)) deleteLink(own, name);
}

function checkVxlan(own: NetworkNamespace, vxlan: VxlanConfig): void {
  const { index } = requireLink(own, deviceName(vxlan));
  const known = own.fdb(index);
  const missing = vxlan.remotes.filter((remote) => !known.some((entry) => entry.remote === remote));
  if (missing.length > 0)
    throw new CniError(errorCodes.internal, `${deviceName(vxlan)} does not know ${missing.join(', ')}`);
}
