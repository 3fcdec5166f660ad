/** BusyBox's ping: ICMP echoes, counted from 0. */
import {
  type Blocking,
  formatIp,
  type InetFamily,
  isSysError,
  type Nanoseconds,
  POLLIN,
  type Program,
  type SocketAddress,
  type Sys,
  signalNumbers,
  strerror,
} from '../../kernel/sim';
import { resolveHost } from '../net/names';
import { type AppletCall, AppletError, makeApplet, ShowUsage } from './applet';

const second: Nanoseconds = 1e9;

const usage = (name: string) => `${name} [OPTIONS] HOST

Send ICMP ECHO_REQUESTs to HOST

	-4 -6		Force IP or IPv6 name resolution
	-c CNT		Send only CNT pings
	-s SIZE		Send SIZE data bytes in packets (default 56)
	-i SECS		Interval
	-A		Ping as soon as reply is received
	-t TTL		Set TTL
	-I IFACE	Source interface
	-W SEC		Seconds to wait for the first response (default 10)
	-w SEC		Seconds until ping exits (default: infinite)
	-q		Quiet, only display output at start/finish`;

export const ping: Program = makePing('ping');
export const ping6: Program = makePing('ping6');

function makePing(name: 'ping' | 'ping6'): Program {
  return makeApplet({
    name,
    options: [
      ...[...'46Aq'].map((short) => ({ short })),
      ...[...'csitIWw'].map((short) => ({ short, value: 'required' as const })),
    ],
    usage: usage(name),
    *run(call) {
      const { options, sys } = call;
      const [host] = options.operands;
      if (host === undefined) throw new ShowUsage();
      const family = name === 'ping6' || options.has('6') ? 'inet6' : options.has('4') ? 'inet' : null;
      const [found] = yield* resolveHost(sys, host, family);
      if (!found) throw new AppletError(`bad address '${host}'`);
      return yield* new Echoes(call, host, found.family, formatIp(found.address)).run();
    },
  });
}

class Echoes {
  #sent = 0;
  #received = 0;
  #trips: number[] = [];
  #isOver = false;
  readonly #times = new Map<number, Nanoseconds>();
  readonly #sys: Sys;
  readonly #fd: number;
  readonly #isRaw: boolean;
  readonly #id: number;

