/**
 * How a snapshot becomes a root filesystem: one mount, as data and as steps of a plan. mount(2) takes a page of options and no more, so layers
 * are named by short numbers relative to the directory they lie in, and whoever mounts goes there first.
 */
import { flags, MS_BIND, MS_RDONLY, MS_REC, MS_REMOUNT, type Step } from '../../kernel';
import { ImageError } from '../error';

export interface SnapshotMount {
  /** The working directory the names below are relative to. */
  directory: string;
  /** A snapshot of one layer is that layer. */
  type: 'overlay' | 'bind';
  source: string;
  /** As of mount(8): `lowerdir=3:2:1`, `ro`. */
  options: string[];
}

/** A page, the last byte of which has to be NUL (mount(2)). */
const maxOptionBytes = 4095;
/** OVL_MAX_STACK of the kernel. */
const maxLayers = 500;

/** `lowers` are directory names, the uppermost first. Errors: `invalid-layer` when they are too many. */
export function overlayMount(
  directory: string,
  lowers: readonly string[],
  upper: { directory: string; work: string; options: readonly string[] } | null,
): SnapshotMount {
  const [first, ...others] = lowers;
  if (first === undefined) return bind(directory, upper?.directory ?? '.', upper !== null);
  if (!upper && others.length === 0) return bind(directory, first, false);
  const options = [`lowerdir=${lowers.join(':')}`];
  if (upper) options.push(`upperdir=${upper.directory}`, `workdir=${upper.work}`, ...upper.options);
  if (lowers.length > maxLayers || options.join(',').length > maxOptionBytes)
    throw new ImageError(
      'invalid-layer',
      directory,
      `${lowers.length} layers are more than overlayfs takes (${maxLayers})`,
    );
  return { directory, type: 'overlay', source: 'overlay', options: upper ? options : ['ro', ...options] };
}

/** Mounts it at `target`, an absolute path. The process is in the snapshots' directory afterwards. */
export function mountSteps({ directory, type, source, options }: SnapshotMount, target: string): Step[] {
  const chdir: Step = { call: 'chdir', args: [directory], about: directory };
  const isReadOnly = options.includes('ro');
  if (type === 'overlay') {
    const data = options.filter((option) => option !== 'ro').join(',');
    const set = flags(isReadOnly ? { MS_RDONLY } : {});
    return [chdir, { call: 'mount', args: [source, target, type, set, data], about: `overlay on ${target}` }];
  }
  const binding: Step = {
    call: 'mount',
    args: [source, target, null, flags({ MS_BIND, MS_REC }), null],
    about: `${source} on ${target}`,
  };
  if (!isReadOnly) return [chdir, binding];
  const again = flags({ MS_BIND, MS_REMOUNT, MS_RDONLY });
  return [chdir, binding, { call: 'mount', args: [null, target, null, again, null], about: `${target} read-only` }];
}

function bind(directory: string, source: string, isWritable: boolean): SnapshotMount {
  return { directory, type: 'bind', source, options: isWritable ? ['rbind'] : ['rbind', 'ro'] };
}
