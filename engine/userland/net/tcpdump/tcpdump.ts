/** tcpdump(8): what passes a device. */
import {
  type Blocking,
  isSysError,
  type LinkInfo,
  type Nanoseconds,
  type PacketDirection,
  POLLIN,
  type Program,
  type Received,
  type Sys,
} from '../../../kernel/sim';
import { readHosts } from '../../lib/hosts';
import { readAll, readFile, writeAll } from '../../lib/io';
import { type ParsedOptions, parseOptions, UsageError } from '../../lib/options';
import { calendarOf, strftime } from '../../lib/time';
import { Services } from '../names';
import { type Captured, fileHeader, fileRecord, readCapture } from './capture-file';
import { decodeFrame, type Frame } from './decode';
import { dumpText } from './dump';
import { type Filter, FilterError, parseFilter } from './filter';
import { PacketPrinter } from './print';
import { usageText, versionText } from './usage';

const specs = [
  ...[...'BCcEFGijMQrsTVWwyzZm'].map((short) => ({ short, value: 'required' as const })),
  ...[...'AbdDefhHIJKlLnNOpqStuUvxX#'].map((short) => ({ short })),
  { long: 'interface', value: 'required' as const, as: 'i' },
  { long: 'list-interfaces', as: 'D' },
  { long: 'version' },
  { long: 'help', as: 'h' },
  { long: 'immediate-mode' },
  { long: 'number', as: '#' },
  { long: 'count' },
  { long: 'print' },
  { long: 'direction', value: 'required' as const, as: 'Q' },
  { long: 'snapshot-length', value: 'required' as const, as: 's' },
  { long: 'absolute-tcp-sequence-numbers', as: 'S' },
  { long: 'no-promiscuous-mode', as: 'p' },
];
const everything = 0x0003;
const defaultSnapshot = 262_144;

/** Ends tcpdump with a message. */
class TcpdumpError extends Error {}

export const tcpdump: Program = function* (sys, argv) {
  try {
    const options = parseOptions(argv.slice(1), specs);
    if (options.has('version') || options.has('h')) {
      yield* writeAll(sys, 1, `${versionText}${options.has('h') ? usageText : ''}`);
      return 0;
    }
    if (options.has('D')) {
      yield* writeAll(sys, 1, deviceList(sys.links()));
      return 0;
    }
    return yield* run(sys, options);
  } catch (error) {
    if (error instanceof UsageError) {
      yield* writeAll(sys, 2, `tcpdump: ${error.message}\n${versionText}${usageText}`);
      return 1;
    }
    if (!(error instanceof TcpdumpError || error instanceof FilterError)) throw error;
    yield* writeAll(sys, 2, `tcpdump: ${error.message}\n`);
    return 1;
  }
};

function* run(sys: Sys, options: ParsedOptions): Blocking<number> {
  const services = yield* Services.load(sys);
  const count = options.value('c');
  if (count !== null && !(Number(count) > 0)) throw new TcpdumpError(`invalid packet count ${count}`);
  const expression =
    options.value('F') === null ? options.operands.join(' ') : yield* readFile(sys, options.value('F') ?? '');
  const output = new Printing(sys, options, services, yield* hostNames(sys));
  const path = options.value('r');
  if (path !== null) return yield* fromFile(sys, path, parseFilter(expression, services), output);
  const device = openDevice(sys, options.value('i'));
  const capture = new Capture(sys, device, parseFilter(expression, services), output, options);
  return yield* capture.run(count === null ? Number.POSITIVE_INFINITY : Number(count));
}

function* hostNames(sys: Sys): Blocking<Map<string, string>> {
  const found = new Map<string, string>();
  for (const {
    address,
    names: [name],
  } of yield* readHosts(sys))
    if (name !== undefined && !found.has(address)) found.set(address, name);
  return found;
}

function* fromFile(sys: Sys, path: string, filter: Filter, output: Printing): Blocking<number> {
  const fd = path === '-' ? 0 : yield* openCapture(sys, path);
  const packets = readCapture(yield* readAll(sys, fd));
  if (!packets) throw new TcpdumpError('unknown file format');
  yield* writeAll(
    sys,
    2,
    `reading from file ${path}, link-type EN10MB (Ethernet), snapshot length ${defaultSnapshot}\n`,
  );
  for (const packet of packets) {
    const frame = decodeFrame(packet.bytes);
    if (filter(frame)) yield* output.packet(packet, frame, '');
  }
  return 0;
}

