/** Which connection a packet belongs to, read from its headers, and how translated addresses are put into them. */
import type { IpAddress } from '../address/ip';
import type { IcmpMessage, IpHeader, Transport } from '../packet/packet';
import type { Tuple } from './connection';

/** Null for what belongs to no connection: errors, neighbour discovery. */
export function tupleOf(ip: IpHeader): Tuple | null {
  const { source, destination, protocol, transport } = ip;
  switch (transport.kind) {
    case 'tcp':
    case 'udp':
      return {
        protocol,
        source,
        destination,
        sourcePort: transport.sourcePort,
        destinationPort: transport.destinationPort,
      };
    case 'icmp':
      if (transport.about || !isEcho(transport, typeof source === 'number')) return null;
      return { protocol, source, destination, sourcePort: transport.id, destinationPort: transport.id };
    case 'raw':
      return { protocol, source, destination, sourcePort: 0, destinationPort: 0 };
  }
}

function isEcho({ type }: IcmpMessage, isV4: boolean): boolean {
  return isV4 ? type === 0 || type === 8 : type === 128 || type === 129;
}

export function isEchoRequest({ type }: IcmpMessage, isV4: boolean): boolean {
  return type === (isV4 ? 8 : 128);
}

export function withSource(ip: IpHeader, source: IpAddress, port: number): IpHeader {
  return { ...ip, source, transport: portChanged(ip.transport, 'sourcePort', port) };
}

export function withDestination(ip: IpHeader, destination: IpAddress, port: number): IpHeader {
  return { ...ip, destination, transport: portChanged(ip.transport, 'destinationPort', port) };
}

function portChanged(transport: Transport, which: 'sourcePort' | 'destinationPort', port: number): Transport {
  if (transport.kind === 'tcp' || transport.kind === 'udp') return { ...transport, [which]: port };
  if (transport.kind === 'icmp' && !transport.about && transport.target === undefined)
    return { ...transport, id: port };
  return transport;
}
