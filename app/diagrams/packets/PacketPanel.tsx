'use client';

/** Packets of a simulated lab, to be followed from station to station; the drawing shows where each is. */
import { useEffect, useState } from 'react';
import type { LabState } from '../../../engine/state';
import type { PacketHop } from '../../../sandbox/protocol';
import type { EntityRef } from '../model/scene';
import { addHops, networkName, type PacketWay, placeOf, stationNotes, stationText } from './model';
import './packets.css';

/** Where packets are told of. */
export interface PacketSource {
  watch(on: boolean): void;
  subscribe(listener: (hops: readonly PacketHop[]) => void): () => void;
}

interface PacketPanelProps {
  source: PacketSource;
  state: LabState;
  onSelect(ref: EntityRef): void;
}

export function PacketPanel({ source, state, onSelect }: PacketPanelProps) {
  const [following, setFollowing] = useState(false);
  const [ways, setWays] = useState<ReadonlyMap<number, PacketWay>>(new Map());
  const [open, setOpen] = useState<number | null>(null);
  useEffect(() => {
    if (!following) return;
    source.watch(true);
    const stop = source.subscribe((hops) => setWays((known) => addHops(known, hops)));
    return () => {
      stop();
      source.watch(false);
    };
  }, [following, source]);
  const way = open === null ? undefined : ways.get(open);
  return (
    <section className="dg-packets" aria-label="Packets">
      <header>
        <h3>Packets</h3>
        <button type="button" className="dg-toggle" aria-pressed={following} onClick={() => setFollowing(!following)}>
          {following ? 'Following' : 'Follow packets'}
        </button>
      </header>
      {way ? (
        <Way way={way} state={state} onSelect={onSelect} onClose={() => setOpen(null)} />
      ) : (
        <PacketList ways={ways} following={following} onOpen={setOpen} />
      )}
    </section>
  );
}

interface PacketListProps {
  ways: ReadonlyMap<number, PacketWay>;
  following: boolean;
  onOpen(packet: number): void;
}

function PacketList({ ways, following, onOpen }: PacketListProps) {
  if (ways.size === 0) {
    return (
      <p className="dg-packets-empty">
        {following
          ? 'Send something: ping, curl, nc.'
          : 'Shows each packet from device to device, and what rules do to it.'}
      </p>
    );
  }
  return (
    <ol className="dg-packet-list">
      {[...ways.values()].reverse().map(({ packet, summary, outcome, hops }) => (
        <li key={packet}>
          <button type="button" onClick={() => onOpen(packet)}>
            <span className="dg-packet-summary">{summary}</span>
            <span className="dg-packet-outcome" data-outcome={outcome}>
              {outcome}, {hops.length} stations
            </span>
          </button>
        </li>
      ))}
    </ol>
  );
}

interface WayProps {
  way: PacketWay;
  state: LabState;
  onSelect(ref: EntityRef): void;
  onClose(): void;
}

function Way({ way: { summary, hops, outcome }, state, onSelect, onClose }: WayProps) {
  const [at, setAt] = useState(0);
  const stations = hops.map((hop, number) => ({ hop, number }));
  const go = (to: number) => {
    setAt(to);
    const hop = hops[to];
    const place = hop && placeOf(state, hop);
    if (place) onSelect(place);
  };
  return (
    <div className="dg-way">
      <p className="dg-packet-summary">{summary}</p>
      <p className="dg-way-buttons">
        <button type="button" className="dg-live" disabled={at === 0} onClick={() => go(at - 1)}>
          Previous
        </button>
        <button type="button" className="dg-live" disabled={at >= hops.length - 1} onClick={() => go(at + 1)}>
          Next station
        </button>
        <button type="button" className="dg-live" onClick={onClose}>
          All packets
        </button>
      </p>
      <ol className="dg-stations" data-outcome={outcome}>
        {stations.map(({ hop, number }) => (
          <li key={number} aria-current={number === at ? 'step' : undefined}>
            <button type="button" onClick={() => go(number)}>
              <span className="dg-station-net">{networkName(state, hop.ns)}</span> {stationText(hop)}
            </button>
            {stationNotes(hop).map((note) => (
              <span key={note} className="dg-station-note">
                {note}
              </span>
            ))}
          </li>
        ))}
      </ol>
    </div>
  );
}
