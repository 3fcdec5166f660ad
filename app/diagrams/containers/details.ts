import { namespaceKinds } from '../../../engine/state';
import { type DetailField, type Details, nsField } from '../model/detail-fields';
import { counted, kindNames, processTitle } from '../model/names';
import { refOf, type Scene } from '../model/scene';
import { initOf } from './model';

export function containerDetails(scene: Scene, key: string): Details | null {
  const container = scene.state.containers[key];
  if (!container) return null;
  const fields: DetailField[] = [
    { label: 'status', value: container.status },
    { label: 'args', value: container.args.join(' ') || 'not known' },
    { label: 'bundle', value: container.bundle },
    { label: 'rootfs', value: container.rootfs },
    ...initFields(scene, container),
    ...Object.entries(container.annotations).map(([label, value]) => ({ label, value })),
  ];
  return {
    title: `Container ${container.id}`,
    fields,
    source: `${container.root}; OCI runtime spec, State`,
  };
}

/** What a container is to the kernel: a process, with namespaces of its own and others that it shares with the Machine. */
function initFields(scene: Scene, container: Parameters<typeof initOf>[1]): DetailField[] {
  const { state } = scene;
  const init = initOf(scene, container);
  if (!init) return [{ label: 'init', value: 'no process' }];
  const theirs = state.machines[container.machine]?.namespaces;
  const shared = namespaceKinds.filter((kind) => init.namespaces[kind] === theirs?.[kind]);
  const inside = Object.values(state.processes).filter(
    (process) => process.pid !== init.pid && !shared.includes('pid') && process.namespaces.pid === init.namespaces.pid,
  );
  return [
    { label: 'init', value: processTitle(init), ref: refOf('processes', `${init.pid}`) },
    { label: 'NSpid', value: init.nsPids.join(' → ') },
    ...(inside.length > 0 ? [{ label: 'beside init', value: counted(inside.length, 'process', 'processes') }] : []),
    { label: 'cgroup', value: init.cgroup },
    ...namespaceKinds
      .filter((kind) => !shared.includes(kind))
      .map((kind) => nsField(state, `own ${kindNames[kind]}`, init.namespaces[kind])),
    {
      label: 'shared with the Machine',
      value: shared.map((kind) => kindNames[kind]).join(', ') || 'no namespace',
    },
  ];
}
