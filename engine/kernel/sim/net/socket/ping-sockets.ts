/** Echo without privileges: `socket(AF_INET, SOCK_DGRAM, IPPROTO_ICMP)` (icmp(7), net.ipv4.ping_group_range). */

import { isSysError, SysError } from '../../abi/errno';
import type { Blocking } from '../../sched/blocking';
import type { Task } from '../../task/task';
import { isAny } from '../address/ip';
import type { IcmpReport } from '../ip/icmp';
import { type IcmpMessage, IPPROTO_ICMP, IPPROTO_ICMPV6, type IpHeader, type Packet } from '../packet/packet';
import { icmpBytes, parseIcmp } from '../packet/wire';
import type { SocketAddress, SocketInfo } from '../socket-types';
import type { NetNamespace } from '../types';
import { DatagramSocket } from './datagram-socket';
import { endpointOf, socketAddress } from './inet-address';
import { PortTable } from './ports';

export class PingLayer {
  /** The "port" is the identifier of the echo. */
  readonly ports: PortTable;

  constructor(ns: NetNamespace) {
    this.ports = new PortTable(ns);
  }

  reply(packet: Packet, ip: IpHeader, message: IcmpMessage): void {
    for (const holder of this.ports.at(message.id)) {
      if (holder instanceof PingSocket && (holder.domain === 'inet') === (typeof ip.source === 'number'))
        holder.deliver(packet, ip, message);
    }
  }

  error(about: IpHeader, message: IcmpMessage, report: IcmpReport): void {
    for (const holder of this.ports.at(message.id)) {
      if (holder instanceof PingSocket && (holder.domain === 'inet') === (typeof about.source === 'number'))
        holder.report(about, message, report);
    }
  }
}

/** May this process have one? */
export function mayPing(ns: NetNamespace, task: Task): boolean {
  const [low = 1, high = 0] = ns.sysctl.read('ipv4/ping_group_range').split('\t').map(Number);
  return [task.cred.egid, ...task.cred.groups].some((gid) => gid >= low && gid <= high);
}

export class PingSocket extends DatagramSocket {
  get ports(): PortTable {
    return this.ns.sockets.ping.ports;
  }
  get sharesPort(): boolean {
    return false;
  }

  // biome-ignore lint/correctness/useYield: others wait here.
  override *connect(address: SocketAddress): Blocking<void> {
    const to = endpointOf(address, this.domain);
    const way = this.ns.ways.toConnect(to.address, {
      source: isAny(this.local.address) ? null : this.local.address,
      device: this.deviceFor(to),
      mark: this.options.number('mark'),
    });
    this.keepsWay = isAny(this.local.address) && typeof to.address === 'bigint';
    if (isAny(this.local.address)) this.local = { ...this.local, address: way.source };
    if (this.local.port === 0) this.takePort(0);
    this.remote = to;
  }

  // biome-ignore lint/correctness/useYield: others wait here.
  override *send(data: Uint8Array, to: SocketAddress | null): Blocking<number> {
    this.takeError();
    const remote = to === null ? this.remote : endpointOf(to, this.domain);
    if (!remote) throw new SysError('EDESTADDRREQ');
    const message = parseIcmp(data);
    const isV4 = this.domain === 'inet';
    if (!message || message.type !== (isV4 ? 8 : 128) || message.code !== 0) throw new SysError('EINVAL');
    if (this.local.port === 0) this.takePort(0);
    try {
      this.sendIp(remote, data, {
        ...this.sendOptions(remote),
        source: isAny(this.local.address) ? null : this.local.address,
        protocol: isV4 ? IPPROTO_ICMP : IPPROTO_ICMPV6,
        transport: { ...message, id: this.local.port },
      });
    } catch (error) {
      // What becomes of it after it was handed over is not told in IPv6 (icmpv6_push_pending_frames).
      if (isV4 || !isSysError(error, 'EPERM')) throw error;
    }
    return data.length;
  }

  deliver(packet: Packet, ip: IpHeader, message: IcmpMessage): void {
    if (this.remote && this.remote.address !== ip.source) return;
    const isV4 = this.domain === 'inet';
    this.arrive(packet, ip, icmpBytes(message, isV4));
  }

  report(about: IpHeader, message: IcmpMessage, report: IcmpReport): void {
    if (this.options.number('recverr') !== 0) {
      const destination = socketAddress(this.domain, about.destination, 0);
      this.errors.push({ report, destination, data: icmpBytes(message, this.domain === 'inet') });
    } else if (report.isFatal && this.remote !== null) this.pending = report.errno;
    this.changed.wake();
  }

  info(): SocketInfo {
    return this.describe('icmp', this.remote ? 'ESTAB' : 'UNCONN', 'dgram');
  }

  override release(): void {
    this.givePort();
    super.release();
  }
}
