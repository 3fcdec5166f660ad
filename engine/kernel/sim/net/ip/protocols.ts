/** Hands packets for this host to the protocol they carry, and to the sockets that see all of one. */
import type { NetDevice } from '../device/device';
import type { IpHeader, Packet } from '../packet/packet';
import type { NetNamespace } from '../types';
import type { IcmpReport } from './icmp';

export class Protocols {
  constructor(private readonly ns: NetNamespace) {}

  deliver(device: NetDevice, packet: Packet, ip: IpHeader): void {
    const wasTaken = this.ns.sockets.raw.deliver(packet, ip);
    const { transport } = ip;
    switch (transport.kind) {
      case 'icmp':
        return this.ns.icmp.receive(device, packet, ip, transport);
      case 'udp':
        return this.ns.sockets.udp.receive(packet, ip, transport);
      case 'tcp':
        return this.ns.sockets.tcp.receive(packet, ip, transport);
      case 'raw':
        if (!wasTaken) this.ns.icmp.error(packet, 'protocol-unreachable');
    }
  }

  /** ICMP reported an error about a packet that was sent from here. */
  error(about: IpHeader, report: IcmpReport): void {
    const { transport } = about;
    this.ns.sockets.raw.error(about, report);
    if (transport.kind === 'udp') this.ns.sockets.udp.error(about, transport, report);
    else if (transport.kind === 'tcp') this.ns.sockets.tcp.error(about, transport, report);
    else if (transport.kind === 'icmp') this.ns.sockets.ping.error(about, transport, report);
  }
}
