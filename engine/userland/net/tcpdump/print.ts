/** Packets as tcpdump writes them. */
import { nftNames as names } from '../../../kernel/sim';
import type { Services } from '../names';
import {
  type Arp,
  decodeFrame,
  decodeIpv4,
  decodeIpv6,
  etherTypes,
  type Frame,
  type Ip,
  ipv4,
  ipv6,
  long,
  portsOf,
  word,
} from './decode';
import { TcpPrinter } from './tcp';

export interface PrintOptions {
  numeric: boolean;
  verbose: number;
  quiet: boolean;
  linkLevel: boolean;
  absoluteSequence: boolean;
  services: Services;
  /** From /etc/hosts. */
  hostNames: ReadonlyMap<string, string>;
}

const typeNames: Readonly<Record<number, string>> = { 0x0800: 'IPv4', 0x0806: 'ARP', 0x86dd: 'IPv6', 0x8100: '802.1Q' };
const vxlanPort = 4789;

export class PacketPrinter {
  readonly #tcp: TcpPrinter;

  constructor(private readonly options: PrintOptions) {
    this.#tcp = new TcpPrinter(options);
  }

  /** Without time and device. */
  line(frame: Frame): string {
    return `${this.#link(frame)}${this.#network(frame, !this.options.linkLevel)}`;
  }

