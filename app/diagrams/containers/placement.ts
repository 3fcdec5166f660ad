/** Where states, containers and arrows go: in two rows of three where there is room, else below each other. */
import { type Place, places, type Step, steps } from './lifecycle';
import type { ContainerNode, Lifecycle } from './model';

export interface PlacedState {
  place: (typeof places)[number];
  x: number;
  y: number;
  width: number;
  height: number;
  /** Containers there that are not drawn. */
  more: number;
}

export interface PlacedContainer {
  node: ContainerNode;
  x: number;
  y: number;
  width: number;
}

export interface PlacedStep {
  step: Step;
  path: string;
  label: { x: number; y: number; anchor: 'start' | 'middle' | 'end'; lines: string[] };
}

export interface LifecyclePlacement {
  width: number;
  height: number;
  /** Centre of the dot everything begins at. */
  dot: { x: number; y: number };
  states: PlacedState[];
  containers: PlacedContainer[];
  steps: PlacedStep[];
}

export const chipHeight = 50;
const titleHeight = 28;
const pad = 7;
const minChip = 148;
/** From here on there is room for two rows. */
const rowsFrom = 560;

type Box = Omit<PlacedState, 'more'>;
type Boxes = Record<(typeof places)[number], Box>;

export function placeLifecycle(model: Lifecycle, room: number): LifecyclePlacement {
  return room >= rowsFrom ? inRows(model, room) : inColumn(model, room);
}

const at = (model: Lifecycle, place: Place) => model.containers.filter((node) => node.place === place);

function heightFor(model: Lifecycle, place: Place, width: number): number {
  const rows = Math.ceil(at(model, place).length / chipsAcross(width));
  return titleHeight + rows * (chipHeight + pad) + (model.more[place] ? 20 : 0) + (rows > 0 ? 0 : 4);
}

const chipsAcross = (width: number) => Math.max(1, Math.floor((width - pad) / (minChip + pad)));

function chipsIn(model: Lifecycle, box: Box): PlacedContainer[] {
  const across = chipsAcross(box.width);
  const width = (box.width - pad * (across + 1)) / across;
  return at(model, box.place).map((node, index) => ({
    node,
    x: box.x + pad + (index % across) * (width + pad),
    y: box.y + titleHeight + Math.floor(index / across) * (chipHeight + pad),
    width,
  }));
}

/** creating, created, running; under them gone, stopped, paused. */
function inRows(model: Lifecycle, room: number): LifecyclePlacement {
  const dot = 41;
  const between = Math.min(Math.max(room * 0.085, 51), 90);
  const width = (room - dot - 2 * between - 2) / 3;
  const tall = (row: readonly Place[]) => Math.max(...row.map((place) => heightFor(model, place, width)));
  const first = tall(['creating', 'created', 'running']);
  const second = tall(['gone', 'stopped', 'paused']);
  const x = [0, 1, 2].map((column) => dot + column * (width + between) + 1);
  const y = first + 62;
  const box = (place: (typeof places)[number], column: number, row: number): Box => ({
    place,
    x: x[column] ?? 0,
    y: row === 0 ? 1 : y,
    width,
    height: row === 0 ? first : second,
  });
  const boxes: Boxes = {
    creating: box('creating', 0, 0),
    created: box('created', 1, 0),
    running: box('running', 2, 0),
    gone: box('gone', 0, 1),
    stopped: box('stopped', 1, 1),
    paused: box('paused', 2, 1),
  };
  const start = { x: 8, y: 1 + titleHeight / 2 };
  return {
    width: room,
    height: y + second + 1,
    dot: start,
    ...contentOf(model, boxes),
    steps: rowSteps(boxes, start),
  };
}

