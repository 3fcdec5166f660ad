/** ping(8) of iputils: echo requests, and what comes back. */
import {
  type Blocking,
  formatIp,
  type InetFamily,
  isSysError,
  type Program,
  parseIp,
  type Sys,
  strerror,
} from '../../../kernel/sim';
import { Output, writeAll } from '../../lib/io';
import { UsageError } from '../../lib/options';
import { resolveHost, shortIpv4 } from '../names';
import { PingError, type PingSettings, readPingOptions } from './options';
import { destination, PingRun, type Prepared } from './run';
import { usageText } from './usage';

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
