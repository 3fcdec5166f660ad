/** IPC namespaces with their objects and the processes that can reach them. */
import type { IpcObject, NsId, Process } from '../../../engine/state';
import { bytesText, counted, keyText } from '../model/names';
import { isMade, type Mark, refOf, type Scene } from '../model/scene';

export interface IpcNode {
  ref: string;
  object: IpcObject;
  /** `segment`, `semaphores`, `queue`, `POSIX queue`. */
  title: string;
  /** Its key or its name. */
  label: string;
  size: string;
  mark?: Mark;
}

export interface IpcBox {
  ns: NsId;
  made: boolean;
  mark?: Mark;
  objects: IpcNode[];
  moreObjects: number;
  processes: Array<{ process: Process; ref: string; mark?: Mark }>;
  moreProcesses: number;
}

const maxObjects = 40;
const maxProcesses = 10;

export function ipcBoxes(scene: Scene): IpcBox[] {
  const { state } = scene;
  const born = scene.machines.flatMap((machine) => state.machines[machine]?.namespaces.ipc ?? []);
  const made = Object.values(state.namespaces)
    .filter((ns) => ns.kind === 'ipc' && isMade(scene, ns.id))
    .map(({ id }) => id);
  return [...new Set([...born, ...made.sort()])].map((ns) => {
    const objects = Object.entries(state.ipc).filter(([, object]) => object.ns === ns);
    const members = Object.values(state.processes).filter(({ namespaces }) => namespaces.ipc === ns);
    return {
      ns,
      made: isMade(scene, ns),
      mark: scene.mark('namespaces', ns),
      objects: objects.slice(0, maxObjects).map(([key, object]) => nodeOf(scene, key, object)),
      moreObjects: Math.max(0, objects.length - maxObjects),
      processes: members.slice(0, maxProcesses).map((process) => ({
        process,
        ref: refOf('processes', `${process.pid}`),
        mark: scene.mark('processes', `${process.pid}`),
      })),
      moreProcesses: Math.max(0, members.length - maxProcesses),
    };
  });
}

function nodeOf(scene: Scene, key: string, object: IpcObject): IpcNode {
  const label = object.name ?? keyText(object.key ?? 0);
  return { ref: refOf('ipc', key), object, label, mark: scene.mark('ipc', key), ...wordsOf(object) };
}

export function wordsOf(object: IpcObject): { title: string; size: string } {
  switch (object.kind) {
    case 'shm':
      return { title: 'shared memory', size: `${bytesText(object.size)}, ${object.attached} attached` };
    case 'sem':
      return { title: 'semaphores', size: counted(object.size, 'semaphore') };
    case 'msg':
      return { title: 'message queue', size: counted(object.size, 'message') };
    case 'mqueue':
      return { title: 'POSIX queue', size: counted(object.size, 'message') };
  }
}