function rowSteps(boxes: Boxes, dot: { x: number; y: number }): PlacedStep[] {
  const { creating, created, running, paused, stopped, gone } = boxes;
  const top = dot.y;
  const low = stopped.y + titleHeight / 2;
  const middle = (running.y + running.height + paused.y) / 2;
  const out = running.x + 18;
  const into = stopped.x + stopped.width - 22;
  const down = paused.x + paused.width / 2;
  const up = down + 18;
  const right = (from: Box, to: Box, y: number) => `M${from.x + from.width} ${y}H${to.x}`;
  const left = (from: Box, to: Box, y: number) => `M${from.x} ${y}H${to.x + to.width}`;
  const over = (from: Box, to: Box, y: number, text: string) => ({
    x: (Math.min(from.x, to.x) + from.width + Math.max(from.x, to.x)) / 2,
    y: y - 6,
    anchor: 'middle' as const,
    lines: [text],
  });
  const beside = (x: number, y: number, text: string, anchor: 'start' | 'end' = 'start') => ({
    x: anchor === 'start' ? x + 6 : x - 6,
    y,
    anchor,
    lines: [text],
  });
  const drawn: Record<string, Omit<PlacedStep, 'step'>> = {
    'none creating': {
      path: `M${dot.x + 6} ${top}H${creating.x}`,
      label: { x: dot.x - 7, y: top + 21, anchor: 'start', lines: ['create'] },
    },
    'creating created': { path: right(creating, created, top), label: over(creating, created, top, 'is made') },
    'created running': { path: right(created, running, top), label: over(created, running, top, 'start') },
    'running paused': {
      path: `M${down} ${running.y + running.height}V${paused.y}`,
      label: beside(down, middle + 4, 'pause', 'end'),
    },
    'paused running': {
      path: `M${up} ${paused.y}V${running.y + running.height}`,
      label: beside(up, middle + 4, 'resume'),
    },
    'running stopped': {
      path: `M${out} ${running.y + running.height}V${middle}H${into}V${stopped.y}`,
      label: { x: (out + into) / 2, y: middle + 14, anchor: 'middle', lines: ['kill or exit'] },
    },
    'created stopped': {
      path: `M${created.x + 30} ${created.y + created.height}V${stopped.y}`,
      label: beside(created.x + 30, middle + 4, 'kill'),
    },
    'paused stopped': { path: left(paused, stopped, low), label: over(stopped, paused, low, 'kill') },
    'stopped gone': { path: left(stopped, gone, low), label: over(gone, stopped, low, 'delete') },
  };
  return steps.flatMap((step) => {
    const found = drawn[`${step.from} ${step.to}`];
    return found ? [{ step, ...found }] : [];
  });
}

/** All states below each other; what ends a container runs down on the right. */
function inColumn(model: Lifecycle, room: number): LifecyclePlacement {
  const channel = 58;
  const between = 34;
  const width = room - channel - 2;
  let y = 34;
  const box = (place: (typeof places)[number], wide = width): Box => {
    const height = heightFor(model, place, wide);
    const made = { place, x: 1, y, width: wide, height };
    y += height + between;
    return made;
  };
  const boxes: Boxes = {
    creating: box('creating'),
    created: box('created'),
    running: box('running'),
    paused: box('paused'),
    stopped: box('stopped', room - 2),
    gone: box('gone', room - 2),
  };
  const dot = { x: 25, y: 8 };
  return {
    width: room,
    height: y - between + 1,
    dot,
    ...contentOf(model, boxes),
    steps: columnSteps(boxes, dot, room - 14),
  };
}

function columnSteps(boxes: Boxes, dot: { x: number; y: number }, trunk: number): PlacedStep[] {
  const { creating, created, running, paused, stopped, gone } = boxes;
  const down = (from: { y: number; height: number }, to: Box, x: number, text: string) => ({
    path: `M${x} ${from.y + from.height}V${to.y}`,
    label: { x: x + 7, y: (from.y + from.height + to.y) / 2 + 4, anchor: 'start' as const, lines: [text] },
  });
  const out = (from: Box, lines: string[]) => ({
    path: `M${from.x + from.width} ${from.y + titleHeight / 2}H${trunk}V${stopped.y}`,
    label: {
      x: from.x + from.width + 6,
      y: from.y + titleHeight / 2 + 14,
      anchor: 'start' as const,
      lines,
    },
  });
  const up = running.y + running.height;
  const drawn: Record<string, Omit<PlacedStep, 'step'>> = {
    'none creating': down({ y: dot.y, height: 6 }, creating, dot.x, 'create'),
    'creating created': down(creating, created, dot.x, 'is made'),
    'created running': down(created, running, dot.x, 'start'),
    'running paused': down(running, paused, dot.x, 'pause'),
    'paused running': {
      path: `M${dot.x + 76} ${paused.y}V${up}`,
      label: { x: dot.x + 83, y: (up + paused.y) / 2 + 4, anchor: 'start', lines: ['resume'] },
    },
    'running stopped': out(running, ['kill', 'exit']),
    'created stopped': out(created, ['kill']),
    'paused stopped': out(paused, ['kill']),
    'stopped gone': down(stopped, gone, dot.x, 'delete'),
  };
  return steps.flatMap((step) => {
    const found = drawn[`${step.from} ${step.to}`];
    return found ? [{ step, ...found }] : [];
  });
}

function contentOf(model: Lifecycle, boxes: Boxes): Pick<LifecyclePlacement, 'states' | 'containers'> {
  const all = places.map((place) => boxes[place]);
  return {
    states: all.map((box) => ({ ...box, more: model.more[box.place] ?? 0 })),
    containers: all.flatMap((box) => chipsIn(model, box)),
  };
}
