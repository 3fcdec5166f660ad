/** What Internet sockets of all protocols share: an address and a port at each end (ip(7), ipv6(7)). */
import { isSysError, SysError } from '../../abi/errno';
import { isCapable } from '../../task/credentials';
import type { Task } from '../../task/task';
import { anyOf, formatIp, type IpAddress, isAny, isLinkLocal, isMulticast } from '../address/ip';
import type { NetDevice } from '../device/device';
import type { SendRequest } from '../ip/ip-layer';
import type { SocketAddress, SocketInfo, SocketType } from '../socket-types';
import { type Endpoint, endpointOf, socketAddress } from './inet-address';
import type { PortHolder, PortTable } from './ports';
import { Socket } from './socket';

export abstract class InetSocket extends Socket implements PortHolder {
  local: Endpoint = { address: this.domain === 'inet6' ? 0n : 0, port: 0, scope: 0 };
  remote: Endpoint | null = null;

  abstract readonly ports: PortTable;
  abstract readonly sharesPort: boolean;

  get sharesAll(): boolean {
    return this.options.number('reuseport') !== 0;
  }
  get boundAddress(): IpAddress {
    return this.local.address;
  }
  get isV6Only(): boolean {
    if (this.domain !== 'inet6') return false;
    return this.options.has('v6only')
      ? this.options.number('v6only') !== 0
      : this.ns.sysctl.number('ipv6/bindv6only') !== 0;
  }
  get boundTo(): string {
    return this.options.device;
  }

  /** EACCES, EADDRINUSE, EADDRNOTAVAIL, EINVAL when it is bound already. */
  override bind(address: SocketAddress, task: Task): void {
    const wanted = endpointOf(address, this.domain);
    if (this.local.port !== 0) throw new SysError('EINVAL');
    if (!this.#mayBindTo(wanted.address)) throw new SysError('EADDRNOTAVAIL');
    const first = this.ns.sysctl.number('ipv4/ip_unprivileged_port_start');
    if (wanted.port !== 0 && wanted.port < first && !isCapable(task.cred, 'net_bind_service', this.ns.ownerOrInitial)) {
      throw new SysError('EACCES');
    }
    const before = this.local;
    this.local = wanted;
    try {
      this.takePort(wanted.port);
    } catch (error) {
      this.local = before;
      throw error;
    }
    this.ns.network.kernel.touch('sockets');
  }

  /** Sends it; with IP_RECVERR the error queue tells why it is too long. */
  protected sendIp(to: Endpoint, data: Uint8Array, request: SendRequest): void {
    try {
      this.ns.ip.send(request);
    } catch (error) {
      if (!isSysError(error, 'EMSGSIZE') || this.options.number('recverr') === 0) throw error;
      const report = { errno: error.errno, isFatal: false, type: 0, code: 0, mtu: Number(error.detail), from: null };
      this.errors.push({ report, destination: socketAddress(this.domain, to.address, to.port), data });
      throw error;
    }
  }

  /** 0: any that is free. */
  protected takePort(port: number): void {
    if (port !== 0) {
      this.ports.take(port, this);
      this.local = { ...this.local, port };
      return;
    }
    const free = this.ports.takeFree((candidate) => [...this.ports.at(candidate)].length === 0);
    this.ports.take(free, this);
    this.local = { ...this.local, port: free };
  }

  protected givePort(): void {
    if (this.local.port !== 0) this.ports.give(this.local.port, this);
  }

  override get localAddress(): SocketAddress {
    return socketAddress(this.domain, this.local.address, this.local.port, this.local.scope);
  }

  override get remoteAddress(): SocketAddress {
    if (this.remote === null) throw new SysError('ENOTCONN');
    return socketAddress(this.domain, this.remote.address, this.remote.port, this.remote.scope);
  }

  /** The device it has to send by: the one it is bound to, or the scope of a link-local address. */
  deviceFor(to: Endpoint): NetDevice | null {
    const bound = this.boundDevice;
    if (bound) return bound;
    const needsScope = typeof to.address === 'bigint' && (isLinkLocal(to.address) || isMulticast(to.address));
    const scope = to.scope !== 0 ? to.scope : needsScope ? this.local.scope : 0;
    if (scope === 0) {
      if (typeof to.address === 'bigint' && isLinkLocal(to.address) && !this.ns.ways.isLocal(to.address))
        throw new SysError('EINVAL');
      return null;
    }
    const device = this.ns.devices.byIndex(scope);
    if (!device) throw new SysError('ENODEV');
    return device;
  }

  /** Packets by another device than the one it is bound to are not for it. */
  takesFrom(device: NetDevice | null): boolean {
    return this.options.device === '' || device?.name === this.options.device;
  }

  protected describe(protocol: SocketInfo['protocol'], state: string, type: SocketType): SocketInfo {
    const { local, remote } = this;
    const text = (address: IpAddress) =>
      this.domain === 'inet6' && typeof address === 'number' ? `::ffff:${formatIp(address)}` : formatIp(address);
    return {
      protocol,
      family: this.domain === 'inet6' ? 'inet6' : 'inet',
      type,
      state,
      local: text(local.address),
      localPort: local.port,
      remote: remote ? text(remote.address) : formatIp(anyOf(this.domain === 'inet6' ? 'inet6' : 'inet')),
      remotePort: remote?.port ?? 0,
      recvQueue: 0,
      sendQueue: 0,
      inode: this.ino,
      uid: this.uid,
      device: this.options.device,
      v6only: this.isV6Only,
    };
  }

  #mayBindTo(address: IpAddress): boolean {
    if (isAny(address) || isMulticast(address) || this.ns.ways.isLocal(address) || this.ns.ways.isBroadcast(address))
      return true;
    return (
      this.options.number('freebind') !== 0 ||
      this.ns.sysctl.number(typeof address === 'number' ? 'ipv4/ip_nonlocal_bind' : 'ipv6/ip_nonlocal_bind') !== 0
    );
  }
}
