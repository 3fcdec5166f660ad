'use client';

/** On what labs run here, and when they can't, why. */
import type { Mode } from '../services';
import { modeNames } from '../simulator/mode';
import { useLearner } from './learner';

function readyText({ name, place }: Mode): string {
  if (name === 'real') return 'ready. Each lab gets its own machine, made of namespaces.';
  return place === 'server'
    ? 'ready. Labs run on the server.'
    : 'ready. Labs run in this browser tab, without a server.';
}

/** The space of the usual answer, so that nothing below moves when it comes. */
const usual: readonly Mode[] = [
  { name: 'simulated', available: true },
  { name: 'real', available: true },
];

export function ModeNotice() {
  const { modes, problem } = useLearner();
  return (
    <div className="mode-notice">
      {modes === null && (
        <p className="mode-waiting">
          <span className="mode-dot" /> Asking what this machine can do
        </p>
      )}
      <div className="mode-answer" data-waiting={modes === null || undefined}>
        {(modes ?? usual).map((mode) => (
          <p key={mode.name}>
            <span className="mode-dot" data-available={mode.available} />
            <strong>{modeNames[mode.name]}</strong>
            {mode.available ? `: ${readyText(mode)}` : `: not available. ${mode.reason}`}
          </p>
        ))}
      </div>
      {problem !== null && <p className="mode-problem">{problem}</p>}
    </div>
  );
}
