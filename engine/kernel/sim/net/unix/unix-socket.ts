/** Sockets between processes of one machine: streams, datagrams, packets in sequence (unix(7)). */

import { SysError } from '../../abi/errno';
import { POLLHUP, POLLIN, POLLOUT } from '../../abi/files';
import { concat } from '../../bytes';
import type { Blocking } from '../../sched/blocking';
import type { Task } from '../../task/task';
import type { OpenFile } from '../../vfs/open-file';
import { Socket } from '../socket/socket';
import type { Received, RecvOptions, SocketAddress, SocketInfo } from '../socket-types';

const bufferBytes = 212_992;
const maxDatagrams = 10;

interface Message {
  data: Uint8Array;
  from: SocketAddress | null;
  /** What is sent with it (SCM_RIGHTS), held on its way. */
  files: readonly OpenFile[];
}

export class UnixSocket extends Socket {
  boundPath = '';
  peer: UnixSocket | null = null;
  isListening = false;
  peerClosed = false;
  hadPeer = false;
  #backlog = 0;
  readonly #queue: Message[] = [];
  #bytes = 0;
  readonly #waiting: UnixSocket[] = [];
  /** Who made it, or listens: SO_PEERCRED of the other end. */
  credentials: { pid: number; uid: number; gid: number } = { pid: 0, uid: 0, gid: 0 };

  get isStream(): boolean {
    return this.type === 'stream';
  }
  override get available(): number {
    return this.isStream ? this.#bytes : (this.#queue[0]?.data.length ?? 0);
  }

  /** The name is free; files are made by the caller. */
  name(path: string): void {
    if (this.boundPath !== '') throw new SysError('EINVAL');
    if (path.startsWith('@')) {
      const { abstract } = this.ns.sockets.unix;
      if (abstract.has(path)) throw new SysError('EADDRINUSE');
      abstract.set(path, this);
    }
    this.boundPath = path;
    this.ns.network.kernel.touch('sockets');
  }

  override listen(backlog: number): void {
    if (this.type === 'dgram') throw new SysError('EOPNOTSUPP');
    if (this.boundPath === '' || this.peer) throw new SysError('EINVAL');
    this.isListening = true;
    this.#backlog = Math.min(Math.max(0, backlog), this.ns.sysctl.number('core/somaxconn'));
    this.ns.network.kernel.touch('sockets');
  }

  override *accept(task: Task): Blocking<Socket> {
    if (this.type === 'dgram') throw new SysError('EOPNOTSUPP');
    if (!this.isListening) throw new SysError('EINVAL');
    const socket = yield* this.wait(
      task,
      () => this.#waiting.shift(),
      this.isNonBlocking,
      this.options.number('rcvtimeo'),
    );
    this.changed.wake();
    return socket;
  }

  /** To whoever is bound there: found by the caller. ECONNREFUSED, EPROTOTYPE, EISCONN. */
  *connectTo(target: UnixSocket, task: Task): Blocking<void> {
    if (target.type !== this.type) throw new SysError('EPROTOTYPE');
    if (this.type === 'dgram') {
      this.peer = target;
      this.hadPeer = true;
      return;
    }
    if (this.peer || this.hadPeer) throw new SysError('EISCONN');
    if (this.isListening) throw new SysError('EINVAL');
    const room = () =>
      !target.isListening || target.isReleased
        ? 'gone'
        : target.#waiting.length <= target.#backlog
          ? 'room'
          : undefined;
    const answer = this.isNonBlocking ? room() : yield* this.#waitAt(target, room, task);
    if (answer === undefined) throw new SysError('EAGAIN');
    if (answer === 'gone') throw new SysError('ECONNREFUSED');
    const server = new UnixSocket(target.ns, 'unix', this.type, 0, { euid: target.uid, egid: target.gid });
    server.boundPath = target.boundPath;
    server.credentials = target.credentials;
    pair(this, server);
    target.#waiting.push(server);
    target.changed.wake();
  }

