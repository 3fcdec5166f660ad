/** `PacketSockets` on Linux: raw sockets of packet(7), read when the event loop says so. */

import type { PacketSocket, PacketSockets } from '../../packet';
import { KernelError } from '../../port';
import { EventLoop } from '../events/epoll';
import { check, checkExcept, close, EPOLLIN, inNetworkNamespace, nativeFunction } from '../syscall';
import { LinuxNetworkNamespace } from './namespace';

const nativeSocket = nativeFunction('int socket(int domain, int type, int protocol)');
const nativeBind = nativeFunction('int bind(int fd, const void *address, unsigned int length)');
const nativeSend = nativeFunction('intptr_t send(int fd, const void *buffer, size_t length, int flags)');
const nativeReceive = nativeFunction('intptr_t recv(int fd, void *buffer, size_t length, int flags)');

const AF_PACKET = 17;
/** SOCK_RAW, SOCK_NONBLOCK, SOCK_CLOEXEC */
const socketType = 3 | 0o4000 | 0o2000000;
const ETH_P_IP = 0x0800;

export class LinuxPacketSockets implements PacketSockets {
  private readonly loop = new EventLoop();

  openPacketSocket(netns: string, device: string): PacketSocket {
    const { index, address } = deviceOf(netns, device);
    // Without a protocol it hears nothing until it is bound to the device.
    const fd = inNetworkNamespace(netns, () => check(nativeSocket(AF_PACKET, socketType, 0), 'socket', 'packet'));
    try {
      check(nativeBind(fd, linkLayerAddress(index), 20), 'bind', device);
      return new LinuxPacketSocket(fd, device, address, this.loop);
    } catch (error) {
      close(fd);
      throw error;
    }
  }

  dispose(): void {
    this.loop.dispose();
  }
}

class LinuxPacketSocket implements PacketSocket {
  private listener: (frame: Uint8Array) => void = () => {};
  private readonly registration;
  private readonly buffer = new Uint8Array(64 * 1024);
  private closed = false;

  constructor(
    private readonly fd: number,
    private readonly device: string,
    readonly hardware: string,
    loop: EventLoop,
  ) {
    this.registration = loop.add(fd, EPOLLIN, () => this.read());
  }

  send(frame: Uint8Array): void {
    check(nativeSend(this.fd, frame, frame.byteLength, 0), 'send', this.device);
  }

  onFrame(listener: (frame: Uint8Array) => void): void {
    this.listener = listener;
  }

  dispose(): void {
    if (this.closed) return;
    this.closed = true;
    this.registration.dispose();
    close(this.fd);
  }

  private read(): void {
    while (!this.closed) {
      const expected = ['EAGAIN', 'ENETDOWN'];
      const length = checkExcept(
        expected,
        nativeReceive(this.fd, this.buffer, this.buffer.length, 0),
        'recv',
        this.device,
      );
      if (length === null) return;
      this.listener(this.buffer.slice(0, length));
    }
  }
}

function deviceOf(netns: string, device: string): { index: number; address: string } {
  const network = new LinuxNetworkNamespace(netns);
  try {
    const link = network.link(device);
    if (link) return link;
    throw new KernelError('ENODEV', 'open packet socket', device);
  } finally {
    network.close();
  }
}

/** `struct sockaddr_ll`; the protocol is in network order. */
function linkLayerAddress(index: number): Uint8Array {
  const address = Buffer.alloc(20);
  address.writeUInt16LE(AF_PACKET, 0);
  address.writeUInt16BE(ETH_P_IP, 2);
  address.writeInt32LE(index, 4);
  return address;
}
