/** CNI's plugins that make and change devices. */
import type { Plugin } from '../plugin';
import { bandwidthPlugin } from './bandwidth';
import { bridgePlugin } from './bridge/bridge';
import { dummyPlugin, ipvlanPlugin, macvlanPlugin, vlanPlugin } from './child-devices';
import { firewallPlugin } from './firewall';
import type { PluginHost } from './host';
import { hostDevicePlugin } from './host-device';
import { loopbackPlugin } from './loopback';
import { portmapPlugin } from './portmap';
import { ptpPlugin } from './ptp';
import { sbrPlugin } from './sbr';
import { tuningPlugin } from './tuning';
import { vxlanPlugin } from './vxlan';

export type { PluginHost } from './host';

const plugins = {
  bandwidth: bandwidthPlugin,
  bridge: bridgePlugin,
  dummy: dummyPlugin,
  firewall: firewallPlugin,
  'host-device': hostDevicePlugin,
  ipvlan: ipvlanPlugin,
  loopback: loopbackPlugin,
  macvlan: macvlanPlugin,
  portmap: portmapPlugin,
  ptp: ptpPlugin,
  sbr: sbrPlugin,
  tuning: tuningPlugin,
  vlan: vlanPlugin,
  vxlan: vxlanPlugin,
};

/** By type. */
export function devicePlugins(host: PluginHost): Map<string, Plugin> {
  return new Map(Object.entries(plugins).map(([type, make]) => [type, make(host)]));
}
