/** A TCP socket (tcp(7)): fresh, listening, or one end of a connection. */

import { type Errno, SysError } from '../../abi/errno';
import { POLLERR, POLLHUP, POLLIN, POLLOUT } from '../../abi/files';
import type { Blocking } from '../../sched/blocking';
import type { Credentials } from '../../task/credentials';
import type { Task } from '../../task/task';
import { isAny, isMulticast } from '../address/ip';
import type { NetDevice } from '../device/device';
import type { Packet, TcpSegment } from '../packet/packet';
import { type Endpoint, endpointOf } from '../socket/inet-address';
import { InetSocket } from '../socket/inet-socket';
import type { PortTable } from '../socket/ports';
import type { Received, RecvOptions, SocketAddress, SocketInfo } from '../socket-types';
import type { NetNamespace } from '../types';
import { TcpConnection, type TcpEnds, type TcpOwner } from './connection';
import { PortHold } from './port-hold';

export class TcpSocket extends InetSocket implements TcpOwner {
  connection: TcpConnection | null = null;
  isListening = false;
  #backlog = 0;
  /** Complete, not accepted. */
  readonly #accepted: TcpConnection[] = [];
  /** Called, not complete. */
  readonly #calls = new Set<TcpConnection>();

  constructor(ns: NetNamespace, domain: 'inet' | 'inet6', cred: Pick<Credentials, 'euid' | 'egid'>, nonBlock = false) {
    super(ns, domain, 'stream', 6, cred, nonBlock);
  }

  get ports(): PortTable {
    return this.ns.sockets.tcp.ports;
  }
  get sharesPort(): boolean {
    return this.options.number('reuseaddr') !== 0 && !this.isListening;
  }
  override get available(): number {
    if (this.isListening) throw new SysError('EINVAL');
    return this.connection?.received.length ?? 0;
  }
  get sender(): { uid: number; gid: number } {
    return { uid: this.uid, gid: this.gid };
  }
  get sendDevice(): NetDevice | null {
    const { device } = this.options;
    if (device !== '') return this.ns.devices.byName(device) ?? null;
    const scope = this.remote?.scope || this.local.scope;
    return scope === 0 ? null : (this.ns.devices.byIndex(scope) ?? null);
  }
  get mark(): number {
    return this.options.number('mark');
  }
  get ttl(): number | undefined {
    return this.options.has('ttl') ? this.options.number('ttl') : undefined;
  }

  override listen(backlog: number): void {
    if (this.connection) throw new SysError('EINVAL');
    this.#backlog = Math.min(Math.max(0, backlog), this.ns.sysctl.number('core/somaxconn'));
    if (this.isListening) return;
    if (this.local.port === 0) this.takePort(0);
    this.isListening = true;
    // With SO_REUSEADDR two may be bound, but only one may listen.
    if (!this.ports.isFree(this.local.port, this)) {
      this.isListening = false;
      throw new SysError('EADDRINUSE');
    }
    this.ns.network.kernel.touch('sockets');
  }

