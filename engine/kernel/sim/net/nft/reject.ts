/** `reject`: says no with an ICMP error or a TCP reset (nf_reject_ipv4.c). */
import { bare } from '../../abi/bare';
import type { IcmpErrorKind } from '../ip/icmp';
import { RST } from '../packet/packet';
import type { HookContext } from './context';

const kinds: Record<string, IcmpErrorKind> = bare({
  'net-unreachable': 'net-unreachable',
  'host-unreachable': 'host-unreachable',
  'prot-unreachable': 'protocol-unreachable',
  'port-unreachable': 'port-unreachable',
  'net-prohibited': 'net-prohibited',
  'host-prohibited': 'host-prohibited',
  'admin-prohibited': 'filtered',
  'no-route': 'net-unreachable',
  'addr-unreachable': 'addr-unreachable',
});

/** `how` as nft(8) prints it: `tcp reset`, `icmp host-unreachable`, `icmpx admin-prohibited`; null: port unreachable. */
export function sendReject({ ns, packet, family }: HookContext, how: string | null): void {
  const { ip } = packet;
  if (!ip || family === 'bridge' || family === 'netdev') return;
  if (how === 'tcp reset') {
    const { transport } = ip;
    if (transport.kind !== 'tcp' || (transport.flags & RST) !== 0) return;
    const ends = {
      local: ip.destination,
      localPort: transport.destinationPort,
      remote: ip.source,
      remotePort: transport.sourcePort,
    };
    ns.sockets.tcp.reset(ends, transport, packet);
    return;
  }
  const name = how?.split(' ').at(-1) ?? 'port-unreachable';
  ns.icmp.error(packet, kinds[name] ?? 'port-unreachable');
}
