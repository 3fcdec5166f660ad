/** The mounts of config.json, made beneath the root filesystem before it becomes the root. */
import { type CgroupHierarchy, MS_BIND, MS_NODEV, MS_NOEXEC, MS_NOSUID, MS_REC, ref, type Step } from '../../kernel';
import { type Mount, type MountOptions, readMountOptions } from '../config';
import { AT_FDCWD } from './constants';
import { attributesOf, namedAttributes, namedMountFlags } from './mount-attributes';
import { directoryInRoot, fileInRoot, namesOf, openInRoot } from './resolve';
import { cloneTree, closeAll, mountOn, placeTree, setAttributes } from './steps';

/** What the compiler of a plan has to know of the host and of the container to be. */
export interface MountContext {
  bundle: string;
  kind(path: string): 'file' | 'directory' | 'fifo' | 'device' | 'socket' | null;
  /** The container's cgroup in each hierarchy, by path on the host. */
  cgroups: ReadonlyArray<{ hierarchy: CgroupHierarchy; directory: string }>;
  /** Hierarchies in which it has none: it sees them as the host does. */
  otherHierarchies: ReadonlyArray<{ hierarchy: CgroupHierarchy }>;
  /** Whether it gets a cgroup namespace: then it sees its cgroups as roots. */
  cgroupNamespace: boolean;
  /** Whether it gets a user namespace: then not all may be mounted or made. */
  userNamespace: boolean;
}

/** `prepared` names a copy of a bind mount's source that is there already. */
export function mountSteps(mount: Mount, context: MountContext, prepared?: string): Step[] {
  const options = readMountOptions(mount);
  const destination = `/${namesOf(mount.destination).join('/')}`;
  if (options.flags & MS_BIND) return bind(mount, destination, options, context, prepared);
  if (mount.type === 'cgroup' || mount.type === 'cgroup2') return cgroups(destination, options, context);
  return filesystem(mount, destination, options);
}

function filesystem(mount: Mount, destination: string, options: MountOptions): Step[] {
  const type = mount.type ?? 'none';
  const about = `${type} on ${destination}`;
  const onto = {
    source: mount.source ?? type,
    type,
    flags: namedMountFlags(options.flags),
    data: options.data || null,
  };
  return [
    ...directoryInRoot(destination, 'target'),
    ...mountOn('target', onto, about),
    ...closeAll('target'),
    ...finish(destination, options, 0),
  ];
}

function bind(
  mount: Mount,
  destination: string,
  options: MountOptions,
  context: MountContext,
  prepared?: string,
): Step[] {
  const source = absoluteSource(mount, context.bundle);
  const recursive = (options.flags & MS_REC) !== 0;
  const kind = context.kind(source);
  const tree = prepared ?? 'tree';
  return [
    ...(prepared === undefined ? [cloneTree(AT_FDCWD, source, tree, recursive, source)] : []),
    // Before it is in sight: nobody ever sees it with more than it is to have.
    ...attributes(tree, destination, options, options.flags),
    ...(kind === 'directory' ? directoryInRoot(destination, 'target') : fileInRoot(destination, 'target')),
    placeTree(tree, 'target', `${source} on ${destination}`),
    ...closeAll(tree, 'target'),
  ];
}

/** Bundles name files of their own relative to themselves. */
export function absoluteSource({ source = '' }: Mount, bundle: string): string {
  return source.startsWith('/') ? source : `${bundle}/${source}`;
}

/** What can only be said of a mount that is there: found again by its place, which it covers. */
function finish(destination: string, options: MountOptions, flags: number): Step[] {
  const steps = attributes('mount', destination, options, flags);
  return steps.length === 0 ? [] : [openInRoot(destination, 'mount'), ...steps, ...closeAll('mount')];
}

/** `flags`: those of the options that no mount(2) has set yet. */
function attributes(mount: string, destination: string, options: MountOptions, flags: number): Step[] {
  return [
    ...change(mount, attributesOf(flags, flags === 0 ? 0 : options.clear), false, destination),
    ...change(mount, options.recursive, true, destination),
    ...options.propagation.map((kind) =>
      setAttributes(mount, { propagation: namedMountFlags(kind & ~MS_REC) }, (kind & MS_REC) !== 0, destination),
    ),
  ];
}

