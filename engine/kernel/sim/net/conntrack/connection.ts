/** What conntrack knows of one connection: its two directions, its state and the addresses that are rewritten. */

import type { TimerHandle } from '../../sched/event-queue';
import type { IpAddress } from '../address/ip';

/** One direction of a connection. ICMP echo: the identifier stands for both ports. */
export interface Tuple {
  readonly protocol: number;
  readonly source: IpAddress;
  readonly destination: IpAddress;
  readonly sourcePort: number;
  readonly destinationPort: number;
}

export type TcpTrackState =
  | 'NONE'
  | 'SYN_SENT'
  | 'SYN_RECV'
  | 'ESTABLISHED'
  | 'FIN_WAIT'
  | 'CLOSE_WAIT'
  | 'LAST_ACK'
  | 'TIME_WAIT'
  | 'CLOSE';

export class Connection {
  reply: Tuple;
  tcp: TcpTrackState = 'NONE';
  mark = 0;
  seenReply = false;
  assured = false;
  confirmed = false;
  /** IPS_SRC_NAT, IPS_DST_NAT. */
  sourceNat = false;
  destinationNat = false;
  /** A decision has been made (also that there is none) at the place that rewrites destinations, sources. */
  destinationDone = false;
  sourceDone = false;
  /** Which way FIN was seen, and whether both have sent one. */
  finFrom: 'original' | 'reply' | null = null;
  expires = 0;
  timer: TimerHandle | null = null;
  dying = false;

  constructor(
    readonly original: Tuple,
    readonly id: number,
  ) {
    this.reply = reversed(original);
  }
}

export function reversed(tuple: Tuple): Tuple {
  return {
    protocol: tuple.protocol,
    source: tuple.destination,
    destination: tuple.source,
    sourcePort: tuple.destinationPort,
    destinationPort: tuple.sourcePort,
  };
}

export function tupleKey({ protocol, source, destination, sourcePort, destinationPort }: Tuple): string {
  return `${protocol}/${source}/${sourcePort}/${destination}/${destinationPort}`;
}
