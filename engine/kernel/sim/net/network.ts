/** All networks of a lab: its namespaces, and what they share. */

import type { Collection } from '../../../state';
import { signalNumbers } from '../abi/signals';
import type { UserNamespace } from '../ns/namespace';
import type { Random } from '../random';
import type { Nanoseconds } from '../sched/blocking';
import type { TimerHandle } from '../sched/event-queue';
import type { Task } from '../task/task';
import type { Inode } from '../vfs/inode';
import type { OpenFile } from '../vfs/open-file';
import { destroyDevice, moveDevice } from './device/links';
import { Packet } from './packet/packet';
import { type NetFileText, netFiles } from './proc/files';
import { netSysctls } from './proc/sysctl-tree';
import { PacketTrace } from './trace/trace';
import { NetNamespace } from './types';

/** What the network needs of the kernel. */
export interface NetKernel {
  readonly now: Nanoseconds;
  readonly realtime: Nanoseconds;
  readonly random: Random;
  after(delay: Nanoseconds, run: () => void): TimerHandle;
  nextInum(): number;
  touch(...collections: Collection[]): void;
  /** `/proc/sys` and `/proc/net`: whoever owns them registers what the network has to tell. */
  readonly sysctl?: { provide(path: string, tree: typeof netSysctls): void };
  readonly netFiles?: { register(path: string, file: NetFileText): void };
  readonly tasks: { signal(task: Task, signal: number): void };
  readonly vfs: { readonly anonymous: { newSocket(uid: number, gid: number): Inode }; drop(file: OpenFile): void };
}

export class Network {
  readonly trace: PacketTrace;
  readonly namespaces = new Set<NetNamespace>();
  /** The first one: where hardware goes when its namespace does. */
  initial: NetNamespace | null = null;
  #nextPacket = 1;

  constructor(readonly kernel: NetKernel) {
    this.trace = new PacketTrace(kernel);
    kernel.sysctl?.provide('net', netSysctls);
    for (const [path, file] of netFiles) kernel.netFiles?.register(path, file);
  }

  createNamespace(owner: UserNamespace | null): NetNamespace {
    const ns = new NetNamespace(this.kernel.nextInum(), owner, this);
    this.namespaces.add(ns);
    this.initial ??= ns;
    this.kernel.touch('namespaces', 'devices');
    return ns;
  }

  /** The last user is gone: its virtual devices end, with their other ends. */
  releaseNamespace(ns: NetNamespace): void {
    if (!this.namespaces.delete(ns)) return;
    for (const socket of [...ns.sockets.open]) socket.release();
    for (const connection of [...ns.sockets.tcp.connections.values()]) connection.finish(null);
    for (const device of ns.devices.all()) {
      if (device.isGone || device === ns.loopback) continue;
      const isHardware = device.kind === '' && this.initial !== null;
      if (isHardware && this.initial)
        moveDevice(device, this.initial, this.initial.devices.byName(device.name) ? `dev${device.index}` : undefined);
      else destroyDevice(device);
    }
    ns.conntrack.clear();
    for (const other of this.namespaces) other.ids.delete(ns);
    this.kernel.touch('namespaces', 'devices', 'addresses', 'routes', 'rules', 'sockets');
  }

  newPacket(): Packet {
    return new Packet(this.#nextPacket++);
  }

  get initialUser(): UserNamespace | null {
    for (let user = this.initial?.owner ?? null; user !== null; user = user.parent)
      if (user.parent === null) return user;
    return null;
  }

  /** What the packet filter logged, the last lines. */
  readonly logged: Array<{ time: Nanoseconds; ns: NetNamespace; text: string }> = [];
  log(ns: NetNamespace, text: string): void {
    this.logged.push({ time: this.kernel.now, ns, text });
    if (this.logged.length > 1000) this.logged.shift();
  }

  /** Nothing but sockets may have held the namespace. */
  socketClosed(ns: NetNamespace): void {
    if (ns.tasks === 0 && ns.sockets.open.size === 0) this.onIdle(ns);
  }
  /** Set by who counts the users of namespaces. */
  onIdle: (ns: NetNamespace) => void = () => undefined;

  /** Writing to what nobody reads. */
  brokenPipe(task: Task): void {
    this.kernel.tasks.signal(task, signalNumbers.SIGPIPE);
  }
}
