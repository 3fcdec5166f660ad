import { type RefObject, useEffect, useState } from 'react';

/**
 * The width of an element in units of 1/16 of the root font size, and the pixels in one unit. Drawings are laid out in
 * these units, so that they grow with the page's text.
 */
export function useSize(element: RefObject<HTMLElement | null>): { width: number; scale: number } {
  const [size, setSize] = useState({ width: 0, scale: 1 });
  useEffect(() => {
    const target = element.current;
    if (!target) return;
    const observer = new ResizeObserver(([entry]) => {
      if (!entry) return;
      const scale = Number.parseFloat(getComputedStyle(document.documentElement).fontSize) / 16 || 1;
      const width = Math.floor(entry.contentRect.width / scale);
      setSize((old) => (old.width === width && old.scale === scale ? old : { width, scale }));
    });
    observer.observe(target);
    return () => observer.disconnect();
  }, [element]);
  return size;
}
