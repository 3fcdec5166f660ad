/** Frames of a device as they are (packet(7)): for whoever has no address yet, and therefore no socket of its own. */
import type { Disposable } from './port';

export interface PacketSocket extends Disposable {
  /** The device's own address, `02:00:00:00:00:01`. */
  readonly hardware: string;
  /** A whole Ethernet frame. Errors: ENETDOWN, ENOBUFS. */
  send(frame: Uint8Array): void;
  /** Every IPv4 frame the device takes in from now on. */
  onFrame(listener: (frame: Uint8Array) => void): void;
}

export interface PacketSockets {
  /**
   * A socket on a device of the namespace behind a path. While it is open the namespace lives on, so close it soon.
   * Errors: ENOENT, ENODEV, EPERM.
   */
  openPacketSocket(netns: string, device: string): PacketSocket;
}
