/** Network devices in sysfs: /sys/devices/virtual/net/NAME, and the links to them in /sys/class/net. */
import { SysError } from '../../abi/errno';
import { zeroMac } from '../../net/address/mac';
import type { NetDevice } from '../../net/device/device';
import type { NetNamespace } from '../../net/types';
import type { DirectoryEntry, Inode } from '../../vfs/inode';
import { inKernfsOrder } from '../kernfs-order';
import { ChangingDirectory, entryOf, type PseudoSuperBlock } from '../proc/node';
import { attribute, directory, link, SysDirectory } from './node';

const hex = (value: number) => `0x${value.toString(16)}`;
const isLoopback = ({ linkType }: NetDevice) => linkType === 'loopback';

/** The IFF_* bits that were set, not those that are told of (netdevice(7)). */
function flagsOf(device: NetDevice): number {
  const multicast = isLoopback(device) ? 0 : 0x1000;
  const isPromisc = device.promiscuity > 0 || device.isPromiscByAdmin;
  return (
    (device.up ? 1 : 0) |
    (device.hasBroadcast ? 2 : 0) |
    (isLoopback(device) ? 8 : 0) |
    (device.isArpOff ? 0x80 : 0) |
    (isPromisc ? 0x100 : 0) |
    (device.isAllMulti || device.promiscuity > 0 ? 0x200 : 0) |
    multicast
  );
}

/** EINVAL where the device has no such thing. */
function invalid(): never {
  throw new SysError('EINVAL');
}

const attributes: ReadonlyArray<[name: string, read: (device: NetDevice) => string | number, mode?: number]> = [
  ['addr_assign_type', (device) => (isLoopback(device) ? 0 : device.macIsSet ? 3 : 1)],
  ['addr_len', () => 6],
  ['address', ({ mac }) => mac],
  ['broadcast', (device) => (isLoopback(device) ? zeroMac : device.broadcast)],
  ['carrier', ({ up, carrier }) => (up ? Number(carrier) : invalid()), 0o644],
  ['carrier_changes', () => 0],
  ['carrier_down_count', () => 0],
  ['carrier_up_count', () => 0],
  ['dev_id', () => '0x0'],
  ['dev_port', () => 0],
  ['dormant', ({ up }) => (up ? 0 : invalid())],
  ['duplex', ({ kind, up }) => (kind === 'veth' && up ? 'full' : invalid())],
  ['flags', (device) => hex(flagsOf(device)), 0o644],
  ['gro_flush_timeout', () => 0, 0o644],
  ['ifalias', ({ alias }) => alias, 0o644],
  ['ifindex', ({ index }) => index],
  ['iflink', ({ index, link: lower }) => lower?.index ?? index],
  ['link_mode', () => 0],
  ['mtu', ({ mtu }) => mtu, 0o644],
  ['name_assign_type', (device) => (isLoopback(device) ? 2 : 3)],
  ['napi_defer_hard_irqs', () => 0, 0o644],
  ['netdev_group', ({ group }) => group, 0o644],
  ['operstate', ({ operState }) => operState.toLowerCase()],
  ['proto_down', () => 0, 0o644],
  ['speed', ({ kind, up }) => (kind === 'veth' && up ? 10000 : invalid())],
  ['testing', ({ up }) => (up ? 0 : invalid())],
  ['threaded', () => 0, 0o644],
  ['tx_queue_len', ({ queueLength }) => queueLength, 0o644],
  ['type', (device) => (isLoopback(device) ? 772 : device.linkType === 'none' ? 65534 : 1)],
  [
    'uevent',
    ({ kind, name, index }) => `${kind === 'bridge' ? 'DEVTYPE=bridge\n' : ''}INTERFACE=${name}\nIFINDEX=${index}`,
    0o644,
  ],
];

const statistics: ReadonlyArray<[name: string, read: (device: NetDevice) => number]> = [
  ['rx_bytes', ({ stats }) => stats.rxBytes],
  ['rx_packets', ({ stats }) => stats.rxPackets],
  ['rx_errors', ({ stats }) => stats.rxErrors],
  ['rx_dropped', ({ stats }) => stats.rxDropped],
  ['tx_bytes', ({ stats }) => stats.txBytes],
  ['tx_packets', ({ stats }) => stats.txPackets],
  ['tx_errors', ({ stats }) => stats.txErrors],
  ['tx_dropped', ({ stats }) => stats.txDropped],
  ...[
    'collisions',
    'multicast',
    'rx_compressed',
    'rx_crc_errors',
    'rx_fifo_errors',
    'rx_frame_errors',
    'rx_length_errors',
    'rx_missed_errors',
    'rx_nohandler',
    'rx_over_errors',
    'tx_aborted_errors',
    'tx_carrier_errors',
    'tx_compressed',
    'tx_fifo_errors',
    'tx_heartbeat_errors',
    'tx_window_errors',
  ].map((name): [string, () => number] => [name, () => 0]),
];

