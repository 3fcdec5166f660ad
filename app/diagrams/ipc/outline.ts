import { counted, nsTitle, processTitle } from '../model/names';
import type { Outline } from '../model/outline';
import type { Scene } from '../model/scene';
import { ipcBoxes } from './model';

export function ipcOutline(scene: Scene): Outline {
  const boxes = ipcBoxes(scene);
  return {
    summary: `${counted(boxes.length, 'IPC namespace')}, ${counted(Object.keys(scene.after.ipc).length, 'object')}.`,
    lines: boxes.map((box) => ({
      text: nsTitle(scene.state, box.ns),
      mark: box.mark,
      children: [
        ...box.objects.map(({ title, label, size, mark }) => ({ text: `${title} ${label}: ${size}`, mark })),
        ...(box.moreObjects > 0 ? [{ text: `and ${counted(box.moreObjects, 'more object')}` }] : []),
        ...box.processes.map(({ process, mark }) => ({ text: `process ${processTitle(process)}`, mark })),
        ...(box.moreProcesses > 0
          ? [{ text: `and ${counted(box.moreProcesses, 'more process', 'more processes')}` }]
          : []),
      ],
    })),
  };
}
