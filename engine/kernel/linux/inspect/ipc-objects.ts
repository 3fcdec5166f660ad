/** System V objects and POSIX queues of an IPC namespace (ipc_namespaces(7), sysvipc(7), mq_overview(7)). */
import { close as closeFile, readdirSync, statSync } from 'node:fs';
import type { IpcObject, NsId } from '../../../state';
import { check, close, nativeFunction } from '../syscall';
import { inNamespace } from './enter';
import { parseSysvIpc } from './parse/sysvipc';
import { readWhole } from './raw-file';

const fsopen = nativeFunction('int fsopen(const char *type, unsigned int flags)');
const fsconfig = nativeFunction('int fsconfig(int fd, unsigned int command, void *key, void *value, int aux)');
const fsmount = nativeFunction('int fsmount(int fd, unsigned int flags, unsigned int attributes)');
const mqOpen = nativeFunction('int mq_open(const char *name, int flags)');
const mqGetattr = nativeFunction('int mq_getattr(int queue, void *attributes)');

const FSCONFIG_CMD_CREATE = 6;
const O_NONBLOCK = 0o4000;
const maxQueues = 256;

/** One IPC namespace, read again and again. */
export class IpcReader {
  /**
   * A mount of mqueue that is attached nowhere, so nobody sees it; negative when the kernel has none. It is kept, because
   * taking one down makes the kernel wait for all its processors. It does not keep the namespace alive (ipc/mqueue.c:
   * the superblock loses its namespace when that goes).
   */
  #mount: number | null = null;

  constructor(private readonly ns: NsId) {}

  /** The objects in the namespace, which `path` leads to. Errors: ENOENT, ESRCH when it is gone, EPERM. */
  read(path: string): Record<string, IpcObject> {
    const { ns } = this;
    const objects = inNamespace('ipc', path, () => [
      // /proc/sysvipc shows the namespace of the one who opens it.
      ...parseSysvIpc(readWhole('/proc/sysvipc/shm') ?? '', 'shm', ns),
      ...parseSysvIpc(readWhole('/proc/sysvipc/sem') ?? '', 'sem', ns),
      ...parseSysvIpc(readWhole('/proc/sysvipc/msg') ?? '', 'msg', ns),
      ...this.#queues(),
    ]);
    return Object.fromEntries(objects.map((object) => [`${ns}/${object.kind}/${object.id}`, object]));
  }

  dispose(): void {
    // On another thread: the waiting is long enough to be felt in every terminal.
    if (this.#mount !== null && this.#mount >= 0) closeFile(this.#mount, () => undefined);
    this.#mount = null;
  }

  /** Must run inside the namespace. */
  #queues(): IpcObject[] {
    this.#mount ??= detachedQueueMount();
    if (this.#mount < 0) return [];
    const directory = `/proc/self/fd/${this.#mount}`;
    return readdirSync(`${directory}/.`)
      .slice(0, maxQueues)
      .map((name) => {
        const stat = statSync(`${directory}/${name}`);
        return {
          ns: this.ns,
          kind: 'mqueue' as const,
          id: stat.ino,
          key: null,
          name: `/${name}`,
          ownerUid: stat.uid,
          mode: stat.mode & 0o777,
          size: messagesWaiting(`/${name}`),
          attached: 0,
        };
      });
  }
}

function detachedQueueMount(): number {
  const context = fsopen('mqueue', 1);
  // No mqueue in this kernel, or older than 5.2: queues stay unseen.
  if (context < 0) return -1;
  try {
    if (fsconfig(context, FSCONFIG_CMD_CREATE, null, null, 0) < 0) return -1;
    return fsmount(context, 1, 0);
  } finally {
    close(context);
  }
}

/** `mq_curmsgs` of a queue; the file in the mount tells bytes only. */
function messagesWaiting(name: string): number {
  const queue = mqOpen(name, O_NONBLOCK);
  if (queue < 0) return 0;
  try {
    // struct mq_attr: flags, maxmsg, msgsize, curmsgs, each a long.
    const attributes = Buffer.alloc(64);
    check(mqGetattr(queue, attributes), 'mq_getattr', name);
    return Number(attributes.readBigInt64LE(24));
  } finally {
    close(queue);
  }
}