  override *accept(task: Task): Blocking<TcpSocket> {
    if (!this.isListening) throw new SysError('EINVAL');
    const connection = yield* this.wait(
      task,
      () => (this.isListening ? this.#accepted.shift() : null),
      this.isNonBlocking,
      this.options.number('rcvtimeo'),
    );
    if (connection === null) throw new SysError('EINVAL');
    return this.#socketFor(connection, task);
  }

  override *connect(address: SocketAddress, task: Task): Blocking<void> {
    if (this.isListening) throw new SysError('EISCONN');
    if (this.connection) yield* this.#awaitConnection(task, true);
    else {
      this.#call(endpointOf(address, this.domain));
      yield* this.#awaitConnection(task, false);
    }
  }

  override *send(data: Uint8Array, _to: SocketAddress | null, task: Task): Blocking<number> {
    const { connection } = this;
    if (!connection || this.isListening) throw this.#broken(task);
    if (data.length === 0) return 0;
    let done = 0;
    while (done < data.length) {
      const rest = data.subarray(done);
      const attempt = () => this.#put(connection, rest, task, done > 0);
      const taken = yield* this.wait(task, attempt, this.isNonBlocking && done === 0, this.options.number('sndtimeo'));
      if (taken === 0) break;
      done += taken;
      if (this.isNonBlocking) break;
    }
    return done;
  }

  override *recv(count: number, options: RecvOptions, task: Task): Blocking<Received> {
    const { connection } = this;
    if (!connection || this.isListening) throw new SysError('ENOTCONN');
    const data = yield* this.wait(
      task,
      () => this.#take(connection, count, options.peek ?? false),
      this.isNonBlocking || (options.nonBlock ?? false),
      this.options.number('rcvtimeo'),
    );
    return { data, from: null };
  }

  override shutdown(how: 'read' | 'write' | 'both'): void {
    if (this.isListening && how !== 'write') return this.#stopListening();
    if (!this.connection || this.connection.state === 'CLOSED' || this.connection.state === 'SYN-SENT')
      throw new SysError('ENOTCONN');
    if (how !== 'write') this.readShut = true;
    if (how !== 'read') {
      this.writeShut = true;
      this.connection.closeWriting();
    }
    this.changed.wake();
  }

  override get remoteAddress(): SocketAddress {
    const { state } = this.connection ?? { state: 'CLOSED' };
    if (state === 'CLOSED' || state === 'SYN-SENT') throw new SysError('ENOTCONN');
    return super.remoteAddress;
  }

  override poll(): number {
    if (this.isListening) return this.#accepted.length > 0 ? POLLIN : 0;
    const { connection } = this;
    if (!connection) return POLLOUT | POLLHUP;
    const isOver = connection.state === 'CLOSED' || connection.state === 'TIME-WAIT';
    const isIn = connection.received.length > 0 || connection.finReceived || this.readShut || isOver;
    const isOut = (connection.state !== 'SYN-SENT' && connection.room > 0) || isOver;
    const hangup = isOver || (connection.finReceived && this.writeShut) ? POLLHUP : 0;
    const error = connection.error !== null ? POLLERR : 0;
    return (isIn ? POLLIN : 0) | (isOut ? POLLOUT : 0) | hangup | error;
  }

  /** A SYN for this listener. */
  called(ends: TcpEnds, segment: TcpSegment, packet: Packet): void {
    if (this.#accepted.length > this.#backlog || this.#calls.size > Math.max(8, this.#backlog)) return;
    const connection = new TcpConnection(this.ns, ends, this);
    if (typeof ends.remote === 'bigint' && ends.remote >> 118n === 0x3fan)
      connection.owner = this.#scoped(packet.input);
    this.#calls.add(connection);
    this.ns.sockets.tcp.add(connection);
    connection.answer(segment);
  }

  hasRoomFor(connection: TcpConnection): boolean {
    return !this.#calls.has(connection) || this.#accepted.length <= this.#backlog;
  }

  connectionChanged(connection: TcpConnection): void {
    if (connection !== this.connection) this.#callChanged(connection);
    else if (connection.state === 'CLOSED') this.pending = connection.error;
    this.changed.wake();
  }

  info(): SocketInfo | null {
    if (this.isListening)
      return {
        ...this.describe('tcp', 'LISTEN', 'stream'),
        recvQueue: this.#accepted.length,
        sendQueue: this.#backlog,
      };
    const { connection } = this;
    if (!connection || connection.state === 'CLOSED') return null;
    return {
      ...this.describe('tcp', connection.state, 'stream'),
      recvQueue: connection.received.length,
      sendQueue: connection.sending.length,
    };
  }

  override release(): void {
    if (this.isListening) this.#stopListening();
    const { connection } = this;
    if (connection && connection.state !== 'CLOSED') {
      const { tcp } = this.ns.sockets;
      connection.owner = new PortHold(this, connection);
      tcp.orphan(connection);
      if (this.options.has('linger') && this.options.number('linger') === 0) connection.abort();
      else connection.abandon();
    }
    this.givePort();
    super.release();
  }

  #scoped(device: NetDevice | null): TcpOwner {
    const { sender, mark, ttl } = this;
    return {
      sender,
      mark,
      ttl,
      sendDevice: device,
      connectionChanged: (connection) => this.connectionChanged(connection),
    };
  }

  #callChanged(connection: TcpConnection): void {
    if (connection.state === 'CLOSED') {
      this.#calls.delete(connection);
      const at = this.#accepted.indexOf(connection);
      // It stays in the queue when it was complete: accept(2) returns it, and the error comes after.
      if (at >= 0 && connection.error === null) this.#accepted.splice(at, 1);
    } else if (this.#calls.delete(connection)) this.#accepted.push(connection);
  }

  #socketFor(connection: TcpConnection, task: Task): TcpSocket {
    const domain = this.domain === 'inet6' ? 'inet6' : 'inet';
    const socket = new TcpSocket(this.ns, domain, task.cred);
    const { ends } = connection;
    const scope = connection.owner.sendDevice?.index ?? 0;
    const isScoped = typeof ends.remote === 'bigint' && ends.remote >> 118n === 0x3fan;
    socket.local = { address: ends.local, port: ends.localPort, scope: isScoped ? scope : 0 };
    socket.remote = { address: ends.remote, port: ends.remotePort, scope: isScoped ? scope : 0 };
    socket.options.device = this.options.device;
    for (const name of ['reuseaddr', 'mark', 'keepalive', 'nodelay', 'ttl', 'tos']) {
      if (this.options.has(name)) socket.options.set(name, this.options.number(name));
    }
    socket.connection = connection;
    connection.owner = socket;
    connection.wasAccepted = true;
    this.ports.hold(ends.localPort, socket);
    return socket;
  }

