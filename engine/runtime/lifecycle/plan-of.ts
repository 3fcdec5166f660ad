/** `plan`: how a container of a bundle would be born, without making anything. */
import type { Plan } from '../../kernel';
import { cgroupsOf } from '../cgroup';
import { createPlan } from '../plan';
import { readBundle } from './bundle';
import type { RuntimeContext } from './container';
import { createContext } from './create-context';

export function planOf(context: RuntimeContext, bundle: string, id = 'ID'): Plan {
  const { config, rootfs } = readBundle(context, bundle);
  const cgroups = cgroupsOf(context.system.cgroupHierarchies(), config.linux?.cgroupsPath, id);
  return createPlan(config, createContext(context, { id, bundle }, config, rootfs, cgroups));
}
