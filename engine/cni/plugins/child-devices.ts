/** The macvlan, ipvlan, vlan and dummy plugins: what a configuration of each says of the one device it makes. */
import { z } from 'zod';
import type { Plugin, PluginRequest } from '../plugin';
import { CniError, checked, errorCodes } from '../spec';
import { childDevicePlugin, masterOf, mtuWithin } from './common/child-device';
import { count, flag, text, wantedMac } from './common/options';
import type { PluginHost } from './host';

const lower = { master: text, mtu: count, linkInContainer: flag };

const MacvlanSchema = z.object({
  ...lower,
  mode: text.pipe(z.enum(['bridge', 'private', 'vepa', 'passthru']).default('bridge')),
  bcqueuelen: count,
});

export function macvlanPlugin(host: PluginHost): Plugin {
  return childDevicePlugin(
    host,
    'CNI macvlan plugin (Underlay): an address of its own on a device of the host',
    (request) => {
      const { mode, bcqueuelen, ...config } = checked(MacvlanSchema, request.config.raw, 'macvlan config');
      const address = wantedMac(request);
      return {
        kind: 'macvlan',
        needsIpam: false,
        linkInContainer: config.linkInContainer,
        describe(where) {
          const master = masterOf(where, config.master);
          return {
            kind: 'macvlan',
            link: master.index,
            ...mtuWithin(config.mtu, master),
            ...(address === undefined ? {} : { address }),
            details: { mode, ...(bcqueuelen === undefined ? {} : { bcqueuelen }) },
          };
        },
      };
    },
  );
}

const IpvlanSchema = z.object({ ...lower, mode: text.pipe(z.enum(['l2', 'l3', 'l3s']).default('l2')) });

export function ipvlanPlugin(host: PluginHost): Plugin {
  return childDevicePlugin(
    host,
    'CNI ipvlan plugin (Underlay): addresses behind the hardware address of the host',
    (request) => {
      const { mode, ...config } = checked(IpvlanSchema, request.config.raw, 'ipvlan config');
      return {
        kind: 'ipvlan',
        needsIpam: true,
        linkInContainer: config.linkInContainer,
        describe(where) {
          const master = masterOf(where, config.master ?? previousDevice(request));
          return { kind: 'ipvlan', link: master.index, ...mtuWithin(config.mtu, master), details: { mode } };
        },
      };
    },
  );
}

/** In a chain the device of the plugin before it is the lower one. */
const previousDevice = ({ previous }: PluginRequest): string | undefined => previous?.interfaces[0]?.name;

const VlanSchema = z.object({
  ...lower,
  vlanId: z.number().int().min(0, 'is 0 to 4094').max(4094, 'is 0 to 4094'),
});

export function vlanPlugin(host: PluginHost): Plugin {
  return childDevicePlugin(host, 'CNI vlan plugin (Underlay): one VLAN of a device of the host', (request) => {
    const { vlanId, ...config } = checked(VlanSchema, request.config.raw, 'vlan config');
    if (config.master === undefined)
      throw new CniError(
        errorCodes.invalidConfig,
        '"master" field is required. It specifies the host interface name to create the VLAN for.',
      );
    return {
      kind: 'vlan',
      needsIpam: false,
      linkInContainer: config.linkInContainer,
      describe(where) {
        const master = masterOf(where, config.master);
        return { kind: 'vlan', link: master.index, ...mtuWithin(config.mtu, master), details: { id: vlanId } };
      },
    };
  });
}

export function dummyPlugin(host: PluginHost): Plugin {
  return childDevicePlugin(host, 'CNI dummy plugin (Underlay): a device that leads nowhere, for its address', () => ({
    kind: 'dummy',
    needsIpam: true,
    linkInContainer: true,
    describe: () => ({ kind: 'dummy' }),
  }));
}
