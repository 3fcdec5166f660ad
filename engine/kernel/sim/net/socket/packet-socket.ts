/** Frames as they pass a device (packet(7)): what tcpdump(8) reads. */

import { SysError } from '../../abi/errno';
import { POLLERR, POLLIN, POLLOUT } from '../../abi/files';
import type { Blocking } from '../../sched/blocking';
import type { Task } from '../../task/task';
import { macFromBytes } from '../address/mac';
import type { NetDevice, Tap } from '../device/device';
import { ETH_P_ALL, type Packet } from '../packet/packet';
import { frameBytes, packetBytes, wordAt } from '../packet/wire';
import type { Received, RecvOptions, SocketAddress, SocketInfo } from '../socket-types';
import { DatagramQueue } from './datagrams';
import { Socket } from './socket';

export class PacketSocket extends Socket implements Tap {
  readonly #queue = new DatagramQueue();
  #device: NetDevice | null = null;
  #protocol = this.protocol;
  #isListening = false;

  override get available(): number {
    return this.#queue.firstLength;
  }

  begin(): this {
    this.#listen();
    return this;
  }

  override bind(address: SocketAddress): void {
    if (address.family !== 'packet') throw new SysError('EINVAL');
    const device = address.ifindex === 0 ? null : this.ns.devices.byIndex(address.ifindex);
    if (device === undefined) throw new SysError('ENODEV');
    if (device && !device.up) this.pending = 'ENETDOWN';
    this.#unlisten();
    this.#device = device;
    if (address.protocol !== 0) this.#protocol = address.protocol;
    this.#listen();
  }

  // biome-ignore lint/correctness/useYield: others wait here.
  override *send(data: Uint8Array, to: SocketAddress | null): Blocking<number> {
    const device = to?.family === 'packet' ? this.ns.devices.byIndex(to.ifindex) : this.#device;
    if (!device) throw new SysError('ENXIO');
    if (!device.up) throw new SysError('ENETDOWN');
    if (data.length < 14) throw new SysError('EINVAL');
    const packet = this.ns.network.newPacket();
    packet.type = 'outgoing';
    packet.ethernet = {
      destination: macFromBytes(data.subarray(0, 6)),
      source: macFromBytes(data.subarray(6, 12)),
      type: wordAt(data, 12),
    };
    packet.raw = data.subarray(14);
    device.send(packet);
    return data.length;
  }

  override *recv(count: number, options: RecvOptions, task: Task): Blocking<Received> {
    return yield* this.wait(
      task,
      () => {
        const got = this.#queue.take(count, options);
        if (!got) this.takeError();
        return got;
      },
      this.isNonBlocking || (options.nonBlock ?? false),
      this.options.number('rcvtimeo'),
    );
  }

  override poll(): number {
    return (this.#queue.isEmpty ? 0 : POLLIN) | POLLOUT | (this.pending === null ? 0 : POLLERR);
  }

  frame(device: NetDevice, packet: Packet, outgoing: boolean): void {
    const { ethernet } = packet;
    if (this.#protocol !== ETH_P_ALL && this.#protocol !== ethernet.type) return;
    if (this.#protocol !== ETH_P_ALL && outgoing) return;
    const data = this.type === 'raw' ? frameBytes(packet) : packetBytes(packet);
    const from: SocketAddress = {
      family: 'packet',
      ifindex: device.index,
      protocol: ethernet.type,
      hardware: ethernet.source,
      packetType: outgoing ? 'outgoing' : packet.type,
    };
    if (this.#queue.push({ data, from, ttl: 0, time: this.ns.network.kernel.realtime })) this.changed.wake();
  }

  /** Its device is gone. */
  deviceGone(device: NetDevice): void {
    if (this.#device !== device) return;
    this.#unlisten();
    this.pending = 'ENETDOWN';
    this.changed.wake();
  }

  override get localAddress(): SocketAddress {
    return { family: 'packet', ifindex: this.#device?.index ?? 0, protocol: this.#protocol };
  }

  info(): SocketInfo {
    return {
      protocol: 'packet',
      family: 'packet',
      type: this.type,
      state: 'UNCONN',
      local: this.#protocol === ETH_P_ALL ? '*' : String(this.#protocol),
      localPort: this.#device?.index ?? 0,
      remote: '*',
      remotePort: 0,
      recvQueue: this.#queue.bytes,
      sendQueue: 0,
      inode: this.ino,
      uid: this.uid,
      device: this.#device?.name ?? '',
    };
  }

  override release(): void {
    this.#unlisten();
    super.release();
  }

  #listen(): void {
    if (this.#protocol === 0 || this.#isListening) return;
    (this.#device?.taps ?? this.ns.taps).add(this);
    this.#isListening = true;
  }

  #unlisten(): void {
    this.#device?.taps.delete(this);
    this.ns.taps.delete(this);
    this.#isListening = false;
  }
}
