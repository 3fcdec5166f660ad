/** What the lessons on CNI share: reading JSON that passed, containers by their names, who is attached to what. */
import {
  addressesOf,
  attachmentsOf,
  type CniAttachment,
  type CniCall,
  callsOf,
  deviceNamed,
  type LabState,
  machineNamespace,
  type NetDevice,
  type NsId,
  pinnedAt,
  pluginType,
} from '../engine/state';
import type { LabHandle } from './lab';

/** Where administrators put configurations. */
export const configurations = '/etc/cni/net.d';

/** The value a JSON text stands for; undefined when it is none. */
export function parsed(text: string | null | undefined): unknown {
  try {
    const value: unknown = JSON.parse(text ?? '');
    return value;
  } catch {
    return undefined;
  }
}

/** What lies at a path into a JSON value: `field(result, 'ips', 0, 'address')`. Undefined where it ends before. */
export function field(value: unknown, ...path: Array<string | number>): unknown {
  return path.reduce<unknown>((at, key) => {
    if (typeof at !== 'object' || at === null) return undefined;
    return new Map<string, unknown>(Object.entries(at)).get(String(key));
  }, value);
}

export function listAt(value: unknown, ...path: Array<string | number>): unknown[] {
  const found = field(value, ...path);
  return Array.isArray(found) ? found : [];
}

/** What the file of a network list says, by the list's name; of files that are no JSON, nothing is known. */
export async function networkList(lab: LabHandle, name: string): Promise<unknown> {
  for (const file of (await lab.files().list(configurations)) ?? []) {
    const list = file.endsWith('.conflist') ? parsed(await lab.files().text(`${configurations}/${file}`)) : undefined;
    if (field(list, 'name') === name) return list;
  }
  return undefined;
}

/** The plugin of that type in a network list. */
export function pluginIn(list: unknown, type: string): unknown {
  return listAt(list, 'plugins').find((plugin) => field(plugin, 'type') === type);
}

export function calls(state: LabState, plugin: string, command: string): CniCall[] {
  return callsOf(state, 'lab', { command }).filter((call) => pluginType(call) === plugin);
}

/** The call was made for that container, by whatever name the runtime gave it. */
export function isFor(call: CniCall, container: string): boolean {
  return call.environment.CNI_NETNS === `/run/netns/${container}`;
}

/** True when the call is over, and did not succeed. */
export const hasFailed = ({ exitCode }: CniCall): boolean => exitCode !== null && exitCode !== 0;

/** The error a plugin printed; undefined when it succeeded, or printed something else. */
export function errorOf(call: CniCall | undefined): { code: number; msg: string } | undefined {
  const error = call === undefined || !hasFailed(call) ? undefined : parsed(call.stdout);
  const [code, msg] = [field(error, 'code'), field(error, 'msg')];
  return typeof code === 'number' && typeof msg === 'string' ? { code, msg } : undefined;
}

/** The last call that no other plugin made, in words, when it failed: for hints. */
export function lastFailure(state: LabState): string | undefined {
  const last = callsOf(state, 'lab', { parent: null }).at(-1);
  const error = errorOf(last);
  if (last === undefined || error === undefined) return undefined;
  return `The last call, ${last.command} of ${pluginType(last)}, failed with code ${error.code}: ${error.msg}.`;
}

/** The network namespace that `ip netns` knows by the name. */
export function containerNs(state: LabState, name: string): NsId | undefined {
  return pinnedAt(state, 'lab', `/run/netns/${name}`)?.id;
}

export function containerDevice(state: LabState, name: string, ifname = 'eth0'): NetDevice | undefined {
  const ns = containerNs(state, name);
  return ns && deviceNamed(state, ns, ifname);
}

/** The container's IPv4 address without its prefix length, on one interface; undefined when it has none. */
export function addressIn(state: LabState, name: string, ifname = 'eth0'): string | undefined {
  const device = containerDevice(state, name, ifname);
  const cidr = device && addressesOf(state, device).find((one) => !one.includes(':'));
  return cidr?.split('/')[0];
}

/** The container's attachment to a network, as the runtime remembers it. */
export function attachmentTo(state: LabState, network: string, container: string): CniAttachment | undefined {
  return attachmentsOf(state, 'lab', network).find(({ netns }) => netns === `/run/netns/${container}`);
}

export function hasDefaultRoute(state: LabState, container: string, gateway: string): boolean {
  const ns = containerNs(state, container);
  return Object.values(state.routes).some(
    (route) => route.ns === ns && route.destination === 'default' && route.gateway === gateway,
  );
}

/** Rules of the Machine that lead a port to an address (and port) of a container. */
export function leadsTo(state: LabState, port: string, target: string): boolean {
  const ns = machineNamespace(state, 'lab', 'net');
  return Object.values(state.rules).some(
    ({ ns: at, text }) =>
      at === ns && text.includes(`dport ${port} `) && text.includes(`dnat`) && text.includes(target),
  );
}
