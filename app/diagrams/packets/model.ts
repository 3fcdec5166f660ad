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

/** What happens at a station, and how the device is named with it. */
const stages: Record<string, [what: string, by: string]> = {
  egress: ['leaves', 'through'],
  ingress: ['arrives', 'at'],
  prerouting: ['prerouting hook', 'in by'],
  input: ['input hook', 'in by'],
  forward: ['forward hook', 'by'],
  output: ['output hook', 'out by'],
  postrouting: ['postrouting hook', 'out by'],
  route: ['routing decision', 'by'],
  bridge: ['switched', 'by'],
  arp: ['ARP', 'at'],
  deliver: ['delivered', 'by'],
  drop: ['dropped', 'at'],
};

/** One station in a line: `leaves through eth0`. */
export function stationText({ stage, device }: PacketHop): string {
  const [what, by] = stages[stage] ?? [stage, 'at'];
  if (device === null) return what;
  return what.endsWith('hook') ? `${what}, ${by} ${device}` : `${what} ${by} ${device}`;
}

/** What happened to a packet at one place, one after the other: hooks and the rules in them are told of one by one. */
export interface Station {
  hop: PacketHop;
  notes: readonly string[];
}

export function stationsOf({ hops }: PacketWay): Station[] {
  const stations: Array<Station & { notes: string[] }> = [];
  for (const hop of hops) {
    const last = stations.at(-1);
    const isSame = last && (['ns', 'stage', 'device'] as const).every((key) => last.hop[key] === hop[key]);
    if (isSame) last.notes.push(...stationNotes(hop));
    else stations.push({ hop, notes: stationNotes(hop) });
  }
  return stations;
}

/** Lab time since the packet was first seen: `+0.012 ms`. */
export function sinceFirst({ hops }: PacketWay, { at }: PacketHop): string {
  return `+${(at - (hops[0]?.at ?? at)).toFixed(3)} ms`;
}

/** What happened to it there, a line each. */
function stationNotes({ rule, rewrite, verdict, reason, stage }: PacketHop): string[] {
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
