/** tcpdump(8): what passes a device. */
import type { Blocking, LinkInfo, Program, Sys } from '../../../kernel/sim';
import { readHosts } from '../../lib/hosts';
import { readAll, readFile, writeAll } from '../../lib/io';
import { type ParsedOptions, parseOptions, UsageError } from '../../lib/options';
import { Services } from '../names';
import { Capture, openCapture, openDevice, TcpdumpError } from './capture';
import { readCapture } from './capture-file';
import { decodeFrame } from './decode';
import { parseFilter } from './filter';
import { type Filter, FilterError } from './filter-tests';
import { defaultSnapshot, Printing } from './printing';
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
