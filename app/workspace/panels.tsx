'use client';

/** What stands in the workspace while there is no running lab. */
import { useLab } from '../lab/context';
import { ModeSwitch } from '../simulator/mode-switch';
import { Play, Reset } from '../ui/icons';
import { prepareLab } from './load';

export function StartPanel({ error }: { error: string | null }) {
  const start = useLab((lab) => lab.start);
  const { machines } = useLab((lab) => lab.facts);
  const mode = useLab((lab) => lab.mode);
  const modes = useLab((lab) => lab.modes);
  const hosts = machines.map((machine) => machine.hostname).join(', ');
  return (
    <div className="poster">
      <MachineDrawing />
      <h2>{machines.length === 1 ? 'A machine of your own' : `${machines.length} machines of your own`}</h2>
      <p className="poster-text">
        {machines.length === 1 ? 'It is called ' : 'They are called '}
        <code>{hosts}</code>. You are root, with files, processes and a network apart from everybody else&rsquo;s. When
        you leave, {machines.length === 1 ? 'it is' : 'they are'} gone.
      </p>
      <button
        type="button"
        className="button button-strong button-start"
        onClick={start}
        onPointerEnter={() => prepareLab(mode, modes)}
        onFocus={() => prepareLab(mode, modes)}
      >
        <Play />
        Start the lab
      </button>
      <ModeSwitch />
      {error !== null && (
        <p className="poster-note" data-problem="true">
          The lab&rsquo;s code did not load: {error}. Try again.
        </p>
      )}
    </div>
  );
}

export function BootPanel() {
  return (
    <div className="poster" role="status">
      <MachineDrawing busy />
      <p className="poster-text">Starting the machine</p>
    </div>
  );
}

export function EndPanel({ title, reason }: { title: string; reason: string }) {
  const start = useLab((lab) => lab.start);
  const leave = useLab((lab) => lab.leave);
  return (
    <div className="poster" role="status">
      <MachineDrawing />
      <h2>{title}</h2>
      <p className="poster-text">{reason}</p>
      <div className="poster-buttons">
        <button type="button" className="button button-strong" onClick={start}>
          <Reset />
          Start a new lab
        </button>
        <button type="button" className="button" onClick={leave}>
          Close
        </button>
      </div>
    </div>
  );
}

/** A machine as the course sees it: a prompt on a stack of sheets. */
function MachineDrawing({ busy = false }: { busy?: boolean }) {
  return (
    <svg className="machine-drawing" data-busy={busy} viewBox="0 0 240 150" aria-hidden="true">
      {[2, 1, 0].map((depth) => (
        <path
          key={depth}
          className={`sheet sheet-${depth}`}
          d={`M120 ${12 + depth * 20} 222 ${52 + depth * 20} 120 ${92 + depth * 20} 18 ${52 + depth * 20}Z`}
        />
      ))}
      <path className="machine-prompt" d="m104 41 13 11-13 11m20 0h15" />
    </svg>
  );
}
