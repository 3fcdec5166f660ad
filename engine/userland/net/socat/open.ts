/** Opening the addresses of socat(1). */
import {
  type Blocking,
  formatIp,
  type InetFamily,
  isSysError,
  O_APPEND,
  O_CREAT,
  O_RDONLY,
  O_RDWR,
  O_TRUNC,
  O_WRONLY,
  type SocketAddress,
  type Sys,
  strerror,
} from '../../../kernel/sim';
import { execByName } from '../../lib/exec';
import { dial } from '../dial';
import { resolveHost, type Services } from '../names';
import { type Address, parseAddress } from './address';
import type { Channel } from './channel';
import { SocatError, type SocatLog } from './log';

export interface Opening {
  sys: Sys;
  env: Readonly<Record<string, string>>;
  services: Services;
  log: SocatLog;
  /** Only one direction is wanted. */
  access: 'read' | 'write' | 'both';
}

/** What a listening address does for everyone who comes: runs in a child when it forks. */
export type Serve = (opening: Opening, channel: Channel) => Blocking<void>;

interface Kind {
  parameters: number;
  family?: InetFamily;
  open: (opening: Opening, address: Address, serve: Serve) => Blocking<void>;
}

const socketEnd = (fd: number): Channel => ({
  readFd: fd,
  writeFd: fd,
  closeWrite: (sys) => {
    try {
      sys.shutdown(fd, 'write');
    } catch (error) {
      if (!isSysError(error)) throw error;
    }
  },
});

/** Opens it and hands it on; a listening one with `fork` does so for each connection, and never returns. */
export function* openAddress(opening: Opening, text: string, serve: Serve): Blocking<void> {
  const [first, second] = text.split('!!');
  if (second !== undefined) {
    return yield* openAddress({ ...opening, access: 'read' }, first ?? '', function* (outer, reader) {
      yield* openAddress({ ...outer, access: 'write' }, second, function* (inner, writer) {
        yield* serve(inner, { ...writer, readFd: reader.readFd });
      });
    });
  }
  const address = parseAddress(text);
  const kind = kinds[address.type];
  if (!kind) throw new SocatError(`unknown device/address "${address.spelled}"`);
  if (kind.parameters !== address.parameters.length) {
    throw new SocatError(
      `${address.spelled}: wrong number of parameters (${address.parameters.length} instead of ${kind.parameters})`,
    );
  }
  for (const option of address.options.keys())
    if (!knownOptions.has(option)) throw new SocatError(`parseopts_table(): unknown option "${option}"`);
  yield* kind.open(opening, address, function* (inner, channel) {
    const { options } = address;
    const isCrnl = options.has('crnl') || options.has('crlf') || options.has('cr');
    yield* serve(inner, { ...channel, carriageReturns: isCrnl, ignoresEnd: options.has('ignoreeof') });
  });
}

const knownOptions = new Set(
  `fork reuseaddr reuseport bind crnl crlf cr ignoreeof pty setsid ctty stderr nofork pipes socketpair unlink-early unlink-close
  mode perm user group backlog keepalive nodelay tcp-nodelay so-bindtodevice bindtodevice if append creat create trunc excl
  retry interval forever max-children ttl ipv6only ipv6-v6only pf range sourceport sp connect-timeout broadcast so-broadcast
  linger shut-none shut-down shut-close null-eof end-close su chroot rdonly wronly raw echo echoe icanon isig cool-write
  lowport so-keepalive reuse rdwr sigint sighup sigquit login nonblock cloexec seek ip-add-membership`.split(/\s+/),
);

function failed(call: string, error: unknown): SocatError {
  if (!isSysError(error)) throw error;
  return new SocatError(`${call}: ${strerror(error.errno)}`);
}

function endText(address: SocketAddress): string {
  if (address.family === 'inet') return `AF=2 ${address.address}:${address.port}`;
  if (address.family === 'inet6') return `AF=10 [${longForm(address.address)}]:${address.port}`;
  return address.family === 'unix' ? `AF=1 ${address.path === '' ? '"<anon>"' : `"${address.path}"`}` : '';
}

