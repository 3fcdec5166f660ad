import type { CSSProperties } from 'react';
import { bytesText } from '../model/names';
import { type DiagramProps, nodeProps } from '../parts/node';
import type { OverlayModel } from './model';
import { type Card, type SheetBox, type Sight, slant } from './placement';

/** The colour of a layer: the merged view's own, the upper one's, then the lower ones' in turn. */
export function layerColour(layer: number, hasUpper: boolean): string {
  if (layer < 0) return 'var(--layer-merged)';
  if (hasUpper && layer === 0) return 'var(--layer-upper)';
  const lower = ((hasUpper ? layer - 1 : layer) % 3) + 1;
  return lower === 1 ? 'var(--layer-lower)' : `var(--layer-lower-${lower})`;
}

const hasUpper = (model: OverlayModel) => model.sheets.some(({ role }) => role === 'upper');
const colourStyle = (colour: string): CSSProperties => ({ '--layer': colour });

export function SheetShape({
  box,
  model,
  node,
}: {
  box: SheetBox;
  model: OverlayModel;
  node: ReturnType<typeof nodeProps>;
}) {
  const { sheet, x, y, width, height } = box;
  const outline = `${x + slant},${y} ${x + width - 1},${y} ${x + width - slant - 1},${y + height} ${x + 1},${y + height}`;
  const edge = `${x + 1},${y + height} ${x + width - slant - 1},${y + height} ${x + width - slant - 1},${y + height + 4} ${x + 1},${y + height + 4}`;
  return (
    <g
      className="dg-sheet"
      data-role={sheet.role}
      style={colourStyle(layerColour(sheet.layer, hasUpper(model)))}
      {...node}
      data-ref={`${node['data-ref']}#${sheet.layer}`}
    >
      <polygon className="dg-sheet-edge" points={edge} />
      <polygon className="dg-sheet-face" points={outline} />
    </g>
  );
}

/** Drawn last, so that no line of sight crosses the words. */
export function SheetLabel({ box, model }: { box: SheetBox; model: OverlayModel }) {
  const { sheet, x, y } = box;
  const marked = sheet.role === 'merged' && model.mark === 'new';
  return (
    <g className="dg-sheet-label" style={colourStyle(layerColour(sheet.layer, hasUpper(model)))}>
      {marked && (
        <rect className="dg-marker" x={x + slant - 4} y={y - 20} width={labelLength(sheet)} height="17" rx="1" />
      )}
      <text x={x + slant} y={y - 7}>
        <tspan className="dg-sheet-role">{sheet.label}</tspan>
        <tspan className="dg-sheet-path" dx="8">
          {sheet.path}
        </tspan>
      </text>
    </g>
  );
}

const labelLength = ({ label, path }: SheetBox['sheet']) => label.length * 7.2 + path.length * 6.95 + 16;

export function SightLine({ sight }: { sight: Sight }) {
  const centre = sight.x + sight.width / 2;
  if (sight.blocked) {
    return (
      <g className="dg-blocked">
        <line x1={centre} x2={centre} y1={sight.from + 5} y2={sight.to} />
        <line x1={centre - 6} x2={centre + 6} y1={sight.from + 5} y2={sight.from + 5} />
      </g>
    );
  }
  return (
    <g className="dg-sight" style={colourStyle(layerColour(sight.layer, true))}>
      <rect x={sight.x + 3} width={sight.width - 6} y={sight.from} height={Math.max(sight.to - sight.from, 0)} />
      <line x1={centre} x2={centre} y1={sight.from} y2={sight.to} />
    </g>
  );
}

export function CardShape({ card, overlay, ...props }: DiagramProps & { card: Card; overlay: OverlayModel }) {
  const { node, cell, x, y, width, height, tray } = card;
  const merged = cell.layer < 0;
  const colour = layerColour(merged && !node.directory ? (node.from ?? -1) : cell.layer, hasUpper(overlay));
  const mark = merged ? node.mark : cell.mark;
  const style: CSSProperties = {
    ...colourStyle(colour),
    '--lift': card.copiedFrom === null ? '0px' : `${card.copiedFrom}px`,
  };
  const moving =
    card.copiedFrom !== null
      ? 'copyup'
      : mark && mark !== 'gone' && cell.kind === 'whiteout'
        ? 'drop'
        : mark === 'new'
          ? 'appear'
          : undefined;
  const label = `${node.path}: ${cardText(card, overlay)}`;
  return (
    <g
      className="dg-card"
      data-kind={cell.kind}
      data-merged={merged || undefined}
      data-tray={tray || undefined}
      data-shadowed={cell.shadowed || undefined}
      data-move={moving}
      style={style}
      {...nodeProps(props, `overlays:${overlay.key}#${cell.layer}#${node.path}`, label, mark)}
    >
      <rect className="dg-card-box" x={x} y={y} width={width} height={height} rx={tray ? 5 : 4} />
      {cell.kind === 'whiteout' && (
        <rect
          className="dg-card-hatch"
          x={x}
          y={y}
          width={width}
          height={height}
          rx="4"
          fill="url(#dg-hatch-whiteout)"
        />
      )}
      {cell.kind === 'opaque' && (
        <rect className="dg-card-hatch" x={x} y={y} width={width} height={height} rx="5" fill="url(#dg-hatch-opaque)" />
      )}
      {mark && mark !== 'gone' && (
        <rect
          className="dg-card-marker"
          x={x + 7}
          y={y + (tray ? 4 : 5.5)}
          width={labelWidth(card)}
          height="14"
          rx="1"
        />
      )}
      <text className="dg-card-name" x={x + 11} y={y + (tray ? 15 : 16.5)}>
        {card.label}
        {node.directory && '/'}
        {cell.kind === 'opaque' && (
          <tspan className="dg-card-kind" dx="6">
            opaque
          </tspan>
        )}
      </text>
      {cell.kind === 'whiteout' && (
        <line className="dg-card-cross" x1={x + 6} x2={x + width - 6} y1={y + height - 6} y2={y + 6} />
      )}
    </g>
  );
}

const labelWidth = (card: Card) => (card.label.length + (card.node.directory ? 1 : 0)) * 7.25 + 8;

/** What a card says to those who do not see it. */
export function cardText({ cell, node }: Pick<Card, 'cell' | 'node'>, overlay: OverlayModel): string {
  const sheet = overlay.sheets.find(({ layer }) => layer === cell.layer)?.label ?? `layer ${cell.layer}`;
  if (cell.layer < 0) {
    if (cell.kind === 'hidden') return 'hidden in the merged view';
    const from = overlay.sheets.find(({ layer }) => layer === node.from)?.label;
    return node.directory
      ? 'a directory in the merged view'
      : `shown in the merged view, from ${from}, ${bytesText(cell.size)}`;
  }
  if (cell.kind === 'whiteout') return `a whiteout in ${sheet}`;
  if (cell.kind === 'opaque') return `an opaque directory in ${sheet}`;
  return `a ${cell.kind} in ${sheet}${cell.shadowed ? ', shadowed' : ''}`;
}
