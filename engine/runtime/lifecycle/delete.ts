/** `delete`: removes a stopped container; with `force`, any. */
import type { Hook } from '../config';
import { runEveryHook } from '../hooks/run-hooks';
import { stateOf } from '../state/container-state';
import { permit } from '../state/status';
import { Container, locked, type RuntimeContext } from './container';
import { removeTraces } from './remove';

const SIGKILL = 9;

export interface DeleteOptions {
  force?: boolean;
  /** Told of what does not keep the container from being deleted: poststop hooks that fail. */
  warn?: (message: string) => void;
}

/** Errors: a container that is not stopped, unless forced; one that does not exist, likewise. */
export async function remove(context: RuntimeContext, id: string, options: DeleteOptions = {}): Promise<void> {
  if (options.force && !context.store.list().includes(id)) return;
  await locked(context, id, async () => {
    const record = context.store.load(id);
    // Claimed, and then its maker was killed: there is nothing but the directory.
    if (!record && options.force) return context.store.remove(id);
    const container = Container.load(context, id);
    if (options.force) await end(container);
    permit('delete', id, options.force ? 'stopped' : container.status());
    const hooks = poststopHooks(container);
    await removeTraces(container);
    await runEveryHook(context.system, 'poststop', hooks, stateOf(container.record, 'stopped'), options.warn);
  });
}

async function end(container: Container): Promise<void> {
  const { system } = container.context;
  const { process } = container.record;
  container.signal(SIGKILL);
  if (container.cgroup.frozen()) await container.cgroup.thaw();
  if (process) await system.ended(process);
}

/** Read before the container is gone; one that never came to have a configuration has no hooks either. */
function poststopHooks(container: Container): readonly Hook[] {
  try {
    return container.config.hooks?.poststop ?? [];
  } catch {
    return [];
  }
}
