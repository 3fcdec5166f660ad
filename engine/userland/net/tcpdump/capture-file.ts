/** Captures in files (pcap-savefile(5)). */
import { concat } from '../../../kernel/sim';

export interface Captured {
  /** Nanoseconds since the epoch. */
  time: number;
  bytes: Uint8Array;
}

const magic = 0xa1b2c3d4;
const linkTypeEthernet = 1;

function longs(...values: number[]): Uint8Array {
  const bytes = new Uint8Array(values.length * 4);
  const view = new DataView(bytes.buffer);
  for (const [at, value] of values.entries()) view.setUint32(at * 4, value, true);
  return bytes;
}

export function fileHeader(snapshotLength: number): Uint8Array {
  return longs(magic, 0x00040002, 0, 0, snapshotLength, linkTypeEthernet);
}

export function fileRecord({ time, bytes }: Captured): Uint8Array {
  return concat([longs(Math.floor(time / 1e9), Math.floor((time % 1e9) / 1000), bytes.length, bytes.length), bytes]);
}

/** Null when it is no such file. */
export function readCapture(file: Uint8Array): Captured[] | null {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  if (file.length < 24 || view.getUint32(0, true) !== magic) return null;
  const packets: Captured[] = [];
  for (let at = 24; at + 16 <= file.length; ) {
    const length = view.getUint32(at + 8, true);
    const time = view.getUint32(at, true) * 1e9 + view.getUint32(at + 4, true) * 1000;
    packets.push({ time, bytes: file.subarray(at + 16, at + 16 + length) });
    at += 16 + length;
  }
  return packets;
}
