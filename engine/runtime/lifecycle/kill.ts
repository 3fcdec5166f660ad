/** `kill`: sends a signal to a container's process, or to all its processes. */
import { RuntimeError } from '../error';
import { permit } from '../state/status';
import { Container, type RuntimeContext } from './container';

export async function kill(context: RuntimeContext, id: string, signal: number, all = false): Promise<void> {
  const container = Container.load(context, id);
  const status = container.status();
  // What it left behind may be ended, too, where no pid namespace has done so.
  if (all && status === 'stopped') return container.cgroup.killAll(signal);
  permit('kill', id, status);
  if (all) container.cgroup.killAll(signal);
  else if (!container.signal(signal)) throw new RuntimeError(`container not running: the process of ${id} has ended`);
}