/** All eight groups. */
function longForm(address: string): string {
  const [head = '', tail] = address.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const middle = tail === undefined ? [] : Array.from({ length: 8 - left.length - right.length }, () => '0');
  return [...left, ...middle, ...right].map((group) => group.padStart(4, '0')).join(':');
}

function portOf({ services }: Opening, text: string): number {
  const port = /^\d+$/.test(text) ? Number(text) : services.port(text);
  if (port === null)
    throw new SocatError(`getaddrinfo("NULL", "${text}", {1,0,1,6}, {}): Servname not supported for ai_socktype`);
  return port & 0xffff;
}

function familyOf(kind: InetFamily | null, { options }: Address): InetFamily | null {
  const given = options.get('pf');
  if (given === 'ip4' || given === '4') return 'inet';
  return given === 'ip6' || given === '6' ? 'inet6' : kind;
}

type InetAddress = Extract<SocketAddress, { family: 'inet' | 'inet6' }>;

function* remoteAddresses(opening: Opening, address: Address, family: InetFamily | null): Blocking<InetAddress[]> {
  const [host = '', port = ''] = address.parameters;
  const found = yield* resolveHost(opening.sys, host.replace(/^\[|\]$/g, ''), family);
  if (found.length === 0)
    throw new SocatError(`getaddrinfo("${host}", "NULL", {1,0,1,6}, {}): Temporary failure in name resolution`);
  const number = portOf(opening, port);
  return found.map((one) => ({ family: one.family, address: formatIp(one.address), port: number }));
}

/** `bind=`, `sourceport=`. */
function* localAddress(
  opening: Opening,
  { options }: Address,
  family: InetFamily,
  port: number | null,
): Blocking<InetAddress | null> {
  const bind = options.get('bind');
  const source = options.get('sourceport') ?? options.get('sp');
  if (bind === undefined && source === undefined && port === null) return null;
  const [, host = '', given] = /^(\[[^\]]*\]|[^:]*)(?::(.+))?$/.exec(bind ?? '') ?? [];
  const number = port ?? Number(given ?? source ?? 0);
  if (host === '') return { family, address: family === 'inet' ? '0.0.0.0' : '::', port: number };
  const [found] = yield* resolveHost(opening.sys, host.replace(/^\[|\]$/g, ''), family);
  if (!found)
    throw new SocatError(`getaddrinfo("${host}", "NULL", {1,0,1,6}, {}): Temporary failure in name resolution`);
  return { family, address: formatIp(found.address), port: number };
}

function applySocketOptions(sys: Sys, fd: number, { options }: Address): void {
  if (options.has('reuseaddr') || options.has('reuse'))
    sys.setsockopt(fd, 'reuseaddr', Number(options.get('reuseaddr') || 1));
  if (options.has('reuseport')) sys.setsockopt(fd, 'reuseport', 1);
  const device = options.get('so-bindtodevice') ?? options.get('bindtodevice') ?? options.get('if');
  if (device !== undefined) sys.setsockopt(fd, 'bindtodevice', device);
  if (options.has('broadcast') || options.has('so-broadcast')) sys.setsockopt(fd, 'broadcast', 1);
  if (options.has('ttl')) sys.setsockopt(fd, 'ttl', Number(options.get('ttl')));
  const v6only = options.get('ipv6only') ?? options.get('ipv6-v6only');
  if (v6only !== undefined) sys.setsockopt(fd, 'v6only', Number(v6only || 1));
}