  override lastError(): Errno | null {
    const { connection } = this;
    const error = super.lastError() ?? connection?.softError ?? null;
    if (connection) connection.softError = null;
    return error;
  }

  #call(to: Endpoint): void {
    if (isMulticast(to.address)) throw new SysError('ENETUNREACH');
    const source = isAny(this.local.address) ? null : this.local.address;
    const way = this.ns.ways.toConnect(to.address, { source, device: this.deviceFor(to), mark: this.mark });
    if (way.isBroadcast) throw new SysError('ENETUNREACH');
    const remote = isAny(to.address) ? (typeof to.address === 'number' ? 0x7f000001 : 1n) : to.address;
    const local = source ?? way.source;
    const ends = (localPort: number): TcpEnds => ({ local, localPort, remote, remotePort: to.port });
    const before = this.local;
    this.local = { ...before, address: local };
    if (before.port === 0) {
      const { tcp } = this.ns.sockets;
      const port = this.ports.takeFree((candidate) => !tcp.has(ends(candidate)) && this.ports.isFree(candidate, this));
      this.ports.hold(port, this);
      this.local = { ...this.local, port };
    } else if (this.ns.sockets.tcp.has(ends(before.port))) {
      this.local = before;
      throw new SysError('EADDRNOTAVAIL');
    }
    this.remote = { ...to, address: remote };
    const connection = new TcpConnection(this.ns, ends(this.local.port), this);
    connection.keepsWay = source === null && typeof remote === 'bigint';
    this.connection = connection;
    this.ns.sockets.tcp.add(connection);
    try {
      connection.open();
    } catch (error) {
      connection.finish(null);
      this.pending = null;
      this.connection = null;
      this.remote = null;
      throw error;
    }
  }

  *#awaitConnection(task: Task, isAgain: boolean): Blocking<void> {
    const { connection } = this;
    if (!connection) return;
    if (isAgain && connection.state !== 'SYN-SENT' && connection.state !== 'CLOSED') throw new SysError('EISCONN');
    if (this.isNonBlocking && connection.state === 'SYN-SENT') throw new SysError(isAgain ? 'EALREADY' : 'EINPROGRESS');
    const result = yield* this.wait(
      task,
      () => (connection.state === 'SYN-SENT' ? undefined : connection.state),
      false,
      0,
    );
    if (result !== 'CLOSED') return;
    const errno = connection.error ?? 'ECONNABORTED';
    this.pending = null;
    // After a failure it can be tried again, from another port.
    this.connection = null;
    this.remote = null;
    throw new SysError(errno);
  }

  #put(connection: TcpConnection, data: Uint8Array, task: Task, isPartial: boolean): number | undefined {
    if (connection.state === 'CLOSED' || this.writeShut || connection.finQueued) {
      if (isPartial) return 0;
      if (this.pending !== null && this.pending !== 'EPIPE') this.takeError();
      throw this.#broken(task);
    }
    if (connection.state === 'SYN-SENT' || connection.room === 0) return undefined;
    return connection.write(data);
  }

  #broken(task: Task): SysError {
    this.pending = null;
    this.ns.network.brokenPipe(task);
    return new SysError('EPIPE');
  }

  #take(connection: TcpConnection, count: number, peek: boolean): Uint8Array | undefined {
    if (connection.received.length > 0) return connection.read(count, peek);
    if (connection.finReceived || this.readShut) return new Uint8Array();
    if (connection.state === 'CLOSED') {
      if (this.pending === 'EPIPE') this.pending = null;
      this.takeError();
      return new Uint8Array();
    }
    return connection.state === 'SYN-SENT' && this.isNonBlocking ? undefined : undefined;
  }

  #stopListening(): void {
    this.isListening = false;
    for (const connection of [...this.#calls, ...this.#accepted.splice(0)]) {
      this.#calls.delete(connection);
      connection.owner = new PortHold(this, connection, false);
      connection.abort();
    }
    this.changed.wake();
    this.ns.network.kernel.touch('sockets');
  }
}
