/** A station of a packet as the port tells it: in words. */
import type { PacketHop } from '../../simulation';
import type { PacketSummary } from '../net/packet/describe';
import type { Hop } from '../net/trace/trace';

export function packetHop({
  time,
  packetId,
  netns,
  device,
  stage,
  summary,
  rule,
  rewrite,
  verdict,
  reason,
}: Hop): PacketHop {
  return {
    packet: packetId,
    at: time,
    ns: `net:${netns}`,
    device,
    stage,
    summary: inWords(summary),
    rule: rule ?? null,
    rewrite: rewrite ?? null,
    verdict: verdict ?? null,
    reason: reason ?? null,
  };
}

/** `tcp 10.0.0.1:40000 > 10.0.0.2:80 SYN` */
function inWords({ protocol, source, destination, sourcePort, destinationPort, flags }: PacketSummary): string {
  const end = (address: string, port: number | null) => (port === null ? address : `${address}:${port}`);
  return `${protocol} ${end(source, sourcePort)} > ${end(destination, destinationPort)} ${flags}`.trimEnd();
}