function connecting(type: 'stream' | 'dgram', family: InetFamily | null): Kind {
  return {
    parameters: 2,
    open: function* (opening, address, serve) {
      const { sys, log } = opening;
      const addresses = yield* remoteAddresses(opening, address, familyOf(family, address));
      const times = address.options.has('forever')
        ? Number.POSITIVE_INFINITY
        : Number(address.options.get('retry') ?? 0);
      const pause = Number(address.options.get('interval') ?? 1) * 1e9;
      for (let attempt = 0; ; attempt++) {
        const result = yield* connectAny(opening, address, addresses, type);
        if (typeof result === 'number') return yield* serve({ ...opening, sys }, socketEnd(result));
        if (attempt >= times) throw result;
        yield* log.say('W', result.message);
        yield* sys.nanosleep(pause);
      }
    },
  };
}

function* connectAny(
  opening: Opening,
  address: Address,
  addresses: readonly InetAddress[],
  type: 'stream' | 'dgram',
): Blocking<number | SocatError> {
  const { sys, log } = opening;
  let last = new SocatError('');
  for (const to of addresses) {
    yield* log.say('N', `opening connection to ${endText(to)}`);
    const limit = address.options.get('connect-timeout');
    const result = yield* dial(sys, to, {
      type,
      timeout: limit === undefined ? null : Number(limit) * 1e9,
      prepare: (fd) => applySocketOptions(sys, fd, address),
      bind: yield* localAddress(opening, address, to.family, null),
    });
    if (result.fd !== null) {
      yield* log.say('N', `successfully connected from local address ${endText(sys.getsockname(result.fd))}`);
      return result.fd;
    }
    const length = to.family === 'inet' ? 16 : 28;
    last = new SocatError(`connect(5, ${endText(to)}, ${length}): ${strerror(result.errno ?? 'ETIMEDOUT')}`);
  }
  return last;
}

function listening(family: InetFamily): Kind {
  return {
    parameters: 1,
    open: function* (opening, address, serve) {
      const { sys, log } = opening;
      const kind = familyOf(family, address) ?? family;
      const local = yield* localAddress(opening, address, kind, portOf(opening, address.parameters[0] ?? ''));
      if (!local) throw new SocatError('no port');
      const fd = sys.socket(kind, 'stream');
      applySocketOptions(sys, fd, address);
      bindOr(sys, fd, local);
      sys.listen(fd, Number(address.options.get('backlog') ?? 5));
      yield* log.say('N', `listening on ${endText(local)}`);
      yield* acceptAll(opening, address, fd, serve, local);
    },
  };
}

function bindOr(sys: Sys, fd: number, local: SocketAddress): void {
  try {
    sys.bind(fd, local);
  } catch (error) {
    throw failed(
      `bind(${fd}, {${endText(local)}}, ${local.family === 'inet' ? 16 : local.family === 'inet6' ? 28 : 110})`,
      error,
    );
  }
}

const SIGCHLD = 17;

/** A child handles signals as they come. */
function plainSignals(child: Sys): void {
  for (const signal of [1, 2, 15, SIGCHLD]) child.sigaction(signal, 'default');
}

function* acceptAll(
  opening: Opening,
  address: Address,
  fd: number,
  serve: Serve,
  local: SocketAddress,
): Blocking<void> {
  const { sys, log } = opening;
  const forks = address.options.has('fork');
  if (forks) sys.sigaction(SIGCHLD, 'ignore');
  do {
    const { fd: connection, peer } = yield* sys.accept(fd);
    yield* log.say('N', `accepting connection from ${endText(peer)} on ${endText(sys.getsockname(connection))}`);
    const env = { ...opening.env, ...peerEnvironment(sys, connection, peer) };
    if (!forks) {
      sys.close(fd);
      return yield* serve({ ...opening, env }, socketEnd(connection));
    }
    const pid = sys.fork(function* (child): Blocking<number> {
      plainSignals(child);
      child.close(fd);
      return yield* guarded(
        log.in(child),
        serve({ ...opening, sys: child, env, log: log.in(child) }, socketEnd(connection)),
      );
    });
    yield* log.say('N', `forked off child process ${pid}`);
    sys.close(connection);
    yield* log.say('N', `listening on ${endText(local)}`);
  } while (forks);
}

