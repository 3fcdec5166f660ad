/**
 * One TCP connection (RFC 9293): its states, what it sends and what it makes of what comes. Acknowledgements are sent at
 * once, small segments are not held back, and loss is repaired by retransmission (RFC 6298).
 */
import type { Errno } from '../../abi/errno';
import type { TimerHandle } from '../../sched/event-queue';
import type { IpAddress } from '../address/ip';
import type { NetDevice } from '../device/device';
import type { IcmpReport } from '../ip/icmp';
import { ACK, FIN, IPPROTO_TCP, noBytes, type Packet, PSH, RST, SYN, type TcpSegment } from '../packet/packet';
import type { NetNamespace } from '../types';
import { ByteQueue, OutOfOrder, receiveBuffer, sendBuffer } from './buffers';
import { receiveSegment } from './input';
import { RetransmitTimer } from './retransmit';
import { seqAdd, seqDiff } from './sequence';

export type TcpState =
  | 'CLOSED'
  | 'SYN-SENT'
  | 'SYN-RECV'
  | 'ESTAB'
  | 'FIN-WAIT-1'
  | 'FIN-WAIT-2'
  | 'CLOSE-WAIT'
  | 'CLOSING'
  | 'LAST-ACK'
  | 'TIME-WAIT';

export interface TcpEnds {
  readonly local: IpAddress;
  readonly localPort: number;
  readonly remote: IpAddress;
  readonly remotePort: number;
}

/** Whoever holds a connection: its socket, its listener while it is being accepted, or the layer alone. */
export interface TcpOwner {
  /** Something changed: state, data, room. */
  connectionChanged(connection: TcpConnection): void;
  readonly sender: { uid: number; gid: number };
  /** SO_BINDTODEVICE, a scope. */
  readonly sendDevice: NetDevice | null;
  readonly mark: number;
  readonly ttl: number | undefined;
}

const second = 1_000_000_000;
const timeWaitNs = 60 * second;
const headers = { v4: 40, v6: 60 };
/** The timestamp option in every segment. */
const optionBytes = 12;

export class TcpConnection {
  state: TcpState = 'CLOSED';
  sendUna = 0;
  sendNext = 0;
  /** The highest that was sent. */
  sendMax = 0;
  sendWindow = 0;
  receiveNext = 0;
  /** Right edge of the window that was told last. */
  advertised = 0;
  mss = 536;
  readonly sending = new ByteQueue();
  readonly received = new ByteQueue();
  readonly early = new OutOfOrder();
  /** A FIN is to be sent after everything that was written. */
  finQueued = false;
  finReceived = false;
  error: Errno | null = null;
  /** What ICMP told lately, for when time runs out. */
  softError: Errno | null = null;
  /** Of IPv6, and its source was chosen by the way. */
  keepsWay = false;
  readonly retransmit = new RetransmitTimer(this);
  /** Through whom it is reached: told that it is there when it answers. */
  #neighbour: { device: NetDevice; address: IpAddress } | null = null;
  #timer: TimerHandle | null = null;
  ackIsDue = false;
  /** Added to the clock for its timestamps, and the last that came (RFC 7323). */
  #timestampOffset = 0;
  #lastTimestamp = 0;
  #firstWindow = 64_240;
  wasAccepted = false;

  constructor(
    readonly ns: NetNamespace,
    readonly ends: TcpEnds,
    public owner: TcpOwner,
  ) {}

  get isOpen(): boolean {
    return this.state !== 'CLOSED' && this.state !== 'TIME-WAIT';
  }
  /** Bytes that can be written now. */
  get room(): number {
    return Math.max(0, sendBuffer - this.sending.length);
  }
  get receiveWindow(): number {
    return Math.max(0, receiveBuffer - this.received.length);
  }
  /** Nothing more will come. */
  get isAtEnd(): boolean {
    return this.finReceived && this.received.length === 0;
  }

  /** Active open. What is sent may be lost, even here: it is sent again. */
  open(): void {
    this.#begin();
    this.#enter('SYN-SENT');
    this.quietly(() => this.sendSegment(SYN, this.sendUna, noBytes, true));
    if (this.state === 'SYN-SENT') this.retransmit.begin();
  }

  /** Passive open: a SYN came. */
  answer(syn: TcpSegment): void {
    this.#begin();
    this.#firstWindow = 65_160;
    this.#lastTimestamp = syn.timestamps?.value ?? 0;
    this.takeSyn(syn);
    this.#enter('SYN-RECV');
    this.quietly(() => this.sendSegment(SYN | ACK, this.sendUna, noBytes));
    this.retransmit.begin();
  }

