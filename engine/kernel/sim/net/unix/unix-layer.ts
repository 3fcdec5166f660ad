/** Unix sockets of one namespace: abstract names belong to it, names in the tree to whoever finds the file (unix(7)). */
import type { Inode } from '../../vfs/inode';
import type { UnixSocket } from './unix-socket';

export class UnixLayer {
  readonly abstract = new Map<string, UnixSocket>();
  #nextAutobind = 0;

  /** A name nobody has: five hexadecimal digits. */
  freeName(): string {
    for (;;) {
      const name = `@${(this.#nextAutobind++ & 0xfffff).toString(16).padStart(5, '0')}`;
      if (!this.abstract.has(name)) return name;
    }
  }
}

/** Who is bound to a socket file; the file may outlive it. */
const bound = new WeakMap<Inode, UnixSocket>();

export function bindInode(inode: Inode, socket: UnixSocket): void {
  bound.set(inode, socket);
}

export function boundTo(inode: Inode): UnixSocket | null {
  const socket = bound.get(inode);
  return socket && !socket.isReleased ? socket : null;
}
