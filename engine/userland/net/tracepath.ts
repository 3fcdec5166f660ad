/** tracepath(8) of iputils: which routers are on the way, and how long packets may be. */
import {
  type Blocking,
  formatIp,
  type InetFamily,
  POLLERR,
  POLLIN,
  type Program,
  type SocketError,
  type Sys,
} from '../../kernel/sim';
import { Output, writeAll } from '../lib/io';
import { type ParsedOptions, parseOptions, UsageError } from '../lib/options';
import { hostName, resolveHost } from './names';

const specs = [
  { short: '4' },
  { short: '6' },
  { short: 'b' },
  { short: 'n' },
  { short: 'V' },
  { short: 'h' },
  { short: 'l', value: 'required' as const },
  { short: 'm', value: 'required' as const },
  { short: 'p', value: 'required' as const },
];
const basePort = 44444;
const mostHops = 30;
const largest = 65_535;
/** Three times that is longer than a neighbour is asked for. */
const patienceNs = 1_050_000_000;
const tries = 3;

const usage = `
Usage
  tracepath [options] <destination>

Options:
  -4             use IPv4
  -6             use IPv6
  -b             print both name and ip
  -l <length>    use packet <length>
  -m <hops>      use maximum <hops>
  -n             no dns name resolution
  -p <port>      use destination <port>
  -V             print version and exit
  <destination>  dns name or ip address

For more details see tracepath(8).
`;

export const tracepath: Program = function* (sys, argv) {
  const out = new Output(sys);
  try {
    const options = parseOptions(argv.slice(1), specs);
    if (options.has('V')) {
      yield* writeAll(
        sys,
        1,
        'tracepath from iputils 20221126\nlibcap: yes, IDN: yes, NLS: no, error.h: yes, getrandom(): yes, __fpending(): yes\n',
      );
      return 0;
    }
    const [name] = options.operands;
    if (options.has('h') || name === undefined) throw new UsageError('');
    const family = options.has('4') ? 'inet' : options.has('6') ? 'inet6' : null;
    const [host] = yield* resolveHost(sys, name.replace(/\/.*$/, ''), family);
    if (!host) {
      yield* writeAll(sys, 2, `tracepath: ${name}: Temporary failure in name resolution\n`);
      return 1;
    }
    const walk = new Walk(sys, out, options, formatIp(host.address), host.family);
    yield* walk.run();
    yield* out.flush();
    return 0;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    yield* writeAll(sys, 2, `${error.message === '' ? '' : `tracepath: ${error.message}\n`}${usage}`);
    return 255;
  }
};

type Step = 'again' | 'next' | 'over';

class Walk {
  readonly #fd: number;
  #mtu: number;
  #hops: number | null = null;
  #back: number | null = null;
  #sentAt = 0;