  write(data: Uint8Array): number {
    const part = data.subarray(0, this.room);
    this.sending.push(part);
    this.push();
    return part.length;
  }

  read(count: number, peek: boolean): Uint8Array {
    const data = this.received.slice(0, count);
    if (peek) return data;
    const before = seqDiff(this.advertised, this.receiveNext);
    this.received.drop(data.length);
    // The other end waits for room: say that there is some again.
    if (
      this.isOpen &&
      before < 2 * this.mss &&
      this.receiveWindow - before >= Math.min(2 * this.mss, receiveBuffer / 2)
    )
      this.acknowledge();
    return data;
  }

  /** Nothing more will be written. */
  closeWriting(): void {
    if (this.finQueued) return;
    if (this.state === 'SYN-SENT') return this.finish(null);
    this.finQueued = true;
    if (this.state === 'ESTAB' || this.state === 'SYN-RECV') this.#enter('FIN-WAIT-1');
    else if (this.state === 'CLOSE-WAIT') this.#enter('LAST-ACK');
    this.push();
  }

  /** Its socket is gone. What is not read is lost, and the other end is told so. */
  abandon(): void {
    if (this.received.length > 0 && this.isOpen) return this.abort();
    this.closeWriting();
    if (this.state === 'FIN-WAIT-2') this.waitForFin();
  }

  abort(): void {
    if (this.isOpen && this.state !== 'SYN-SENT')
      this.quietly(() => this.sendSegment(RST | ACK, this.sendNext, noBytes));
    this.finish('ECONNRESET');
  }