/** A child's exit code. */
function* guarded(log: SocatLog, work: Blocking<void>): Blocking<number> {
  try {
    yield* work;
    return 0;
  } catch (error) {
    if (!(error instanceof SocatError)) throw error;
    yield* log.say('E', error.message);
    return error.status;
  }
}

function peerEnvironment(sys: Sys, connection: number, peer: SocketAddress): Record<string, string> {
  if (peer.family !== 'inet' && peer.family !== 'inet6') return {};
  const local = sys.getsockname(connection);
  const found: Record<string, string> = { SOCAT_PEERADDR: shown(peer), SOCAT_PEERPORT: String(peer.port) };
  if (local.family !== 'inet' && local.family !== 'inet6') return found;
  return { ...found, SOCAT_SOCKADDR: shown(local), SOCAT_SOCKPORT: String(local.port) };
}

function shown(address: InetAddress): string {
  return address.family === 'inet' ? address.address : `[${longForm(address.address)}]`;
}

function udpListening(family: InetFamily, isOneShot: boolean): Kind {
  return {
    parameters: 1,
    open: function* (opening, address, serve) {
      const { sys, log } = opening;
      const kind = familyOf(family, address) ?? family;
      const local = yield* localAddress(opening, address, kind, portOf(opening, address.parameters[0] ?? ''));
      if (!local) throw new SocatError('no port');
      const forks = address.options.has('fork');
      if (forks) sys.sigaction(SIGCHLD, 'ignore');
      do {
        const fd = sys.socket(kind, 'dgram');
        if (forks) sys.setsockopt(fd, 'reuseaddr', 1);
        applySocketOptions(sys, fd, address);
        bindOr(sys, fd, local);
        const { from } = yield* sys.recv(fd, 1, { peek: true });
        if (!from) continue;
        yield* log.say('N', `accepting UDP connection from ${endText(from)}`);
        const env = { ...opening.env, ...peerEnvironment(sys, fd, from) };
        const channel: Channel = isOneShot
          ? { ...socketEnd(fd), peer: from, isOneShot: true, closeWrite: () => undefined }
          : socketEnd(fd);
        if (!forks) {
          if (!isOneShot) yield* sys.connect(fd, from);
          return yield* serve({ ...opening, env }, channel);
        }
        if (isOneShot) yield* serveDatagram(opening, fd, env, channel, serve);
        else {
          yield* sys.connect(fd, from);
          sys.fork(function* (child): Blocking<number> {
            plainSignals(child);
            return yield* guarded(log.in(child), serve({ ...opening, sys: child, env, log: log.in(child) }, channel));
          });
        }
        sys.close(fd);
      } while (forks);
    },
  };
}

/** The child has the datagram in a pipe: the socket is free for the next. */
function* serveDatagram(
  opening: Opening,
  fd: number,
  env: Record<string, string>,
  channel: Channel,
  serve: Serve,
): Blocking<void> {
  const { sys, log } = opening;
  const { data } = yield* sys.recv(fd, 65_536);
  const { readEnd, writeEnd } = sys.pipe();
  yield* sys.write(writeEnd, data);
  sys.close(writeEnd);
  sys.fork(function* (child): Blocking<number> {
    plainSignals(child);
    return yield* guarded(
      log.in(child),
      serve({ ...opening, sys: child, env, log: log.in(child) }, { ...channel, readFd: readEnd }),
    );
  });
  sys.close(readEnd);
}

function udpReceiving(family: InetFamily): Kind {
  return {
    parameters: 1,
    open: function* (opening, address, serve) {
      const { sys } = opening;
      const local = yield* localAddress(opening, address, family, portOf(opening, address.parameters[0] ?? ''));
      if (!local) throw new SocatError('no port');
      const fd = sys.socket(family, 'dgram');
      applySocketOptions(sys, fd, address);
      bindOr(sys, fd, local);
      yield* serve(opening, { ...socketEnd(fd), closeWrite: () => undefined });
    },
  };
}

