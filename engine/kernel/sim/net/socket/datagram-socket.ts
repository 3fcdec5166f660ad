/** What Internet sockets of datagrams share: a queue of what has arrived, and what every sending of theirs says. */

import { POLLERR, POLLIN, POLLOUT } from '../../abi/files';
import type { Blocking } from '../../sched/blocking';
import type { Task } from '../../task/task';
import { formatIp } from '../address/ip';
import type { SendRequest } from '../ip/ip-layer';
import type { IpHeader, Packet } from '../packet/packet';
import type { Received, RecvOptions } from '../socket-types';
import { DatagramQueue } from './datagrams';
import { type Endpoint, socketAddress } from './inet-address';
import { InetSocket } from './inet-socket';

export abstract class DatagramSocket extends InetSocket {
  protected readonly queue = new DatagramQueue();
  /** Connected in IPv6, with a source that was chosen by the way: that is kept. */
  protected keepsWay = false;

  override get available(): number {
    return this.queue.firstLength;
  }

  override *recv(count: number, options: RecvOptions, task: Task): Blocking<Received> {
    return yield* this.wait(
      task,
      () => {
        const got = this.queue.take(count, options);
        if (got) return got;
        this.takeError();
        return this.readShut ? { data: new Uint8Array(), from: null } : undefined;
      },
      this.isNonBlocking || (options.nonBlock ?? false),
      this.options.number('rcvtimeo'),
    );
  }

  override poll(): number {
    const errors = this.pending !== null || this.errors.length > 0 ? POLLERR : 0;
    return (this.queue.isEmpty && !this.readShut ? 0 : POLLIN) | POLLOUT | errors;
  }

  override release(): void {
    this.queue.clear();
    super.release();
  }

  /** Keeps what has come from `port` of the sender (0 where the protocol has none), if there is room. */
  protected arrive(packet: Packet, ip: IpHeader, data: Uint8Array, port = 0): void {
    const scope = typeof ip.source === 'bigint' && ip.source >> 118n === 0x3fan ? (packet.input?.index ?? 0) : 0;
    const from = socketAddress(this.domain, ip.source, port, scope);
    const time = this.ns.network.kernel.realtime;
    if (this.queue.push({ data, from, ttl: ip.ttl, to: formatIp(ip.destination), time })) this.changed.wake();
  }

  /** What the options of the socket say of a packet to `remote`. */
  protected sendOptions(remote: Endpoint): Omit<SendRequest, 'source' | 'protocol' | 'transport'> {
    const { options } = this;
    return {
      destination: remote.address,
      isForeign: this.keepsWay && remote === this.remote,
      ttl: options.has('ttl') ? options.number('ttl') : undefined,
      tos: options.number('tos'),
      mark: options.number('mark'),
      device: this.deviceFor(remote),
      sender: { uid: this.uid, gid: this.gid },
      dontFragment: options.dontFragment,
      broadcast: options.number('broadcast') !== 0,
    };
  }
}
