import { counted, nsTitle } from '../model/names';
import { capLines, type Outline, type OutlineLine } from '../model/outline';
import type { Scene } from '../model/scene';
import { numbersOf, type PidBox, type ProcessNode, processBoxes } from './model';

export function processesOutline(scene: Scene): Outline {
  const boxes = processBoxes(scene);
  const total = boxes.reduce((sum, { count }) => sum + count, 0);
  return {
    summary: `${counted(total, 'process', 'processes')} in ${counted(boxes.length, 'Machine')}.`,
    lines: boxes.map((box) => boxLine(scene, box)),
  };
}

function boxLine(scene: Scene, box: PidBox): OutlineLine {
  return {
    text: `${nsTitle(scene.state, box.id)}: ${counted(box.count, 'process', 'processes')}`,
    mark: box.mark,
    children: capLines(
      box.roots.map((node) => processLine(scene, node)),
      40,
    ),
  };
}

function processLine(scene: Scene, node: ProcessNode): OutlineLine {
  const { process, mark } = node;
  const numbers = numbersOf(scene.state, process)
    .map(({ number }) => number)
    .join(' → ');
  const state = process.state === 'alive' ? '' : `, ${process.state}`;
  const children = [
    ...node.children.map((child) => processLine(scene, child)),
    ...node.boxes.map((box) => boxLine(scene, box)),
    ...node.more.map(({ command, count }) => ({ text: `and ${counted(count, `more ${command}`, `more ${command}`)}` })),
  ];
  return {
    text: `${process.command}, pid ${numbers}${state}${process.tty ? `, on ${process.tty}` : ''}`,
    mark,
    children: children.length > 0 ? children : undefined,
  };
}
