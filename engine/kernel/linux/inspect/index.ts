/** The observer of labs on the real kernel. */
import type { ObserveLab } from '../observer';
import { monotonicMs } from './clock';
import { LinuxLabObserver } from './lab-observer';
import { Observatory } from './observatory';
import { findNft } from './packet-rules';

export type { ObserverStats } from './lab-observer';

/** Makes the observer of labs whose Machines stand on `rootfs` (its nft(8) serves where the host has none). */
export function labObserver(options: { rootfs?: string; now?: () => number } = {}): ObserveLab {
  const nft = findNft(options.rootfs);
  const now = options.now ?? monotonicMs;
  return (machines, events) => new LinuxLabObserver(machines, Observatory.of(events), nft, now);
}
