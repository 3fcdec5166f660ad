/** Questions about containers of the OCI runtime, for checks. */
import type { Container, LabState, Process } from './schema';

/** Containers of a Machine, whichever directory their runtime keeps them in. */
export function containersOf(state: LabState, machine: string): Container[] {
  return Object.values(state.containers).filter((container) => container.machine === machine);
}

export function containerNamed(state: LabState, machine: string, id: string): Container | undefined {
  const container = state.containers[`${machine}/${id}`];
  return container?.machine === machine ? container : undefined;
}

/** The process a container was made for; undefined when it has none, or it ended. */
export function containerProcess(state: LabState, container: Container): Process | undefined {
  return container.pid === null ? undefined : state.processes[container.pid];
}

/** All processes in the container's pid namespace, where it has one of its own; its first process otherwise. */
export function containerProcesses(state: LabState, container: Container): Process[] {
  const first = containerProcess(state, container);
  if (!first) return [];
  const { pid } = first.namespaces;
  if (pid === state.machines[container.machine]?.namespaces.pid) return [first];
  return Object.values(state.processes).filter((process) => process.namespaces.pid === pid);
}
