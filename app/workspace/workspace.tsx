'use client';

/** The instrument beside the text: before a lab the way to start one, then terminals, diagram and files. */
import { Banners } from '../lab/banners';
import { useLab, useLabView } from '../lab/context';
import { ErrorBoundary } from '../ui/error-boundary';
import { useLate } from '../ui/late';
import { late } from './load';
import { BootPanel, EndPanel, StartPanel } from './panels';

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
  return <Running />;
}

function Running() {
  const Live = useLate(late.live);
  return Live === null ? <BootPanel /> : <Live />;
}