function unixPath(path: string, isAbstract: boolean): SocketAddress {
  return { family: 'unix', path: isAbstract ? `@${path}` : path };
}

function unixConnecting(isAbstract: boolean): Kind {
  return {
    parameters: 1,
    open: function* (opening, address, serve) {
      const { sys, log } = opening;
      const [path = ''] = address.parameters;
      const to = unixPath(path, isAbstract);
      const fd = sys.socket('unix', 'stream');
      yield* log.say('N', `opening connection to ${endText(to)}`);
      try {
        yield* sys.connect(fd, to);
      } catch (error) {
        throw failed(`${isAbstract ? 'ABSTRACT-CLIENT' : 'UNIX-CLIENT'}:${path}`, error);
      }
      yield* serve(opening, socketEnd(fd));
    },
  };
}

function unixListening(isAbstract: boolean): Kind {
  return {
    parameters: 1,
    open: function* (opening, address, serve) {
      const { sys, log } = opening;
      const [path = ''] = address.parameters;
      const local = unixPath(path, isAbstract);
      if (address.options.has('unlink-early')) unlinkQuietly(sys, path);
      const fd = sys.socket('unix', 'stream');
      bindOr(sys, fd, local);
      const mode = address.options.get('mode') ?? address.options.get('perm');
      if (mode !== undefined && !isAbstract) sys.chmod(path, Number.parseInt(mode, 8));
      sys.listen(fd, Number(address.options.get('backlog') ?? 5));
      yield* log.say('N', `listening on ${endText(local)}`);
      yield* acceptAll(opening, address, fd, serve, local);
    },
  };
}

export function unlinkQuietly(sys: Sys, path: string): void {
  try {
    sys.unlink(path);
  } catch (error) {
    if (!isSysError(error)) throw error;
  }
}

function file(flags: number, mustExist: boolean): Kind {
  return {
    parameters: 1,
    open: function* (opening, address, serve) {
      const { sys, access } = opening;
      const { options } = address;
      const [path = ''] = address.parameters;
      const direction =
        options.has('rdonly') || access === 'read'
          ? O_RDONLY
          : options.has('wronly') || access === 'write'
            ? O_WRONLY
            : O_RDWR;
      const extra =
        (options.has('append') ? O_APPEND : 0) |
        (options.has('trunc') ? O_TRUNC : 0) |
        (options.has('creat') || options.has('create') ? O_CREAT : 0);
      const all =
        (mustExist ? direction : flags === O_TRUNC ? O_WRONLY : direction) | (mustExist ? 0 : O_CREAT | flags) | extra;
      let fd: number;
      try {
        fd = yield* sys.open(path, all, 0o666);
      } catch (error) {
        throw failed(`open("${path}", 0${all.toString(8)}, 0666)`, error);
      }
      yield* serve(opening, { readFd: fd, writeFd: fd, closeWrite: () => undefined });
    },
  };
}

const stdio: Kind = {
  parameters: 0,
  open: function* (opening, _, serve) {
    yield* opening.log.say('N', 'reading from and writing to stdio');
    yield* serve(opening, { readFd: 0, writeFd: 1, closeWrite: () => undefined });
  },
};

function descriptor(readFd: number, writeFd: number): Kind {
  return {
    parameters: 0,
    open: function* (opening, _, serve) {
      yield* serve(opening, { readFd, writeFd, closeWrite: () => undefined });
    },
  };
}

const anyDescriptor: Kind = {
  parameters: 1,
  open: function* (opening, { parameters }, serve) {
    const fd = Number(parameters[0]);
    yield* serve(opening, { readFd: fd, writeFd: fd, closeWrite: () => undefined });
  },
};

const pipe: Kind = {
  parameters: 0,
  open: function* (opening, _, serve) {
    const { readEnd, writeEnd } = opening.sys.pipe();
    yield* serve(opening, { readFd: readEnd, writeFd: writeEnd, closeWrite: (sys) => sys.close(writeEnd) });
  },
};

