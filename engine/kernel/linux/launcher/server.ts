/** The engine's end of the launchers' socket. */
import { readlinkSync, unlinkSync } from 'node:fs';
import { type Disposable, KernelError } from '../../port';
import { EventLoop, type Registration } from '../events/epoll';
import { check, close, EPOLLIN, nativeFunction, O_CLOEXEC } from '../syscall';
import { type CommandLine, LauncherClient, readCommandLine } from './client';

const socket = nativeFunction('int socket(int domain, int type, int protocol)');
const bind = nativeFunction('int bind(int fd, const void *address, unsigned int length)');
const connect = nativeFunction('int connect(int fd, const void *address, unsigned int length)');
const listen = nativeFunction('int listen(int fd, int backlog)');
const accept4 = nativeFunction('int accept4(int fd, void *address, void *length, int flags)');
const getsockopt = nativeFunction('int getsockopt(int fd, int level, int name, void *value, void *length)');
const AF_UNIX = 1;
const SOCK_STREAM = 1;
const SOL_SOCKET = 1;
const SO_PEERCRED = 17;

/** Serves one command a launcher; what `serve` returns is its exit code. */
export class LauncherServer implements Disposable {
  readonly #events = new EventLoop();
  readonly #listener: number;
  readonly #registration: Registration;

  /** Errors: EADDRINUSE when somebody listens there. */
  constructor(
    readonly path: string,
    readonly serve: (client: LauncherClient, line: CommandLine) => Promise<number>,
  ) {
    this.#listener = listenAt(path);
    this.#registration = this.#events.add(this.#listener, EPOLLIN, () => this.#accept());
  }

  dispose(): void {
    this.#registration.dispose();
    close(this.#listener);
    unlinkSync(this.path);
    this.#events.dispose();
  }

  #accept(): void {
    const fd = check(accept4(this.#listener, null, null, O_CLOEXEC), 'accept4', this.path);
    const admitted = admit(fd);
    // A launcher that is not accepted goes its own way as soon as its connection ends.
    if (!admitted) return close(fd);
    const client = new LauncherClient(fd, admitted.pid, this.#events);
    client.accept();
    this.serve(client, admitted.line).then(
      (code) => client.exit(code),
      () => client.close(),
    );
  }
}

/** Null for what only a process in the launcher's own place can do: other namespaces, other users, descriptors handed on. */
function admit(fd: number): { pid: number; line: CommandLine } | null {
  try {
    const { pid, uid } = peerOf(fd);
    if (uid !== process.getuid?.() || !sameNamespaces(pid)) return null;
    const line = readCommandLine(pid);
    const handsOn = line.env.LISTEN_FDS !== undefined || line.words.some((word) => word.startsWith('--preserve-fds'));
    return handsOn || line.words.includes('-') || mayNeedTerminal(pid, line) ? null : { pid, line };
  } catch {
    // It has ended meanwhile.
    return null;
  }
}

/** Only who is at a terminal can pass on what is typed there. */
function mayNeedTerminal(pid: number, { words }: CommandLine): boolean {
  if (!words.includes('run') && !words.includes('exec')) return false;
  return [0, 1, 2].some((fd) => /^\/dev\/(pts\/|tty|console)/.test(readlinkSync(`/proc/${pid}/fd/${fd}`)));
}

function peerOf(fd: number): { pid: number; uid: number } {
  const credentials = Buffer.alloc(12);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(credentials.byteLength);
  check(getsockopt(fd, SOL_SOCKET, SO_PEERCRED, credentials, length), 'getsockopt', 'SO_PEERCRED');
  return { pid: credentials.readInt32LE(0), uid: credentials.readUInt32LE(4) };
}

function sameNamespaces(pid: number): boolean {
  return ['mnt', 'pid', 'user', 'net', 'uts', 'ipc', 'cgroup'].every(
    (kind) => readlinkSync(`/proc/${pid}/ns/${kind}`) === readlinkSync(`/proc/self/ns/${kind}`),
  );
}

function listenAt(path: string): number {
  const name = Buffer.from(path);
  const address = Buffer.alloc(110);
  if (name.byteLength > 107) throw new KernelError('ENAMETOOLONG', 'bind', path);
  address.writeUInt16LE(AF_UNIX, 0);
  address.set(name, 2);
  const fd = check(socket(AF_UNIX, SOCK_STREAM | O_CLOEXEC, 0), 'socket', path);
  try {
    removeStale(path, address);
    check(bind(fd, address, address.byteLength), 'bind', path);
    check(listen(fd, 128), 'listen', path);
    return fd;
  } catch (error) {
    close(fd);
    throw error;
  }
}

/** A socket that nobody listens at was left by an engine that was killed. */
function removeStale(path: string, address: Uint8Array): void {
  const probe = check(socket(AF_UNIX, SOCK_STREAM | O_CLOEXEC, 0), 'socket', path);
  try {
    check(connect(probe, address, address.byteLength), 'connect', path);
  } catch (error) {
    if (error instanceof KernelError && error.code === 'ECONNREFUSED') unlinkSync(path);
  } finally {
    close(probe);
  }
}
