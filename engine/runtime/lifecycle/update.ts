/** `update`: gives a container other limits. */
import type { Resources } from '../config';
import { permit } from '../state/status';
import { Container, locked, type RuntimeContext } from './container';

/** What is not named stays as it is. Errors: what the kernel refuses; what was written before it stays. */
export function update(context: RuntimeContext, id: string, resources: Resources): Promise<void> {
  return locked(context, id, () => {
    const container = Container.load(context, id);
    permit('update', id, container.status());
    container.cgroup.apply(resources);
    if (resources.devices) container.cgroup.limitDevices(resources.devices);
  });
}
