/** System calls on sockets (socket(2), bind(2), connect(2) ...): arguments are checked here, the rest is the sockets'. */

import { SysError } from '../abi/errno';
import { S_IFMT, S_IFSOCK, W_OK } from '../abi/files';
import type { Blocking } from '../sched/blocking';
import { IpcSyscalls } from '../sys/ipc-calls';
import type { Fd } from '../sys/types';
import { isCapable } from '../task/credentials';
import { formatIp } from './address/ip';
import { createSocket } from './socket/create';
import { Socket } from './socket/socket';
import type {
  Received,
  RecvOptions,
  SocketAddress,
  SocketCalls,
  SocketDomain,
  SocketError,
  SocketInfo,
  SocketType,
} from './socket-types';
import { bindInode, boundTo } from './unix/unix-layer';
import { pair, UnixSocket } from './unix/unix-socket';

const maxPath = 107;
/** Options only CAP_NET_ADMIN sets. */
const privileged = new Set(['mark', 'transparent']);

export abstract class SocketSyscalls extends IpcSyscalls implements SocketCalls {
  socket(
    domain: SocketDomain,
    type: SocketType,
    protocol = 0,
    options: { nonBlock?: boolean; closeOnExec?: boolean } = {},
  ): Fd {
    this.enter();
    const socket = createSocket(this.task, domain, type, protocol, options.nonBlock ?? false);
    return this.kernel.vfs.install(this.task, socket, { closeOnExec: options.closeOnExec ?? false });
  }

  socketpair(type: SocketType): [Fd, Fd] {
    this.enter();
    const make = () => {
      const socket = createSocket(this.task, 'unix', type, 0, false);
      if (!(socket instanceof UnixSocket)) throw new SysError('EOPNOTSUPP');
      return socket;
    };
    const [a, b] = [make(), make()];
    pair(a, b);
    return [this.kernel.vfs.install(this.task, a), this.kernel.vfs.install(this.task, b)];
  }

  bind(fd: Fd, address: SocketAddress): void {
    this.enter();
    const socket = this.#socketAt(fd);
    if (socket instanceof UnixSocket) this.#bindUnix(socket, address);
    else socket.bind(address, this.task);
  }

  listen(fd: Fd, backlog: number): void {
    this.enter();
    this.#socketAt(fd).listen(backlog);
  }

  *accept(fd: Fd): Blocking<{ fd: Fd; peer: SocketAddress }> {
    this.enter();
    const socket = yield* this.#socketAt(fd).accept(this.task);
    const peer = addressOrNull(() => socket.remoteAddress) ?? { family: 'unix', path: '' };
    return { fd: this.kernel.vfs.install(this.task, socket), peer };
  }