  constructor(
    private readonly sys: Sys,
    private readonly out: Output,
    private readonly options: ParsedOptions,
    private readonly address: string,
    private readonly family: InetFamily,
  ) {
    this.#fd = sys.socket(family, 'dgram');
    sys.setsockopt(this.#fd, 'recverr', 1);
    sys.setsockopt(this.#fd, 'mtu_discover', 2);
    this.#mtu = Number(options.value('l') ?? largest);
  }

  *run(): Blocking<void> {
    const most = Number(this.options.value('m') ?? mostHops);
    for (let ttl = 1; ttl <= most; ttl++) {
      const step = yield* this.#probe(ttl);
      if (step === 'over') return yield* this.#resume();
    }
    yield* this.out.write(`     Too many hops: pmtu ${this.#mtu}\n`);
    yield* this.#resume();
  }

  *#resume(): Blocking<void> {
    const hops = this.#hops === null ? '' : ` hops ${this.#hops}${this.#back === null ? '' : ` back ${this.#back}`}`;
    yield* this.out.write(`     Resume: pmtu ${this.#mtu}${hops} \n`);
  }

  *#probe(ttl: number): Blocking<Step> {
    let missed = 0;
    for (;;) {
      this.sys.setsockopt(this.#fd, 'ttl', ttl);
      const port = Number(this.options.value('p') ?? basePort) + ttl - 1;
      if (missed === 0) this.#sentAt = this.sys.clockGettime('monotonic');
      if (yield* this.#send(port)) {
        const { ready } = yield* this.sys.poll([{ fd: this.#fd, events: POLLIN | POLLERR }], patienceNs);
        if (ready === 0) {
          if (++missed < tries) continue;
          yield* this.out.write(`${this.#head(ttl)}no reply\n`);
          yield* this.out.flush();
          return 'next';
        }
      }
      const step = yield* this.#answers(ttl);
      if (step !== 'again') return step;
    }
  }

  /** False when the kernel refused at once: the reason is in the error queue. */
  *#send(port: number): Blocking<boolean> {
    const header = this.family === 'inet' ? 28 : 48;
    try {
      yield* this.sys.send(this.#fd, new Uint8Array(Math.max(0, this.#mtu - header)), {
        family: this.family,
        address: this.address,
        port,
      });
      return true;
    } catch {
      return false;
    }
  }

  #head(ttl: number): string {
    return `${String(ttl).padStart(2)}:  `;
  }

  /** Who it would be sent by. */
  *#ownAddress(): Blocking<string> {
    const fd = this.sys.socket(this.family, 'dgram');
    yield* this.sys.connect(fd, { family: this.family, address: this.address, port: basePort });
    const own = this.sys.getsockname(fd);
    this.sys.close(fd);
    return own.family === 'inet' || own.family === 'inet6' ? own.address : this.address;
  }

  *#answers(ttl: number): Blocking<Step> {
    let step: Step | null = null;
    for (let error = this.sys.recvError(this.#fd); error !== null; error = this.sys.recvError(this.#fd)) {
      step = yield* this.#answer(ttl, error);
      yield* this.out.flush();
      if (step === 'over') return step;
    }
    if (step !== null) return step;
    yield* this.out.write(`${this.#head(ttl)}send failed\n`);
    return 'over';
  }

  *#answer(ttl: number, error: SocketError): Blocking<Step> {
    const spent = ((this.sys.clockGettime('monotonic') - this.#sentAt) / 1e6).toFixed(3);
    const from = error.offender;
    if (error.errno === 'EMSGSIZE') this.#mtu = error.mtu ?? this.#mtu;
    if (error.errno === 'EMSGSIZE' && from === null) {
      yield* this.out.write(`${String(ttl).padStart(2)}?: ${'[LOCALHOST]'.padEnd(32)} pmtu ${this.#mtu}\n`);
      return 'again';
    }
    const who = yield* this.#name(from ?? (yield* this.#ownAddress()));
    const line = `${this.#head(ttl)}${who.padEnd(52)}${spent.padStart(7)}ms `;
    if (error.errno === 'EMSGSIZE') {
      yield* this.out.write(`${line}pmtu ${this.#mtu}\n`);
      return 'again';
    }
    const isReached = error.errno === 'ECONNREFUSED';
    const back = error.ttl > 128 ? 256 - error.ttl : error.ttl > 64 ? 129 - error.ttl : 65 - error.ttl;
    if (isReached) {
      this.#hops = ttl;
      this.#back = back;
      yield* this.out.write(`${line}reached\n`);
      return 'over';
    }
    const marks: Readonly<Record<string, string>> = { ENETUNREACH: '!N', EACCES: '!A', EPROTO: '!P' };
    const isOnTheWay =
      error.errno === 'EHOSTUNREACH' && error.type === (this.family === 'inet' ? 11 : 3) && from !== null;
    if (isOnTheWay) {
      yield* this.out.write(`${line}${back === ttl || error.ttl === 0 ? '' : `asymm ${String(back).padStart(2)} `}\n`);
      return 'next';
    }
    yield* this.out.write(`${line}${marks[error.errno] ?? '!H'}\n`);
    return 'over';
  }

  *#name(address: string): Blocking<string> {
    if (this.options.has('n')) return address;
    const name = (yield* hostName(this.sys, address)) ?? '???';
    return this.options.has('b') ? `${name} (${address})` : name;
  }
}
