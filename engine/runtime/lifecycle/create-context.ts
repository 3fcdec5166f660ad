/** What the compiler of a container's plan has to know besides its configuration. */
import { allCapabilities, type System } from '../../kernel';
import type { ContainerCgroup } from '../cgroup';
import type { Config } from '../config';
import { type CreateContext, descriptor, namespaceOf, seccompSteps, usesListener } from '../plan';
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
    otherHierarchies: [],
    cgroupNamespace: namespaceOf(linux, 'cgroup') !== undefined,
    userNamespace: namespaceOf(linux, 'user') !== undefined,
    fifos: store.fifos(options.id),
    available: availableCapabilities(config, system.facts.capabilities),
    seccomp: seccompSteps(config, system.facts.architecture, listenerDescriptor(config, options.preserve?.length ?? 0)),
    rootless: isRootless(system),
    mayLockGroups: !isRootless(system),
    preserved: options.preserve?.length ?? 0,
    hooksOfRuntime: counted.length > 0,
  };
}

/** Where the plan finds the connection to whoever is told of system calls: behind all that it inherits. */
function listenerDescriptor(config: Config, preserved: number): number | undefined {
  return usesListener(config) ? descriptor.console + (config.process?.terminal ? 1 : 0) + preserved : undefined;
}

/** Whoever is not root may do in a user namespace of his own what he may do at all. */
export function isRootless({ facts }: System): boolean {
  return facts.uid !== 0;
}

/** In a user namespace a process has them all, over what belongs to it. */
export function availableCapabilities({ linux }: Config, held: bigint): bigint {
  return namespaceOf(linux, 'user') ? allCapabilities : held;
}

function entrance({ linux }: Config, noPivot: boolean): CreateContext['enter'] {
  if (namespaceOf(linux, 'mount') === undefined) return 'chroot';
  return noPivot ? 'move' : 'pivot';
}
