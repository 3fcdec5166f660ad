/** The root filesystem: made private to the container, filled, and made its root (pivot_root(2)). */
import {
  type CallStep,
  flags,
  MNT_DETACH,
  MOUNT_ATTR_RDONLY,
  MS_BIND,
  MS_MOVE,
  MS_PRIVATE,
  MS_REC,
  MS_SHARED,
  MS_SLAVE,
  MS_UNBINDABLE,
  ref,
  type Step,
} from '../../kernel';
import type { Config } from '../config';
import { AT_FDCWD, O_CLOEXEC, O_PATH } from './constants';
import { maskedPath, readonlyPath } from './covered-paths';
import { deviceSteps } from './devices';
import { idmappedTree, isIdmapped } from './idmapped';
import { type MountContext, mountSteps } from './mounts';
import { directoryInRoot, namesOf } from './resolve';
import { closeAll } from './steps';

export interface RootContext extends MountContext {
  /** Absolute path of the root filesystem. */
  rootfs: string;
  /** `none`: the runtime's own mount namespace is used, and only chroot(2) is left. */
  enter: 'pivot' | 'move' | 'chroot';
}

type Propagation = NonNullable<NonNullable<Config['linux']>['rootfsPropagation']>;

/** Steps up to the moment when everything is mounted, and still beneath the host's root. `root` is its descriptor. */
export function prepareRoot(config: Config, context: RootContext): Step[] {
  const linux = config.linux ?? {};
  return [
    { call: 'umask', args: [0] },
    ...(context.enter === 'chroot' ? [] : separateMounts(linux.rootfsPropagation ?? '', context.rootfs)),
    mount(context.rootfs, context.rootfs, { MS_BIND, MS_REC }, `${context.rootfs} on itself`),
    {
      call: 'openat',
      args: [AT_FDCWD, context.rootfs, flags({ O_PATH, O_CLOEXEC })],
      as: 'root',
      about: context.rootfs,
    },
    ...(config.mounts ?? []).flatMap((entry, index) =>
      mountSteps(entry, context, isIdmapped(entry) ? idmappedTree(index) : undefined),
    ),
    ...(bringsDev(config) ? [] : deviceSteps(linux.devices ?? [], context.userNamespace)),
    ...(config.process ? workingDirectory(config.process.cwd) : []),
  ];
}

/** A /dev that is bound from elsewhere is as it is. */
export function bringsDev(config: Config): boolean {
  return (config.mounts ?? []).some(
    ({ destination, type, options = [] }) =>
      namesOf(destination).join('/') === 'dev' &&
      (type === 'bind' || options.includes('bind') || options.includes('rbind')),
  );
}

/** From here on no mount of the container reaches the host. What the host mounts later may reach the container. */
function separateMounts(propagation: Propagation, rootfs: string): Step[] {
  const apart: Record<string, number> = /private|unbindable/.test(propagation)
    ? { MS_REC, MS_PRIVATE }
    : { MS_REC, MS_SLAVE };
  return [mount(null, '/', apart, `mounts apart from those of the host, for ${rootfs}`)];
}

function workingDirectory(cwd: string): Step[] {
  return namesOf(cwd).length === 0 ? [] : [...directoryInRoot(cwd, 'cwd'), ...closeAll('cwd')];
}

/** Covers what is to be covered; after everything else beneath the root is made. */
export function coverPaths(config: Config): Step[] {
  return [
    ...(config.linux?.readonlyPaths ?? []).flatMap(readonlyPath),
    ...(config.linux?.maskedPaths ?? []).flatMap(maskedPath),
  ];
}

/** Makes `root` the root directory, and leaves nothing of the host's in sight. */
export function enterRoot(config: Config, { enter, rootfs }: RootContext): Step[] {
  const propagation = config.linux?.rootfsPropagation ?? '';
  const there: Step[] = [{ call: 'fchdir', args: [ref('root')], about: rootfs }, ...closeAll('root')];
  const final = propagation === '' ? {} : propagationFlags(propagation);
  return [
    ...there,
    ...entrances[enter],
    { call: 'chdir', args: ['/'] },
    ...(Object.keys(final).length > 0 && enter !== 'chroot'
      ? [mount(null, '/', final, 'propagation of the root')]
      : []),
    ...(config.root.readonly ? [readonlyRoot()] : []),
    { call: 'umask', args: [0o022] },
  ];
}

const chroot: Step = { call: 'chroot', args: ['.'], about: 'the new root' };

const entrances: Record<RootContext['enter'], Step[]> = {
  pivot: [
    { call: 'pivot_root', args: ['.', '.'], about: 'the new root' },
    // The old root now covers the new one; as all mounts were set apart, nothing is unmounted in the host by this.
    { call: 'umount2', args: ['.', flags({ MNT_DETACH })], about: "the host's root" },
  ],
  move: [mount('.', '/', { MS_MOVE }, 'the new root to /'), chroot],
  chroot: [chroot],
};

function propagationFlags(propagation: Exclude<Propagation, ''>): Record<string, number> {
  const kinds = {
    shared: { MS_SHARED },
    slave: { MS_SLAVE },
    private: { MS_PRIVATE },
    unbindable: { MS_UNBINDABLE },
  } as const;
  switch (propagation) {
    case 'shared':
    case 'slave':
    case 'private':
    case 'unbindable':
      return kinds[propagation];
    case 'rshared':
      return { MS_REC, ...kinds.shared };
    case 'rslave':
      return { MS_REC, ...kinds.slave };
    case 'rprivate':
      return { MS_REC, ...kinds.private };
    case 'runbindable':
      return { MS_REC, ...kinds.unbindable };
  }
}

function readonlyRoot(): Step {
  const set = { words: [flags({ MOUNT_ATTR_RDONLY }), 0, 0, 0] };
  return { call: 'mount_setattr', args: [AT_FDCWD, '/', 0, set, 32], about: 'the root read-only' };
}

function mount(source: string | null, target: string, set: Record<string, number>, about: string): CallStep {
  return { call: 'mount', args: [source, target, null, flags(set), null], about };
}
