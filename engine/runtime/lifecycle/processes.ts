/** `ps`: the processes of a container, by their numbers on the host. */
import { Container, type RuntimeContext } from './container';

export function processes(context: RuntimeContext, id: string): number[] {
  return Container.load(context, id).cgroup.processes();
}
