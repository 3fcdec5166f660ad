/** Sends echo requests and tells of the answers until it is enough. */

import {
  type Blocking,
  concat,
  type InetFamily,
  isSysError,
  type Nanoseconds,
  POLLERR,
  POLLIN,
  type SocketAddress,
  type Sys,
  signalNumbers,
  strerror,
} from '../../../kernel/sim';
import { type Output, writeAll } from '../../lib/io';
import { hostName } from '../names';
import type { PingSettings } from './options';
import { errorText, PingStatistics, tripText } from './statistics';

const second = 1e9;

/** How long the last answers are waited for when none came so far. */
const lingerNs = 10 * second;

const leastIntervalNs = 10_000_000;

/** The alarm at the deadline is a moment later than the request of that moment. */
const deadlineSlackNs = 1_000_000;

export interface Prepared {
  settings: PingSettings;
  fd: number;
  isRaw: boolean;
  family: InetFamily;
  /** As it was asked for. */
  name: string;
  address: string;
  scope: number;
  isNumeric: boolean;
  source: string;
  device: string | null;
}

export class PingRun {
  readonly #statistics = new PingStatistics();
  /** When each request left, by its sequence number. */
  readonly #sent = new Map<number, Nanoseconds>();
  readonly #answered = new Set<number>();
  #first: Nanoseconds | null = null;
  #last: Nanoseconds = 0;
  #isInterrupted = false;
  #longest = 0;
  readonly #id: number;

  constructor(
    private readonly sys: Sys,
    private readonly out: Output,
    private readonly about: Prepared,
  ) {
    this.#id = sys.getpid() & 0xffff;
  }

  *run(): Blocking<number> {
    const { sys, out } = this;
    this.#catchSignals();
    yield* out.write(this.#heading());
    yield* out.flush();
    yield* this.#loop();
    const elapsed = this.#first === null ? 0 : Math.floor((this.#last - this.#first) / 1e6);
    const { settings, name } = this.about;
    yield* out.write(this.#statistics.text(name, elapsed, settings.isFlood || settings.isAdaptive));
    yield* out.flush();
    sys.close(this.about.fd);
    const { received, transmitted } = this.#statistics;
    const isShort = settings.deadline !== null && settings.count !== null && received < settings.count;
    return received === 0 || isShort || transmitted === 0 ? 1 : 0;
  }

  get #now(): Nanoseconds {
    return this.sys.clockGettime('monotonic');
  }

  #catchSignals(): void {
    const stop = {
      handler: () => {
        this.#isInterrupted = true;
      },
      restart: false,
    };
    this.sys.sigaction(signalNumbers.SIGINT, stop);
    this.sys.sigaction(signalNumbers.SIGQUIT, { handler: () => undefined, restart: false });
  }

