'use client';

/** Below the terminal: the live diagram, or the files of a Machine. */
import { Tabs } from '@base-ui/react/tabs';
import { useMemo } from 'react';
import type { PacketHop } from '../../sandbox/protocol';
import { useLab, useLabView, useMachines } from '../lab/context';
import { ErrorBoundary } from '../ui/error-boundary';
import { Folder, Graph } from '../ui/icons';
import { useLate } from '../ui/late';
import { late } from './load';

export function LowerPane() {
  const lower = useLab((lab) => lab.lower);
  const show = useLab((lab) => lab.show);
  return (
    <Tabs.Root
      className="lower-pane"
      value={lower}
      onValueChange={(value) => show(value === 'files' ? 'files' : 'diagram')}
    >
      <Tabs.List className="pane-tabs" aria-label="Diagram and files">
        <Tabs.Tab id="tab-diagram" className="pane-tab" value="diagram">
          <Graph />
          Diagram
        </Tabs.Tab>
        <Tabs.Tab id="tab-files" className="pane-tab" value="files">
          <Folder />
          Files
        </Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel className="lower-body" value="diagram">
        <ErrorBoundary part="The diagram">
          <Diagram />
        </ErrorBoundary>
      </Tabs.Panel>
      <Tabs.Panel className="lower-body" value="files">
        <ErrorBoundary part="The editor">
          <Files />
        </ErrorBoundary>
      </Tabs.Panel>
    </Tabs.Root>
  );
}

/** The clock of a simulated lab; null on a real kernel. */
function useLabClock() {
  const client = useLab((lab) => lab.client);
  const speed = useLabView((view) => view.speed, null);
  return useMemo(() => {
    if (client === null || speed === null) return null;
    return {
      speed,
      setSpeed: (next: number) => client.setSpeed(next),
      step: () => client.step(),
      rewind: (to: number) => client.rewind(to),
    };
  }, [client, speed]);
}

/** The packets of a simulated lab; null on a real kernel. */
function usePackets() {
  const client = useLab((lab) => lab.client);
  const simulated = useLabView((view) => view.speed !== null, false);
  return useMemo(() => {
    if (client === null || !simulated) return null;
    return {
      watch: (on: boolean) => client.watchPackets(on),
      subscribe: (listener: (hops: readonly PacketHop[]) => void) =>
        client.onMessage((message) => {
          if (message.type === 'sim.packets') listener(message.hops);
          // A connection that was cut is another one to the lab.
          if (message.type === 'ready') client.watchPackets(true);
        }),
    };
  }, [client, simulated]);
}

/** Drawn once there is a prompt: the diagram may take a moment, the first keystroke may not. */
function Diagram() {
  const timeline = useLab((lab) => lab.timeline);
  const diagrams = useLab((lab) => lab.facts.diagrams);
  const prompted = useLab((lab) => lab.prompted);
  const machines = useMachines();
  const clock = useLabClock();
  const packets = usePackets();
  const DiagramPane = useLate(late.diagrams);
  if (timeline === null || !prompted) return <p className="pane-waiting">The diagram comes with the machine</p>;
  if (DiagramPane === null) return <p className="pane-waiting">Loading the diagram</p>;
  return <DiagramPane timeline={timeline} diagrams={diagrams} machines={machines} clock={clock} packets={packets} />;
}

function Files() {
  const FilesPane = useLate(late.files);
  return FilesPane === null ? <p className="pane-waiting">Loading the editor</p> : <FilesPane />;
}
