import type { KeyboardEvent } from 'react';
import type { DiagramName } from '../../../lessons';
import type { Diagram } from './diagrams';

interface TabsProps {
  id: string;
  tabs: readonly Diagram[];
  /** How many of the tabs are the lesson's own; a rule separates the others. */
  own: number;
  current: DiagramName;
  onChange(name: DiagramName): void;
}

/** The diagrams to choose from; arrow keys move and choose (WAI-ARIA tabs pattern). */
export function Tabs({ id, tabs, own, current, onChange }: TabsProps) {
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    const index = tabs.findIndex(({ name }) => name === current);
    const to =
      event.key === 'ArrowRight'
        ? index + 1
        : event.key === 'ArrowLeft'
          ? index - 1
          : event.key === 'Home'
            ? 0
            : event.key === 'End'
              ? tabs.length - 1
              : null;
    const next = to === null ? undefined : tabs[(to + tabs.length) % tabs.length];
    if (!next) return;
    event.preventDefault();
    onChange(next.name);
    event.currentTarget.querySelector<HTMLElement>(`[data-name="${next.name}"]`)?.focus();
  };
  return (
    <div className="dg-tabs" role="tablist" aria-label="Diagram" onKeyDown={onKeyDown}>
      {tabs.map(({ name, title }, index) => (
        <button
          key={name}
          type="button"
          role="tab"
          id={`${id}-tab-${name}`}
          data-name={name}
          data-first-other={(index === own && index > 0) || undefined}
          aria-selected={name === current}
          aria-controls={`${id}-panel`}
          tabIndex={name === current ? 0 : -1}
          onClick={() => onChange(name)}
        >
          {title}
        </button>
      ))}
    </div>
  );
}
