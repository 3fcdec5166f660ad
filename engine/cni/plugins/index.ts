/** All of CNI's plugins that there are of ours. */
import type { Networks } from '../../kernel';
import type { PluginExecutor } from '../executor';
import type { LeaseFiles } from '../files';
import { type AskDaemon, dhcp, hostLocal, staticIpam } from '../ipam';
import { Delegates, type Plugin } from '../plugin';
import { bandwidthPlugin } from './bandwidth';
import { bridgePlugin } from './bridge/bridge';
import { dummyPlugin, ipvlanPlugin, macvlanPlugin, vlanPlugin } from './child-devices';
import { firewallPlugin } from './firewall';
import { hostDevicePlugin } from './host-device';
import { loopbackPlugin } from './loopback';
import { portmapPlugin } from './portmap';
import { ptpPlugin } from './ptp';
import { sbrPlugin } from './sbr';
import { tuningPlugin } from './tuning';
import { vxlanPlugin } from './vxlan';

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

/** The names of all of them. */
export const pluginTypes: readonly string[] = [...Object.keys(plugins), 'dhcp', 'host-local', 'static'];

export interface PluginParts {
  networks: Networks;
  files: LeaseFiles;
  askDaemon: AskDaemon;
  /** What delegates are run by; it is given the plugins, so that it can run them itself. */
  executor(plugins: ReadonlyMap<string, Plugin>): PluginExecutor;
}

/** By type. */
export function allPlugins({ networks, files, askDaemon, executor }: PluginParts): Map<string, Plugin> {
  const all = new Map<string, Plugin>([
    ['dhcp', dhcp(askDaemon)],
    ['host-local', hostLocal(files)],
    ['static', staticIpam],
  ]);
  const host = { networks, files, delegates: new Delegates(executor(all)) };
  for (const [type, make] of Object.entries(plugins)) all.set(type, make(host));
  return all;
}