function change(mount: string, change: { set: number; clear: number }, recursive: boolean, about: string): Step[] {
  if (change.set === 0 && change.clear === 0) return [];
  const attributes = { set: namedAttributes(change.set), clear: namedAttributes(change.clear) };
  return [setAttributes(mount, attributes, recursive, about)];
}

/** cgroup version 2 is one mount; version 1 is a directory of them, one for each hierarchy (cgroups(7)). */
function cgroups(destination: string, options: MountOptions, context: MountContext): Step[] {
  const others = context.otherHierarchies.map(({ hierarchy }) => ({ hierarchy, directory: hierarchy.mountPoint }));
  const all = [...context.cgroups, ...others];
  if (all.every(({ hierarchy }) => hierarchy.version === 2)) return unified(destination, options, context, all);
  const quiet = { MS_NOSUID, MS_NODEV, MS_NOEXEC };
  const tmpfs = { source: 'tmpfs', type: 'tmpfs', flags: quiet, data: 'mode=755' };
  return [
    ...directoryInRoot(destination, 'target'),
    ...mountOn('target', tmpfs, `tmpfs on ${destination}`),
    ...closeAll('target'),
    ...all.flatMap((cgroup) => oneHierarchy(destination, cgroup, options, context)),
    ...links(destination, all),
    ...finish(destination, options, options.flags),
  ];
}

function oneHierarchy(
  destination: string,
  { hierarchy, directory }: MountContext['cgroups'][number],
  options: MountOptions,
  { cgroupNamespace }: MountContext,
): Step[] {
  const place = `${destination}/${hierarchy.name}`;
  const open = directoryInRoot(place, 'target');
  if (cgroupNamespace) {
    const [type, data] = hierarchy.version === 2 ? ['cgroup2', null] : ['cgroup', hierarchy.options];
    const mount = { source: 'cgroup', type, flags: namedMountFlags(options.flags), data };
    return [...open, ...mountOn('target', mount, `${type} on ${place}`), ...closeAll('target')];
  }
  return [
    ...open,
    cloneTree(AT_FDCWD, directory, 'tree', false, directory),
    ...attributes('tree', place, options, options.flags),
    placeTree('tree', 'target', `${directory} on ${place}`),
    ...closeAll('tree', 'target'),
  ];
}

/** `cpu` and `cpuacct` for a hierarchy that is mounted at `cpu,cpuacct`. */
function links(destination: string, all: MountContext['cgroups']): Step[] {
  const joint = all.map(({ hierarchy }) => hierarchy.name).filter((name) => name.includes(','));
  return joint.flatMap((name) =>
    name
      .split(',')
      .flatMap((controller): Step[] => [
        openInRoot(destination, 'place'),
        { call: 'symlinkat', args: [name, ref('place'), controller], about: `${destination}/${controller}` },
        ...closeAll('place'),
      ]),
  );
}

function unified(
  destination: string,
  options: MountOptions,
  context: MountContext,
  [own]: MountContext['cgroups'],
): Step[] {
  const mount = { source: 'cgroup', type: 'cgroup2', flags: namedMountFlags(options.flags), data: null };
  const about = `cgroup2 on ${destination}`;
  const target = directoryInRoot(destination, 'target');
  const copied = (source: string): Step[] => [
    cloneTree(AT_FDCWD, source, 'tree', false, source),
    ...attributes('tree', destination, options, options.flags),
    placeTree('tree', 'target', `${source} on ${destination}`),
    ...closeAll('tree'),
  ];
  if (!own) return [...target, ...mountOn('target', mount, about), ...closeAll('target')];
  if (!context.cgroupNamespace) return [...target, ...copied(own.directory), ...closeAll('target')];
  // EPERM in a user namespace that may not mount it; EBUSY on a copy of the host's, as rootless containers have of /sys.
  return [
    ...target,
    ...mountOn('target', mount, about, ['EPERM', 'EBUSY']),
    { if: { when: ref('mounted'), is: '<', than: 0 }, then: copied(own.directory) },
    ...closeAll('target'),
  ];
}
