import { useState } from 'react';

/** A simulated lab's clock. */
export interface LabClock {
  /** How much faster than real time; 0 while it stands. */
  speed: number;
  setSpeed(speed: number): void;
  step(): void;
  /** Back to a moment of lab time, and on from there. */
  rewind(to: number): void;
}

const speeds = [0.01, 0.1, 0.5, 1, 2, 5, 20];

/** Stops the lab's clock, lets it go on, one event at a time, slower or faster. */
export function ClockButtons({ clock: { speed, setSpeed, step } }: { clock: LabClock }) {
  /** As it ran before it was stopped. */
  const [chosen, setChosen] = useState(1);
  const stands = speed === 0;
  const running = stands ? chosen : speed;
  const slower = speeds.findLast((one) => one < running);
  const faster = speeds.find((one) => one > running);
  const choose = (next: number | undefined) => {
    if (next === undefined) return;
    setChosen(next);
    if (!stands) setSpeed(next);
  };
  return (
    <span className="dg-clock" role="group" aria-label="The lab’s clock">
      <button type="button" className="dg-live" onClick={() => setSpeed(stands ? running : 0)}>
        {stands ? 'Run' : 'Pause'}
      </button>
      <button type="button" className="dg-live" disabled={!stands} title="The next event" onClick={step}>
        Step
      </button>
      <span className="dg-speed">
        <SpeedButton label="Slower" sign="−" speed={slower} choose={choose} />
        <output aria-label="Speed">{running}×</output>
        <SpeedButton label="Faster" sign="+" speed={faster} choose={choose} />
      </span>
    </span>
  );
}

interface SpeedButtonProps {
  label: string;
  sign: string;
  /** Undefined at the end of the scale. */
  speed: number | undefined;
  choose(speed: number | undefined): void;
}

function SpeedButton({ label, sign, speed, choose }: SpeedButtonProps) {
  return (
    <button type="button" aria-label={label} title={label} disabled={speed === undefined} onClick={() => choose(speed)}>
      {sign}
    </button>
  );
}
