/** Sends again what was not acknowledged in time (RFC 6298; tcp_retries2, tcp_syn_retries of tcp(7)). */
import type { TimerHandle } from '../../sched/event-queue';
import { ACK, FIN, noBytes, PSH, SYN } from '../packet/packet';
import type { TcpConnection } from './connection';
import { seqAdd, seqDiff } from './sequence';

const millisecond = 1_000_000;
const synRto = 1000 * millisecond;
const minRto = 200 * millisecond;
const maxRto = 120_000 * millisecond;

export class RetransmitTimer {
  #timer: TimerHandle | null = null;
  #rto = synRto;
  #retries = 0;
  #isProbe = false;
  /** A round-trip that is being measured. */
  #measured: { until: number; from: number } | null = null;
  #srtt: number | null = null;
  #rttvar = 0;

  constructor(private readonly connection: TcpConnection) {}

  /** Of the SYN or its answer. */
  begin(): void {
    this.#rto = synRto;
    this.#retries = 0;
    this.#start();
    this.#measured = { until: this.connection.sendMax, from: this.#now };
  }

  arm(): void {
    if (this.#timer !== null && !this.#isProbe) return;
    this.#isProbe = false;
    this.#measured ??= { until: this.connection.sendMax, from: this.#now };
    this.#start();
  }

  /** The other end has no room: ask now and then whether it has some by now. */
  armProbe(): void {
    if (this.#timer !== null) return;
    this.#isProbe = true;
    this.#start();
  }

  /** Everything up to here was acknowledged. */
  acknowledged(una: number, isAll: boolean): void {
    if (this.#measured && seqDiff(una, this.#measured.until) >= 0) {
      if (this.#retries === 0) this.#measure(this.#now - this.#measured.from);
      this.#measured = null;
    }
    this.#retries = 0;
    this.#rto = this.#estimate();
    this.stop();
    if (!isAll) this.arm();
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = null;
    this.#isProbe = false;
  }

  /** At once: the path takes only smaller segments, or three acknowledgements asked for it. */
  now(): void {
    const { connection } = this;
    if (!connection.isOpen || connection.sendUna === connection.sendMax) return;
    this.#resend();
  }

  get #now(): number {
    return this.connection.ns.network.kernel.now;
  }

  #estimate(): number {
    if (this.#srtt === null) return synRto;
    return Math.min(maxRto, Math.max(minRto, this.#srtt + Math.max(minRto, 4 * this.#rttvar)));
  }

  #measure(rtt: number): void {
    if (this.#srtt === null) {
      this.#srtt = rtt;
      this.#rttvar = rtt / 2;
    } else {
      this.#rttvar = 0.75 * this.#rttvar + 0.25 * Math.abs(this.#srtt - rtt);
      this.#srtt = 0.875 * this.#srtt + 0.125 * rtt;
    }
  }

  get hasResent(): boolean {
    return this.#retries > 0;
  }

  #start(): void {
    this.#timer?.cancel();
    this.#timer = this.connection.ns.network.kernel.after(Math.floor(this.#rto), () => this.#expired());
  }

  #expired(): void {
    const { connection } = this;
    this.#timer = null;
    if (!connection.isOpen) return;
    if (this.#retries >= this.#limit()) return connection.finish(connection.softError ?? 'ETIMEDOUT');
    this.#retries++;
    const { sysctl } = connection.ns;
    const linear = connection.state === 'SYN-SENT' ? sysctl.number('ipv4/tcp_syn_linear_timeouts') : 0;
    if (this.#retries > linear) this.#rto = Math.min(maxRto, this.#rto * 2);
    if (this.#isProbe) this.#probe();
    else this.#resend();
    this.#start();
  }

  #limit(): number {
    const { state, ns } = this.connection;
    if (state === 'SYN-SENT')
      return ns.sysctl.number('ipv4/tcp_syn_retries') + ns.sysctl.number('ipv4/tcp_syn_linear_timeouts');
    if (state === 'SYN-RECV') return ns.sysctl.number('ipv4/tcp_synack_retries');
    return ns.sockets.tcp.isOrphan(this.connection) ? 8 : ns.sysctl.number('ipv4/tcp_retries2');
  }

  #resend(): void {
    const { connection } = this;
    this.#measured = null;
    const { state, sendUna } = connection;
    if (state === 'SYN-SENT') return connection.quietly(() => connection.sendSegment(SYN, sendUna, noBytes));
    if (state === 'SYN-RECV') return connection.quietly(() => connection.sendSegment(SYN | ACK, sendUna, noBytes));
    const inFlight = seqDiff(connection.sendMax, sendUna);
    const data = connection.sending.slice(0, Math.min(connection.segmentSize, inFlight));
    const isAll = data.length === connection.sending.length;
    const fin = connection.finQueued && isAll && inFlight > data.length;
    const flags = ACK | (isAll && data.length > 0 ? PSH : 0) | (fin ? FIN : 0);
    connection.quietly(() => connection.sendSegment(flags, sendUna, data));
    // After a loss, what follows is sent again as acknowledgements come.
    connection.sendNext = seqAdd(sendUna, data.length + (fin ? 1 : 0));
  }

  #probe(): void {
    const { connection } = this;
    connection.quietly(() => connection.sendSegment(ACK, seqAdd(connection.sendUna, -1), noBytes));
  }
}