/** The devices of one namespace, by name: links in /sys/class/net, directories in /sys/devices/virtual/net. */
abstract class DeviceList extends ChangingDirectory<string> {
  readonly #shown = new Map<string, NetDevice>();

  constructor(
    sb: PseudoSuperBlock,
    protected readonly ns: NetNamespace,
  ) {
    super(sb, 0o755);
  }

  override lookup(name: string): Inode | null {
    const device = this.ns.devices.byName(name);
    if (this.#shown.get(name) !== device) this.forget(name);
    if (!device) return null;
    this.#shown.set(name, device);
    return this.keep(name, () => this.make(device));
  }
  override readdir(): DirectoryEntry[] {
    const names = [...this.ns.devices.all()].map(({ name }) => name);
    return inKernfsOrder(names).flatMap((name) => {
      const inode = this.lookup(name);
      return inode ? [entryOf(name, inode)] : [];
    });
  }
  override create(): Inode {
    throw new SysError('EACCES');
  }

  protected abstract make(device: NetDevice): Inode;
}

export class DeviceLinks extends DeviceList {
  protected make({ name }: NetDevice): Inode {
    return link(this.proc, `../../devices/virtual/net/${name}`);
  }
}

export class DeviceDirectories extends DeviceList {
  protected make(device: NetDevice): Inode {
    return new DeviceDirectory(this.proc, device);
  }
}

/** Attributes, and links to the devices above and below, which come and go. */
class DeviceDirectory extends SysDirectory {
  override readonly volatile = true;

  constructor(
    sb: PseudoSuperBlock,
    private readonly shown: NetDevice,
  ) {
    const makers = new Map<string, () => Inode>();
    for (const [name, read, mode] of attributes) makers.set(name, () => attribute(sb, () => String(read(shown)), mode));
    makers.set('statistics', () => statisticsOf(sb, shown));
    makers.set('power', () => directory(sb, {}));
    makers.set('queues', () => directory(sb, { 'rx-0': {}, 'tx-0': {} }));
    makers.set('subsystem', () => link(sb, '../../../../class/net'));
    super(sb, makers, 0o755);
    this.nlink = 5;
  }

  override lookup(name: string): Inode | null {
    const fixed = super.lookup(name);
    if (fixed) return fixed;
    const target = this.#links().get(name);
    return target === undefined ? null : this.#linkTo(name, target);
  }
  override readdir(): DirectoryEntry[] {
    const links = [...this.#links()].map(([name, target]) => entryOf(name, this.#linkTo(name, target)));
    const entries = new Map([...super.readdir(), ...links].map((entry) => [entry.name, entry]));
    return inKernfsOrder(entries.keys()).flatMap((name) => entries.get(name) ?? []);
  }

  readonly #made = new Map<string, Inode>();
  #linkTo(name: string, target: string): Inode {
    const known = this.#made.get(`${name} ${target}`);
    if (known) return known;
    const made = link(this.proc, target);
    this.#made.set(`${name} ${target}`, made);
    return made;
  }

  #links(): Map<string, string> {
    const device = this.shown;
    const links = new Map<string, string>();
    const beside = (other: NetDevice) => `../${other.name}`;
    if (device.master) {
      links.set('master', beside(device.master));
      links.set(`upper_${device.master.name}`, beside(device.master));
    }
    for (const upper of device.uppers) if (upper !== device.master) links.set(`upper_${upper.name}`, beside(upper));
    for (const other of device.ns.devices.all()) {
      if (other.master === device || other.uppers.has(device)) links.set(`lower_${other.name}`, beside(other));
    }
    return links;
  }
}

function statisticsOf(sb: PseudoSuperBlock, device: NetDevice): Inode {
  const makers = statistics.map(([name, read]): [string, () => Inode] => [
    name,
    () => attribute(sb, () => String(read(device))),
  ]);
  const made = new SysDirectory(sb, new Map(makers), 0o755);
  made.nlink = 2;
  return made;
}
