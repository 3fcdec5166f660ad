/** Holds the port of a connection whose socket is closed until the connection is over (TIME_WAIT and before). */
import type { IpAddress } from '../address/ip';
import type { NetDevice } from '../device/device';
import type { PortHolder } from '../socket/ports';
import type { TcpConnection, TcpOwner } from './connection';
import type { TcpSocket } from './tcp-socket';

export class PortHold implements PortHolder, TcpOwner {
  readonly boundAddress: IpAddress;
  readonly isV6Only: boolean;
  readonly boundTo: string;
  readonly sharesPort: boolean;
  readonly sharesAll: boolean;
  readonly sender: { uid: number; gid: number };
  readonly sendDevice: NetDevice | null;
  readonly mark: number;
  readonly ttl: number | undefined;

  constructor(
    socket: TcpSocket,
    connection: TcpConnection,
    private readonly isHolding = true,
  ) {
    this.boundAddress = connection.ends.local;
    this.isV6Only = socket.isV6Only;
    this.boundTo = socket.boundTo;
    this.sharesPort = socket.options.number('reuseaddr') !== 0;
    this.sharesAll = socket.sharesAll;
    this.sender = socket.sender;
    this.sendDevice = connection.owner.sendDevice;
    this.mark = socket.mark;
    this.ttl = socket.ttl;
    if (isHolding) connection.ns.sockets.tcp.ports.hold(connection.ends.localPort, this);
  }

  connectionChanged(connection: TcpConnection): void {
    if (this.isHolding && connection.state === 'CLOSED')
      connection.ns.sockets.tcp.ports.give(connection.ends.localPort, this);
  }
}
