'use client';

import { useLab } from '../lab/context';

export function SkipLinks() {
  const showTerminal = useLab((lab) => lab.showTerminal);
  return (
    <nav aria-label="Skip to" className="skip-links">
      <a className="skip-link" href="#prose">
        Skip to the text
      </a>
      <a className="skip-link" href="#workspace" onClick={showTerminal}>
        Skip to the terminal
      </a>
    </nav>
  );
}
