'use client';

import { useLab } from '../lab/context';

export function SkipLinks() {
  const showTerminal = useLab((lab) => lab.showTerminal);
  const goToLab = () => {
    document.getElementById('workspace')?.focus();
    showTerminal();
  };
  return (
    <nav aria-label="Skip to" className="skip-links">
      <a className="skip-link" href="#prose">
        Skip to the text
      </a>
      <button type="button" className="skip-link" onClick={goToLab}>
        Skip to the lab
      </button>
    </nav>
  );
}
