/** A netlink(7) socket: raw bytes in and out, never blocking. */
import { check, checkExcept, close, nativeFunction } from '../../syscall';

const nativeSocket = nativeFunction('int socket(int domain, int type, int protocol)');
const nativeBind = nativeFunction('int bind(int fd, const void *address, unsigned int length)');
const nativeSend = nativeFunction('intptr_t send(int fd, const void *buffer, size_t length, int flags)');
const nativeReceive = nativeFunction('intptr_t recv(int fd, void *buffer, size_t length, int flags)');
const nativeSetOption = nativeFunction(
  'int setsockopt(int fd, int level, int name, const void *value, unsigned int length)',
);

const AF_NETLINK = 16;
/** SOCK_RAW, SOCK_NONBLOCK, SOCK_CLOEXEC */
const socketType = 3 | 0o4000 | 0o2000000;
const SOL_SOCKET = 1;
const SO_RCVBUFFORCE = 33;
const SOL_NETLINK = 270;
const NETLINK_ADD_MEMBERSHIP = 1;

export const NETLINK_ROUTE = 0;
export const NETLINK_SOCK_DIAG = 4;
export const NETLINK_CONNECTOR = 11;
export const NETLINK_NETFILTER = 12;

/** Datagrams are at most 32 KiB: the kernel sizes the pieces of a dump by the reader's buffer up to that. */
const buffer = Buffer.allocUnsafe(64 * 1024);

export class NetlinkSocket {
  readonly fd: number;
  #closed = false;

  /** Opened in the network namespace this thread is in. Errors: EPERM, EPROTONOSUPPORT. */
  constructor(protocol: number, options: { group?: number; receiveBytes?: number } = {}) {
    this.fd = check(nativeSocket(AF_NETLINK, socketType, protocol), 'socket', `netlink protocol ${protocol}`);
    try {
      if (options.receiveBytes) {
        const size = Buffer.alloc(4);
        size.writeInt32LE(options.receiveBytes);
        // Without CAP_NET_ADMIN the default size has to do.
        nativeSetOption(this.fd, SOL_SOCKET, SO_RCVBUFFORCE, size, 4);
      }
      const address = Buffer.alloc(12);
      address.writeUInt16LE(AF_NETLINK, 0);
      address.writeUInt32LE(options.group ?? 0, 8);
      check(nativeBind(this.fd, address, address.length), 'bind', `netlink protocol ${protocol}`);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** Joins a multicast group by number (`RTNLGRP_...`). Errors: EPERM, EINVAL for a group this kernel lacks. */
  join(group: number): void {
    const value = Buffer.alloc(4);
    value.writeUInt32LE(group);
    check(
      nativeSetOption(this.fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, value, 4),
      'setsockopt',
      `netlink group ${group}`,
    );
  }

  /** Sets an option of netlink(7) that is on or off. Errors: ENOPROTOOPT where this kernel is too old for it. */
  enable(option: number): void {
    const value = Buffer.alloc(4);
    value.writeUInt32LE(1);
    check(nativeSetOption(this.fd, SOL_NETLINK, option, value, 4), 'setsockopt', `netlink option ${option}`);
  }

  send(message: Buffer): void {
    check(nativeSend(this.fd, message, message.length, 0), 'send', 'netlink');
  }

  /** One datagram, valid until the next call; null when there is none. Errors: ENOBUFS when some were lost. */
  receive(): Buffer | null {
    const length = checkExcept(
      ['EAGAIN', 'EINTR'],
      nativeReceive(this.fd, buffer, buffer.length, 0),
      'recv',
      'netlink',
    );
    return length === null ? null : buffer.subarray(0, length);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    close(this.fd);
  }
}
