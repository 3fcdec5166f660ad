'use client';

import {
  useCallback,
  useDeferredValue,
  useEffect,
  useId,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react';
import type { DiagramName } from '../../../lessons';
import { type EntityRef, sceneOf } from '../model/scene';
import { PacketPanel, type PacketSource } from '../packets/PacketPanel';
import type { StateTimeline } from '../timeline';
import { Canvas } from './Canvas';
import { ChangeList } from './ChangeList';
import type { LabClock } from './ClockButtons';
import { Details } from './Details';
import { homeOf, inOrder } from './diagrams';
import { ScrubBar } from './ScrubBar';
import { Tabs } from './Tabs';
import './pane.css';
import './side.css';

interface DiagramPaneProps {
  /** The history that is drawn; the pane subscribes to it. */
  timeline: StateTimeline;
  /** The lesson's diagrams, most telling first; the first is open, the others follow, and after them all the rest. */
  diagrams: readonly DiagramName[];
  /** The lab's Machines, the learner's first. */
  machines: ReadonlyArray<{ id: string; hostname: string }>;
  /** A simulated lab's clock. */
  clock?: LabClock | null;
  /** A simulated lab's packets. */
  packets?: PacketSource | null;
}

export function DiagramPane({ timeline, diagrams, machines, clock = null, packets = null }: DiagramPaneProps) {
  const id = useId();
  const pane = useRef<HTMLElement>(null);
  const available = useMemo(() => inOrder(diagrams), [diagrams]);
  const [name, setName] = useState<DiagramName | null>(null);
  const [asText, setAsText] = useState(false);
  const [selected, setSelected] = useState<EntityRef | null>(null);
  /** Where the packet is that is being followed. */
  const [packetAt, setPacketAt] = useState<EntityRef | null>(null);
  const [past, setPast] = useState<{ position: number; epoch: number } | null>(null);

  // A keystroke in the terminal is worth more than a diagram that is one frame newer.
  const version = useDeferredValue(useSyncExternalStore(timeline.subscribe, timeline.getVersion, timeline.getVersion));
  const position = past && past.epoch === timeline.epoch ? past.position : null;
  // biome-ignore lint/correctness/useExhaustiveDependencies: `version` stands for the content of the timeline
  const changes = useMemo(() => timeline.changesAt(position ?? timeline.end), [timeline, position, version]);
  const machineIds = useMemo(() => machines.map((machine) => machine.id), [machines]);
  const scene = useMemo(() => sceneOf(changes, machineIds), [changes, machineIds]);

  const move = useCallback(
    (to: number | null) => setPast(to === null ? null : { position: to, epoch: timeline.epoch }),
    [timeline],
  );
  const select = useCallback((ref: EntityRef) => {
    setPacketAt(null);
    setSelected((old) => (old === ref ? null : ref));
  }, []);
  /** From the list of changes: what the open diagram does not show is shown in the one that does. */
  const show = useCallback((ref: EntityRef) => {
    setSelected(ref);
    if (!pane.current?.querySelector(`[data-ref="${CSS.escape(ref)}"]`)) setName(homeOf(ref));
  }, []);
  const here = packetAt ?? selected;
  useEffect(() => {
    if (packetAt === null) return;
    const node = pane.current?.querySelector(`[data-ref="${CSS.escape(packetAt)}"]`);
    node?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [packetAt]);
  const diagram = available.find((known) => known.name === name) ?? available[0];
  if (!diagram) return null;

  return (
    <section ref={pane} className="dg" aria-label="Live diagrams" data-past={position !== null || undefined}>
      <header className="dg-head">
        <Tabs id={id} tabs={available} own={diagrams.length} current={diagram.name} onChange={setName} />
        <button type="button" className="dg-toggle" aria-pressed={asText} onClick={() => setAsText(!asText)}>
          As text
        </button>
      </header>
      <div className="dg-main">
        <Canvas id={id} diagram={diagram} scene={scene} asText={asText} selected={here} onSelect={select} />
        <div className="dg-side">
          {packets && diagram.name === 'network' && (
            <PacketPanel source={packets} state={scene.state} onPlace={setPacketAt} />
          )}
          {selected && (asText || !diagram.tellsOf?.(selected)) && (
            <Details scene={scene} selected={selected} onSelect={setSelected} onClose={() => setSelected(null)} />
          )}
          <ChangeList timeline={timeline} version={version} position={position} onSelect={show} onMove={move} />
        </div>
      </div>
      <ScrubBar timeline={timeline} version={version} position={position} onMove={move} clock={clock} />
    </section>
  );
}
