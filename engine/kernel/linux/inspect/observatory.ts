/**
 * What all labs of this process share: the proc connector, the watch for host names, one inotify instance.
 * They exist as long as at least one lab is observed.
 */
import { type Disposable, KernelError } from '../../port';
import type { EventLoop } from '../events/epoll';
import { close, EPOLLIN } from '../syscall';
import { Inotify } from './inotify';
import { decodeMessages, encodeMessage, NLMSG_DONE } from './netlink/message';
import { decodeProcessEvent, listenRequest, type ProcessEvent } from './netlink/process-event';
import { NETLINK_CONNECTOR, NetlinkSocket } from './netlink/socket';
import { readText, tryOpen } from './raw-file';

/** What a lab wants to hear of. */
export interface Subscriber {
  /** Something happened to a process it has claimed, or to a child of one (which is claimed by that). */
  onProcessEvent(event: ProcessEvent): void;
  /** A process nobody has claimed runs a program; its `/proc/PID/cgroup` tells whether it is the lab's. */
  onStranger(pid: number, cgroup: string): void;
  /** Events were lost, or cannot be had. */
  onEventsLost(): void;
  /** Some UTS namespace of this kernel has another host or domain name. */
  onHostName(): void;
}

const CN_IDX_PROC = 1;
/** Room for a few thousand events: a burst must not be lost while a scan's slice runs. */
const receiveBytes = 2 * 1024 * 1024;

export class Observatory {
  static readonly #byLoop = new WeakMap<EventLoop, Observatory>();

  readonly inotify: Inotify;
  readonly #subscribers = new Set<Subscriber>();
  readonly #registrations: Disposable[] = [];
  readonly #descriptors: number[] = [];
  readonly #owners = new Map<number, Subscriber>();
  #connector: NetlinkSocket | null = null;
  #disposed = false;

  /** The one of this event loop. It goes with its last subscriber. */
  static of(events: EventLoop): Observatory {
    const known = Observatory.#byLoop.get(events);
    if (known && !known.#disposed) return known;
    const created = new Observatory(events);
    Observatory.#byLoop.set(events, created);
    return created;
  }

  private constructor(readonly events: EventLoop) {
    this.inotify = new Inotify(events);
    this.#connect();
    this.#watchHostNames();
  }

  /** Where process events come from; without the connector, labs are polled. */
  get processEvents(): 'connector' | 'polling' {
    return this.#connector ? 'connector' : 'polling';
  }

  subscribe(subscriber: Subscriber): void {
    this.#subscribers.add(subscriber);
  }

  /** Process events of `pid` go to `subscriber` from now on. */
  claim(pid: number, subscriber: Subscriber): void {
    this.#owners.set(pid, subscriber);
  }

  release(pid: number, subscriber: Subscriber): void {
    if (this.#owners.get(pid) === subscriber) this.#owners.delete(pid);
  }

  /** Labs observed. */
  get size(): number {
    return this.#subscribers.size;
  }

  unsubscribe(subscriber: Subscriber): void {
    for (const [pid, owner] of this.#owners) if (owner === subscriber) this.#owners.delete(pid);
    if (!this.#subscribers.delete(subscriber) || this.#subscribers.size > 0) return;
    this.#disposed = true;
    for (const registration of this.#registrations) registration.dispose();
    for (const fd of this.#descriptors) close(fd);
    this.#connector?.close();
    this.inotify.dispose();
  }

  #connect(): void {
    try {
      const socket = new NetlinkSocket(NETLINK_CONNECTOR, { group: CN_IDX_PROC, receiveBytes });
      this.#connector = socket;
      socket.send(encodeMessage(NLMSG_DONE, 0, 0, listenRequest()));
      this.#registrations.push(this.events.add(socket.fd, EPOLLIN, () => this.#drain(socket), { background: true }));
    } catch (error) {
      if (!(error instanceof KernelError)) throw error;
      // Not the initial network or pid namespace, no CAP_NET_ADMIN, or a kernel without CONFIG_PROC_EVENTS.
      this.#connector?.close();
      this.#connector = null;
    }
  }

  #drain(socket: NetlinkSocket): void {
    try {
      for (let datagram = socket.receive(); datagram; datagram = socket.receive()) {
        for (const message of decodeMessages(datagram)) {
          const event = decodeProcessEvent(message.payload);
          if (event) this.#pass(event);
        }
      }
    } catch (error) {
      // ENOBUFS: the burst was larger than the socket's room.
      if (!(error instanceof KernelError)) throw error;
      for (const subscriber of this.#subscribers) subscriber.onEventsLost();
    }
  }

  #pass(event: ProcessEvent): void {
    const owner = this.#owners.get(event.kind === 'fork' ? event.parent : event.pid);
    if (owner) {
      if (event.kind === 'fork') this.claim(event.pid, owner);
      owner.onProcessEvent(event);
    } else if (event.kind === 'exec' && this.#subscribers.size > 0) {
      // Started from outside into a Machine: a terminal, a check's probe.
      const cgroup = readText(`/proc/${event.pid}/cgroup`);
      if (cgroup !== null) for (const subscriber of this.#subscribers) subscriber.onStranger(event.pid, cgroup);
    }
  }

  /**
   * The files of host and domain name can be polled, and a change in any UTS namespace wakes the one who polls
   * (kernel/utsname_sysctl.c), which is all we need to know.
   */
  #watchHostNames(): void {
    for (const name of ['hostname', 'domainname']) {
      const fd = tryOpen(`/proc/sys/kernel/${name}`);
      if (fd < 0) continue;
      this.#descriptors.push(fd);
      const changed = () => {
        for (const subscriber of this.#subscribers) subscriber.onHostName();
      };
      this.#registrations.push(this.events.onChange(fd, changed));
    }
  }
}
