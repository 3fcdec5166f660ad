/** All sockets of a namespace. */

import { formatIp } from '../address/ip';
import type { NetDevice } from '../device/device';
import type { SocketInfo } from '../socket-types';
import { TcpLayer } from '../tcp/tcp-layer';
import type { NetNamespace } from '../types';
import { UdpLayer } from '../udp/udp-layer';
import { UnixLayer } from '../unix/unix-layer';
import { PacketSocket } from './packet-socket';
import { PingLayer } from './ping-sockets';
import { RawLayer } from './raw-sockets';
import type { Socket } from './socket';

export class SocketTable {
  readonly open = new Set<Socket>();
  readonly tcp: TcpLayer;
  readonly udp: UdpLayer;
  readonly ping: PingLayer;
  readonly raw = new RawLayer();
  readonly unix = new UnixLayer();

  constructor(ns: NetNamespace) {
    this.tcp = new TcpLayer(ns);
    this.udp = new UdpLayer(ns);
    this.ping = new PingLayer(ns);
  }

  deviceGone(device: NetDevice): void {
    for (const socket of this.open) if (socket instanceof PacketSocket) socket.deviceGone(device);
  }

  list(): SocketInfo[] {
    const listed = [...this.open].flatMap((socket) => socket.info() ?? []);
    for (const connection of this.tcp.orphans) {
      const { local, localPort, remote, remotePort } = connection.ends;
      const { state, received, sending } = connection;
      listed.push({
        protocol: 'tcp',
        family: typeof local === 'number' ? 'inet' : 'inet6',
        type: 'stream',
        state,
        local: formatIp(local),
        localPort,
        remote: formatIp(remote),
        remotePort,
        recvQueue: received.length,
        sendQueue: sending.length,
        inode: 0,
        uid: 0,
      });
    }
    return listed;
  }
}
