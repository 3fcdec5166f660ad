/** How conntrack follows a TCP connection (nf_conntrack_proto_tcp.c), and how long each state is remembered. */
import { ACK, FIN, RST, SYN } from '../packet/packet';
import type { Connection, TcpTrackState } from './connection';

export const tcpTimeouts: Record<TcpTrackState, string> = {
  NONE: 'established',
  SYN_SENT: 'syn_sent',
  SYN_RECV: 'syn_recv',
  ESTABLISHED: 'established',
  FIN_WAIT: 'fin_wait',
  CLOSE_WAIT: 'close_wait',
  LAST_ACK: 'last_ack',
  TIME_WAIT: 'time_wait',
  CLOSE: 'close',
};

/** The state after the first packet; null for what begins no connection. */
export function firstState(flags: number): TcpTrackState | null {
  if ((flags & RST) !== 0) return null;
  if ((flags & SYN) !== 0) return (flags & ACK) !== 0 ? null : 'SYN_SENT';
  // Picked up in the middle (nf_conntrack_tcp_loose).
  return (flags & FIN) !== 0 ? 'FIN_WAIT' : 'ESTABLISHED';
}

export function nextState(connection: Connection, direction: 'original' | 'reply', flags: number): TcpTrackState {
  const { tcp } = connection;
  if ((flags & RST) !== 0) return 'CLOSE';
  if ((flags & SYN) !== 0) return onSyn(tcp, direction, flags);
  if ((flags & FIN) !== 0) return onFin(connection, direction);
  if ((flags & ACK) === 0) return tcp;
  if (tcp === 'SYN_RECV' && direction === 'original') return 'ESTABLISHED';
  // The one that sent FIN first is answered.
  if (tcp === 'FIN_WAIT' && direction !== connection.finFrom) return 'CLOSE_WAIT';
  if (tcp === 'LAST_ACK' && direction === connection.finFrom) return 'TIME_WAIT';
  return tcp;
}

function onSyn(tcp: TcpTrackState, direction: 'original' | 'reply', flags: number): TcpTrackState {
  if ((flags & ACK) !== 0) return direction === 'reply' && tcp === 'SYN_SENT' ? 'SYN_RECV' : tcp;
  return direction === 'original' && (tcp === 'TIME_WAIT' || tcp === 'CLOSE' || tcp === 'LAST_ACK') ? 'SYN_SENT' : tcp;
}

function onFin(connection: Connection, direction: 'original' | 'reply'): TcpTrackState {
  const { tcp, finFrom } = connection;
  if (finFrom === null) {
    connection.finFrom = direction;
    return 'FIN_WAIT';
  }
  return finFrom === direction ? tcp : 'LAST_ACK';
}
