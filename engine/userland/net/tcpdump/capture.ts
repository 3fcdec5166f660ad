/** Reads what passes a device, until it is enough or somebody interrupts. */
import {
  type Blocking,
  isSysError,
  type LinkInfo,
  type PacketDirection,
  POLLIN,
  type Received,
  type Sys,
} from '../../../kernel/sim';
import { writeAll } from '../../lib/io';
import type { ParsedOptions } from '../../lib/options';
import { decodeFrame } from './decode';
import type { Filter } from './filter-tests';
import { defaultSnapshot, type Printing } from './printing';

export const everything = 0x0003;

/** Ends tcpdump with a message. */
export class TcpdumpError extends Error {}

export function* openCapture(sys: Sys, path: string): Blocking<number> {
  try {
    return yield* sys.open(path, 0);
  } catch (error) {
    if (!isSysError(error)) throw error;
    throw new TcpdumpError(`${path}: No such file or directory`);
  }
}

interface Device {
  fd: number;
  name: string;
  /** Null: all of them. */
  link: LinkInfo | null;
}

export function openDevice(sys: Sys, wanted: string | null): Device {
  const links = sys.links();
  const name =
    wanted ?? links.find(({ flags, linkType }) => flags.includes('UP') && linkType !== 'loopback')?.name ?? 'any';
  let fd: number;
  try {
    fd = sys.socket('packet', 'raw', everything);
  } catch (error) {
    if (!isSysError(error)) throw error;
    throw new TcpdumpError(
      `${name}: You don't have permission to perform this capture on that device\n(socket: Operation not permitted)`,
    );
  }
  if (name === 'any') return { fd, name, link: null };
  const link = links.find((one) => one.name === name || String(one.index) === name);
  if (!link) throw new TcpdumpError(`${name}: No such device exists\n(No such device exists)`);
  sys.bind(fd, { family: 'packet', ifindex: link.index, protocol: everything });
  if (!link.flags.includes('UP')) throw new TcpdumpError(`${name}: That device is not up`);
  return { fd, name: link.name, link };
}

export class Capture {
  #captured = 0;
  #received = 0;
  #isStopped = false;

  constructor(
    private readonly sys: Sys,
    private readonly device: Device,
    private readonly filter: Filter,
    private readonly output: Printing,
    private readonly options: ParsedOptions,
  ) {}

  *run(count: number): Blocking<number> {
    const { sys, device } = this;
    for (const signal of [1, 2, 13, 15]) {
      const handler = () => {
        this.#isStopped = true;
      };
      sys.sigaction(signal, { handler, restart: false });
    }
    yield* this.output.begin();
    yield* writeAll(sys, 2, this.#heading());
    while (!this.#isStopped && this.#captured < count) yield* this.#next(device.fd);
    const gap = this.#isStopped ? '\n' : '';
    const packets = (number: number, what: string) => `${number} packet${number === 1 ? '' : 's'} ${what}\n`;
    yield* writeAll(
      sys,
      2,
      `${gap}${packets(this.#captured, 'captured')}${packets(this.#received, 'received by filter')}0 packets dropped by kernel\n`,
    );
    return 0;
  }

  #heading(): string {
    const { name, link } = this.device;
    const type = link === null ? 'LINUX_SLL2 (Linux cooked v2)' : 'EN10MB (Ethernet)';
    const snapshot = Number(this.options.value('s') ?? defaultSnapshot) || defaultSnapshot;
    const listening = `listening on ${name}, link-type ${type}, snapshot length ${snapshot} bytes\n`;
    const any = link === null ? 'tcpdump: data link type LINUX_SLL2\n' : '';
    if (this.options.has('v') || this.options.has('w')) return `${any}tcpdump: ${listening}`;
    return `${any}tcpdump: verbose output suppressed, use -v[v]... for full protocol decode\n${listening}`;
  }

  *#next(fd: number): Blocking<void> {
    try {
      yield* this.sys.poll([{ fd, events: POLLIN }], null);
      yield* this.#take(yield* this.sys.recv(fd, defaultSnapshot));
    } catch (error) {
      if (!isSysError(error, 'EINTR')) throw error;
    }
  }

  *#take({ data, from, time }: Received): Blocking<void> {
    if (from?.family !== 'packet') return;
    const link = this.device.link ?? this.sys.links().find(({ index }) => index === from.ifindex);
    // What goes out of lo comes in again.
    if (from.packetType === 'outgoing' && link?.linkType === 'loopback') return;
    if (!this.#isWanted(from.packetType)) return;
    const frame = decodeFrame(data);
    if (!this.filter(frame)) return;
    this.#received++;
    this.#captured++;
    const where =
      this.device.link === null ? `${(link?.name ?? '?').padEnd(5)} ${directionName(from.packetType).padEnd(3)} ` : '';
    yield* this.output.packet({ time: time ?? this.sys.clockGettime('realtime'), bytes: data }, frame, where);
  }

  #isWanted(type: PacketDirection | undefined): boolean {
    const direction = this.options.value('Q');
    if (direction === 'in') return type !== 'outgoing';
    return direction !== 'out' || type === 'outgoing';
  }
}

function directionName(type: PacketDirection | undefined): string {
  switch (type) {
    case 'outgoing':
      return 'Out';
    case 'broadcast':
      return 'B';
    case 'multicast':
      return 'M';
    case 'otherhost':
      return 'P';
    default:
      return 'In';
  }
}
