/** What all sockets are (socket(7)): an open file with two ends. Calls a protocol does not have fail as Linux's do. */

import { type Errno, SysError } from '../../abi/errno';
import { O_NONBLOCK, O_RDWR } from '../../abi/files';
import type { Blocking, Nanoseconds } from '../../sched/blocking';
import { WaitQueue } from '../../sched/wait-queue';
import { block } from '../../task/block';
import type { Credentials } from '../../task/credentials';
import type { Task } from '../../task/task';
import { OpenFile } from '../../vfs/open-file';
import type { NetDevice } from '../device/device';
import type { IcmpReport } from '../ip/icmp';
import type { Received, RecvOptions, SocketAddress, SocketDomain, SocketInfo, SocketType } from '../socket-types';
import type { NetNamespace } from '../types';
import { SocketOptions } from './options';

/** An entry of the error queue (ip(7), IP_RECVERR). */
export interface QueuedError {
  /** `from` null: it is told by this host. */
  report: Omit<IcmpReport, 'from'> & { from: IcmpReport['from'] | null };
  /** What the packet was sent to. */
  destination: SocketAddress;
  data: Uint8Array;
}

export abstract class Socket extends OpenFile {
  readonly ino: number;
  readonly changed = new WaitQueue();
  override readonly pollQueues = [this.changed];
  readonly options = new SocketOptions();
  readonly uid: number;
  readonly gid: number;
  readonly errors: QueuedError[] = [];
  /** SO_ERROR: told once, by the next call. */
  pending: Errno | null = null;
  readShut = false;
  writeShut = false;
  isReleased = false;

  constructor(
    readonly ns: NetNamespace,
    readonly domain: SocketDomain,
    readonly type: SocketType,
    readonly protocol: number,
    cred: Pick<Credentials, 'euid' | 'egid'>,
    nonBlock = false,
  ) {
    super(ns.network.kernel.vfs.anonymous.newSocket(cred.euid, cred.egid), O_RDWR | (nonBlock ? O_NONBLOCK : 0));
    this.uid = cred.euid;
    this.gid = cred.egid;
    this.ino = this.inode?.ino ?? 0;
    ns.sockets.open.add(this);
    ns.network.kernel.touch('sockets');
  }

  bind(_address: SocketAddress, _task: Task): void {
    throw new SysError('EOPNOTSUPP');
  }
  listen(_backlog: number): void {
    throw new SysError('EOPNOTSUPP');
  }
  // biome-ignore lint/correctness/useYield: others wait here.
  *accept(_task: Task): Blocking<Socket> {
    throw new SysError('EOPNOTSUPP');
  }
  // biome-ignore lint/correctness/useYield: others wait here.
  *connect(_address: SocketAddress, _task: Task): Blocking<void> {
    throw new SysError('EOPNOTSUPP');
  }
  // biome-ignore lint/correctness/useYield: others wait here.
  *send(_data: Uint8Array, _to: SocketAddress | null, _task: Task): Blocking<number> {
    throw new SysError('EOPNOTSUPP');
  }
  // biome-ignore lint/correctness/useYield: others wait here.
  *recv(_count: number, _options: RecvOptions, _task: Task): Blocking<Received> {
    throw new SysError('EOPNOTSUPP');
  }
  shutdown(_how: 'read' | 'write' | 'both'): void {
    throw new SysError('EOPNOTSUPP');
  }
  get localAddress(): SocketAddress {
    throw new SysError('EOPNOTSUPP');
  }
  /** ENOTCONN. */
  get remoteAddress(): SocketAddress {
    throw new SysError('ENOTCONN');
  }
  /** Bytes that can be read at once (FIONREAD). */
  override get available(): number {
    return 0;
  }
  /** For ss(8); null when it is not to be listed. */
  abstract info(): SocketInfo | null;

  override *read(count: number, task: Task): Blocking<Uint8Array> {
    const { data } = yield* this.recv(count, {}, task);
    return data;
  }

  override *write(data: Uint8Array, task: Task): Blocking<number> {
    return yield* this.send(data, null, task);
  }

  override label(): string {
    return `socket:[${this.ino}]`;
  }

  override release(): void {
    this.isReleased = true;
    this.ns.sockets.open.delete(this);
    this.ns.network.kernel.touch('sockets');
    this.ns.network.socketClosed(this.ns);
  }

  /** SO_ERROR: told once. */
  lastError(): Errno | null {
    const { pending } = this;
    this.pending = null;
    return pending;
  }

  takeError(): void {
    const { pending } = this;
    if (pending === null) return;
    this.pending = null;
    throw new SysError(pending);
  }

  /** Waits until `attempt` has an answer. EAGAIN when it must not wait, or when the time of SO_RCVTIMEO is over. */
  protected *wait<T>(task: Task, attempt: () => T | undefined, nonBlock: boolean, timeout: Nanoseconds): Blocking<T> {
    const now = attempt();
    if (now !== undefined) return now;
    if (nonBlock) throw new SysError('EAGAIN');
    const deadline = timeout > 0 ? this.ns.network.kernel.now + timeout : undefined;
    const answer = yield* block(task, attempt, [this.changed], { deadline, restartable: timeout === 0 });
    if (answer === undefined) throw new SysError('EAGAIN');
    return answer;
  }

  /** SO_BINDTODEVICE. ENODEV when it is gone. */
  get boundDevice(): NetDevice | null {
    const name = this.options.device;
    if (name === '') return null;
    const device = this.ns.devices.byName(name);
    if (!device) throw new SysError('ENODEV');
    return device;
  }
}
