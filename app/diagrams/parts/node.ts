/** What makes a drawn thing focusable, selectable and readable, in HTML and in SVG alike. */
import type { KeyboardEvent } from 'react';
import type { EntityRef, Mark, Scene } from '../model/scene';

/** What every diagram is given. */
export interface DiagramProps {
  scene: Scene;
  /** Width to draw in, in units of 1/16 of the root font size (pixels at the usual size). */
  width: number;
  /** Pixels in one such unit. */
  scale: number;
  selected: EntityRef | null;
  onSelect(ref: EntityRef): void;
}

/** In a very wide place a drawing grows instead of getting lost: at most to one and a half times its size. */
export function enlarged<T extends Pick<DiagramProps, 'width' | 'scale'>>(props: T): T {
  const zoom = Math.min(Math.max(props.width / comfortableWidth, 1), 1.5);
  return { ...props, width: props.width / zoom, scale: props.scale * zoom };
}

const comfortableWidth = 1000;

/** Props of a node; only one node of a diagram is in the tab order, `useSpatialFocus` says which. */
export function nodeProps(
  props: Pick<DiagramProps, 'selected' | 'onSelect'>,
  ref: EntityRef,
  label: string,
  mark?: Mark,
) {
  return {
    role: 'button',
    tabIndex: -1,
    'data-ref': ref,
    'data-mark': mark,
    'aria-label': mark ? `${label}, ${mark}` : label,
    'aria-pressed': props.selected === ref,
    onClick: () => props.onSelect(ref),
    onKeyDown: (event: KeyboardEvent) => {
      if (event.key !== 'Enter' && event.key !== ' ') return;
      event.preventDefault();
      props.onSelect(ref);
    },
  } as const;
}
