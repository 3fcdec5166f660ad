/** Where everything of an overlay goes: sheets below each other, names in columns that run through all of them. */
import { shorten } from '../model/names';
import type { LayerCell, LayerSheet, NameNode, OverlayModel } from './model';

export interface SheetBox {
  sheet: LayerSheet;
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface Card {
  node: NameNode;
  cell: LayerCell;
  label: string;
  x: number;
  y: number;
  width: number;
  height: number;
  /** A tray holds the cards of the names in the directory. */
  tray: boolean;
  /** Distance to the entry below that was copied up to become this one; null when it was not. */
  copiedFrom: number | null;
}

/** The line of sight from the merged view to the entry it shows, or from a hidden entry to what is in its way. */
export interface Sight {
  key: string;
  x: number;
  width: number;
  from: number;
  to: number;
  layer: number;
  blocked: boolean;
}

export interface OverlayPlacement {
  width: number;
  height: number;
  sheets: SheetBox[];
  cards: Card[];
  sights: Sight[];
}

export const slant = 16;
const charWidth = 7.25;
const leafHeight = 25;
const tabHeight = 19;
const gap = 8;
const pad = 9;
const labelHeight = 22;
const maxChars = 18;
/** Room that is given between names where there is plenty. */
const maxStretch = 26;

interface Column {
  node: NameNode;
  x: number;
  width: number;
  depth: number;
  height: number;
  columns: Column[];
}

/** Lays an overlay out at least `minWidth` wide (pixels). */
export function placeOverlay(model: OverlayModel, minWidth: number): OverlayPlacement {
  const left = slant + pad;
  const tight = columnsOf(model.names, left, 0, gap);
  const spare = (minWidth - tight.end - slant - pad) / Math.max(model.names.length, 1);
  const { columns, end } = columnsOf(model.names, left, 0, gap + Math.min(Math.max(spare, 0), maxStretch));
  const width = Math.max(minWidth, end + slant + pad);
  const inner = Math.max(leafHeight, ...columns.map(({ height }) => height));
  const height = inner + 2 * pad;
  const sheets = model.sheets.map((sheet, index) => ({
    sheet,
    x: 0,
    y: labelHeight + index * (height + labelHeight + 4),
    width,
    height,
  }));
  const cards: Card[] = [];
  const sights: Sight[] = [];
  for (const column of flatten(columns)) {
    const top = (layer: number) => (sheets[layer + 1]?.y ?? 0) + pad + column.depth * tabHeight + column.depth * 4;
    for (const cell of column.node.cells) {
      cards.push({
        node: column.node,
        cell,
        label: shorten(column.node.name, maxChars),
        x: column.x,
        y: top(cell.layer),
        width: column.width,
        height: column.height,
        tray: column.node.directory && isTray(cell),
        copiedFrom: copiedFrom(column.node, cell, top),
      });
    }
    sights.push(...sightsOf(column, top));
  }
  cards.sort((a, b) => Number(b.tray) - Number(a.tray));
  const last = sheets.at(-1);
  return { width, height: last ? last.y + last.height + 6 : 0, sheets, cards, sights };
}

const isTray = (cell: LayerCell) => cell.kind === 'directory' || cell.kind === 'opaque' || cell.kind === 'hidden';

function columnsOf(
  nodes: readonly NameNode[],
  start: number,
  depth: number,
  between: number,
): { columns: Column[]; end: number } {
  const columns: Column[] = [];
  let x = start;
  for (const node of nodes) {
    const label = shorten(node.name, maxChars).length * charWidth;
    if (!node.directory) {
      columns.push({ node, x, width: label + 22, depth, height: leafHeight, columns: [] });
    } else {
      const inside = columnsOf(node.children, x + gap, depth + 1, gap);
      const width = Math.max(label + 62, inside.end - x);
      const inner = Math.max(leafHeight, ...inside.columns.map(({ height }) => height));
      columns.push({ node, x, width, depth, height: inner + tabHeight + 4 + gap, columns: inside.columns });
    }
    x += (columns.at(-1)?.width ?? 0) + between;
  }
  return { columns, end: x };
}

function flatten(columns: readonly Column[]): Column[] {
  return columns.flatMap((column) => [column, ...flatten(column.columns)]);
}

/** A file that is new in the upper layer and stands over one below was copied up (or written over it). */
function copiedFrom(node: NameNode, cell: LayerCell, top: (layer: number) => number): number | null {
  if (cell.mark !== 'new' || cell.kind === 'whiteout' || cell.layer < 0) return null;
  const source = node.cells.find(
    ({ layer, kind, mark }) => layer > cell.layer && mark === undefined && kind === cell.kind,
  );
  return source ? top(source.layer) - top(cell.layer) : null;
}

function sightsOf(column: Column, top: (layer: number) => number): Sight[] {
  const { node } = column;
  if (node.directory) return [];
  const x = column.x;
  const bottom = (layer: number) => top(layer) + column.height;
  const sights: Sight[] = [];
  if (node.from !== null) {
    sights.push({
      key: `${node.path}/sight`,
      x,
      width: column.width,
      from: bottom(-1),
      to: top(node.from),
      layer: node.from,
      blocked: false,
    });
  }
  const present = node.cells.filter(({ layer, mark }) => layer >= 0 && mark !== 'gone');
  present.forEach((cell, index) => {
    const above = present[index - 1];
    if (!cell.shadowed || !above) return;
    sights.push({
      key: `${node.path}/${cell.layer}`,
      x,
      width: column.width,
      from: bottom(above.layer),
      to: top(cell.layer),
      layer: cell.layer,
      blocked: true,
    });
  });
  return sights;
}
