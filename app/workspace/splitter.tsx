'use client';

/** A line between two panes that can be dragged, or moved with the arrow keys (WAI-ARIA: window splitter). */
import { type KeyboardEvent, type PointerEvent, useEffect, useState } from 'react';
import { remember, remembered } from '../lab/memory';
import { clampSplit, type SplitKey, splitDefaults, splitLimits } from './split-sizes';

interface SplitterProps {
  name: SplitKey;
  label: string;
  /** `vertical`: a standing line, panes left and right of it. */
  orientation: 'vertical' | 'horizontal';
  /** Id of the pane before the line. */
  controls: string;
}

const step = 2;

export function Splitter({ name, label, orientation, controls }: SplitterProps) {
  const [share, setShare] = useState<number>(splitDefaults[name]);
  useEffect(() => {
    const kept = Number(remembered(name) ?? Number.NaN);
    if (Number.isFinite(kept)) setShare(clampSplit(kept));
  }, [name]);

  const move = (wanted: number) => {
    const next = Math.round(clampSplit(wanted) * 10) / 10;
    setShare(next);
    document.documentElement.style.setProperty(`--${name}`, `${next}%`);
    remember(name, String(next));
  };
  const drag = (event: PointerEvent<HTMLDivElement>) => {
    if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
    const box = event.currentTarget.parentElement?.getBoundingClientRect();
    if (!box) return;
    const along =
      orientation === 'vertical' ? (event.clientX - box.left) / box.width : (event.clientY - box.top) / box.height;
    move(along * 100);
  };
  const press = (event: KeyboardEvent) => {
    const [less, more] = orientation === 'vertical' ? ['ArrowLeft', 'ArrowRight'] : ['ArrowUp', 'ArrowDown'];
    if (event.key === less) move(share - step);
    else if (event.key === more) move(share + step);
    else if (event.key === 'Home') move(splitLimits.min);
    else if (event.key === 'End') move(splitLimits.max);
    else if (event.key === 'Enter') move(splitDefaults[name]);
    else return;
    event.preventDefault();
  };

  return (
    <div
      role="separator"
      tabIndex={0}
      aria-label={label}
      aria-orientation={orientation}
      aria-controls={controls}
      aria-valuenow={Math.round(share)}
      aria-valuemin={splitLimits.min}
      aria-valuemax={splitLimits.max}
      className={`splitter splitter-${orientation}`}
      onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
      onPointerMove={drag}
      onDoubleClick={() => move(splitDefaults[name])}
      onKeyDown={press}
    />
  );
}
