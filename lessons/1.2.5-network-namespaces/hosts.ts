/** What the tasks of this lesson share: the learner's addresses, and how the hosts that bear them are found. */
import {
  addressesOf,
  deviceNamed,
  type LabState,
  machineNamespace,
  madeNamespaces,
  type NetDevice,
  type NsId,
  type PacketRule,
} from '../../engine/state';
import type { Picker } from '../vars';

/** A type, not an interface: only a type is assignable to `Vars`. */
export type Names = {
  /** The two ends of the cable. */
  cableRed: string;
  cableBlue: string;
  /** The network of the bridge: its own address, and those of the two hosts. */
  gateway: string;
  red: string;
  blue: string;
  subnet: string;
  /** What red's page says. */
  word: string;
  /** The page to ask the internet for. */
  token: string;
  /** Where red is published. */
  port: string;
};

export function pickNames(pick: Picker): Names {
  const cable = `192.168.${pick.int(10, 250)}`;
  const lan = `10.${pick.int(10, 250)}.${pick.int(10, 250)}`;
  return {
    cableRed: `${cable}.1`,
    cableBlue: `${cable}.2`,
    gateway: `${lan}.1`,
    red: `${lan}.2`,
    blue: `${lan}.3`,
    subnet: `${lan}.0/24`,
    word: `${pick.of(['kingfisher', 'nightjar', 'goldcrest', 'redstart', 'dunnock'])}-${pick.int(100, 999)}`,
    token: `${pick.of(['weather', 'news', 'tides', 'trains'])}-${pick.int(100, 999)}`,
    port: String(pick.int(8100, 8900)),
  };
}

/** Port red's own web server listens at. */
export const pagePort = '8000';

/** Network namespaces somebody made, in the order the kernel numbered them. */
export function hosts(state: LabState): NsId[] {
  return madeNamespaces(state, 'net').map((ns) => ns.id);
}

export function machineNet(state: LabState): NsId {
  return machineNamespace(state, 'lab', 'net') ?? 'net:0';
}

/** The device that bears the address (`10.0.0.2`, without a prefix length), and the prefix it has there. */
export function bearerOf(state: LabState, address: string): { device: NetDevice; prefix: number } | undefined {
  for (const device of Object.values(state.devices)) {
    const cidr = addressesOf(state, device).find((one) => one.startsWith(`${address}/`));
    if (cidr !== undefined) return { device, prefix: Number(cidr.split('/')[1]) };
  }
  return undefined;
}

/** Like `bearerOf`, when the device is in a namespace that somebody made. */
export function hostAt(state: LabState, address: string): NetDevice | undefined {
  const device = bearerOf(state, address)?.device;
  return device && hosts(state).includes(device.ns) ? device : undefined;
}

/** The device at the other end of a veth pair. */
export function otherEnd(state: LabState, device: NetDevice): NetDevice | undefined {
  const { link } = device;
  return Object.values(state.devices).find((one) => link !== null && one.ns === link.ns && one.index === link.index);
}

export function isLoopbackUp(state: LabState, ns: NsId): boolean {
  return deviceNamed(state, ns, 'lo')?.up ?? false;
}

/** True when something listens for TCP connections at the port, in that namespace. */
export function listensAt(state: LabState, ns: NsId, port: string): boolean {
  return Object.values(state.sockets).some(
    (socket) => socket.ns === ns && socket.state === 'listen' && socket.local.endsWith(`:${port}`),
  );
}

/** The Machine's packet rules at a hook whose text has the word. */
export function rulesAt(state: LabState, hook: string, word: RegExp): PacketRule[] {
  return Object.values(state.rules).filter(
    (rule) => rule.ns === machineNet(state) && rule.hook === hook && word.test(rule.text),
  );
}
