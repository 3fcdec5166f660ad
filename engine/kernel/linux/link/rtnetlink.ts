/** Messages of rtnetlink(7), as far as cables between Machines need them. */
import { KernelError } from '../../port';
import { check, close, errnoName, nativeFunction, read, write } from '../syscall';

const nativeSocket = nativeFunction('int socket(int domain, int type, int protocol)');
const AF_NETLINK = 16;
const SOCK_RAW_CLOEXEC = 3 | 0o2000000;
const NETLINK_ROUTE = 0;
const NLMSG_ERROR = 2;
const NLM_F_REQUEST = 1;
const NLM_F_ACK = 4;
export const NLM_F_CREATE_NEW = 0x400 | 0x200;
const headerSize = 16;

/** Attribute with its header, padded to four bytes. */
export function attribute(type: number, payload: Uint8Array): Buffer {
  const length = 4 + payload.byteLength;
  const bytes = Buffer.alloc(Math.ceil(length / 4) * 4);
  bytes.writeUInt16LE(length, 0);
  bytes.writeUInt16LE(type, 2);
  bytes.set(payload, 4);
  return bytes;
}

export function nested(type: number, ...attributes: Uint8Array[]): Buffer {
  return attribute(type, Buffer.concat(attributes));
}

export function text(value: string): Buffer {
  return Buffer.from(`${value}\0`);
}

export function word(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value >>> 0);
  return bytes;
}

/** A socket that talks to the network namespace it was opened in, wherever its user is later. */
export class RouteSocket {
  readonly #fd = check(nativeSocket(AF_NETLINK, SOCK_RAW_CLOEXEC, NETLINK_ROUTE), 'socket', 'rtnetlink');
  #sequence = 1;

  /** Sends one request and waits for its acknowledgement, which comes at once. `about` names it in an error. */
  request(type: number, flags: number, payload: Uint8Array, operation: string, about: string): void {
    const message = Buffer.alloc(headerSize + payload.byteLength);
    message.writeUInt32LE(message.byteLength, 0);
    message.writeUInt16LE(type, 4);
    message.writeUInt16LE(flags | NLM_F_REQUEST | NLM_F_ACK, 6);
    message.writeUInt32LE(this.#sequence++, 8);
    message.set(payload, headerSize);
    write(this.#fd, message, about);
    const answer = Buffer.alloc(16 * 1024);
    read(this.#fd, answer, about);
    if (answer.readUInt16LE(4) !== NLMSG_ERROR) throw new KernelError('EPROTO', operation, about);
    const error = answer.readInt32LE(headerSize);
    if (error !== 0) throw new KernelError(errnoName(-error), operation, about);
  }

  dispose(): void {
    close(this.#fd);
  }
}
