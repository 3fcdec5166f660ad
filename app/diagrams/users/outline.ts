import { counted, inodeOf, nsTitle, processTitle } from '../model/names';
import type { Outline, OutlineLine } from '../model/outline';
import type { Scene } from '../model/scene';
import { type UserBox, userBoxes } from './model';

export function usersOutline(scene: Scene): Outline {
  const boxes = userBoxes(scene);
  const count = (list: readonly UserBox[]): number => list.reduce((sum, box) => sum + 1 + count(box.children), 0);
  return { summary: `${counted(count(boxes), 'user namespace')}.`, lines: boxes.map((box) => boxLine(scene, box)) };
}

function boxLine(scene: Scene, box: UserBox): OutlineLine {
  const maps = [
    ['uid_map', box.ns.uidMap],
    ['gid_map', box.ns.gidMap],
  ] as const;
  return {
    text: box.made
      ? `user namespace ${inodeOf(box.ns.id)}, created by uid ${box.ns.ownerUid}`
      : nsTitle(scene.state, box.ns.id),
    mark: box.mark,
    children: [
      ...(box.made
        ? maps.map(([name, map]) => ({
            text: `${name}: ${map?.map(({ inside, outside, count }) => `${inside} inside is ${outside} outside, ${counted(count, 'id')}`).join('; ') || 'not written'}`,
          }))
        : []),
      ...box.rows.map(({ process, count, inside, outside, capabilities, mark }) => ({
        text: `${count > 1 ? `${counted(count, process.command, process.command)}` : processTitle(process)}: uid ${inside} inside, ${outside} outside, capabilities: ${capabilities}`,
        mark,
      })),
      ...(box.moreRows > 0 ? [{ text: `and ${counted(box.moreRows, 'more process', 'more processes')}` }] : []),
      ...box.owns.map(({ text, mark }) => ({ text: `owns ${text}`, mark })),
      ...box.children.map((child) => boxLine(scene, child)),
    ],
  };
}
