/**
 * What `/proc/sys/net` holds for one namespace (kernel: Documentation/networking/ip-sysctl.rst). Values are kept as
 * text; only what differs from the defaults is stored.
 */
import { SysError } from '../abi/errno';
import type { NetDevice } from './device/device';
import { conf4Defaults, conf6Defaults, neighDefaults, plainDefaults } from './sysctl-defaults';
import type { NetNamespace } from './types';

type ConfFamily = 4 | 6;

export class NetSysctl {
  readonly #plain = new Map<string, string>();
  /** `all`, `default`. */
  readonly #shared = new Map<string, string>();
  readonly #ofDevice = new Map<NetDevice, Map<string, string>>();

  constructor(private readonly ns: NetNamespace) {}

  number(name: string): number {
    return Number.parseInt(this.read(name), 10);
  }

  /** `net.ipv4.conf.DEVICE.NAME` as it is set, without regard to `all`. */
  deviceNumber(family: ConfFamily, device: NetDevice, name: string): number {
    return Number.parseInt(this.#deviceValue(family, device, name), 10);
  }

  /** The greater of the device's and `all`: how most switches combine. */
  either(family: ConfFamily, device: NetDevice, name: string): number {
    return Math.max(this.deviceNumber(family, device, name), Number(this.#sharedValue(family, 'all', name)));
  }

  get forwards4(): boolean {
    return this.read('ipv4/ip_forward') === '1';
  }

  isForwarding(family: ConfFamily, device: NetDevice): boolean {
    return this.deviceNumber(family, device, 'forwarding') !== 0;
  }

  /** Path below `/proc/sys/net`, `ipv4/conf/eth0/rp_filter`. ENOENT. */
  read(path: string): string {
    if (path === 'ipv4/ip_forward') return this.#sharedValue(4, 'all', 'forwarding');
    const plain = plainDefaults.get(path);
    if (plain !== undefined) return this.#plain.get(path) ?? plain;
    const conf = this.#confOf(path);
    if (conf) {
      const { family, of, name } = conf;
      return typeof of === 'string' ? this.#sharedValue(family, of, name) : this.#deviceValue(family, of, name);
    }
    const neigh = /^ipv([46])\/neigh\/([^/]+)\/([^/]+)$/.exec(path);
    if (neigh?.[2] !== undefined && neigh[3] !== undefined && this.#isConfTarget(neigh[2])) {
      const value = neighDefaults.get(neigh[3]);
      if (value !== undefined) return this.#plain.get(path) ?? value;
    }
    throw new SysError('ENOENT');
  }

  /** EINVAL for what is no number where one belongs. */
  write(path: string, text: string): void {
    const value = text.trim().split(/\s+/).join('\t');
    const before = this.read(path);
    if (/^-?\d+(\t-?\d+)*$/.test(before) && !/^-?\d+(\t-?\d+)*$/.test(value)) throw new SysError('EINVAL');
    this.#check(path, value);
    const conf = this.#confOf(path);
    if (path === 'ipv4/ip_forward') this.#setForwarding(4, value === '0' ? '0' : '1');
    else if (conf?.name === 'forwarding' && conf.of === 'all') this.#setForwarding(conf.family, value);
    else if (conf) this.#setConf(conf.family, conf.of, conf.name, value);
    else this.#plain.set(path, value);
    this.ns.network.kernel.touch('namespaces');
    if (conf?.name === 'disable_ipv6') this.#ipv6Changed(conf.of, value);
  }

  /** Names directly under a directory (`ipv4`, `ipv4/conf`), with whether each is a directory; null: no directory. */
  list(directory: string): Array<{ name: string; isDirectory: boolean }> | null {
    const found = new Map<string, boolean>();
    const start = directory === '' ? '' : `${directory}/`;
    for (const path of this.#paths()) {
      if (!path.startsWith(start)) continue;
      const [name = '', ...more] = path.slice(start.length).split('/');
      found.set(name, more.length > 0);
    }
    return found.size === 0 ? null : [...found].map(([name, isDirectory]) => ({ name, isDirectory }));
  }

  /** A new device takes what is set as default now. */
  adopt(device: NetDevice): void {
    const values = new Map<string, string>();
    for (const [key, value] of this.#shared)
      if (key.includes('/default/')) values.set(key.replace('/default/', '/'), value);
    this.#ofDevice.set(device, values);
  }

  forget(device: NetDevice): void {
    this.#ofDevice.delete(device);
  }

  *#paths(): Iterable<string> {
    yield 'ipv4/ip_forward';
    yield* plainDefaults.keys();
    const targets = ['all', 'default', ...[...this.ns.devices.all()].map(({ name }) => name)];
    for (const target of targets) {
      for (const name of conf4Defaults.keys()) yield `ipv4/conf/${target}/${name}`;
      for (const name of conf6Defaults.keys()) yield `ipv6/conf/${target}/${name}`;
      if (target === 'all') continue;
      for (const name of neighDefaults.keys()) {
        yield `ipv4/neigh/${target}/${name}`;
        yield `ipv6/neigh/${target}/${name}`;
      }
    }
  }

  #isConfTarget(name: string): boolean {
    return name === 'default' || this.ns.devices.byName(name) !== undefined;
  }

  #confOf(path: string): { family: ConfFamily; of: NetDevice | 'all' | 'default'; name: string } | null {
    const match = /^ipv([46])\/conf\/([^/]+)\/([^/]+)$/.exec(path);
    const [, digit, target, name] = match ?? [];
    if (target === undefined || name === undefined) return null;
    const family = digit === '4' ? 4 : 6;
    if (!(family === 4 ? conf4Defaults : conf6Defaults).has(name)) return null;
    const of = target === 'all' || target === 'default' ? target : this.ns.devices.byName(target);
    return of === undefined ? null : { family, of, name };
  }

  #sharedValue(family: ConfFamily, of: 'all' | 'default', name: string): string {
    return this.#shared.get(`${family}/${of}/${name}`) ?? defaultOf(family, name);
  }

