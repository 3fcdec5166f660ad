import { type RefObject, useEffect } from 'react';
import type { Scene } from '../model/scene';

const margin = 16;

/**
 * Scrolls the drawing, never the page, so that what has just changed can be seen: as little as needed, and not while
 * the reader is busy in the drawing.
 */
export function useShowChanges(frame: RefObject<HTMLElement | null>, scene: Scene): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: it moves when the state does
  useEffect(() => {
    const drawing = frame.current;
    if (!drawing || drawing.contains(document.activeElement)) return;
    const scroller = scrollerOf(drawing);
    const marked = [...drawing.querySelectorAll('[data-mark="new"], [data-mark="changed"]')];
    if (!scroller || marked.length === 0) return;
    const view = scroller.getBoundingClientRect();
    const boxes = marked.map((node) => node.getBoundingClientRect());
    const top = Math.min(...boxes.map((box) => box.top)) - margin - view.top;
    const bottom = Math.max(...boxes.map((box) => box.bottom)) + margin - view.top;
    const height = scroller.clientHeight;
    const by = top < 0 || bottom - top > height ? top : bottom > height ? bottom - height : 0;
    if (Math.abs(by) > 1) scroller.scrollBy({ top: by, behavior: calm() ? 'auto' : 'smooth' });
  }, [frame, scene.after]);
}

/** The nearest ancestor within the pane that has more to show than it shows. */
function scrollerOf(element: HTMLElement): HTMLElement | null {
  const pane = element.closest('.dg');
  for (let at = element.parentElement; at && at !== pane; at = at.parentElement) {
    const overflow = getComputedStyle(at).overflowY;
    if ((overflow === 'auto' || overflow === 'scroll') && at.scrollHeight > at.clientHeight) return at;
  }
  return null;
}

const calm = () => window.matchMedia('(prefers-reduced-motion: reduce)').matches;
