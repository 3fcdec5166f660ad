import { type KeyboardEvent, memo, useMemo, useRef } from 'react';
import type { EntityRef, Scene } from '../model/scene';
import { useShowChanges } from '../parts/useShowChanges';
import { useSize } from '../parts/useSize';
import { useSpatialFocus } from '../parts/useSpatialFocus';
import type { Diagram } from './diagrams';
import { OutlineView } from './OutlineView';

interface CanvasProps {
  id: string;
  diagram: Diagram;
  scene: Scene;
  asText: boolean;
  selected: EntityRef | null;
  /** Selects an entity; the selected one again: none. */
  onSelect(ref: EntityRef): void;
}

/** The drawing, or the same in words; the words are always there for those who listen to the page. */
export const Canvas = memo(function Canvas({ id, diagram, scene, asText, selected, onSelect }: CanvasProps) {
  const frame = useRef<HTMLDivElement>(null);
  const { width, scale } = useSize(frame);
  const moveFocus = useSpatialFocus(frame);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape' && selected) onSelect(selected);
    else moveFocus(event);
  };
  useShowChanges(frame, scene);
  const outline = useMemo(() => diagram.outline(scene), [diagram, scene]);
  const { Drawing } = diagram;
  return (
    <div className="dg-canvas" role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-tab-${diagram.name}`}>
      <div className={asText ? 'dg-text' : 'dg-sr'}>
        <OutlineView outline={outline} />
      </div>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: arrow keys move between the nodes inside, which are focusable */}
      <div ref={frame} className="dg-frame" onKeyDown={onKeyDown} hidden={asText}>
        {width > 0 && !asText && (
          <Drawing scene={scene} width={width} scale={scale} selected={selected} onSelect={onSelect} />
        )}
      </div>
    </div>
  );
});
