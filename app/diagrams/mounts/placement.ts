/** Where rows go, and the buses: one vertical line for each peer group that joins two or more of the drawn mounts. */
import type { MountPanel } from './model';

export const rowHeight = 30;
export const headHeight = 40;
export const panelGap = 18;
export const lanePitch = 22;

/** How a mount hangs on a bus: as a peer it sends and receives, as a slave it only receives. */
export interface Tap {
  key: string;
  y: number;
  role: 'peer' | 'slave';
}

export interface Bus {
  group: number;
  lane: number;
  taps: Tap[];
  from: number;
  to: number;
}

export interface MountPlacement {
  /** Top of each panel, in the order of the panels. */
  panels: Array<{ y: number; height: number }>;
  buses: Bus[];
  lanes: number;
  height: number;
}

export function placeMounts(panels: readonly MountPanel[]): MountPlacement {
  const taps = new Map<number, Tap[]>();
  const tap = (group: number | undefined, entry: Tap) => {
    if (group === undefined) return;
    const known = taps.get(group);
    if (known) known.push(entry);
    else taps.set(group, [entry]);
  };
  let y = 0;
  const boxes = panels.map((panel) => {
    const top = y;
    panel.rows.forEach((row, index) => {
      if (row.kind !== 'mount' || row.mark === 'gone') return;
      const centre = top + headHeight + index * rowHeight + rowHeight / 2;
      const { shared, master } = row.mount.propagation;
      tap(shared, { key: row.key, y: centre, role: 'peer' });
      tap(master, { key: row.key, y: centre, role: 'slave' });
    });
    const height = headHeight + panel.rows.length * rowHeight + 8;
    y += height + panelGap;
    return { y: top, height };
  });
  const buses = [...taps]
    .filter(([, list]) => list.length > 1)
    .map(([group, list]) => ({
      group,
      taps: list,
      from: Math.min(...list.map((entry) => entry.y)),
      to: Math.max(...list.map((entry) => entry.y)),
    }));
  const placed = assignLanes(buses);
  return {
    panels: boxes,
    buses: placed,
    lanes: placed.reduce((most, { lane }) => Math.max(most, lane + 1), 0),
    height: Math.max(0, y - panelGap),
  };
}

/** Gives each bus the first lane where it crosses no other: short ones nearest to the mounts. */
function assignLanes(buses: ReadonlyArray<Omit<Bus, 'lane'>>): Bus[] {
  const lanes: Array<Array<{ from: number; to: number }>> = [];
  return buses
    .toSorted((a, b) => a.to - a.from - (b.to - b.from) || a.from - b.from)
    .map((bus) => {
      const free = lanes.findIndex((taken) => taken.every(({ from, to }) => bus.to + 4 < from || bus.from - 4 > to));
      const lane = free < 0 ? lanes.length : free;
      lanes[lane] = [...(lanes[lane] ?? []), { from: bus.from, to: bus.to }];
      return { ...bus, lane };
    });
}
