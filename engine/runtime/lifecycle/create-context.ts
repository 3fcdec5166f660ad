/** What the compiler of a container's plan has to know besides its configuration. */
import { allCapabilities } from '../../kernel';
import type { ContainerCgroup } from '../cgroup';
import type { Config } from '../config';
import { type CreateContext, namespaceOf, seccompSteps } from '../plan';
import type { RuntimeContext } from './container';

export function createContext(
  { system, store }: RuntimeContext,
  options: { id: string; bundle: string; noPivot?: boolean; preserve?: readonly number[] },
  config: Config,
  rootfs: string,
  cgroups: readonly ContainerCgroup[],
): CreateContext {
  const { hooks = {}, linux } = config;
  const counted = [...(hooks.prestart ?? []), ...(hooks.createRuntime ?? []), ...(hooks.createContainer ?? [])];
  return {
    id: options.id,
    bundle: options.bundle,
    rootfs,
    enter: entrance(config, options.noPivot === true),
    kind: (path) => system.files.kind(path),
    cgroups,
    cgroupNamespace: namespaceOf(linux, 'cgroup') !== undefined,
    userNamespace: namespaceOf(linux, 'user') !== undefined,
    fifos: store.fifos(options.id),
    available: availableCapabilities(config, system.facts.capabilities),
    seccomp: seccompSteps(config, system.facts.architecture),
    mayLockGroups: true,
    preserved: options.preserve?.length ?? 0,
    hooksOfRuntime: counted.length > 0,
  };
}

/** In a user namespace a process has them all, over what belongs to it. */
export function availableCapabilities({ linux }: Config, held: bigint): bigint {
  return namespaceOf(linux, 'user') ? allCapabilities : held;
}

function entrance({ linux }: Config, noPivot: boolean): CreateContext['enter'] {
  if (namespaceOf(linux, 'mount') === undefined) return 'chroot';
  return noPivot ? 'move' : 'pivot';
}