function* openCapture(sys: Sys, path: string): Blocking<number> {
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

function openDevice(sys: Sys, wanted: string | null): Device {
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

class Capture {
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

/** Where packets go: to standard output, to a file. */
class Printing {
  readonly #printer: PacketPrinter;
  #number = 0;
  #previous: Nanoseconds | null = null;
  #file: number | null = null;

  constructor(
    private readonly sys: Sys,
    private readonly options: ParsedOptions,
    services: Services,
    names: ReadonlyMap<string, string>,
  ) {
    this.#printer = new PacketPrinter({
      numeric: options.has('n'),
      verbose: options.given.filter(({ name }) => name === 'v').length,
      quiet: options.has('q'),
      linkLevel: options.has('e'),
      absoluteSequence: options.has('S'),
      services,
      hostNames: names,
    });
  }

  *begin(): Blocking<void> {
    const path = this.options.value('w');
    if (path === null) return;
    const flags = 0o1101;
    this.#file = path === '-' ? 1 : yield* this.sys.open(path, flags, 0o644);
    yield* writeAll(this.sys, this.#file, fileHeader(defaultSnapshot));
  }

  *packet(packet: Captured, frame: Frame, where: string): Blocking<void> {
    this.#number++;
    if (this.#file !== null) return yield* writeAll(this.sys, this.#file, fileRecord(packet));
    const number = this.options.has('#') ? `${String(this.#number).padStart(5)}  ` : '';
    const time = this.#time(packet.time);
    const line = `${number}${time}${where}${this.#printer.line(frame)}`;
    yield* writeAll(this.sys, 1, `${line}\n${dumpText(frame, this.options)}`);
  }

  #time(time: Nanoseconds): string {
    const level = this.options.given.filter(({ name }) => name === 't').length;
    const micros = (value: Nanoseconds) => String(Math.floor((value % 1e9) / 1000)).padStart(6, '0');
    const previous = this.#previous ?? time;
    this.#previous ??= time;
    switch (level) {
      case 0:
        return `${strftime('%H:%M:%S', calendarOf(time))}.${micros(time)} `;
      case 1:
        return '';
      case 2:
        return `${Math.floor(time / 1e9)}.${micros(time)} `;
      case 4:
        return `${strftime('%Y-%m-%d %H:%M:%S', calendarOf(time))}.${micros(time)} `;
      default: {
        if (level === 3) this.#previous = time;
        const passed = time - previous;
        return ` ${strftime('%H:%M:%S', calendarOf(passed))}.${micros(passed)} `;
      }
    }
  }
}

function deviceList(links: readonly LinkInfo[]): string {
  const isUp = ({ flags }: LinkInfo) => flags.includes('UP');
  const about = (link: LinkInfo) => {
    const parts = [
      ...(isUp(link) ? ['Up'] : []),
      ...(link.flags.includes('LOWER_UP') ? ['Running'] : []),
      ...(link.linkType === 'loopback'
        ? ['Loopback']
        : isUp(link)
          ? [link.flags.includes('LOWER_UP') ? 'Connected' : 'Disconnected']
          : []),
    ];
    return `${link.name}${parts.length === 0 ? '' : ` [${parts.join(', ')}]`}`;
  };
  const active = links.filter((link) => isUp(link) && link.linkType !== 'loopback');
  const loopback = links.filter((link) => isUp(link) && link.linkType === 'loopback');
  const rows = [
    ...active.map(about),
    'any (Pseudo-device that captures on all interfaces) [Up, Running]',
    ...loopback.map(about),
    'bluetooth-monitor (Bluetooth Linux Monitor) [Wireless]',
    'nflog (Linux netfilter log (NFLOG) interface) [none]',
    'nfqueue (Linux netfilter queue (NFQUEUE) interface) [none]',
    'dbus-system (D-Bus system bus) [none]',
    'dbus-session (D-Bus session bus) [none]',
    ...links.filter((link) => !isUp(link)).map(about),
  ];
  return rows.map((row, at) => `${at + 1}.${row}\n`).join('');
}
