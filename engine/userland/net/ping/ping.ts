/** ping(8) of iputils: echo requests, and what comes back. */
import {
  type Blocking,
  concat,
  formatIp,
  type InetFamily,
  isSysError,
  type Nanoseconds,
  POLLERR,
  POLLIN,
  type Program,
  parseIp,
  type SocketAddress,
  type Sys,
  signalNumbers,
  strerror,
} from '../../../kernel/sim';
import { Output, writeAll } from '../../lib/io';
import { UsageError } from '../../lib/options';
import { hostName, resolveHost, shortIpv4 } from '../names';
import { PingError, type PingSettings, readPingOptions } from './options';
import { errorText, PingStatistics, tripText } from './statistics';
import { usageText } from './usage';

const second = 1e9;
/** How long the last answers are waited for when none came so far. */
const lingerNs = 10 * second;
const leastIntervalNs = 10_000_000;
/** The alarm at the deadline is a moment later than the request of that moment. */
const deadlineSlackNs = 1_000_000;

export const ping: Program = function* (sys, argv) {
  const out = new Output(sys);
  try {
    const { options, settings } = readPingOptions(argv.slice(1));
    if (options.has('V')) {
      yield* writeAll(
        sys,
        1,
        'ping from iputils 20221126\nlibcap: yes, IDN: yes, NLS: no, error.h: yes, getrandom(): yes, __fpending(): yes\n',
      );
      return 0;
    }
    if (options.has('h')) throw new PingError(usageText, 2, true);
    const [target, ...more] = settings.targets;
    if (target === undefined) throw new PingError('usage error: Destination address required');
    if (more.length > 0) throw new PingError('more than one destination: source routes are not available here', 2);
    const run = new PingRun(sys, out, yield* prepare(sys, settings, target, baseName(argv)));
    return yield* run.run();
  } catch (error) {
    if (error instanceof UsageError) {
      yield* writeAll(sys, 2, `ping: ${error.message}\n${usageText}`);
      return 2;
    }
    if (!(error instanceof PingError)) throw error;
    yield* out.flush();
    yield* writeAll(sys, 2, error.isPlain ? error.message : `ping: ${error.message}\n`);
    return error.status;
  }
};

function baseName([name = 'ping']: readonly string[]): string {
  return name.split('/').at(-1) ?? name;
}

interface Prepared {
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

function* prepare(sys: Sys, settings: PingSettings, target: string, program: string): Blocking<Prepared> {
  const wanted = settings.family ?? (program === 'ping4' ? 'inet' : program === 'ping6' ? 'inet6' : null);
  const [found] = yield* resolveHost(sys, target, wanted);
  if (!found) {
    const isOther = (parseIp(target.replace(/%.*/, '')) ?? shortIpv4(target)) !== null;
    throw new PingError(
      `${target}: ${isOther ? 'Address family for hostname not supported' : 'Temporary failure in name resolution'}`,
      2,
    );
  }
  const { family } = found;
  const { fd, isRaw } = open(sys, family);
  const { device, bound } = from(sys, fd, settings);
  const scope = scopeOf(sys, target, device);
  const address = found.address === 0 ? '127.0.0.1' : formatIp(found.address);
  const source = yield* probe(sys, family, address, scope, settings, device, bound);
  if (settings.ttl !== null) sys.setsockopt(fd, 'ttl', settings.ttl);
  if (settings.tos !== null) sys.setsockopt(fd, 'tos', settings.tos);
  if (settings.mark !== null) mark(sys, fd, settings.mark);
  if (settings.discovery === 'do') sys.setsockopt(fd, 'mtu_discover', 2);
  if (settings.isBroadcast) sys.setsockopt(fd, 'broadcast', 1);
  sys.setsockopt(fd, 'recverr', 1);
  const isNumeric = settings.isNumeric || (parseIp(target.replace(/%.*/, '')) ?? shortIpv4(target)) !== null;
  return { settings, fd, isRaw, family, name: target, address, scope, isNumeric, source, device };
}

/** Without privileges if that is allowed, else with CAP_NET_RAW. */
function open(sys: Sys, family: InetFamily): { fd: number; isRaw: boolean } {
  const protocol = family === 'inet' ? 1 : 58;
  try {
    return { fd: sys.socket(family, 'dgram', protocol), isRaw: false };
  } catch (error) {
    if (!isSysError(error)) throw error;
  }
  try {
    return { fd: sys.socket(family, 'raw', protocol), isRaw: true };
  } catch (error) {
    if (!isSysError(error)) throw error;
    throw new PingError(`socket: ${strerror(error.errno)}\nping: => missing cap_net_raw+p capability or setuid?`, 2);
  }
}

function mark(sys: Sys, fd: number, value: number): void {
  try {
    sys.setsockopt(fd, 'mark', value);
  } catch (error) {
    if (!isSysError(error)) throw error;
    throw new PingError(`Warning: failed to set mark: ${value}: ${strerror(error.errno)}`, 2);
  }
}

function from(sys: Sys, fd: number, { from: text }: PingSettings): { device: string | null; bound: string | null } {
  if (text === null) return { device: null, bound: null };
  if (parseIp(text) !== null) return { device: null, bound: text };
  try {
    sys.setsockopt(fd, 'bindtodevice', text);
  } catch (error) {
    if (!isSysError(error)) throw error;
    throw new PingError(`SO_BINDTODEVICE ${text}: ${strerror(error.errno)}`, 2);
  }
  return { device: text, bound: null };
}

function scopeOf(sys: Sys, target: string, device: string | null): number {
  const name = /%(.+)$/.exec(target)?.[1] ?? device;
  if (name === null || name === undefined) return 0;
  return sys.links().find((link) => link.name === name)?.index ?? 0;
}

/** Connects a UDP socket to find out whether there is a way, and from which address. */
function* probe(
  sys: Sys,
  family: InetFamily,
  address: string,
  scope: number,
  settings: PingSettings,
  device: string | null,
  bound: string | null,
): Blocking<string> {
  const fd = sys.socket(family, 'dgram');
  try {
    if (device !== null) sys.setsockopt(fd, 'bindtodevice', device);
    if (bound !== null) sys.bind(fd, { family, address: bound, port: 0 });
    if (settings.isBroadcast) sys.setsockopt(fd, 'broadcast', 1);
    yield* sys.connect(fd, destination(family, address, 1025, scope));
    const own = sys.getsockname(fd);
    if (settings.isBroadcast) yield* writeAll(sys, 2, 'WARNING: pinging broadcast address\n');
    return own.family === 'inet' || own.family === 'inet6' ? own.address : '';
  } catch (error) {
    if (!isSysError(error)) throw error;
    if (error.errno === 'EACCES')
      throw new PingError('Do you want to ping broadcast? Then -b. If not, check your local firewall rules', 2);
    if (error.errno === 'EADDRNOTAVAIL' && bound !== null) throw new PingError(`bind: ${strerror(error.errno)}`, 2);
    throw new PingError(`connect: ${strerror(error.errno)}`, 2);
  } finally {
    sys.close(fd);
  }
}

function destination(family: InetFamily, address: string, port: number, scope: number): SocketAddress {
  return family === 'inet' ? { family, address, port } : { family, address, port, ...(scope === 0 ? {} : { scope }) };
}

class PingRun {
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
