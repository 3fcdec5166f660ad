'use client';

/** Below the terminal: the live diagram, or the files of a Machine. */
import { Tabs } from '@base-ui/react/tabs';
import { lazy, Suspense } from 'react';
import { useLab, useLabView } from '../lab/context';
import { Folder, Graph } from '../ui/icons';
import { loadDiagrams, loadFiles } from './load';

const DiagramPane = lazy(loadDiagrams);
const FilesPane = lazy(loadFiles);

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
        <Suspense fallback={<p className="pane-waiting">Loading the diagram</p>}>
          <Diagram />
        </Suspense>
      </Tabs.Panel>
      <Tabs.Panel className="lower-body" value="files">
        <Suspense fallback={<p className="pane-waiting">Loading the editor</p>}>
          <FilesPane />
        </Suspense>
      </Tabs.Panel>
    </Tabs.Root>
  );
}

function Diagram() {
  const timeline = useLab((lab) => lab.timeline);
  const diagrams = useLab((lab) => lab.facts.diagrams);
  const machines = useLabView((view) => view.machines, []);
  if (timeline === null) return null;
  return <DiagramPane timeline={timeline} diagrams={diagrams} machines={machines} />;
}
