/**
 * What all labs of this process share: the proc connector, the watch for host names, one inotify instance.
 * They exist as long as at least one lab is observed.
 */
import { KernelError } from '../../port';
import type { EventLoop, Registration } from '../events/epoll';
import { close, EPOLLERR, EPOLLIN, EPOLLPRI } from '../syscall';
import { Inotify } from './inotify';
import { decodeMessages, encodeMessage, NLMSG_DONE } from './netlink/message';
import { decodeProcessEvent, listenRequest, type ProcessEvent } from './netlink/process-event';
import { NETLINK_CONNECTOR, NetlinkSocket } from './netlink/socket';
import { tryOpen } from './raw-file';

/** What a lab wants to hear of. */
export interface Subscriber {
  onProcessEvent(event: ProcessEvent): void;
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
  readonly #registrations: Registration[] = [];
  readonly #descriptors: number[] = [];
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

  unsubscribe(subscriber: Subscriber): void {
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
      this.#registrations.push(
        this.events.add(socket.fd, EPOLLIN, () => this.#drain(socket), { background: true }),
      );
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
          if (event) for (const subscriber of this.#subscribers) subscriber.onProcessEvent(event);
        }
      }
    } catch (error) {
      // ENOBUFS: the burst was larger than the socket's room.
      if (!(error instanceof KernelError)) throw error;
      for (const subscriber of this.#subscribers) subscriber.onEventsLost();
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
      this.#registrations.push(this.events.add(fd, EPOLLPRI | EPOLLERR, changed, { background: true }));
    }
  }
}
