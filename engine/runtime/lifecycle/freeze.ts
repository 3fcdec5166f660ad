/** `pause` and `resume`: stops all processes of a container where they are, and lets them go on. */
import { permit } from '../state/status';
import { Container, locked, type RuntimeContext } from './container';

export function pause(context: RuntimeContext, id: string): Promise<void> {
  return locked(context, id, async () => {
    const container = Container.load(context, id);
    permit('pause', id, container.status());
    await container.cgroup.freeze();
  });
}

export function resume(context: RuntimeContext, id: string): Promise<void> {
  return locked(context, id, async () => {
    const container = Container.load(context, id);
    permit('resume', id, container.status());
    await container.cgroup.thaw();
  });
}
