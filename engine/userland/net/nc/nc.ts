/** nc(1): OpenBSD's netcat. */
import {
  type Blocking,
  encode,
  formatIp,
  type InetFamily,
  isSysError,
  type Program,
  parseIp,
  type SocketAddress,
  type Sys,
  strerror,
} from '../../../kernel/sim';
import { writeAll } from '../../lib/io';
import { UsageError } from '../../lib/options';
import { dial } from '../dial';
import { hostName, resolveHost, Services } from '../names';
import { NcError, type NcSettings, portNumber, readNcOptions } from './options';
import { exchange } from './session';
import { summaryText, usageText, versionText } from './usage';

const second = 1e9;

export const nc: Program = function* (sys, argv) {
  try {
    const settings = readNcOptions(argv.slice(1));
    if (settings === 'help') {
      yield* writeAll(sys, 2, `${versionText}${usageText}${summaryText}`);
      return 0;
    }
    const netcat = new Netcat(sys, settings, yield* Services.load(sys));
    if (settings.unix) return yield* settings.listen ? netcat.listenUnix() : netcat.connectUnix();
    return yield* settings.listen ? netcat.listen() : netcat.connect();
  } catch (error) {
    if (!(error instanceof NcError || error instanceof UsageError || isSysError(error))) throw error;
    const text = isSysError(error) ? strerror(error.errno) : error.message;
    const usage = error instanceof UsageError || text === '' ? usageText : '';
    yield* writeAll(sys, 2, `${text === '' ? '' : `nc: ${text}\n`}${usage}`);
    return 1;
  }
};

type InetAddress = Extract<SocketAddress, { family: 'inet' | 'inet6' }>;

class Netcat {
  constructor(
    private readonly sys: Sys,
    private readonly settings: NcSettings,
    private readonly services: Services,
  ) {}