  #heading(): string {
    const { settings, family, name, address, source, device } = this.about;
    const { size } = settings;
    const by = settings.from === null ? '' : ` from ${source} ${device ?? ''}:`;
    const pattern = settings.pattern === null ? '' : `PATTERN: 0x${settings.pattern}\n`;
    if (family === 'inet') return `${pattern}PING ${name} (${address})${by} ${size}(${size + 28}) bytes of data.\n`;
    const host = this.about.isNumeric ? address : `${name} (${address})`;
    return `${pattern}PING ${name}(${host})${by.replace(/ :$/, ':')} ${size} data bytes\n`;
  }

  *#loop(): Blocking<void> {
    const { count, deadline, preload } = this.about.settings;
    const begun = this.#now;
    const end = deadline === null ? Number.POSITIVE_INFINITY : begun + deadline * second + deadlineSlackNs;
    let next = begun;
    let ahead = preload;
    while (!this.#isInterrupted) {
      const { transmitted, received, errors } = this.#statistics;
      if (count !== null && received + errors >= count) return;
      const mayStill = count === null || transmitted < count || deadline !== null;
      const now = this.#now;
      if (now >= end) return;
      if (mayStill && (now >= next || ahead > 0)) {
        yield* this.#send();
        ahead = Math.max(0, ahead - 1);
        next = this.#now + this.#interval();
        continue;
      }
      const until = mayStill ? Math.min(next, end) : Math.min(end, this.#last + this.#patience());
      if (!mayStill && now >= until) return;
      yield* this.#wait(until - now, mayStill);
    }
  }

  #interval(): Nanoseconds {
    const { interval, isFlood, isAdaptive } = this.about.settings;
    if (isFlood || isAdaptive) return Math.max(interval * second, isFlood ? leastIntervalNs : 200_000_000);
    return interval * second;
  }

  /** After the last request. */
  #patience(): Nanoseconds {
    const { timeout } = this.about.settings;
    if (timeout !== null) return timeout * second;
    return this.#statistics.received > 0 ? Math.max(2 * this.#longest, second) : lingerNs;
  }

  *#send(): Blocking<void> {
    const statistics = this.#statistics;
    const { settings, fd, family, address, scope } = this.about;
    const seq = statistics.transmitted + 1;
    if (settings.showsMissing && seq > 1 && !this.#answered.has(seq - 1))
      yield* this.out.write(`no answer yet for icmp_seq=${seq - 1}\n`);
    const now = this.#now;
    this.#first ??= now;
    this.#last = now;
    this.#sent.set(seq, now);
    try {
      yield* this.sys.send(fd, this.#request(seq), destination(family, address, 0, scope));
    } catch (error) {
      if (!isSysError(error)) throw error;
      yield* this.#sendFailed(error.errno);
    }
    statistics.transmitted++;
    if (settings.isFlood && !settings.isQuiet) yield* this.out.write('.');
    yield* this.out.flush();
  }

  *#sendFailed(errno: Parameters<typeof strerror>[0]): Blocking<void> {
    if (errno === 'EINTR') return;
    if (errno === 'EMSGSIZE') {
      yield* this.out.flush();
      yield* writeAll(this.sys, 2, `ping: local error: message too long, mtu=${this.#mtu()}\n`);
      this.#statistics.errors++;
      return;
    }
    if (errno !== 'EPERM') {
      yield* this.out.flush();
      yield* writeAll(this.sys, 2, `ping: sendmsg: ${strerror(errno)}\n`);
    }
  }

  #mtu(): number {
    const { device, route } = this.sys.routeGet(this.about.family, this.about.address);
    return route.mtu ?? this.sys.links().find(({ index }) => index === device)?.mtu ?? 0;
  }

  #request(seq: number): Uint8Array {
    const { settings, family, isRaw } = this.about;
    const type = family === 'inet' ? 8 : 128;
    const id = isRaw ? this.#id : 0;
    const head = Uint8Array.from([type, 0, 0, 0, id >> 8, id & 255, (seq >> 8) & 255, seq & 255]);
    const fill = settings.pattern === null ? null : Number.parseInt(settings.pattern.slice(0, 2), 16);
    return concat([head, Uint8Array.from({ length: settings.size }, (_, at) => fill ?? at & 255)]);
  }

  *#wait(time: Nanoseconds, _mayStill: boolean): Blocking<void> {
    const { fd } = this.about;
    try {
      const { revents } = yield* this.sys.poll([{ fd, events: POLLIN | POLLERR }], Math.max(0, time));
      const events = revents[0] ?? 0;
      if ((events & POLLERR) !== 0) yield* this.#takeErrors();
      if ((events & POLLIN) !== 0) yield* this.#takeReply();
    } catch (error) {
      if (!isSysError(error, 'EINTR')) throw error;
    }
    yield* this.out.flush();
  }

  *#takeErrors(): Blocking<void> {
    const { fd, family, settings } = this.about;
    for (let error = this.sys.recvError(fd); error !== null; error = this.sys.recvError(fd)) {
      const id = ((error.data[4] ?? 0) << 8) | (error.data[5] ?? 0);
      if (this.about.isRaw && id !== this.#id) continue;
      const seq = ((error.data[6] ?? 0) << 8) | (error.data[7] ?? 0);
      this.#statistics.errors++;
      this.#answered.add(seq);
      if (settings.isQuiet || settings.isFlood) continue;
      const text = errorText(family === 'inet', error.type, error.code, error.mtu);
      const by = yield* this.#nameOf(error.offender ?? this.about.source);
      yield* this.out.write(`${this.#stamp()}From ${by} icmp_seq=${seq} ${text}\n`);
    }
    // An error without an entry in the queue is told by the next call.
    this.sys.getsockopt(fd, 'error');
  }

  *#takeReply(): Blocking<void> {
    const { fd, family, isRaw, settings } = this.about;
    const { data, from: sender, ttl = 0, time } = yield* this.sys.recv(fd, 65_536, { nonBlock: true });
    const headerLength = isRaw && family === 'inet' ? ((data[0] ?? 0x45) & 15) * 4 : 0;
    const message = data.subarray(headerLength);
    const id = ((message[4] ?? 0) << 8) | (message[5] ?? 0);
    if (message[0] !== (family === 'inet' ? 0 : 129) || (isRaw && id !== this.#id)) return;
    const seq = ((message[6] ?? 0) << 8) | (message[7] ?? 0);
    const sent = this.#sent.get(seq);
    if (sent === undefined) return;
    const arrived = time === undefined ? this.#now : time - (this.sys.clockGettime('realtime') - this.#now);
    const trip = Math.max(0, Math.floor((arrived - sent) / 1000));
    const isDuplicate = this.#answered.has(seq);
    this.#note(seq, trip, isDuplicate);
    if (settings.isQuiet) return;
    if (settings.isFlood) return yield* this.out.write('\b \b');
    const by = yield* this.#nameOf(addressOf(sender));
    const time2 = settings.size >= 16 ? ` time=${tripText(trip)} ms` : '';
    yield* this.out.write(
      `${this.#stamp()}${message.length} bytes from ${by}: icmp_seq=${seq} ttl=${ttl}${time2}${isDuplicate ? ' (DUP!)' : ''}\n`,
    );
  }

  #note(seq: number, trip: number, isDuplicate: boolean): void {
    const statistics = this.#statistics;
    this.#longest = Math.max(this.#longest, trip * 1000);
    statistics.pipe = Math.max(statistics.pipe, statistics.transmitted - seq + 1);
    statistics.add(trip);
    if (isDuplicate) statistics.duplicates++;
    else statistics.received++;
    this.#answered.add(seq);
  }

  #stamp(): string {
    if (!this.about.settings.showsTime) return '';
    const now = this.sys.clockGettime('realtime');
    return `[${Math.floor(now / 1e9)}.${String(Math.floor((now % 1e9) / 1000)).padStart(6, '0')}] `;
  }

  *#nameOf(address: string): Blocking<string> {
    if (this.about.isNumeric) return address;
    const name = yield* hostName(this.sys, address);
    return name === null ? address : `${name} (${address})`;
  }
}

function addressOf(address: SocketAddress | null): string {
  return address?.family === 'inet' || address?.family === 'inet6' ? address.address : '';
}

export function destination(family: InetFamily, address: string, port: number, scope: number): SocketAddress {
  return family === 'inet' ? { family, address, port } : { family, address, port, ...(scope === 0 ? {} : { scope }) };
}
