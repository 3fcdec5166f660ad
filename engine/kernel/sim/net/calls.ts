/** All system calls of the network. */

import type { RouteCalls } from './route-types';
import type { SocketCalls } from './socket-types';

/** Conntrack entries as conntrack(8) would list them. */
export interface ConntrackEntry {
  protocol: 'tcp' | 'udp' | 'icmp' | 'icmpv6';
  state: string;
  original: { source: string; destination: string; sourcePort: number; destinationPort: number };
  reply: { source: string; destination: string; sourcePort: number; destinationPort: number };
  status: string[];
  mark: number;
  timeoutSeconds: number;
}

export interface NetCalls extends SocketCalls, RouteCalls {
  /** nf_tables: see `nft/ruleset.ts`. */
  readonly nft: import('./nft/ruleset').NftCalls;
  conntrack(): ConntrackEntry[];
}