  #link({ ethernet, vlans, protocol, bytes }: Frame): string {
    if (!this.options.linkLevel || !ethernet) return '';
    const type = (number: number) =>
      `ethertype ${typeNames[number] ?? 'Unknown'} (0x${number.toString(16).padStart(4, '0')})`;
    const tags = vlans
      .map((id, at) => `vlan ${id}, p 0, ${type(at + 1 < vlans.length ? etherTypes.vlan : protocol)}, `)
      .join('');
    return `${ethernet.source} > ${ethernet.destination}, ${type(ethernet.type)}, length ${bytes.length}: ${tags}`;
  }

  #network({ arp, ip, protocol, bytes }: Pick<Frame, 'arp' | 'ip' | 'protocol' | 'bytes'>, named: boolean): string {
    if (arp)
      return `${named ? 'ARP, ' : ''}${this.options.verbose > 0 ? 'Ethernet (len 6), IPv4 (len 4), ' : ''}${this.#arp(arp)}`;
    if (ip) return `${named ? (ip.version === 4 ? 'IP ' : 'IP6 ') : ''}${this.#ip(ip)}`;
    return `${named ? `ethertype Unknown (0x${protocol.toString(16).padStart(4, '0')}), ` : ''}length ${bytes.length}`;
  }

  #arp({ operation, sender, senderMac, target, targetMac }: Arp): string {
    const length = ', length 28';
    if (operation === 2) return `Reply ${this.#host(sender)} is-at ${senderMac}${length}`;
    if (sender === '0.0.0.0') return `Probe ${this.#host(target)}${length}`;
    if (sender === target) return `Announcement ${this.#host(target)}${length}`;
    const known =
      targetMac === '00:00:00:00:00:00' ? '' : ` (${targetMac === 'ff:ff:ff:ff:ff:ff' ? 'Broadcast' : targetMac})`;
    return `Request who-has ${this.#host(target)}${known} tell ${this.#host(sender)}${length}`;
  }

  #ip(ip: Ip): string {
    return `${this.#ipHeader(ip)}${this.#ends(ip)}: ${this.#transport(ip)}`;
  }

  #ipHeader({ version, tos, ttl, id, offset, moreFragments, dontFragment, protocol, length, flowLabel }: Ip): string {
    if (this.options.verbose === 0) return '';
    const name = protocolName(protocol, version);
    if (version === 6) {
      const label = flowLabel === 0 ? '' : `flowlabel 0x${flowLabel.toString(16).padStart(5, '0')}, `;
      const tosText = tos === 0 ? '' : `class 0x${tos.toString(16).padStart(2, '0')}, `;
      return `(${tosText}${label}hlim ${ttl}, next-header ${name} (${protocol}) payload length: ${length}) `;
    }
    const flags = [dontFragment ? 'DF' : '', moreFragments ? '+' : ''].filter((flag) => flag !== '').join(', ');
    return `(tos 0x${tos.toString(16)}, ttl ${ttl}, id ${id}, offset ${offset}, flags [${flags === '' ? 'none' : flags}], proto ${name} (${protocol}), length ${length})\n    `;
  }

  #ends(ip: Ip): string {
    const ports = portsOf(ip);
    if (!ports) return `${this.#host(ip.source)} > ${this.#host(ip.destination)}`;
    const protocol = ip.protocol === 6 ? 'tcp' : 'udp';
    return `${this.#host(ip.source)}.${this.#port(ports.source, protocol)} > ${this.#host(ip.destination)}.${this.#port(ports.destination, protocol)}`;
  }

  #host(address: string): string {
    return this.options.numeric ? address : (this.options.hostNames.get(address) ?? address);
  }

  #port(port: number, protocol: 'tcp' | 'udp'): string {
    return this.options.numeric ? String(port) : (this.options.services.name(port, protocol) ?? String(port));
  }

  #transport(ip: Ip): string {
    const { protocol, payload, version, offset } = ip;
    if (offset > 0) return `ip-proto-${protocol}`;
    switch (protocol) {
      case 6:
        return this.#tcp.text(ip);
      case 17:
        return this.#udp(ip);
      case 1:
        return version === 4 ? this.#icmp(payload) : `ip-proto-1 ${payload.length}`;
      case 58:
        return `${this.options.verbose > 0 ? '[icmp6 sum ok] ' : ''}ICMP6, ${this.#icmp6(payload)}`;
      case 2:
        return 'igmp';
      default:
        return `${protocolName(protocol, version).toLowerCase()} ${payload.length}`;
    }
  }

  #udp({ payload }: Ip): string {
    const [source, destination, length] = [word(payload, 0), word(payload, 2), payload.length - 8];
    if (this.options.quiet) return `UDP, length ${length}`;
    const sum = this.options.verbose > 0 ? '[udp sum ok] ' : '';
    if (destination === vxlanPort) return `${sum}${this.#vxlan(payload.subarray(8))}`;
    const isNames = [source, destination].some((port) => port === 53 || port === 5353);
    if (isNames && length < 12) return `domain [length ${length} < 12] (invalid)`;
    return `${sum}UDP, length ${length}`;
  }

  #vxlan(bytes: Uint8Array): string {
    const flags = bytes[0] ?? 0;
    const vni = long(bytes, 4) >>> 8;
    const inner = decodeFrame(bytes.subarray(8));
    return `VXLAN, flags [${(flags & 8) === 0 ? '.' : 'I'}] (0x${flags.toString(16).padStart(2, '0')}), vni ${vni}\n${this.#network(inner, true)}`;
  }

  #icmp(bytes: Uint8Array): string {
    const [type = 0, code = 0] = bytes;
    const { length } = bytes;
    const tail = `, length ${length}`;
    const quoted = decodeIpv4(bytes.subarray(8));
    const below = this.options.verbose > 0 && quoted ? `\n\tIP ${this.#ip(quoted)}` : '';
    switch (type) {
      case 8:
      case 0:
        return `ICMP echo ${type === 8 ? 'request' : 'reply'}, id ${word(bytes, 4)}, seq ${word(bytes, 6)}${tail}`;
      case 3:
        return `ICMP ${quoted ? this.#unreachable(quoted, code, word(bytes, 6)) : 'unreachable'}${tail}${below}`;
      case 5:
        return `ICMP redirect ${quoted ? this.#host(quoted.destination) : ''} to ${code === 1 ? 'host' : 'net'} ${this.#host(ipv4(bytes, 4))}${tail}${below}`;
      case 11:
        return `ICMP ${code === 0 ? 'time exceeded in-transit' : 'ip reassembly time exceeded'}${tail}${below}`;
      default:
        return `ICMP type-#${type}${tail}`;
    }
  }

  #unreachable(quoted: Ip, code: number, mtu: number): string {
    const host = this.#host(quoted.destination);
    switch (code) {
      case 0:
        return `net ${host} unreachable`;
      case 1:
        return `host ${host} unreachable`;
      case 2:
        return `${host} protocol ${quoted.protocol} unreachable`;
      case 3: {
        const ports = portsOf(quoted);
        const protocol = quoted.protocol === 6 ? 'tcp' : 'udp';
        return `${host} ${protocol} port ${this.#port(ports?.destination ?? 0, protocol)} unreachable`;
      }
      case 4:
        return `${host} unreachable - need to frag (mtu ${mtu})`;
      case 9:
        return `net ${host} unreachable - admin prohibited`;
      case 10:
        return `host ${host} unreachable - admin prohibited`;
      default:
        return `host ${host} unreachable - admin prohibited filter`;
    }
  }

  #icmp6(bytes: Uint8Array): string {
    const [type = 0, code = 0] = bytes;
    const tail = `, length ${bytes.length}`;
    const quoted = decodeIpv6(bytes.subarray(8));
    switch (type) {
      case 128:
      case 129:
        return `echo ${type === 128 ? 'request' : 'reply'}, id ${word(bytes, 4)}, seq ${word(bytes, 6)}${tail}`;
      case 133:
        return `router solicitation${tail}`;
      case 134:
        return `router advertisement${tail}`;
      case 135:
        return `neighbor solicitation, who has ${this.#host(ipv6(bytes, 8))}${tail}${this.#linkOption(bytes, 'source')}`;
      case 136:
        return `neighbor advertisement, tgt is ${this.#host(ipv6(bytes, 8))}${tail}${this.#advertised(bytes)}`;
      case 1:
        return `destination unreachable, ${this.#unreachable6(quoted, code)}${tail}`;
      case 2:
        return `packet too big, mtu ${long(bytes, 4)}${tail}`;
      case 3:
        return `time exceeded in-transit for ${this.#host(quoted?.destination ?? '')}${tail}`;
      default:
        return `type-#${type}${tail}`;
    }
  }

  #advertised(bytes: Uint8Array): string {
    if (this.options.verbose === 0) return '';
    const flags = bytes[4] ?? 0;
    const list = [
      [0x80, 'router'],
      [0x40, 'solicited'],
      [0x20, 'override'],
    ] as const;
    const text = list.flatMap(([bit, name]) => ((flags & bit) === 0 ? [] : [name])).join(', ');
    return `, Flags [${text === '' ? 'none' : text}]${this.#linkOption(bytes, 'destination')}`;
  }

  #linkOption(bytes: Uint8Array, which: string): string {
    if (this.options.verbose === 0 || bytes.length < 32) return '';
    const mac = Array.from(bytes.subarray(26, 32), (byte) => byte.toString(16).padStart(2, '0')).join(':');
    return `\n\t  ${which} link-address option (${which === 'source' ? 1 : 2}), length 8 (1): ${mac}`;
  }

  #unreachable6(quoted: Ip | null, code: number): string {
    if (!quoted) return `code-#${code}`;
    const host = this.#host(quoted.destination);
    switch (code) {
      case 0:
        return `unreachable route ${host}`;
      case 1:
        return `unreachable prohibited ${host}`;
      case 3:
        return `unreachable address ${host}`;
      case 4: {
        const protocol = quoted.protocol === 6 ? 'tcp' : 'udp';
        return `unreachable port, ${host} ${protocol} port ${this.#port(portsOf(quoted)?.destination ?? 0, protocol)}`;
      }
      default:
        return `code-#${code}`;
    }
  }
}

function protocolName(protocol: number, version: 4 | 6): string {
  if (protocol === 58) return 'ICMPv6';
  if (version === 6 && protocol === 0) return 'Options';
  return names.protocols.nameOf(protocol).toUpperCase();
}