  #deviceValue(family: ConfFamily, device: NetDevice, name: string): string {
    return this.#ofDevice.get(device)?.get(`${family}/${name}`) ?? defaultOf(family, name);
  }

  #setConf(family: ConfFamily, of: NetDevice | 'all' | 'default', name: string, value: string): void {
    if (typeof of === 'string') this.#shared.set(`${family}/${of}/${name}`, value);
    else {
      const values = this.#ofDevice.get(of) ?? new Map<string, string>();
      values.set(`${family}/${name}`, value);
      this.#ofDevice.set(of, values);
    }
  }

  /** inet_forward_change: `all` sets every device and the default. */
  #setForwarding(family: ConfFamily, value: string): void {
    this.#setConf(family, 'all', 'forwarding', value);
    this.#setConf(family, 'default', 'forwarding', value);
    for (const device of this.ns.devices.all()) this.#setConf(family, device, 'forwarding', value);
  }

  #ipv6Changed(of: NetDevice | 'all' | 'default', value: string): void {
    if (of === 'default') return;
    for (const device of of === 'all' ? [...this.ns.devices.all()] : [of]) {
      this.#setConf(6, device, 'disable_ipv6', value);
      this.ns.addressing.ipv6Changed(device);
    }
    if (of === 'all') this.#setConf(6, 'default', 'disable_ipv6', value);
  }

  #check(path: string, value: string): void {
    if (path === 'ipv4/ping_group_range' || path === 'ipv4/ip_local_port_range') {
      const [low = Number.NaN, high = Number.NaN] = value.split('\t').map(Number);
      if (Number.isNaN(low) || Number.isNaN(high)) throw new SysError('EINVAL');
      if (path === 'ipv4/ip_local_port_range' && (low < 1 || high > 65535 || low > high)) throw new SysError('EINVAL');
    }
  }
}

function defaultOf(family: ConfFamily, name: string): string {
  return (family === 4 ? conf4Defaults : conf6Defaults).get(name) ?? '0';
}
