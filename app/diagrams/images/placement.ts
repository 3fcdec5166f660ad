/** Where layers and names go: one column an image, a layer as wide as all the images that stand on it. */
import type { ImageStack, ImageStore, LayerNode } from './model';

export interface PlacedLayer {
  node: LayerNode;
  x: number;
  y: number;
  width: number;
  height: number;
  /** There is a line for the command that made it. */
  made: boolean;
}

export interface PlacedStack {
  stack: ImageStack;
  x: number;
  /** Top of its first name; the others follow below it. */
  y: number;
  width: number;
  height: number;
}

export interface StorePlacement {
  width: number;
  height: number;
  layers: PlacedLayer[];
  stacks: PlacedStack[];
}

const gap = 6;
/** Widths of a column: what it has room for at least, what is aimed at, and at most. */
const minColumn = 76;
const goodColumn = 92;
const maxColumn = 190;
/** Wide enough for most names; rows with few stacks take it, where others must be narrow. */
const readableColumn = 120;
/** Between rows of stacks, where they do not all stand beside each other. */
const rowGap = 18;
/** A box that has room for a command. */
const wideEnough = 140;
export const nameHeight = 20;
/** The line with the digest, under the names. */
const digestHeight = 22;

export function placeStore(store: ImageStore, room: number): StorePlacement {
  const trees: Tree[] = [
    ...store.roots.map((node) => ({ node, columns: columnsOf(node) })),
    ...store.bare.map((stack) => ({ stack, columns: 1 })),
  ];
  const widest = Math.max(1, ...trees.map(({ columns }) => columns));
  const rows = rowsOf(trees, Math.max(widest, Math.floor((room + gap) / (goodColumn + gap))));
  const columnsIn = (row: readonly Tree[]) => row.reduce((sum, tree) => sum + tree.columns, 0);
  const fitting = (columns: number) => (room - 2 - (columns - 1) * gap) / columns;
  const columns = Math.max(widest, ...rows.map(columnsIn));
  const column = Math.min(Math.max(fitting(columns), minColumn), maxColumn);
  const layers: PlacedLayer[] = [];
  const stacks: PlacedStack[] = [];
  let height = 0;
  for (const row of rows) {
    const placed = placeRow(row, Math.max(column, Math.min(fitting(columnsIn(row)), readableColumn)));
    const top = height === 0 ? 0 : height + rowGap;
    layers.push(...placed.layers.map((layer) => ({ ...layer, y: layer.y + top })));
    stacks.push(...placed.stacks.map((stack) => ({ ...stack, y: stack.y + top })));
    height = top + placed.height;
  }
  return { width: columns * column + (columns - 1) * gap + 2, height, layers, stacks };
}

/** What stands for itself: layers with all that lies on them, or an image without layers. */
type Tree = { columns: number } & ({ node: LayerNode } | { stack: ImageStack });

/** Each tree in the first row that has room for it. */
function rowsOf(trees: readonly Tree[], most: number): Tree[][] {
  const rows: Array<{ columns: number; trees: Tree[] }> = [];
  for (const tree of trees) {
    let row = rows.find(({ columns }) => columns + tree.columns <= most);
    if (!row) {
      row = { columns: 0, trees: [] };
      rows.push(row);
    }
    row.columns += tree.columns;
    row.trees.push(tree);
  }
  return rows.map((row) => row.trees);
}

function placeRow(trees: readonly Tree[], column: number): Pick<StorePlacement, 'height' | 'layers' | 'stacks'> {
  const layers: PlacedLayer[] = [];
  const stacks: PlacedStack[] = [];

  /** Heights are counted upwards from the ground; they are turned over at the end. */
  const placeStack = (stack: ImageStack, at: number, ground: number) => {
    const height = stack.names.length * nameHeight + digestHeight;
    stacks.push({ stack, x: 1 + at * (column + gap), y: ground + height, width: column, height });
  };
  const placeLayer = (node: LayerNode, at: number, ground: number) => {
    const columns = columnsOf(node);
    const width = columns * column + (columns - 1) * gap;
    const made = node.createdBy !== null && width >= wideEnough;
    const height = layerHeight(node) + (made ? 14 : 0);
    const top = ground + height;
    layers.push({ node, x: 1 + at * (column + gap), y: top, width, height, made });
    let next = at;
    for (const stack of node.tops) {
      placeStack(stack, next, top + 2);
      next += 1;
    }
    for (const above of node.above) {
      placeLayer(above, next, top + 3);
      next += columnsOf(above);
    }
  };

  let next = 0;
  for (const tree of trees) {
    if ('node' in tree) placeLayer(tree.node, next, 1);
    else placeStack(tree.stack, next, 1);
    next += tree.columns;
  }
  const height = Math.max(0, ...layers.map(({ y }) => y), ...stacks.map(({ y }) => y)) + 1;
  for (const placed of [...layers, ...stacks]) placed.y = height - placed.y;
  return { height, layers, stacks };
}

const columnsOf = (node: LayerNode): number =>
  node.tops.length + node.above.reduce((sum, above) => sum + columnsOf(above), 0);

/** Twice the bytes, three units more. */
function layerHeight({ size, state, count }: LayerNode): number {
  const grown = Math.min(Math.max(Math.log2(Math.max(size, 1) / 4096), 0), 15) * 3;
  return 40 + grown + (state === 'present' ? 0 : 14) + (count > 1 ? 8 : 0);
}
