/** What a connection makes of a segment (RFC 9293, 3.10.7). */
import { ACK, FIN, RST, SYN, type TcpSegment } from '../packet/packet';
import { receiveBuffer } from './buffers';
import type { TcpConnection } from './connection';
import { seqAdd, seqDiff } from './sequence';

export function receiveSegment(connection: TcpConnection, segment: TcpSegment): void {
  if (connection.state === 'CLOSED') return;
  if (connection.state === 'SYN-SENT') return inSynSent(connection, segment);
  if (connection.state === 'TIME-WAIT') return inTimeWait(connection, segment);
  const { flags } = segment;
  if (!isAcceptable(connection, segment)) {
    // A SYN again means that our answer to it was lost.
    if ((flags & RST) === 0) connection.ackIsDue = true;
    if ((flags & SYN) !== 0 && connection.state === 'SYN-RECV') connection.retransmit.now();
    return;
  }
  if ((flags & RST) !== 0) return reset(connection, segment);
  if ((flags & SYN) !== 0) {
    connection.ackIsDue = true;
    return;
  }
  if ((flags & ACK) === 0) return;
  if (connection.state === 'SYN-RECV' && !completeHandshake(connection, segment)) return;
  takeAck(connection, segment);
  if (connection.isOpen) takeData(connection, segment);
}

function inSynSent(connection: TcpConnection, segment: TcpSegment): void {
  const { flags, ack } = segment;
  const hasAck = (flags & ACK) !== 0;
  if (hasAck && ack !== connection.sendNext) {
    if ((flags & RST) === 0) connection.ns.sockets.tcp.reset(connection.ends, segment);
    return;
  }
  if ((flags & RST) !== 0) {
    if (hasAck) connection.finish('ECONNREFUSED');
    return;
  }
  if ((flags & SYN) === 0) return;
  connection.takeSyn(segment);
  if (!hasAck) {
    // Both ends called at once.
    connection.state = 'SYN-RECV';
    connection.retransmit.now();
    return;
  }
  connection.sendUna = ack;
  connection.retransmit.acknowledged(ack, true);
  connection.ackIsDue = true;
  connection.established();
}

function inTimeWait(connection: TcpConnection, segment: TcpSegment): void {
  if ((segment.flags & RST) !== 0) return connection.finish(null);
  if ((segment.flags & FIN) !== 0) connection.acknowledge();
}

function isAcceptable(connection: TcpConnection, { seq, data, flags }: TcpSegment): boolean {
  const length = data.length + ((flags & FIN) === 0 ? 0 : 1) + ((flags & SYN) === 0 ? 0 : 1);
  const start = seqDiff(seq, connection.receiveNext);
  const end = start + length;
  if (length === 0) return start >= 0 && start <= receiveBuffer;
  return end > 0 && start <= Math.max(0, seqDiff(connection.advertised, connection.receiveNext));
}

function reset(connection: TcpConnection, segment: TcpSegment): void {
  if (segment.seq !== connection.receiveNext) {
    connection.ackIsDue = true;
    return;
  }
  const refused = connection.state === 'SYN-RECV';
  connection.finish(refused ? 'ECONNREFUSED' : connection.state === 'CLOSE-WAIT' ? 'EPIPE' : 'ECONNRESET');
}

/** The third step. False: the listener has no room, as if it had not come. */
function completeHandshake(connection: TcpConnection, { ack, window }: TcpSegment): boolean {
  if (ack !== connection.sendNext) return false;
  if (!connection.ns.sockets.tcp.mayComplete(connection)) return false;
  connection.sendUna = ack;
  connection.sendWindow = window;
  connection.retransmit.acknowledged(ack, true);
  connection.established();
  return true;
}

function takeAck(connection: TcpConnection, { ack, window }: TcpSegment): void {
  const progress = seqDiff(ack, connection.sendUna);
  if (progress < 0 || seqDiff(ack, connection.sendMax) > 0) {
    if (progress >= 0) connection.ackIsDue = true;
    return;
  }
  connection.sendWindow = window;
  if (progress > 0) {
    const bytes = Math.min(progress, connection.sending.length);
    connection.sending.drop(bytes);
    connection.sendUna = ack;
    if (seqDiff(connection.sendNext, ack) < 0) connection.sendNext = ack;
    const isAll = ack === connection.sendMax;
    connection.retransmit.acknowledged(ack, isAll);
    if (connection.finQueued && isAll && progress > bytes) connection.finAcknowledged();
    if (bytes > 0) connection.owner.connectionChanged(connection);
  }
  connection.push();
}

function takeData(connection: TcpConnection, { seq, data, flags }: TcpSegment): void {
  const fin = (flags & FIN) !== 0;
  if (data.length === 0 && !fin) return;
  connection.ackIsDue = true;
  if (connection.finReceived) return;
  const offset = seqDiff(connection.receiveNext, seq);
  if (offset < 0) return connection.early.add(seq, data, fin);
  accept(connection, data.subarray(Math.min(offset, data.length)), fin);
  while (!connection.early.isEmpty && !connection.finReceived) {
    const next = connection.early.take(connection.receiveNext);
    if (!next) break;
    accept(connection, next.data, next.fin);
  }
}

function accept(connection: TcpConnection, data: Uint8Array, fin: boolean): void {
  if (data.length > 0) {
    connection.receiveNext = seqAdd(connection.receiveNext, data.length);
    if (!connection.ns.sockets.tcp.isOrphan(connection)) connection.received.push(data);
    else return connection.abort();
    if (!fin) connection.owner.connectionChanged(connection);
  }
  if (fin) {
    connection.receiveNext = seqAdd(connection.receiveNext, 1);
    connection.acknowledge();
    connection.peerClosed();
  }
}
