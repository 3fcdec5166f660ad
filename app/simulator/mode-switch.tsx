'use client';

/** The choice between simulator and real kernel, with what each is, and why one cannot be had. */
import { useState } from 'react';
import { useLab, useLabView } from '../lab/context';
import { Dialog } from '../ui/dialog';
import { type LabMode, modeNames, modeText } from './mode';

const order: readonly LabMode[] = ['simulated', 'real'];

export function ModeSwitch() {
  const mode = useLab((lab) => lab.mode);
  const modes = useLab((lab) => lab.modes);
  const setMode = useLab((lab) => lab.setMode);
  const running = useLabView((view) => view.status.phase !== 'ended' && view.status.phase !== 'failed', false);
  const [asked, setAsked] = useState<LabMode | null>(null);
  const choose = (name: LabMode) => (running && name !== mode ? setAsked(name) : setMode(name));
  const reason = modes.find((one) => one.name === 'real' && !one.available);
  return (
    <fieldset className="mode-switch">
      <legend className="sr-only">Where the lab runs</legend>
      <div className="mode-choices">
        {order.map((name) => {
          const known = modes.find((one) => one.name === name);
          const available = known?.available ?? name === 'simulated';
          return (
            <label key={name} className="mode-choice" data-chosen={mode === name || undefined}>
              <input
                type="radio"
                name="lab-mode"
                value={name}
                checked={mode === name}
                disabled={!available}
                onChange={() => choose(name)}
              />
              {modeNames[name]}
            </label>
          );
        })}
      </div>
      <p className="mode-text">{mode === null ? 'Asking what this computer can do.' : modeText(mode, modes)}</p>
      {reason && !reason.available && (
        <p className="mode-text mode-reason">The real kernel is not available. {reason.reason}</p>
      )}
      <Dialog
        open={asked !== null}
        title="Leave this lab for another?"
        onClose={() => setAsked(null)}
        actions={
          <>
            <button type="button" className="button" data-autofocus onClick={() => setAsked(null)}>
              Keep it
            </button>
            <button
              type="button"
              className="button button-danger"
              onClick={() => {
                if (asked !== null) setMode(asked);
                setAsked(null);
              }}
            >
              Switch
            </button>
          </>
        }
      >
        <p>The lab that runs now is taken down. Tasks you have done stay in your progress.</p>
      </Dialog>
    </fieldset>
  );
}
