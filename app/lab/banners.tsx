'use client';

/** What the reader has to know at once: a cut connection, a lab near its end, a refusal. */
import { useEffect, useState } from 'react';
import { Close } from '../ui/icons';
import { useLab, useLabView } from './context';

export function Banners() {
  return (
    <div className="banners" aria-live="polite">
      <ConnectionBanner />
      <TimeBanner />
      <ProblemBanner />
      <ProgressBanner />
    </div>
  );
}

function ConnectionBanner() {
  const status = useLabView((view) => view.status, null);
  if (status?.phase !== 'waiting') return null;
  return (
    <p className="banner banner-warn">
      <span className="spinner" aria-hidden="true" />
      The connection is cut. Trying again{status.attempt > 1 && ` (${status.attempt})`}; what you type is kept and sent
      later.
    </p>
  );
}

function TimeBanner() {
  const warning = useLabView((view) => view.warning, null);
  const left = useLabView((view) => view.times?.extensionsLeft ?? 0, 0);
  const client = useLab((lab) => lab.client);
  if (warning === null) return null;
  return (
    <p className="banner banner-warn">
      <span>{warning}</span>
      {left > 0 && (
        <button type="button" className="button button-small button-strong" onClick={() => client?.extend()}>
          Extend
        </button>
      )}
    </p>
  );
}

function ProblemBanner() {
  const problem = useLabView((view) => view.problem, null);
  const [dismissed, setDismissed] = useState<object | null>(null);
  useEffect(() => {
    if (problem === null) return;
    const timer = setTimeout(() => setDismissed(problem), 12_000);
    return () => clearTimeout(timer);
  }, [problem]);
  if (problem === null || problem === dismissed) return null;
  return (
    <p className="banner banner-danger">
      <span>{problem.message}</span>
      <button type="button" className="icon-button" aria-label="Dismiss" onClick={() => setDismissed(problem)}>
        <Close />
      </button>
    </p>
  );
}

function ProgressBanner() {
  const problem = useLab((lab) => lab.progressProblem);
  const live = useLab((lab) => lab.view !== null);
  const [dismissed, setDismissed] = useState(false);
  if (problem === null || !live || dismissed) return null;
  return (
    <p className="banner">
      <span>The lab works, but {problem}</span>
      <button type="button" className="icon-button" aria-label="Dismiss" onClick={() => setDismissed(true)}>
        <Close />
      </button>
    </p>
  );
}
