'use client';

/** Types a command into the current terminal, with Enter; starts the lab first when there is none. */
import { useState } from 'react';
import { useLab, useVars } from '../lab/context';
import { Check, Play } from '../ui/icons';
import { fillKnown } from './vars';

export function RunButton({ command }: { command: string }) {
  const vars = useVars();
  const run = useLab((lab) => lab.run);
  const [sent, setSent] = useState(false);
  const filled = fillKnown(command, vars);
  const type = () => {
    run(command);
    setSent(true);
    setTimeout(() => setSent(false), 1200);
  };
  return (
    <button
      type="button"
      className="run-button"
      onClick={type}
      aria-label={`Run: ${filled}`}
      title="Run in the terminal"
    >
      {sent ? <Check /> : <Play />}
    </button>
  );
}