  override *send(
    data: Uint8Array,
    _to: SocketAddress | null,
    task: Task,
    files: readonly OpenFile[] = [],
  ): Blocking<number> {
    const { peer } = this;
    if (this.writeShut) throw this.#broken(task);
    if (!peer)
      throw this.hadPeer
        ? this.type === 'dgram'
          ? new SysError('ECONNREFUSED')
          : this.#broken(task)
        : new SysError('ENOTCONN');
    return yield* this.sendTo(peer, data, task, files);
  }

  *sendTo(target: UnixSocket, data: Uint8Array, task: Task, files: readonly OpenFile[] = []): Blocking<number> {
    if (!this.isStream && data.length > bufferBytes) throw new SysError('EMSGSIZE');
    let done = 0;
    do {
      const rest = data.subarray(done);
      const attempt = () => this.#put(target, rest, task, done === 0 ? files : []);
      const taken = this.isNonBlocking ? attempt() : yield* this.#waitAt(target, attempt, task);
      if (taken === undefined) {
        if (done > 0) break;
        throw new SysError('EAGAIN');
      }
      done += taken;
    } while (done < data.length);
    return done;
  }

  override *recv(count: number, options: RecvOptions, task: Task): Blocking<Received> {
    if (this.type !== 'dgram' && !this.peer && !this.hadPeer) throw new SysError(this.isStream ? 'EINVAL' : 'ENOTCONN');
    return yield* this.wait(
      task,
      () => this.#take(count, options),
      this.isNonBlocking || (options.nonBlock ?? false),
      this.options.number('rcvtimeo'),
    );
  }

  override shutdown(how: 'read' | 'write' | 'both'): void {
    if (!this.peer && !this.hadPeer) throw new SysError('ENOTCONN');
    const { peer } = this;
    if (how !== 'write') {
      this.readShut = true;
      if (peer) peer.writeShut = true;
    }
    if (how !== 'read') {
      this.writeShut = true;
      if (peer && this.type !== 'dgram') peer.readShut = true;
    }
    this.changed.wake();
    peer?.changed.wake();
  }

  override get localAddress(): SocketAddress {
    return { family: 'unix', path: this.boundPath };
  }
  override get remoteAddress(): SocketAddress {
    if (!this.peer) throw new SysError('ENOTCONN');
    return { family: 'unix', path: this.peer.boundPath };
  }

  override poll(): number {
    if (this.isListening) return this.#waiting.length > 0 ? POLLIN : 0;
    const isOver = this.hadPeer && this.peer === null && this.type !== 'dgram';
    const isIn = this.#queue.length > 0 || this.readShut || isOver;
    const isOut = isOver || this.peer === null || this.peer.#hasRoom;
    const isUnconnected = this.type !== 'dgram' && !this.hadPeer;
    return (
      (isIn ? POLLIN : 0) |
      (isOut ? POLLOUT : 0) |
      (isOver || isUnconnected || (this.readShut && this.writeShut) ? POLLHUP : 0)
    );
  }

  info(): SocketInfo {
    const state = this.isListening ? 'LISTEN' : this.peer ? 'ESTAB' : 'UNCONN';
    return {
      protocol: 'unix',
      family: 'unix',
      type: this.type,
      state,
      local: this.boundPath,
      localPort: this.ino,
      remote: this.peer?.boundPath ?? '',
      remotePort: this.peer?.ino ?? 0,
      recvQueue: this.isListening ? this.#waiting.length : this.#bytes,
      sendQueue: this.isListening ? this.#backlog : 0,
      inode: this.ino,
      uid: this.uid,
      peerInode: this.peer?.ino ?? 0,
    };
  }

