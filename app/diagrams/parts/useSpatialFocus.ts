import { type KeyboardEvent, type RefObject, useEffect, useRef } from 'react';

type Direction = 'ArrowUp' | 'ArrowDown' | 'ArrowLeft' | 'ArrowRight';

/**
 * One tab stop for a whole diagram: arrow keys move to the nearest node in their direction, Home and End to the first
 * and the last. Put the returned handler on the element of `container`, whose nodes carry `data-ref`.
 */
export function useSpatialFocus(container: RefObject<HTMLElement | null>) {
  const current = useRef<string | null>(null);

  useEffect(() => {
    const nodes = nodesOf(container.current);
    const stop = nodes.find((node) => node.getAttribute('data-ref') === current.current) ?? nodes[0];
    for (const node of nodes) node.setAttribute('tabindex', node === stop ? '0' : '-1');
  });

  return (event: KeyboardEvent) => {
    const nodes = nodesOf(container.current);
    const from = nodes.find((node) => node === document.activeElement);
    if (!from) return;
    const to = targetOf(event.key, from, nodes);
    if (!to) return;
    event.preventDefault();
    current.current = to.getAttribute('data-ref');
    from.setAttribute('tabindex', '-1');
    to.setAttribute('tabindex', '0');
    to.focus();
  };
}

type FocusableNode = HTMLElement | SVGElement;

function nodesOf(container: HTMLElement | null): FocusableNode[] {
  return container ? [...container.querySelectorAll<FocusableNode>('[data-ref]')] : [];
}

function targetOf(key: string, from: FocusableNode, nodes: readonly FocusableNode[]): FocusableNode | undefined {
  if (key === 'Home') return nodes[0];
  if (key === 'End') return nodes.at(-1);
  if (key !== 'ArrowUp' && key !== 'ArrowDown' && key !== 'ArrowLeft' && key !== 'ArrowRight') return undefined;
  const start = from.getBoundingClientRect();
  let best: FocusableNode | undefined;
  let bestCost = Number.POSITIVE_INFINITY;
  for (const node of nodes) {
    if (node === from) continue;
    const cost = costOf(key, start, node.getBoundingClientRect());
    if (cost < bestCost) {
      best = node;
      bestCost = cost;
    }
  }
  return best;
}

/** Distance along the direction, plus three times the distance across it; infinite for what lies elsewhere. */
function costOf(direction: Direction, from: DOMRect, to: DOMRect): number {
  const across = (a: number, aLength: number, b: number, bLength: number) =>
    Math.max(0, Math.max(a, b) - Math.min(a + aLength, b + bLength));
  const vertical = direction === 'ArrowUp' || direction === 'ArrowDown';
  const ahead =
    direction === 'ArrowDown'
      ? to.top - from.top
      : direction === 'ArrowUp'
        ? from.bottom - to.bottom
        : direction === 'ArrowRight'
          ? to.left - from.left
          : from.right - to.right;
  if (ahead < 1) return Number.POSITIVE_INFINITY;
  const aside = vertical
    ? across(from.left, from.width, to.left, to.width)
    : across(from.top, from.height, to.top, to.height);
  return ahead + 3 * aside;
}