/** `EXEC` splits the command at blanks, `SYSTEM` gives it to a shell. */
function running(isShell: boolean): Kind {
  return {
    parameters: 1,
    open: function* (opening, address, serve) {
      const { sys, env, log } = opening;
      const [command = ''] = address.parameters;
      const argv = isShell ? ['/bin/sh', '-c', command] : command.split(/\s+/).filter((word) => word !== '');
      const [own, theirs] = sys.socketpair('stream');
      yield* log.say('N', 'forking off child, using socket for reading and writing');
      const pid = sys.fork(function* (child): Blocking<number> {
        plainSignals(child);
        child.close(own);
        if (address.options.has('setsid')) child.setsid();
        child.dup2(theirs, 0);
        child.dup2(theirs, 1);
        if (address.options.has('stderr')) child.dup2(theirs, 2);
        if (theirs > 2) child.close(theirs);
        const errno = yield* execByName(child, argv, env);
        yield* log.in(child).say('E', `execvp("${argv[0]}", "${argv[0]}"): ${strerror(errno)}`);
        return 1;
      });
      yield* log.say('N', `forked off child process ${pid}`);
      sys.close(theirs);
      yield* serve(opening, { ...socketEnd(own), isProgram: true });
    },
  };
}

const kinds: Readonly<Record<string, Kind>> = {
  STDIO: stdio,
  STDIN: descriptor(0, 0),
  STDOUT: descriptor(1, 1),
  STDERR: descriptor(2, 2),
  FD: anyDescriptor,
  TCP: connecting('stream', null),
  'TCP-CONNECT': connecting('stream', null),
  TCP4: connecting('stream', 'inet'),
  'TCP4-CONNECT': connecting('stream', 'inet'),
  TCP6: connecting('stream', 'inet6'),
  'TCP6-CONNECT': connecting('stream', 'inet6'),
  'TCP-LISTEN': listening('inet'),
  'TCP-L': listening('inet'),
  'TCP4-LISTEN': listening('inet'),
  'TCP4-L': listening('inet'),
  'TCP6-LISTEN': listening('inet6'),
  'TCP6-L': listening('inet6'),
  UDP: connecting('dgram', null),
  'UDP-CONNECT': connecting('dgram', null),
  UDP4: connecting('dgram', 'inet'),
  UDP6: connecting('dgram', 'inet6'),
  'UDP-SENDTO': connecting('dgram', null),
  'UDP4-SENDTO': connecting('dgram', 'inet'),
  'UDP6-SENDTO': connecting('dgram', 'inet6'),
  'UDP-DATAGRAM': connecting('dgram', null),
  'UDP-LISTEN': udpListening('inet', false),
  'UDP-L': udpListening('inet', false),
  'UDP4-LISTEN': udpListening('inet', false),
  'UDP6-LISTEN': udpListening('inet6', false),
  'UDP-RECVFROM': udpListening('inet', true),
  'UDP4-RECVFROM': udpListening('inet', true),
  'UDP-RECV': udpReceiving('inet'),
  'UDP4-RECV': udpReceiving('inet'),
  UNIX: unixConnecting(false),
  'UNIX-CONNECT': unixConnecting(false),
  'UNIX-CLIENT': unixConnecting(false),
  'UNIX-LISTEN': unixListening(false),
  'UNIX-L': unixListening(false),
  'ABSTRACT-CONNECT': unixConnecting(true),
  'ABSTRACT-CLIENT': unixConnecting(true),
  'ABSTRACT-LISTEN': unixListening(true),
  OPEN: file(0, true),
  FILE: file(0, true),
  GOPEN: file(O_APPEND, false),
  CREATE: file(O_TRUNC, false),
  CREAT: file(O_TRUNC, false),
  PIPE: pipe,
  FIFO: pipe,
  EXEC: running(false),
  SYSTEM: running(true),
  SHELL: running(true),
};
