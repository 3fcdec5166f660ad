'use client';

/** A button with a panel of actions below it, on the browser's own popover: Escape and a click elsewhere close it. */
import { type ReactNode, useId, useRef } from 'react';

interface PopoverMenuProps {
  label: string;
  icon: ReactNode;
  children: ReactNode;
}

export function PopoverMenu({ label, icon, children }: PopoverMenuProps) {
  const id = useId();
  const panel = useRef<HTMLDivElement>(null);
  return (
    <>
      <button type="button" className="icon-button" popoverTarget={id} aria-label={label} title={label}>
        {icon}
      </button>
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the clicks come from the buttons inside, which have keys */}
      <div
        id={id}
        ref={panel}
        popover="auto"
        className="popover popover-menu"
        role="group"
        aria-label={label}
        onClick={(event) => {
          const { target } = event;
          const pressed = target instanceof Element ? target.closest('button') : null;
          if (pressed && pressed.getAttribute('role') !== 'switch') panel.current?.hidePopover();
        }}
      >
        {children}
      </div>
    </>
  );
}
