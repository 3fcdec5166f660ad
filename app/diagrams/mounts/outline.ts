import { counted, nsTitle, propagationText } from '../model/names';
import { capLines, type Outline, type OutlineLine } from '../model/outline';
import type { Scene } from '../model/scene';
import { type MountPanel, mountPanels } from './model';
import { placeMounts } from './placement';

export function mountsOutline(scene: Scene): Outline {
  const panels = mountPanels(scene, new Set());
  const groups = placeMounts(panels).buses.map(({ group, taps }) => ({
    text: `Peer group ${group}`,
    children: taps.map(({ key, role }) => {
      const mount = scene.state.mounts[key];
      const where = mount ? `${mount.mountPoint} in ${nsTitle(scene.state, mount.ns)}` : key;
      return { text: `${where}: ${role === 'peer' ? 'sends and receives mounts' : 'receives mounts only'}` };
    }),
  }));
  return {
    summary: `${counted(panels.length, 'mount namespace')}, ${counted(Object.keys(scene.after.mounts).length, 'mount')}.`,
    lines: [
      ...panels.map((panel) => panelLine(scene, panel)),
      ...(groups.length > 0 ? [{ text: 'Propagation between the mounts above', children: capLines(groups, 20) }] : []),
    ],
  };
}

function panelLine(scene: Scene, panel: MountPanel): OutlineLine {
  return {
    text: `${nsTitle(scene.state, panel.ns)}: ${counted(panel.count, 'mount')}, ${counted(panel.processes, 'process', 'processes')}`,
    mark: panel.mark,
    children: panel.rows.map((row) =>
      row.kind === 'mount'
        ? { text: `${row.mount.mountPoint}: ${row.mount.fsType}, ${propagationText(row.mount)}`, mark: row.mark }
        : { text: `${counted(row.count, row.system ? 'system mount' : 'more mount')}: ${row.names.join(', ')} …` },
    ),
  };
}
