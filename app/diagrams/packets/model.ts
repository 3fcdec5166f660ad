/** Packets and their ways, from the stations a simulated lab tells of. */
import type { LabState, NsId } from '../../../engine/state';
import type { PacketHop } from '../../../sandbox/protocol';
import { type EntityRef, refOf } from '../model/scene';

export interface PacketWay {
  packet: number;
  /** As it was first seen. */
  summary: string;
  hops: readonly PacketHop[];
  /** `delivered`, `dropped`, or `under way`. */
  outcome: 'delivered' | 'dropped' | 'under way';
}

const keptPackets = 60;

/** Adds stations to what is known; the oldest packets go. */
export function addHops(known: ReadonlyMap<number, PacketWay>, hops: readonly PacketHop[]): Map<number, PacketWay> {
  const ways = new Map(known);
  for (const hop of hops) {
    const before = ways.get(hop.packet);
    const all = [...(before?.hops ?? []), hop];
    ways.delete(hop.packet);
    ways.set(hop.packet, {
      packet: hop.packet,
      summary: before?.summary ?? hop.summary,
      hops: all,
      outcome: outcomeOf(all),
    });
  }
  for (const oldest of ways.keys()) {
    if (ways.size <= keptPackets) break;
    ways.delete(oldest);
  }
  return ways;
}

function outcomeOf(hops: readonly PacketHop[]): PacketWay['outcome'] {
  if (hops.some(({ stage }) => stage === 'drop')) return 'dropped';
  return hops.some(({ stage }) => stage === 'deliver') ? 'delivered' : 'under way';
}

const stages: Record<string, string> = {
  egress: 'leaves through',
  ingress: 'arrives at',
  prerouting: 'prerouting hook',
  input: 'input hook',
  forward: 'forward hook',
  output: 'output hook',
  postrouting: 'postrouting hook',
  route: 'routing decision',
  bridge: 'switched by',
  arp: 'ARP',
  deliver: 'delivered',
  drop: 'dropped',
};

/** One station in a line: `leaves through eth0`. */
export function stationText({ stage, device }: PacketHop): string {
  return [stages[stage] ?? stage, device].filter(Boolean).join(' ');
}

/** What happened to it there, a line each. */
export function stationNotes({ rule, rewrite, verdict, reason, stage }: PacketHop): string[] {
  const notes: string[] = [];
  if (rule) notes.push(`${rule.family} ${rule.table} ${rule.chain}: ${rule.text}`);
  if (rewrite) notes.push(`${rewrite.before} becomes ${rewrite.after}`);
  if (verdict && stage !== 'deliver' && stage !== 'drop') notes.push(`verdict: ${verdict}`);
  if (reason) notes.push(reason);
  return notes;
}

/** The thing in the drawing where the station is: its device, else its network. */
export function placeOf(state: LabState, { ns, device }: PacketHop): EntityRef | null {
  const found = Object.entries(state.devices).find(([, one]) => one.ns === ns && one.name === device);
  if (found) return refOf('devices', found[0]);
  return Object.hasOwn(state.namespaces, ns) ? refOf('namespaces', ns) : null;
}

/** How the network of a station is called: its Machine, or what pins it. */
export function networkName(state: LabState, ns: NsId): string {
  const machine = Object.values(state.machines).find(({ namespaces }) => namespaces.net === ns);
  if (machine) return machine.id;
  const pin = state.namespaces[ns]?.pins[0]?.path;
  return pin?.split('/').at(-1) ?? ns;
}
