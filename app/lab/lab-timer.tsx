'use client';

/** How long the lab still runs. */
import { useEffect, useState } from 'react';
import { Clock } from '../ui/icons';
import { useLabView } from './context';
import { clockText, timeLeft } from './times';

export function LabTimer() {
  const times = useLabView((view) => view.times, null);
  const warning = useLabView((view) => view.warning, null);
  const [now, setNow] = useState(0);
  useEffect(() => {
    setNow(performance.now());
    if (times === null) return;
    const timer = setInterval(() => setNow(performance.now()), 1000);
    return () => clearInterval(timer);
  }, [times]);
  const total = times === null ? null : timeLeft({ ...times, idleMs: warning === null ? null : times.idleMs }, now);
  if (total === null) return null;
  return (
    <span
      className="lab-timer"
      data-warning={warning !== null}
      role="timer"
      aria-label={`Time left in this lab: ${clockText(total)}`}
    >
      <Clock />
      {clockText(total)}
    </span>
  );
}