  receive(packet: Packet, segment: TcpSegment): void {
    this.ackIsDue = false;
    if (segment.timestamps) this.#lastTimestamp = segment.timestamps.value;
    receiveSegment(this, segment);
    if (this.ackIsDue && this.isOpen) this.acknowledge();
    if (this.#neighbour === null && packet.input) this.#neighbour = this.#neighbourOf();
    if (this.#neighbour && (segment.flags & ACK) !== 0) {
      this.ns.neighbours.find(this.#neighbour.device, this.#neighbour.address)?.confirm();
    }
  }

  report(report: IcmpReport): void {
    if (report.errno === 'EMSGSIZE') {
      this.mss = Math.min(this.mss, this.#largest());
      return this.retransmit.now();
    }
    // While it is being set up it ends with whatever is reported. On one machine the report about the first SYN comes while
    // the socket is still at work; in IPv6 it is only noted then (sk_err_soft).
    const isNoted = typeof report.from.source === 'bigint' && !this.retransmit.hasResent;
    if (this.state === 'SYN-SENT' && !isNoted) return this.finish(report.errno);
    if (this.state === 'SYN-RECV' && report.isFatal) return this.finish(report.errno);
    this.softError = report.errno;
  }

  /** Sends what the window allows. */
  push(): void {
    if (this.state === 'SYN-SENT' || this.state === 'SYN-RECV' || !this.isOpen) return;
    for (;;) {
      const inFlight = seqDiff(this.sendNext, this.sendUna);
      const unsent = this.sending.length - Math.min(inFlight, this.sending.length);
      const allowed = Math.min(unsent, this.sendWindow - inFlight);
      const data = allowed > 0 ? this.sending.slice(inFlight, Math.min(allowed, this.segmentSize)) : noBytes;
      const isLast = data.length === unsent;
      const fin = this.finQueued && !this.#isFinAcknowledged && isLast && inFlight <= this.sending.length;
      if (data.length === 0 && !fin) break;
      const flags = ACK | (isLast && data.length > 0 ? PSH : 0) | (fin ? FIN : 0);
      const at = this.sendNext;
      this.#advance(data.length + (fin ? 1 : 0));
      this.quietly(() => this.sendSegment(flags, at, data));
      this.ackIsDue = false;
    }
    if (this.sendUna !== this.sendMax) this.retransmit.arm();
    else if (this.sending.length > 0) this.retransmit.armProbe();
  }

  acknowledge(): void {
    this.ackIsDue = false;
    this.quietly(() => this.sendSegment(ACK, this.sendNext, noBytes));
  }

  /** One segment from `seq` on. `loud`: errors of routing are thrown. */
  sendSegment(flags: number, seq: number, data: Uint8Array, _loud = false): void {
    const { ends, owner } = this;
    const isSyn = (flags & SYN) !== 0;
    const window = Math.min(this.#firstWindow, this.receiveWindow);
    this.advertised = seqAdd(this.receiveNext, window);
    this.ns.ip.send({
      source: ends.local,
      destination: ends.remote,
      isForeign: this.keepsWay,
      protocol: IPPROTO_TCP,
      transport: {
        kind: 'tcp',
        sourcePort: ends.localPort,
        destinationPort: ends.remotePort,
        seq,
        ack: (flags & ACK) === 0 ? 0 : this.receiveNext,
        flags,
        window,
        data,
        timestamps: { value: this.#timestamp, echo: (flags & ACK) === 0 ? 0 : this.#lastTimestamp },
        ...(isSyn ? { mss: this.#largest() } : {}),
      },
      dontFragment: true,
      device: owner.sendDevice,
      mark: owner.mark,
      ttl: owner.ttl,
      sender: owner.sender,
    });
  }

  get #timestamp(): number {
    return (this.#timestampOffset + Math.floor(this.ns.network.kernel.now / 1e6)) >>> 0;
  }

  get #isFinAcknowledged(): boolean {
    return this.state === 'FIN-WAIT-2' || this.state === 'TIME-WAIT' || this.state === 'CLOSED';
  }

  get segmentSize(): number {
    return Math.max(1, Math.min(this.mss, this.#largest()) - optionBytes);
  }

  takeSyn(segment: TcpSegment): void {
    this.receiveNext = seqAdd(segment.seq, 1);
    this.advertised = seqAdd(this.receiveNext, this.receiveWindow);
    this.sendWindow = segment.window;
    this.mss = Math.min(segment.mss ?? 536, this.#largest());
  }

  established(): void {
    this.#enter('ESTAB');
    this.owner.connectionChanged(this);
    this.push();
  }

  peerClosed(): void {
    this.finReceived = true;
    if (this.state === 'ESTAB' || this.state === 'SYN-RECV') this.#enter('CLOSE-WAIT');
    else if (this.state === 'FIN-WAIT-1') this.#enter('CLOSING');
    else if (this.state === 'FIN-WAIT-2') this.waitOut();
    this.owner.connectionChanged(this);
  }

  finAcknowledged(): void {
    if (this.state === 'FIN-WAIT-1') {
      this.#enter('FIN-WAIT-2');
      if (this.ns.sockets.tcp.isOrphan(this)) this.waitForFin();
    } else if (this.state === 'CLOSING') this.waitOut();
    else if (this.state === 'LAST-ACK') this.finish(null);
  }

  /** FIN_WAIT2 without a socket ends after tcp_fin_timeout. */
  waitForFin(): void {
    this.#timer?.cancel();
    const seconds = this.ns.sysctl.number('ipv4/tcp_fin_timeout');
    this.#timer = this.ns.network.kernel.after(seconds * second, () => this.finish(null));
  }

  waitOut(): void {
    this.#enter('TIME-WAIT');
    this.retransmit.stop();
    this.#timer?.cancel();
    this.#timer = this.ns.network.kernel.after(timeWaitNs, () => this.finish(null));
  }

  finish(error: Errno | null): void {
    if (this.state === 'CLOSED') return;
    this.error = error;
    this.retransmit.stop();
    this.#timer?.cancel();
    this.#enter('CLOSED');
    this.sending.clear();
    this.ns.sockets.tcp.remove(this);
    this.owner.connectionChanged(this);
  }

  quietly(send: () => void): void {
    this.ns.quietly(send);
  }

  #begin(): void {
    const start = this.ns.network.kernel.random.next();
    this.#timestampOffset = this.ns.network.kernel.random.next();
    this.sendUna = start;
    this.sendNext = seqAdd(start, 1);
    this.sendMax = this.sendNext;
  }

  #advance(count: number): void {
    this.sendNext = seqAdd(this.sendNext, count);
    if (seqDiff(this.sendNext, this.sendMax) > 0) this.sendMax = this.sendNext;
  }

  #enter(state: TcpState): void {
    this.state = state;
    this.ns.network.kernel.touch('sockets');
  }

  /** What fits into a packet on this way, without headers. */
  #largest(): number {
    const { remote } = this.ends;
    const lookup = this.ns.ways.lookup(remote, {
      source: this.ends.local,
      oif: this.owner.sendDevice?.name ?? null,
      mark: this.owner.mark,
    });
    const device = lookup.found?.route.type === 'local' ? this.ns.loopback : lookup.found?.device;
    const mtu = device ? this.ns.pathMtus.of(remote, device) : 1500;
    return Math.min(mtu, lookup.found?.route.mtu ?? mtu) - (typeof remote === 'number' ? headers.v4 : headers.v6);
  }

  #neighbourOf(): { device: NetDevice; address: IpAddress } | null {
    const { found } = this.ns.ways.lookup(this.ends.remote, { source: this.ends.local, mark: this.owner.mark });
    if (!found || found.route.type === 'local') return null;
    return { device: found.device, address: found.nexthop.gateway ?? this.ends.remote };
  }
}
