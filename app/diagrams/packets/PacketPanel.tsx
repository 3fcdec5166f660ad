'use client';

/** Packets of a simulated lab, to be followed from station to station; the drawing shows where each is. */
import { useEffect, useRef, useState } from 'react';
import type { LabState } from '../../../engine/state';
import type { PacketHop } from '../../../sandbox/protocol';
import type { EntityRef } from '../model/scene';
import { addHops, networkName, type PacketWay, placeOf, sinceFirst, stationsOf, stationText } from './model';
import './packets.css';

/** Where packets are told of. */
export interface PacketSource {
  watch(on: boolean): void;
  subscribe(listener: (hops: readonly PacketHop[]) => void): () => void;
}

interface PacketPanelProps {
  source: PacketSource;
  state: LabState;
  /** Where the packet is that is being followed; null when none is. */
  onPlace(ref: EntityRef | null): void;
}

export function PacketPanel({ source, state, onPlace }: PacketPanelProps) {
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
  const close = () => {
    setOpen(null);
    onPlace(null);
  };
  return (
    <section className="dg-packets" aria-label="Packets">
      <header>
        <h3>Packets</h3>
        <button type="button" className="dg-toggle" aria-pressed={following} onClick={() => setFollowing(!following)}>
          {following ? 'Following' : 'Follow packets'}
        </button>
      </header>
      {way ? (
        <Way key={way.packet} way={way} state={state} onPlace={onPlace} onClose={close} />
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
      {[...ways.values()].reverse().map((way) => (
        <PacketRow key={way.packet} way={way} onOpen={onOpen} />
      ))}
    </ol>
  );
}

function PacketRow({ way, onOpen }: { way: PacketWay; onOpen(packet: number): void }) {
  const { packet, summary, outcome } = way;
  const { length } = stationsOf(way);
  return (
    <li>
      <button type="button" onClick={() => onOpen(packet)}>
        <span className="dg-packet-summary">{summary}</span>
        <span className="dg-packet-outcome" data-outcome={outcome}>
          {outcome}, {length} {length === 1 ? 'station' : 'stations'}
        </span>
      </button>
    </li>
  );
}

interface WayProps {
  way: PacketWay;
  state: LabState;
  onPlace(ref: EntityRef | null): void;
  onClose(): void;
}

/** One packet, from station to station; the drawing shows where it is. */
function Way({ way, state, onPlace, onClose }: WayProps) {
  const [at, setAt] = useState(0);
  const current = useRef<HTMLLIElement>(null);
  const stations = stationsOf(way);
  const hop = stations[at]?.hop;
  const place = hop ? placeOf(state, hop) : null;
  useEffect(() => onPlace(place), [place, onPlace]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: scrolls when another station is current
  useEffect(() => {
    current.current?.scrollIntoView({ block: 'nearest' });
  }, [at]);
  return (
    <div className="dg-way">
      <p className="dg-packet-summary">{way.summary}</p>
      <p className="dg-way-buttons">
        <button type="button" className="dg-live" disabled={at === 0} onClick={() => setAt(at - 1)}>
          Previous
        </button>
        <button type="button" className="dg-live" disabled={at >= stations.length - 1} onClick={() => setAt(at + 1)}>
          Next
        </button>
        <button type="button" className="dg-live" onClick={onClose}>
          All packets
        </button>
      </p>
      <ol className="dg-stations" data-outcome={way.outcome}>
        {stations.map((station, number) => (
          <li
            // biome-ignore lint/suspicious/noArrayIndexKey: stations are only ever added at the end
            key={number}
            ref={number === at ? current : null}
            aria-current={number === at ? 'step' : undefined}
          >
            <button type="button" onClick={() => setAt(number)}>
              <span className="dg-station-time">{sinceFirst(way, station.hop)}</span>
              <span className="dg-station-net">{networkName(state, station.hop.ns)}</span> {stationText(station.hop)}
            </button>
            {station.notes.map((note) => (
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
