/** Descriptors of this process that plans inherit or that lie in a state directory. */
import { ftruncateSync, read as readAsync, writeSync } from 'node:fs';
import { KernelError } from '../../port';
import type { SystemDescriptors } from '../../system';
import type { EventLoop } from '../events/epoll';
import {
  addressOf,
  check,
  close,
  memfdCreate,
  nativeFunction,
  O_CLOEXEC,
  O_NONBLOCK,
  O_RDONLY,
  O_WRONLY,
  open,
} from '../syscall';

const pipe2 = nativeFunction('int pipe2(void *fds, int flags)');
const socket = nativeFunction('int socket(int domain, int type, int protocol)');
const socketpair = nativeFunction('int socketpair(int domain, int type, int protocol, void *fds)');
const recvmsg = nativeFunction('intptr_t recvmsg(int fd, void *message, int flags)');
const connect = nativeFunction('int connect(int fd, const void *address, unsigned int length)');
const AF_UNIX = 1;
const SOCK_STREAM = 1;
/** sizeof(sun_path) (unix(7)) */
const maxSocketPath = 108;
const chunkBytes = 64 * 1024;
const MSG_CMSG_CLOEXEC = 0x40000000;
const SCM_RIGHTS = 1;
/** Of struct cmsghdr, before its data. */
const headerBytes = 16;

export class LinuxDescriptors implements SystemDescriptors {
  constructor(private readonly events: () => EventLoop) {}

  pipe(): { read: number; write: number } {
    const fds = Buffer.alloc(8);
    check(pipe2(fds, O_CLOEXEC), 'pipe2', '');
    return { read: fds.readInt32LE(0), write: fds.readInt32LE(4) };
  }

  memory(name: string, content: string): number {
    const fd = memfdCreate(name);
    this.rewrite(fd, content);
    return fd;
  }

  rewrite(fd: number, content: string): void {
    const bytes = Buffer.from(content);
    ftruncateSync(fd, 0);
    // At a position, so that the offset that whoever inherits it shares stays at the beginning.
    for (let written = 0; written < bytes.byteLength; ) {
      written += writeSync(fd, bytes, written, bytes.byteLength - written, written);
    }
  }

  open(path: string, access: 'read' | 'write'): number {
    return open(path, access === 'read' ? O_RDONLY : O_WRONLY | O_NONBLOCK);
  }

  connect(path: string): number {
    const name = Buffer.from(path);
    if (name.byteLength >= maxSocketPath) {
      throw new KernelError('ENAMETOOLONG', 'connect', path, `a socket's path has less than ${maxSocketPath} bytes`);
    }
    const address = Buffer.alloc(2 + maxSocketPath);
    address.writeUInt16LE(AF_UNIX, 0);
    address.set(name, 2);
    const fd = check(socket(AF_UNIX, SOCK_STREAM | O_CLOEXEC, 0), 'socket', path);
    try {
      check(connect(fd, address, address.byteLength), 'connect', path);
    } catch (error) {
      close(fd);
      throw error;
    }
    return fd;
  }

  connection(): [number, number] {
    const fds = Buffer.alloc(8);
    check(socketpair(AF_UNIX, SOCK_STREAM | O_CLOEXEC, 0, fds), 'socketpair', '');
    return [fds.readInt32LE(0), fds.readInt32LE(4)];
  }

  async receive(connection: number): Promise<number> {
    await this.events().once(connection);
    const data = Buffer.alloc(256);
    const vector = Buffer.alloc(16);
    vector.writeBigUInt64LE(addressOf(data), 0);
    vector.writeBigUInt64LE(BigInt(data.byteLength), 8);
    const control = Buffer.alloc(headerBytes + 8);
    const message = Buffer.alloc(56);
    message.writeBigUInt64LE(addressOf(vector), 16);
    message.writeBigUInt64LE(1n, 24);
    message.writeBigUInt64LE(addressOf(control), 32);
    message.writeBigUInt64LE(BigInt(control.byteLength), 40);
    const count = check(recvmsg(connection, message, MSG_CMSG_CLOEXEC), 'recvmsg', '');
    const isSent = message.readBigUInt64LE(40) > BigInt(headerBytes) && control.readInt32LE(12) === SCM_RIGHTS;
    if (!isSent) throw new KernelError('EPIPE', 'recvmsg', '', count === 0 ? 'it was closed' : 'no descriptor came');
    return control.readInt32LE(headerBytes);
  }

  write(fd: number, bytes: Uint8Array): void {
    for (let written = 0; written < bytes.byteLength; ) written += writeSync(fd, bytes, written);
  }

  async readAll(fd: number): Promise<Uint8Array> {
    const chunks: Buffer[] = [];
    for (;;) {
      const buffer = Buffer.alloc(chunkBytes);
      const count = await readOnce(fd, buffer);
      if (count === 0) return Buffer.concat(chunks);
      chunks.push(buffer.subarray(0, count));
    }
  }

  close(fd: number): void {
    close(fd);
  }
}

function readOnce(fd: number, buffer: Buffer): Promise<number> {
  return new Promise((resolve, reject) => {
    readAsync(fd, buffer, 0, buffer.byteLength, null, (error, count) => (error ? reject(error) : resolve(count)));
  });
}
