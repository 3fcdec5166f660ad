'use client';

/** The instrument beside the text: before a lab the way to start one, then terminals, diagram and files. */
import { lazy, Suspense } from 'react';
import { Banners } from '../lab/banners';
import { useLab, useLabView } from '../lab/context';
import { ErrorBoundary } from '../ui/error-boundary';
import { loadLive } from './load';
import { BootPanel, EndPanel, StartPanel } from './panels';

const Live = lazy(loadLive);

export function Workspace() {
  const panel = useLab((lab) => lab.panel);
  return (
    <section id="workspace" className="workspace" data-panel={panel} aria-label="Lab" tabIndex={-1}>
      <Banners />
      <ErrorBoundary part="The lab">
        <Content />
      </ErrorBoundary>
    </section>
  );
}

function Content() {
  const starting = useLab((lab) => lab.starting);
  const loadError = useLab((lab) => lab.loadError);
  const status = useLabView((view) => view.status, null);
  if (status === null) return starting ? <BootPanel /> : <StartPanel error={loadError} />;
  if (status.phase === 'ended') return <EndPanel title="This lab is over" reason={status.reason} />;
  if (status.phase === 'failed') return <EndPanel title="No lab could be started" reason={status.reason} />;
  return (
    <Suspense fallback={<BootPanel />}>
      <Live />
    </Suspense>
  );
}
