'use client';

/** Keys a phone's keyboard does not have. */
import { useLab } from '../lab/context';

const keys = [
  { label: 'Tab', sends: '\t' },
  { label: 'Esc', sends: '\u001b' },
  { label: 'Ctrl C', sends: '\u0003' },
  { label: 'Ctrl D', sends: '\u0004' },
  { label: 'Up', sends: '\u001b[A' },
  { label: 'Down', sends: '\u001b[B' },
  { label: 'Left', sends: '\u001b[D' },
  { label: 'Right', sends: '\u001b[C' },
] as const;

export function TouchKeys() {
  const client = useLab((lab) => lab.client);
  const terminal = useLab((lab) => lab.terminal);
  if (client === null || terminal === null) return null;
  return (
    <div className="touch-keys" role="group" aria-label="Keys for the terminal">
      {keys.map(({ label, sends }) => (
        <button
          key={label}
          type="button"
          // The terminal keeps the focus, so the phone's keyboard stays open.
          onPointerDown={(event) => event.preventDefault()}
          onClick={() => client.terminal(terminal).write(sends)}
        >
          {label}
        </button>
      ))}
    </div>
  );
}
