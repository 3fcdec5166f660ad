/** socket: TCP, UDP and unix sockets. */
import type { Blocking, SocketAddress, SocketDomain, SocketType } from '../../../kernel/sim';
import { raise } from '../errors';
import type { Interpreter } from '../interpreter';
import { NotThereError } from '../lexer';
import { blockingCall, blockingFn, bytesArg, fn, intArg, kernelCall, namespace } from '../native';
import { asInt, type Py, PyBytes, PyObject, PyTuple, str } from '../values';

const families: ReadonlyMap<number, SocketDomain> = new Map([
  [2, 'inet'],
  [10, 'inet6'],
  [1, 'unix'],
] as const);
const types: ReadonlyMap<number, SocketType> = new Map([
  [1, 'stream'],
  [2, 'dgram'],
] as const);

export function socketModule(interpreter: Interpreter): PyObject {
  const { sys } = interpreter;
  return namespace('module', "<module 'socket'>", {
    AF_UNIX: 1n,
    AF_INET: 2n,
    AF_INET6: 10n,
    SOCK_STREAM: 1n,
    SOCK_DGRAM: 2n,
    SOL_SOCKET: 1n,
    SO_REUSEADDR: 2n,
    SO_BROADCAST: 6n,
    SO_KEEPALIVE: 9n,
    SHUT_RD: 0n,
    SHUT_WR: 1n,
    SHUT_RDWR: 2n,
    gethostname: fn('gethostname', () => sys.uname().nodename),
    sethostname: fn('sethostname', ([name = '']) => {
      kernelCall(() => sys.sethostname(str(name)));
      return null;
    }),
    socket: fn('socket', (args, named) => {
      const family = families.get(args.length > 0 ? intArg(args, 0) : Number(asInt(named.get('family') ?? 2n) ?? 2n));
      const type = types.get(args.length > 1 ? intArg(args, 1) : Number(asInt(named.get('type') ?? 1n) ?? 1n));
      if (family === undefined || type === undefined) throw new NotThereError('does not know this kind of socket');
      return makeSocket(
        interpreter,
        kernelCall(() => sys.socket(family, type, 0, { closeOnExec: true })),
        family,
      );
    }),
  });
}

function toAddress(value: Py | undefined, family: SocketDomain): SocketAddress {
  if (family === 'unix') return { family: 'unix', path: str(value ?? '').replace(/^\0/, '@') };
  const [host = '', port = 0n] = value instanceof PyTuple ? value.items : [];
  const name = str(host);
  const text =
    name === ''
      ? family === 'inet6'
        ? '::'
        : '0.0.0.0'
      : name === 'localhost'
        ? family === 'inet6'
          ? '::1'
          : '127.0.0.1'
        : name;
  if (!/^[\d.]+$|:/.test(text)) throw new NotThereError('does not look up host names: use an address');
  return { family: family === 'inet6' ? 'inet6' : 'inet', address: text, port: Number(asInt(port) ?? 0n) };
}

function fromAddress(address: SocketAddress | null): Py {
  if (address?.family === 'unix') return address.path;
  if (address?.family === 'inet') return new PyTuple([address.address, BigInt(address.port)]);
  return address?.family === 'inet6' ? new PyTuple([address.address, BigInt(address.port), 0n, 0n]) : null;
}

function makeSocket(interpreter: Interpreter, fd: number, family: SocketDomain): PyObject {
  const { sys } = interpreter;
  const socket = new PyObject('socket', `<socket.socket fd=${fd}>`);
  let isClosed = false;
  const sendAll = function* (data: Uint8Array): Blocking<void> {
    for (let rest = data; rest.length > 0; ) rest = rest.subarray(yield* blockingCall(() => sys.send(fd, rest)));
  };
  const close = () => {
    if (!isClosed) kernelCall(() => sys.close(fd));
    isClosed = true;
    return null;
  };
  const members: Readonly<Record<string, Py>> = {
    fileno: fn('fileno', () => BigInt(isClosed ? -1 : fd)),
    close: fn('close', close),
    __exit__: fn('__exit__', close),
    bind: fn('bind', ([address]) => {
      kernelCall(() => sys.bind(fd, toAddress(address, family)));
      return null;
    }),
    listen: fn('listen', (args) => {
      kernelCall(() => sys.listen(fd, intArg(args, 0, 128)));
      return null;
    }),
    setsockopt: fn('setsockopt', (args) => {
      const option = new Map([
        [2, 'reuseaddr'],
        [6, 'broadcast'],
        [9, 'keepalive'],
      ]).get(intArg(args, 1));
      if (intArg(args, 0) !== 1 || option === undefined) throw new NotThereError('does not know this socket option');
      if (option !== 'keepalive') kernelCall(() => sys.setsockopt(fd, option, intArg(args, 2)));
      return null;
    }),
    accept: blockingFn('accept', function* (): Blocking<Py> {
      const { fd: accepted, peer } = yield* blockingCall(() => sys.accept(fd));
      return new PyTuple([makeSocket(interpreter, accepted, family), fromAddress(peer)]);
    }),
    connect: blockingFn('connect', function* ([address]): Blocking<Py> {
      yield* blockingCall(() => sys.connect(fd, toAddress(address, family)));
      return null;
    }),
    send: blockingFn('send', function* (args): Blocking<Py> {
      return BigInt(yield* blockingCall(() => sys.send(fd, bytesArg(args, 0))));
    }),
    sendall: blockingFn('sendall', function* (args): Blocking<Py> {
      yield* sendAll(bytesArg(args, 0));
      return null;
    }),
    sendto: blockingFn('sendto', function* (args): Blocking<Py> {
      return BigInt(yield* blockingCall(() => sys.send(fd, bytesArg(args, 0), toAddress(args.at(-1), family))));
    }),
    recv: blockingFn('recv', function* (args): Blocking<Py> {
      return new PyBytes((yield* blockingCall(() => sys.recv(fd, intArg(args, 0)))).data);
    }),
    recvfrom: blockingFn('recvfrom', function* (args): Blocking<Py> {
      const { data, from } = yield* blockingCall(() => sys.recv(fd, intArg(args, 0)));
      return new PyTuple([new PyBytes(data), fromAddress(from)]);
    }),
    getsockname: fn('getsockname', () => fromAddress(kernelCall(() => sys.getsockname(fd)))),
    getpeername: fn('getpeername', () => fromAddress(kernelCall(() => sys.getpeername(fd)))),
    shutdown: fn('shutdown', (args) => {
      const how = (['read', 'write', 'both'] as const)[intArg(args, 0)];
      if (how === undefined) throw raise('ValueError', 'bad argument');
      kernelCall(() => sys.shutdown(fd, how));
      return null;
    }),
  };
  for (const [name, value] of Object.entries(members)) socket.attributes.set(name, value);
  return socket;
}