  override release(): void {
    const { abstract } = this.ns.sockets.unix;
    if (abstract.get(this.boundPath) === this) abstract.delete(this.boundPath);
    super.release();
    for (const socket of this.#waiting.splice(0)) socket.release();
    for (const message of this.#queue) this.#letGo(message);
    const { peer } = this;
    this.peer = null;
    if (peer && peer.peer === this) {
      peer.peer = null;
      // What was not read is lost, and the other end learns that.
      if (this.#queue.length > 0 && this.isStream) peer.pending = 'ECONNRESET';
      peer.changed.wake();
    }
    this.changed.wake();
  }

  get #hasRoom(): boolean {
    return this.type === 'dgram' ? this.#queue.length <= maxDatagrams : this.#bytes < bufferBytes;
  }

  #put(target: UnixSocket, data: Uint8Array, task: Task, files: readonly OpenFile[]): number | undefined {
    if (target.isReleased) throw this.type === 'dgram' ? new SysError('ECONNREFUSED') : this.#broken(task);
    if (target.readShut || this.writeShut) throw this.#broken(task);
    if (!target.#hasRoom) return undefined;
    const part = this.isStream ? data.subarray(0, bufferBytes - target.#bytes) : data;
    if (part.length === 0 && this.isStream) return 0;
    for (const file of files) task.kernel.vfs.hold(file);
    target.#queue.push({
      files,
      data: part,
      from: this.boundPath === '' ? { family: 'unix', path: '' } : { family: 'unix', path: this.boundPath },
    });
    target.#bytes += part.length;
    target.changed.wake();
    return part.length;
  }

  #take(count: number, { peek = false, rights = false }: RecvOptions): Received | undefined {
    const [first] = this.#queue;
    if (!first) {
      if (this.pending !== null && !(this.pending === 'ECONNRESET' && !this.isStream)) this.takeError();
      if (this.readShut || (this.hadPeer && !this.peer && this.type !== 'dgram'))
        return { data: new Uint8Array(), from: null };
      return undefined;
    }
    // Whoever has no place for what came with it does not get it.
    const files = rights && !peek ? first.files : [];
    if (!peek && !rights) this.#letGo(first);
    if (!peek) first.files = [];
    if (this.isStream) return { data: this.#takeStream(count, peek), from: null, files };
    if (!peek) {
      this.#queue.shift();
      this.#freed(first.data.length);
    }
    const truncated = first.data.length > count;
    return { data: truncated ? first.data.subarray(0, count) : first.data, from: first.from, truncated, files };
  }

  #takeStream(count: number, peek: boolean): Uint8Array {
    const parts: Uint8Array[] = [];
    let left = count;
    for (const [index, message] of this.#queue.entries()) {
      // What comes with files is not read together with what was before it.
      if (left === 0 || (index > 0 && message.files.length > 0)) break;
      const part = message.data.subarray(0, left);
      parts.push(part);
      left -= part.length;
    }
    const data = concat(parts);
    if (!peek) this.#drop(data.length);
    return data;
  }

  #drop(count: number): void {
    let left = count;
    while (left > 0) {
      const [first] = this.#queue;
      if (!first) break;
      if (first.data.length > left) {
        first.data = first.data.subarray(left);
        break;
      }
      left -= first.data.length;
      this.#queue.shift();
    }
    this.#freed(count);
  }

  #letGo({ files }: Message): void {
    for (const file of files) this.ns.network.kernel.vfs.drop(file);
  }

  #freed(count: number): void {
    this.#bytes -= count;
    this.peer?.changed.wake();
    this.changed.wake();
  }

  /** Waits at another socket's queue, for room there. */
  *#waitAt<T>(target: UnixSocket, attempt: () => T | undefined, task: Task): Blocking<T | undefined> {
    return yield* target.wait(task, attempt, false, this.options.number('sndtimeo'));
  }

  #broken(task: Task): SysError {
    this.ns.network.brokenPipe(task);
    return new SysError('EPIPE');
  }
}

/** socketpair(2), and both ends of a connection. */
export function pair(a: UnixSocket, b: UnixSocket): void {
  a.peer = b;
  b.peer = a;
  a.hadPeer = true;
  b.hadPeer = true;
}
