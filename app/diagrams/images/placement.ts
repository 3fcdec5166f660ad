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
const minColumn = 98;
const maxColumn = 190;
/** A box that has room for a command. */
const wideEnough = 140;
export const nameHeight = 20;
/** The line with the digest, under the names. */
const digestHeight = 22;

export function placeStore(store: ImageStore, room: number): StorePlacement {
  const columns = store.bare.length + store.roots.reduce((sum, root) => sum + columnsOf(root), 0);
  const column = Math.min(Math.max((room - 2 - (columns - 1) * gap) / Math.max(columns, 1), minColumn), maxColumn);
  const width = (count: number) => count * column + (count - 1) * gap;
  const layers: PlacedLayer[] = [];
  const stacks: PlacedStack[] = [];

  /** Heights are counted upwards from the ground; they are turned over at the end. */
  const placeStack = (stack: ImageStack, at: number, ground: number) => {
    const height = stack.names.length * nameHeight + digestHeight;
    stacks.push({ stack, x: 1 + at * (column + gap), y: ground + height, width: column, height });
  };
  const placeLayer = (node: LayerNode, at: number, ground: number): number => {
    const count = columnsOf(node);
    const wide = width(count);
    const made = node.createdBy !== null && wide >= wideEnough;
    const height = layerHeight(node) + (made ? 14 : 0);
    const top = ground + height;
    layers.push({ node, x: 1 + at * (column + gap), y: top, width: wide, height, made });
    let next = at;
    for (const stack of node.tops) {
      placeStack(stack, next, top + 2);
      next += 1;
    }
    for (const above of node.above) next = placeLayer(above, next, top + 3);
    return at + count;
  };

  let next = 0;
  for (const root of store.roots) next = placeLayer(root, next, 1);
  for (const stack of store.bare) {
    placeStack(stack, next, 1);
    next += 1;
  }
  const height = Math.max(0, ...layers.map(({ y }) => y), ...stacks.map(({ y }) => y)) + 1;
  for (const placed of [...layers, ...stacks]) placed.y = height - placed.y;
  return { width: width(Math.max(columns, 1)) + 2, height, layers, stacks };
}

const columnsOf = (node: LayerNode): number =>
  node.tops.length + node.above.reduce((sum, above) => sum + columnsOf(above), 0);

/** Twice the bytes, three units more. */
function layerHeight({ size, state, count }: LayerNode): number {
  const grown = Math.min(Math.max(Math.log2(Math.max(size, 1) / 4096), 0), 15) * 3;
  return 40 + grown + (state === 'present' ? 0 : 14) + (count > 1 ? 8 : 0);
}
