import { type KeyboardEvent, useEffect, useRef } from 'react';
import { detailsOf } from '../model/details';
import type { EntityRef, Scene } from '../model/scene';

interface DetailsProps {
  scene: Scene;
  selected: EntityRef;
  onSelect(ref: EntityRef): void;
  onClose(): void;
}

/** All the kernel says about the selected thing. */
export function Details({ scene, selected, onSelect, onClose }: DetailsProps) {
  const details = detailsOf(scene, selected);
  const region = useRef<HTMLElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: scrolls when another thing is selected
  useEffect(() => {
    // Newer browsers answer with a promise, which must not be taken for the effect's end.
    region.current?.scrollIntoView({ block: 'nearest' });
  }, [selected]);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') onClose();
  };
  return (
    <section ref={region} className="dg-details" aria-label="Details" aria-live="polite" onKeyDown={onKeyDown}>
      <header>
        <h3>{details.title}</h3>
        <button type="button" aria-label="Close details" onClick={onClose}>
          <svg aria-hidden="true" viewBox="0 0 12 12" width="12" height="12">
            <path d="M2 2l8 8M10 2l-8 8" />
          </svg>
        </button>
      </header>
      <dl>
        {details.fields.map(({ label, value, ref }) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>
              {ref ? (
                <button type="button" onClick={() => onSelect(ref)}>
                  {value}
                </button>
              ) : (
                value
              )}
            </dd>
          </div>
        ))}
      </dl>
      <p className="dg-source">{details.source}</p>
    </section>
  );
}