  *connect(fd: Fd, address: SocketAddress): Blocking<void> {
    this.enter(2_000);
    const socket = this.#socketAt(fd);
    if (!(socket instanceof UnixSocket)) return yield* socket.connect(address, this.task);
    if (address.family !== 'unix') throw new SysError('EINVAL');
    yield* socket.connectTo(this.#unixTarget(address.path), this.task);
  }

  *send(fd: Fd, data: Uint8Array, to?: SocketAddress, descriptors: readonly Fd[] = []): Blocking<number> {
    this.enter(1_500);
    const socket = this.#socketAt(fd);
    if (descriptors.length > 0) {
      if (!(socket instanceof UnixSocket)) throw new SysError('EINVAL');
      const files = descriptors.map((sent) => this.kernel.vfs.getFile(this.task, sent));
      return yield* socket.send(data, null, this.task, files);
    }
    if (socket instanceof UnixSocket && to?.family === 'unix') {
      if (socket.type !== 'dgram') throw new SysError(socket.peer ? 'EISCONN' : 'EOPNOTSUPP');
      return yield* socket.sendTo(this.#unixTarget(to.path), data, this.task);
    }
    return yield* socket.send(data, to ?? null, this.task);
  }

  *recv(fd: Fd, count: number, options: RecvOptions = {}): Blocking<Received> {
    this.enter(1_500);
    const { files = [], ...received } = yield* this.#socketAt(fd).recv(count, options, this.task);
    if (!options.rights) return received;
    const { vfs } = this.kernel;
    const descriptors = files.map((file) => vfs.install(this.task, file, { closeOnExec: true }));
    for (const file of files) vfs.drop(file);
    return { ...received, descriptors };
  }

  recvError(fd: Fd): SocketError | null {
    this.enter();
    const socket = this.#socketAt(fd);
    const error = socket.errors.shift();
    if (!error) return null;
    if (socket.errors.length === 0) socket.pending = null;
    const { report, destination, data } = error;
    const { errno, type, code, mtu, from } = report;
    return { errno, type, code, mtu, offender: from && formatIp(from.source), ttl: from?.ttl ?? 0, destination, data };
  }

  shutdown(fd: Fd, how: 'read' | 'write' | 'both'): void {
    this.enter();
    this.#socketAt(fd).shutdown(how);
  }

  getsockname(fd: Fd): SocketAddress {
    this.enter();
    return this.#socketAt(fd).localAddress;
  }

  getpeername(fd: Fd): SocketAddress {
    this.enter();
    return this.#socketAt(fd).remoteAddress;
  }

  setsockopt(fd: Fd, option: string, value: number | string): void {
    this.enter();
    const socket = this.#socketAt(fd);
    if (privileged.has(option) && !isCapable(this.task.cred, 'net_admin', socket.ns.ownerOrInitial))
      throw new SysError('EPERM');
    if (option === 'bindtodevice' && value !== '' && !socket.ns.devices.byName(String(value)))
      throw new SysError('ENODEV');
    socket.options.set(option, value);
  }

  getsockopt(fd: Fd, option: string): number | string {
    this.enter();
    const socket = this.#socketAt(fd);
    if (option === 'error') return socket.lastError() ?? '';
    if (option === 'type') return socket.type;
    if (option === 'domain') return socket.domain;
    if (option === 'protocol') return socket.protocol;
    if (option === 'peercred' && socket instanceof UnixSocket && socket.peer) {
      const { pid, uid, gid } = socket.peer.credentials;
      return `${pid} ${uid} ${gid}`;
    }
    return socket.options.get(option);
  }

  sockets(): SocketInfo[] {
    this.enter();
    return this.task.ns.net.sockets.list();
  }

  #socketAt(fd: Fd): Socket {
    const file = this.kernel.vfs.getFile(this.task, fd);
    if (!(file instanceof Socket)) throw new SysError('ENOTSOCK');
    return file;
  }

  #bindUnix(socket: UnixSocket, address: SocketAddress): void {
    if (address.family !== 'unix') throw new SysError('EINVAL');
    const { path } = address;
    if (path.length > maxPath) throw new SysError('EINVAL');
    if (socket.boundPath !== '') throw new SysError('EINVAL');
    if (path === '') return socket.name(socket.ns.sockets.unix.freeName());
    if (path.startsWith('@')) return socket.name(path);
    try {
      this.mknod(path, S_IFSOCK | 0o777);
    } catch (error) {
      if (error instanceof SysError && error.errno === 'EEXIST') throw new SysError('EADDRINUSE');
      throw error;
    }
    bindInode(this.kernel.vfs.resolve(this.task, path, { followLast: false }).dentry.inode, socket);
    socket.name(path);
  }

  /** ENOENT, EACCES, ECONNREFUSED when nobody is bound there. */
  #unixTarget(path: string): UnixSocket {
    if (path.startsWith('@')) {
      const target = this.task.ns.net.sockets.unix.abstract.get(path);
      if (!target) throw new SysError('ECONNREFUSED');
      return target;
    }
    if (path === '' || path.length > maxPath) throw new SysError('EINVAL');
    const { inode } = this.kernel.vfs.resolve(this.task, path).dentry;
    this.kernel.vfs.checkPermission(this.task.cred, inode, W_OK);
    const target = (inode.mode & S_IFMT) === S_IFSOCK ? boundTo(inode) : null;
    if (!target) throw new SysError('ECONNREFUSED');
    return target;
  }
}

function addressOrNull(get: () => SocketAddress): SocketAddress | null {
  try {
    return get();
  } catch (error) {
    if (error instanceof SysError) return null;
    throw error;
  }
}
