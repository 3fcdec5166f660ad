/** The ten diagrams: what each is called and what draws it. */
import type { ComponentType } from 'react';
import type { DiagramName } from '../../../lessons';
import { CniDiagram } from '../cni/CniDiagram';
import { cniOutline } from '../cni/outline';
import { ContainersDiagram } from '../containers/ContainersDiagram';
import { containersOutline } from '../containers/outline';
import { ImagesDiagram } from '../images/ImagesDiagram';
import { imagesOutline } from '../images/outline';
import { IpcDiagram } from '../ipc/IpcDiagram';
import { ipcOutline } from '../ipc/outline';
import { LayersDiagram } from '../layers/LayersDiagram';
import { layersOutline } from '../layers/outline';
import type { Outline } from '../model/outline';
import type { EntityRef, Scene } from '../model/scene';
import { MountsDiagram } from '../mounts/MountsDiagram';
import { mountsOutline } from '../mounts/outline';
import { NamespacesDiagram } from '../namespaces/NamespacesDiagram';
import { namespacesOutline } from '../namespaces/outline';
import { NetworkDiagram } from '../network/NetworkDiagram';
import { networkOutline } from '../network/outline';
import type { DiagramProps } from '../parts/node';
import { processesOutline } from '../processes/outline';
import { ProcessesDiagram } from '../processes/ProcessesDiagram';
import { usersOutline } from '../users/outline';
import { UsersDiagram } from '../users/UsersDiagram';

export interface Diagram {
  name: DiagramName;
  title: string;
  Drawing: ComponentType<DiagramProps>;
  outline(scene: Scene): Outline;
  /** What the drawing itself tells all about when it is selected, so that the panel beside it need not. */
  tellsOf?(ref: EntityRef): boolean;
}

const all: readonly Diagram[] = [
  { name: 'layers', title: 'Layers', Drawing: LayersDiagram, outline: layersOutline },
  { name: 'namespaces', title: 'Namespaces', Drawing: NamespacesDiagram, outline: namespacesOutline },
  { name: 'processes', title: 'Processes', Drawing: ProcessesDiagram, outline: processesOutline },
  { name: 'mounts', title: 'Mounts', Drawing: MountsDiagram, outline: mountsOutline },
  { name: 'network', title: 'Network', Drawing: NetworkDiagram, outline: networkOutline },
  { name: 'users', title: 'Users', Drawing: UsersDiagram, outline: usersOutline },
  { name: 'ipc', title: 'IPC', Drawing: IpcDiagram, outline: ipcOutline },
  { name: 'images', title: 'Images', Drawing: ImagesDiagram, outline: imagesOutline },
  { name: 'containers', title: 'Containers', Drawing: ContainersDiagram, outline: containersOutline },
  {
    name: 'cni',
    title: 'CNI',
    Drawing: CniDiagram,
    outline: cniOutline,
    tellsOf: (ref) => ref.startsWith('cniCalls:'),
  },
];

/** The diagram that shows an entity best, where the open one does not show it. */
export function homeOf(ref: EntityRef): DiagramName {
  const collection = ref.slice(0, ref.indexOf(':'));
  switch (collection) {
    case 'overlays':
      return 'layers';
    case 'mounts':
      return 'mounts';
    case 'processes':
      return 'processes';
    case 'ipc':
      return 'ipc';
    case 'images':
      return 'images';
    case 'containers':
      return 'containers';
    case 'cniCalls':
    case 'cniAttachments':
      return 'cni';
    case 'devices':
    case 'routes':
    case 'rules':
    case 'sockets':
      return 'network';
    default:
      return 'namespaces';
  }
}

/** The wanted diagrams first, in their order; then all the others. */
export function inOrder(wanted: readonly DiagramName[]): Diagram[] {
  const first = wanted.flatMap((name) => all.filter((diagram) => diagram.name === name));
  return [...first, ...all.filter((diagram) => !first.includes(diagram))];
}