  constructor(
    private readonly call: AppletCall,
    private readonly host: string,
    private readonly family: InetFamily,
    private readonly address: string,
  ) {
    const { sys, options } = call;
    this.#sys = sys;
    for (const name of ['c', 's', 't', 'W', 'w']) whole(options.value(name) ?? '0');
    const { fd, isRaw } = open(sys, family);
    this.#fd = fd;
    this.#isRaw = isRaw;
    this.#id = isRaw ? sys.getpid() & 0xffff : 0;
    const ttl = options.value('t');
    if (ttl !== null) sys.setsockopt(this.#fd, 'ttl', whole(ttl));
    const device = options.value('I');
    if (device !== null) sys.setsockopt(this.#fd, 'bindtodevice', device);
  }

  get #size(): number {
    return whole(this.call.options.value('s') ?? '56');
  }

  *run(): Blocking<number> {
    const { out, options } = this.call;
    const count = whole(options.value('c') ?? '0');
    const stop = () => {
      this.#isOver = true;
    };
    this.#sys.sigaction(signalNumbers.SIGINT, { handler: stop, restart: false });
    yield* out.write(`PING ${this.host} (${this.address}): ${this.#size} data bytes\n`);
    yield* out.flush();
    yield* this.#loop(count);
    yield* out.write(this.#summary());
    return this.#received > 0 ? 0 : 1;
  }

  *#loop(count: number): Blocking<void> {
    const { options } = this.call;
    const interval = decimal(options.value('i') ?? '1') * second;
    const deadline = options.value('w');
    const end = deadline === null ? Number.POSITIVE_INFINITY : this.#now + whole(deadline) * second;
    const patience = whole(options.value('W') ?? '10') * second;
    while (!this.#isOver) {
      yield* this.#send();
      const isLast = count > 0 && this.#sent >= count;
      const next = Math.min(end, this.#now + (isLast ? patience : interval));
      yield* this.#listen(next, isLast || options.has('A'), count);
      if (isLast || this.#now >= end) return;
    }
  }

  get #now(): Nanoseconds {
    return this.#sys.clockGettime('monotonic');
  }

  *#send(): Blocking<void> {
    const seq = this.#sent++;
    this.#times.set(seq, this.#now);
    const head = [
      this.family === 'inet' ? 8 : 128,
      0,
      0,
      0,
      this.#id >> 8,
      this.#id & 255,
      (seq >> 8) & 255,
      seq & 255,
    ];
    const packet = Uint8Array.from([...head, ...new Array<number>(this.#size).fill(0)]);
    try {
      yield* this.#sys.send(this.#fd, packet, addressOf(this.family, this.address));
    } catch (error) {
      if (!isSysError(error)) throw error;
      yield* this.call.out.flush();
      throw new AppletError(`sendto: ${strerror(error.errno)}`);
    }
  }

  /** Until then; no longer than needed once all that is waited for has come. */
  *#listen(until: Nanoseconds, leavesEarly: boolean, count: number): Blocking<void> {
    while (!this.#isOver && this.#now < until) {
      try {
        const { revents } = yield* this.#sys.poll([{ fd: this.#fd, events: POLLIN }], until - this.#now);
        if (((revents[0] ?? 0) & POLLIN) !== 0) yield* this.#take();
      } catch (error) {
        if (!isSysError(error, 'EINTR')) throw error;
      }
      if (leavesEarly && this.#received >= (count > 0 ? Math.min(count, this.#sent) : this.#sent)) return;
    }
  }

  *#take(): Blocking<void> {
    const { data: packet, ttl = 0 } = yield* this.#sys.recv(this.#fd, 65_536, { nonBlock: true });
    const headerLength = this.#isRaw && this.family === 'inet' ? ((packet[0] ?? 0x45) & 15) * 4 : 0;
    const data = packet.subarray(headerLength);
    if (this.#isRaw && (((data[4] ?? 0) << 8) | (data[5] ?? 0)) !== this.#id) return;
    const seq = ((data[6] ?? 0) << 8) | (data[7] ?? 0);
    const sent = this.#times.get(seq);
    if (data[0] !== (this.family === 'inet' ? 0 : 129) || sent === undefined) return;
    const micro = Math.max(0, Math.floor((this.#now - sent) / 1000));
    this.#received++;
    this.#trips.push(micro);
    if (this.call.options.has('q')) return;
    const { out } = this.call;
    yield* out.write(
      `${data.length} bytes from ${this.address}: seq=${seq} ttl=${ttl} time=${milliseconds(micro)} ms\n`,
    );
    yield* out.flush();
  }

  #summary(): string {
    const loss = this.#sent === 0 ? 0 : Math.floor(((this.#sent - this.#received) * 100) / this.#sent);
    const text = `\n--- ${this.host} ping statistics ---\n${this.#sent} packets transmitted, ${this.#received} packets received, ${loss}% packet loss\n`;
    if (this.#trips.length === 0) return text;
    const sum = this.#trips.reduce((total, trip) => total + trip, 0);
    const figures = [Math.min(...this.#trips), Math.floor(sum / this.#trips.length), Math.max(...this.#trips)];
    return `${text}round-trip min/avg/max = ${figures.map(milliseconds).join('/')} ms\n`;
  }
}

/** With the right to it a raw socket, whose packets of IPv4 have their header. */
function open(sys: Sys, family: InetFamily): { fd: number; isRaw: boolean } {
  const protocol = family === 'inet' ? 1 : 58;
  for (const kind of ['raw', 'dgram'] as const) {
    try {
      return { fd: sys.socket(family, kind, protocol), isRaw: kind === 'raw' };
    } catch (error) {
      if (!isSysError(error)) throw error;
    }
  }
  throw new AppletError('permission denied (are you root?)');
}

function addressOf(family: InetFamily, address: string): SocketAddress {
  return { family, address, port: 0 };
}

function whole(text: string): number {
  if (!/^\d+$/.test(text)) throw new AppletError(`invalid number '${text}'`);
  return Number(text);
}

function decimal(text: string): number {
  if (!/^\d*\.?\d+$/.test(text)) throw new AppletError(`invalid number '${text}'`);
  return Number(text);
}

function milliseconds(micro: number): string {
  return `${Math.floor(micro / 1000)}.${String(micro % 1000).padStart(3, '0')}`;
}