  get #protocol(): 'tcp' | 'udp' {
    return this.settings.udp ? 'udp' : 'tcp';
  }

  *#say(text: string): Blocking<void> {
    if (this.settings.verbose) yield* writeAll(this.sys, 2, `${text}\n`);
  }

  *connect(): Blocking<number> {
    const { host, port, scan } = this.settings;
    let isConnected = false;
    for (const one of this.#ports(port)) {
      const fd = yield* this.#connectTo(host ?? '', one);
      if (fd === null) continue;
      isConnected = true;
      if (!scan) yield* exchange(this.sys, fd, this.settings);
      this.sys.close(fd);
    }
    return isConnected ? 0 : 1;
  }

  /** `80`, `http`, `20-25`. */
  #ports(text: string): number[] {
    const named = /^\d/.test(text) ? null : this.services.port(text);
    if (named !== null) return [named];
    const [, first, last] = /^(\d+)-(\d+)$/.exec(text) ?? [];
    if (first === undefined || last === undefined) return [portNumber(text)];
    const ends = [portNumber(first), portNumber(last)].sort((a, b) => a - b);
    const [from = 0, to = 0] = ends;
    return Array.from({ length: to - from + 1 }, (_, at) => from + at);
  }

  *#connectTo(host: string, port: number): Blocking<number | null> {
    const { udp, timeout, ttl, broadcast, scan } = this.settings;
    for (const address of yield* this.#resolve(host, port)) {
      const shown = address.address === host ? host : `${host} (${address.address})`;
      const result = yield* dial(this.sys, address, {
        type: udp ? 'dgram' : 'stream',
        timeout: timeout === null ? null : timeout * second,
        bind: yield* this.#source(address.family),
        prepare: (fd) => {
          if (ttl !== null) this.sys.setsockopt(fd, 'ttl', ttl);
          if (broadcast) this.sys.setsockopt(fd, 'broadcast', 1);
          this.sys.setsockopt(fd, 'reuseaddr', 1);
        },
      });
      if (result.fd === null) {
        const what =
          result.errno === null ? `timed out: ${strerror('EINPROGRESS')}` : `failed: ${strerror(result.errno)}`;
        yield* this.#say(`nc: connect to ${shown} port ${port} (${this.#protocol}) ${what}`);
        continue;
      }
      if (udp && scan && !(yield* this.#probe(result.fd))) {
        this.sys.close(result.fd);
        continue;
      }
      const service = this.settings.numeric ? null : this.services.name(port, this.#protocol);
      yield* this.#say(`Connection to ${shown} ${port} port [${this.#protocol}/${service ?? '*'}] succeeded!`);
      return result.fd;
    }
    return null;
  }

  /** Whoever refuses answers the first datagram. */
  *#probe(fd: number): Blocking<boolean> {
    try {
      for (let count = 0; count < 4; count++) {
        yield* this.sys.send(fd, encode('X'));
        yield* this.sys.nanosleep(second);
      }
      return true;
    } catch (error) {
      if (!isSysError(error)) throw error;
      return false;
    }
  }

  *#resolve(host: string, port: number): Blocking<InetAddress[]> {
    const { family } = this.settings;
    const found = yield* resolveHost(this.sys, host, family);
    if (found.length > 0) return found.map((one) => ({ family: one.family, address: formatIp(one.address), port }));
    const reason =
      parseIp(host) === null ? 'Temporary failure in name resolution' : 'Address family for hostname not supported';
    throw new NcError(`getaddrinfo for host "${host}" port ${port}: ${reason}`);
  }

  *#source(family: InetFamily): Blocking<SocketAddress | null> {
    const { source, sourcePort } = this.settings;
    if (source === null && sourcePort === null) return null;
    const [found] = source === null ? [] : yield* resolveHost(this.sys, source, family);
    return {
      family,
      address: found ? formatIp(found.address) : family === 'inet' ? '0.0.0.0' : '::',
      port: sourcePort ?? 0,
    };
  }

  *listen(): Blocking<number> {
    const { host, port, family, udp, keep } = this.settings;
    const [number = 0] = this.#ports(port);
    const kind = family ?? 'inet';
    const [address] =
      host === null
        ? [{ family: kind, address: kind === 'inet' ? '0.0.0.0' : '::', port: number }]
        : yield* this.#resolve(host, number);
    if (!address) throw new NcError('');
    const fd = this.sys.socket(address.family, udp ? 'dgram' : 'stream');
    this.sys.setsockopt(fd, 'reuseaddr', 1);
    this.sys.setsockopt(fd, 'reuseport', 1);
    this.sys.bind(fd, address);
    if (!udp) this.sys.listen(fd, keep ? 5 : 1);
    yield* this.#announce('Listening on', address);
    if (udp) return yield* this.#listenUdp(fd);
    do {
      const { fd: connection, peer } = yield* this.sys.accept(fd);
      yield* this.#announce('Connection received on', peer);
      if (!keep) this.sys.close(fd);
      yield* exchange(this.sys, connection, this.settings);
      this.sys.close(connection);
    } while (keep);
    return 0;
  }

  /** The first who sends anything is who it talks to. */
  *#listenUdp(fd: number): Blocking<number> {
    if (!this.settings.keep) {
      const { from } = yield* this.sys.recv(fd, 1, { peek: true });
      if (from) {
        yield* this.sys.connect(fd, from);
        yield* this.#announce('Connection received on', from);
      }
    }
    yield* exchange(this.sys, fd, this.settings);
    this.sys.close(fd);
    return 0;
  }

  *#announce(what: string, address: SocketAddress): Blocking<void> {
    if (!this.settings.verbose) return;
    if (address.family === 'unix') return yield* this.#say(`${what} ${address.path}`);
    if (address.family === 'packet') return;
    if (this.settings.numeric) return yield* this.#say(`${what} ${address.address} ${address.port}`);
    const name = yield* hostName(this.sys, address.address);
    yield* this.#say(
      name === null ? 'nc: getnameinfo: Temporary failure in name resolution' : `${what} ${name} ${address.port}`,
    );
  }

  *connectUnix(): Blocking<number> {
    const { port: path, udp, scan } = this.settings;
    const fd = this.sys.socket('unix', udp ? 'dgram' : 'stream');
    try {
      yield* this.sys.connect(fd, { family: 'unix', path });
    } catch (error) {
      if (!isSysError(error)) throw error;
      throw new NcError(`${path}: ${strerror(error.errno)}`);
    }
    if (!scan) yield* exchange(this.sys, fd, this.settings);
    this.sys.close(fd);
    return 0;
  }

  *listenUnix(): Blocking<number> {
    const { port: path, udp, keep } = this.settings;
    const fd = this.sys.socket('unix', udp ? 'dgram' : 'stream');
    const address = { family: 'unix', path } as const;
    // A socket an earlier one has left would be in the way, and so would any other file.
    removeFile(this.sys, path);
    this.sys.bind(fd, address);
    yield* this.#announce('Bound on', address);
    if (udp) {
      yield* exchange(this.sys, fd, this.settings);
      return 0;
    }
    this.sys.listen(fd, 5);
    yield* this.#announce('Listening on', address);
    do {
      const { fd: connection } = yield* this.sys.accept(fd);
      yield* this.#announce('Connection received on', address);
      yield* exchange(this.sys, connection, this.settings);
      this.sys.close(connection);
    } while (keep);
    return 0;
  }
}

function removeFile(sys: Sys, path: string): void {
  try {
    sys.unlink(path);
  } catch (error) {
    if (!isSysError(error)) throw error;
  }
}
