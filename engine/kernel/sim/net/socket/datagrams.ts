/** What arrived at a socket of datagrams and was not read yet. */
import type { Nanoseconds } from '../../sched/blocking';
import type { Received, RecvOptions, SocketAddress } from '../socket-types';

export interface Datagram {
  data: Uint8Array;
  from: SocketAddress | null;
  ttl: number;
  to?: string;
  time: Nanoseconds;
}

/** net.core.rmem_default; each datagram also costs its bookkeeping. */
const limitBytes = 212_992;
const overhead = 768;

export class DatagramQueue {
  readonly #queue: Datagram[] = [];
  #bytes = 0;

  get isEmpty(): boolean {
    return this.#queue.length === 0;
  }
  /** Of the first one (FIONREAD). */
  get firstLength(): number {
    return this.#queue[0]?.data.length ?? 0;
  }
  /** As ss(8) shows it: with the bookkeeping. */
  get bytes(): number {
    return this.#bytes;
  }

  /** False: there is no room, it is lost. */
  push(datagram: Datagram): boolean {
    if (this.#bytes + datagram.data.length + overhead > limitBytes) return false;
    this.#bytes += datagram.data.length + overhead;
    this.#queue.push(datagram);
    return true;
  }

  take(count: number, { peek = false }: RecvOptions): Received | undefined {
    const first = this.#queue[0];
    if (!first) return undefined;
    if (!peek) {
      this.#queue.shift();
      this.#bytes -= first.data.length + overhead;
    }
    const { from, ttl, to, time } = first;
    const truncated = first.data.length > count;
    return {
      data: truncated ? first.data.subarray(0, count) : first.data,
      from,
      ttl,
      time,
      truncated,
      ...(to === undefined ? {} : { to }),
    };
  }

  clear(): void {
    this.#queue.length = 0;
    this.#bytes = 0;
  }
}
