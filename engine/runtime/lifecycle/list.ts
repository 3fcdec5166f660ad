/** `list`: every container of a root directory. */
import { type ContainerState, stateOf } from '../state/container-state';
import { Container, type RuntimeContext } from './container';

export interface ListedContainer extends ContainerState {
  rootfs: string;
  /** ISO 8601. */
  created: string;
  /** User id of whoever made it. */
  owner: number;
}

export function list(context: RuntimeContext): ListedContainer[] {
  return context.store.list().flatMap((id) => describe(context, id));
}

/** None for one that is deleted meanwhile, or that has only just been claimed. */
function describe(context: RuntimeContext, id: string): ListedContainer[] {
  try {
    return [details(Container.load(context, id))];
  } catch {
    return [];
  }
}

/** What `state` and `list` tell of a container. */
export function details(container: Container): ListedContainer {
  const { record } = container;
  const { rootfs, created, owner } = record;
  return { ...stateOf(record, container.status()), rootfs, created, owner };
}
