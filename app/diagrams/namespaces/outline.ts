import { namespaceKinds } from '../../../engine/state';
import { counted, kindNames, nsTitle } from '../model/names';
import { capLines, type Outline, type OutlineLine } from '../model/outline';
import type { Scene } from '../model/scene';
import { type Lane, type NamespacesModel, namespacesModel } from './model';

export function namespacesOutline(scene: Scene): Outline {
  const model = namespacesModel(scene);
  const made = model.columns.flatMap(({ lanes }) =>
    lanes.filter(({ origin, mark }) => origin === 'made' && mark !== 'gone'),
  );
  return {
    summary: `${counted(Object.keys(scene.after.processes).length, 'process', 'processes')}; ${counted(made.length, 'namespace')} made in the lab.`,
    lines: namespaceKinds.map((kind) => {
      const lanes = model.columns.find((column) => column.kind === kind)?.lanes ?? [];
      const children = lanes.map((lane) => laneLine(scene, model, lane));
      return { text: `${kindNames[kind]}: ${counted(lanes.length, 'namespace')}`, children };
    }),
  };
}

const origins = {
  host: 'shared with the host',
  machine: 'the Machine was born in it',
  made: 'made in the lab',
} satisfies Record<Lane['origin'], string>;

function laneLine(scene: Scene, model: NamespacesModel, lane: Lane): OutlineLine {
  const members = model.rows
    .filter(({ members: of }) => Object.values(of).includes(lane.id))
    .map(({ kind, title, pid, mark }) => ({
      text: kind === 'pin' ? `pinned at ${title}` : pid === null ? title : `${title} ${pid}`,
      mark,
    }));
  return {
    text: `${nsTitle(scene.state, lane.id)}: ${origins[lane.origin]}`,
    mark: lane.mark,
    children: capLines(members, 20),
  };
}
