/** Which box stands above which: the learner's Machine in the middle, other Machines above, what was made below. */
import type { NetBox, NetworkModel } from './model';

/** Boxes by row, from the top; within a row ordered so that cables cross as little as they can. */
export function rankBoxes({ boxes, cables }: NetworkModel): NetBox[][] {
  const boxOf = new Map(
    boxes.flatMap((box) => [...box.devices, ...box.bridges].map((node) => [node.key, box] as const)),
  );
  const neighbours = new Map<NetBox, Set<NetBox>>(boxes.map((box) => [box, new Set()]));
  for (const { ends } of cables) {
    const [a, b] = ends.map((end) => boxOf.get(end));
    if (!a || !b || a === b) continue;
    neighbours.get(a)?.add(b);
    neighbours.get(b)?.add(a);
  }
  const rank = new Map<NetBox, number>();
  const visit = (start: NetBox, at: number) => {
    rank.set(start, at);
    const queue = [start];
    for (let box = queue.shift(); box; box = queue.shift()) {
      const here = rank.get(box) ?? 0;
      for (const next of neighbours.get(box) ?? []) {
        if (rank.has(next)) continue;
        rank.set(next, next.machine !== null || here < 0 ? here - 1 : here + 1);
        queue.push(next);
      }
    }
  };
  const [first] = boxes;
  if (first) visit(first, 0);
  for (const box of boxes) if (!rank.has(box)) visit(box, box.machine !== null ? -1 : 1);

  const rows = new Map<number, NetBox[]>();
  for (const box of boxes) {
    const at = rank.get(box) ?? 0;
    rows.set(at, [...(rows.get(at) ?? []), box]);
  }
  const ordered = [...rows].sort(([a], [b]) => a - b).map(([, row]) => row);
  const middle = Math.max(
    0,
    ordered.findIndex((row) => first !== undefined && row.includes(first)),
  );
  for (let index = middle + 1; index < ordered.length; index += 1) sortBy(ordered[index], ordered[index - 1], cables);
  for (let index = middle - 1; index >= 0; index -= 1) sortBy(ordered[index], ordered[index + 1], cables);
  return ordered;
}

/** Orders a row by where its cables end in the row next to it. */
function sortBy(row: NetBox[] | undefined, next: NetBox[] | undefined, cables: NetworkModel['cables']): void {
  const places = new Map((next ?? []).flatMap((box) => box.devices).map(({ key }, index) => [key, index]));
  const weight = (box: NetBox) => {
    const own = new Set(box.devices.map(({ key }) => key));
    const found = cables.flatMap(({ ends: [a, b] }) =>
      own.has(a) ? (places.get(b) ?? []) : own.has(b) ? (places.get(a) ?? []) : [],
    );
    return found.length === 0 ? Number.MAX_SAFE_INTEGER : found.reduce((sum, place) => sum + place, 0) / found.length;
  };
  row?.sort((a, b) => weight(a) - weight(b));
}
