/** The ids of one kind of System V objects (Linux ipc/util.c): numbered in a circle, so that an old id is not met again soon. */

import type { Capability } from '../abi/capabilities';
import { SysError } from '../abi/errno';
import type { UserNamespace } from '../ns/namespace';
import { type Credentials, isCapable } from '../task/credentials';
import type { Task } from '../task/task';

export const IPC_PRIVATE = 0;
export const IPC_CREAT = 0o1000;
export const IPC_EXCL = 0o2000;
export const IPC_NOWAIT = 0o4000;

/** IPCMNI: indices below, a counter of rounds above. */
const indices = 32768;
/** However few objects there are, an index comes round only after so many. */
const leastCycle = 64;

/** The numbers of a process, kept although it may be gone. */
export type PidNumbers = Task['numbers'];

/** Owner and mode, common to all kinds. Ids are global. */
export interface IpcObject {
  id: number;
  key: number;
  uid: number;
  gid: number;
  readonly cuid: number;
  readonly cgid: number;
  mode: number;
}

export function newObject(key: number, flags: number, cred: Credentials): IpcObject {
  return { id: 0, key, uid: cred.euid, gid: cred.egid, cuid: cred.euid, cgid: cred.egid, mode: flags & 0o777 };
}

export class IpcTable<T extends IpcObject> {
  readonly #byIndex = new Map<number, T>();
  #lastIndex = -1;
  #round = 0;

  get size(): number {
    return this.#byIndex.size;
  }
  /** By index. */
  list(): T[] {
    return [...this.#byIndex].sort(([a], [b]) => a - b).map(([, object]) => object);
  }

  add(object: T): number {
    const cycle = Math.min(indices, Math.max(leastCycle, Math.floor((this.size * 3) / 2)));
    let index = (this.#lastIndex + 1) % cycle;
    while (this.#byIndex.has(index)) index = (index + 1) % cycle;
    if (index <= this.#lastIndex) this.#round = (this.#round + 1) % 65536;
    this.#lastIndex = index;
    object.id = this.#round * indices + index;
    this.#byIndex.set(index, object);
    return object.id;
  }

  /** EINVAL, EIDRM. */
  get(id: number): T {
    const object = id < 0 ? undefined : this.#byIndex.get(id % indices);
    if (!object) throw new SysError('EINVAL');
    if (object.id !== id) throw new SysError('EIDRM');
    return object;
  }
  find(key: number): T | undefined {
    if (key === IPC_PRIVATE) return undefined;
    for (const object of this.#byIndex.values()) if (object.key === key) return object;
    return undefined;
  }
  remove(object: T): void {
    this.#byIndex.delete(object.id % indices);
  }

  /** shmget(2) and its like: an object there is, checked, or null where one is to be made. ENOENT, EEXIST, EACCES. */
  wanted(key: number, flags: number, cred: Credentials, owner: UserNamespace): T | null {
    const known = this.find(key);
    if (!known) {
      if (key !== IPC_PRIVATE && (flags & IPC_CREAT) === 0) throw new SysError('ENOENT');
      return null;
    }
    if ((flags & IPC_CREAT) !== 0 && (flags & IPC_EXCL) !== 0) throw new SysError('EEXIST');
    demandAccess(known, flags, cred, owner);
    return known;
  }
}

export const canRead = 0o444;
export const canWrite = 0o222;

/** EACCES. `mode`: which of the bits it takes; whose they are does not matter. */
export function demandAccess(object: IpcObject, mode: number, cred: Credentials, owner: UserNamespace): void {
  const wanted = ((mode >> 6) | (mode >> 3) | mode) & 7;
  const inGroup = [object.cgid, object.gid].some((gid) => cred.egid === gid || cred.groups.includes(gid));
  const isOwner = cred.euid === object.cuid || cred.euid === object.uid;
  const granted = object.mode >> (isOwner ? 6 : inGroup ? 3 : 0);
  if ((wanted & ~granted) !== 0 && !isCapable(cred, 'ipc_owner', owner)) throw new SysError('EACCES');
}

/** EPERM: only the owner, the maker, or root of the namespace removes and changes. */
export function demandOwner(
  object: IpcObject,
  cred: Credentials,
  owner: UserNamespace,
  capability: Capability = 'sys_admin',
): void {
  if (cred.euid === object.cuid || cred.euid === object.uid) return;
  if (!isCapable(cred, capability, owner)) throw new SysError('EPERM');
}
