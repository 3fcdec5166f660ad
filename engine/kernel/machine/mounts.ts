/**
 * A Machine's view of the filesystem, made by its init in its own mount namespace: nothing is ever mounted in the host's.
 *
 * The root is an overlay over the shared root filesystem, its upper directory on a tmpfs that is the Machine's disk.
 * /root, /home and /tmp are directly on that disk, because an overlay cannot be the upper directory of another.
 */

import {
  MNT_DETACH,
  MS_BIND,
  MS_NODEV,
  MS_NOEXEC,
  MS_NOSUID,
  MS_PRIVATE,
  MS_RDONLY,
  MS_REC,
  MS_REMOUNT,
  MS_SHARED,
} from '../abi';
import { type CallStep, flags, type Step, type Value } from '../plan';
import { deviceLinks, deviceNodes } from './devices';
import { makeSkeleton, type SkeletonEntry } from './skeleton';

const AT_FDCWD = -100;
const OPEN_TREE_CLONE = 1;
const MOVE_MOUNT_F_EMPTY_PATH = 4;

/** Where the newborn puts things together: a directory every Linux has, covered in its own namespace only. */
const site = '/run';

/** A hierarchy of control groups that a Machine has a directory in. */
export interface BirthCgroup {
  hierarchy: { version: 1 | 2; name: string; options: string };
  /** The directory as the newborn finds it; null where it is born there. */
  directory: string | null;
}

export interface RootOptions {
  rootfs: string;
  /** Directories laid over the root filesystem, the topmost first. */
  layers: readonly string[];
  diskBytes: number;
  skeleton: readonly SkeletonEntry[];
  cgroups: readonly BirthCgroup[];
}

/** Steps that end with the Machine's root as `/` and nothing of the host's left in sight. */
export function makeRoot(options: RootOptions): Step[] {
  // The lowest keeps its name however many there are.
  const lowers = [...options.layers, options.rootfs].map((path, index, all) => ({
    path,
    place: index === all.length - 1 ? `${site}/lower` : `${site}/layer${index}`,
    tree: `lower${index}`,
  }));
  return [
    { call: 'umask', args: [0] },
    mount(null, '/', null, { MS_REC, MS_PRIVATE }, null, 'mounts private'),
    // Taken before the disk covers the site: the root filesystem may lie below it.
    ...lowers.map(
      ({ path, tree }): Step => ({
        call: 'open_tree',
        args: [AT_FDCWD, path, flags({ OPEN_TREE_CLONE })],
        as: tree,
        about: path,
      }),
    ),
    mount(
      'machine',
      site,
      'tmpfs',
      {},
      `mode=755,size=${options.diskBytes},nr_inodes=${inodes(options.diskBytes)}`,
      'the disk',
    ),
    ...['upper', 'work', 'merged'].map((name) => directory(`${site}/${name}`)),
    ...lowers.flatMap(({ path, place, tree }): Step[] => [
      directory(place),
      {
        call: 'move_mount',
        args: [{ ref: tree }, '', AT_FDCWD, place, flags({ MOVE_MOUNT_F_EMPTY_PATH })],
        about: `${path} to ${place}`,
      },
      { call: 'close', args: [{ ref: tree }] },
    ]),
    mount(
      'overlay',
      `${site}/merged`,
      'overlay',
      {},
      `lowerdir=${lowers.map(({ place }) => place).join(':')},upperdir=${site}/upper,workdir=${site}/work`,
      'overlay on /',
    ),
    ...makeSkeleton(options.skeleton, site),
    { call: 'chdir', args: [`${site}/merged`], about: `${site}/merged` },
    ...topDirectories(options.skeleton).map((name) =>
      mount(`${site}/${name}`, name, null, { MS_BIND }, null, `/${name}`),
    ),
    ...makeProc(),
    ...makeSys(options.cgroups),
    ...makeDev(),
    ...makeProcSafe(),
    { call: 'pivot_root', args: ['.', '.'], about: 'the new root' },
    { call: 'umount2', args: ['.', flags({ MNT_DETACH })], about: "the host's root" },
    { call: 'chdir', args: ['/'] },
    // As systemd leaves a host: what is mounted in one namespace shows up in its copies until somebody says otherwise.
    mount(null, '/', null, { MS_REC, MS_SHARED }, null, 'mounts shared'),
    { call: 'umask', args: [0o022] },
  ];
}

/** One inode for every 4 KiB, as a disk has, so that small files cannot use up memory instead. */
function inodes(diskBytes: number): number {
  return Math.max(16384, Math.floor(diskBytes / 4096));
}

function topDirectories(skeleton: readonly SkeletonEntry[]): string[] {
  return skeleton.filter(({ path }) => !path.includes('/')).map(({ path }) => path);
}

function makeProc(): Step[] {
  return [
    // A user namespace may mount proc only while some proc without covered parts is in sight (mount_namespaces(7)), and the
    // one in use has covered parts (see makeProcSafe). This one, soon hidden below /dev, is there for that rule alone.
    directory('dev/proc'),
    mount('proc', 'dev/proc', 'proc', { MS_NOSUID, MS_NODEV, MS_NOEXEC }, null, 'a whole proc'),
    mount('proc', 'proc', 'proc', { MS_NOSUID, MS_NODEV, MS_NOEXEC }, null, '/proc'),
  ];
}

/** Files of /proc/sys that belong to the Machine's own namespaces and may be written. */
const ownSettings = [
  'net',
  'fs/mqueue',
  'kernel/hostname',
  'kernel/domainname',
  'kernel/msgmax',
  'kernel/msgmnb',
  'kernel/msgmni',
  'kernel/sem',
  'kernel/shmall',
  'kernel/shmmax',
  'kernel/shmmni',
];

/** Keeps root of the Machine from changing the host by accident: settings that have no namespace become read-only. */
function makeProcSafe(): Step[] {
  const trees = ownSettings.map(
    (name, index): Step => ({
      call: 'open_tree',
      args: [AT_FDCWD, `proc/sys/${name}`, flags({ OPEN_TREE_CLONE })],
      as: `setting${index}`,
      except: ['ENOENT'],
      about: `/proc/sys/${name}`,
    }),
  );
  const back = ownSettings.map(
    (name, index): Step => ({
      if: { when: { ref: `setting${index}` }, is: '>=', than: 0 },
      then: [
        {
          call: 'move_mount',
          args: [{ ref: `setting${index}` }, '', AT_FDCWD, `proc/sys/${name}`, flags({ MOVE_MOUNT_F_EMPTY_PATH })],
          about: `/proc/sys/${name}`,
        },
        { call: 'close', args: [{ ref: `setting${index}` }] },
      ],
    }),
  );
  return [
    // A kernel without the feature has no such file.
    { ...mount('dev/null', 'proc/sysrq-trigger', null, { MS_BIND }, null, '/proc/sysrq-trigger'), except: ['ENOENT'] },
    ...trees,
    mount('proc/sys', 'proc/sys', null, { MS_BIND }, null, '/proc/sys'),
    mount(
      null,
      'proc/sys',
      null,
      { MS_REMOUNT, MS_BIND, MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC },
      null,
      '/proc/sys read-only',
    ),
    ...back,
  ];
}

function makeSys(cgroups: readonly BirthCgroup[]): Step[] {
  const quiet = { MS_NOSUID, MS_NODEV, MS_NOEXEC };
  const steps: Step[] = [mount('sysfs', 'sys', 'sysfs', { MS_RDONLY, ...quiet }, null, '/sys')];
  const root = 'sys/fs/cgroup';
  if (cgroups.some(({ hierarchy }) => hierarchy.version === 1)) {
    steps.push(mount('cgroup', root, 'tmpfs', quiet, 'mode=755,size=64k', '/sys/fs/cgroup'));
  }
  for (const { hierarchy } of cgroups) {
    const place = hierarchy.name === '' ? root : `${root}/${hierarchy.name}`;
    if (place !== root) steps.push(directory(place));
    const [type, data] = hierarchy.version === 2 ? ['cgroup2', null] : ['cgroup', hierarchy.options];
    steps.push(mount(type, place, type, quiet, data, `/${place}`));
  }
  return steps;
}

function makeDev(): Step[] {
  const S_IFCHR = 0o020000;
  return [
    // Not world-writable: programs refuse to trust such a /dev.
    mount('dev', 'dev', 'tmpfs', { MS_NOSUID }, 'mode=755,size=1m', '/dev'),
    ...['pts', 'shm', 'mqueue', 'net'].map((name) => directory(`dev/${name}`)),
    ...deviceNodes.map(([name, major, minor]): Step => {
      const mode = { names: 'S_IFCHR|0666', value: S_IFCHR | 0o666 };
      return { call: 'mknodat', args: [AT_FDCWD, `dev/${name}`, mode, (major << 8) | minor], about: `/dev/${name}` };
    }),
    ...deviceLinks.map(
      ([name, target]): Step => ({ call: 'symlinkat', args: [target, AT_FDCWD, `dev/${name}`], about: `/dev/${name}` }),
    ),
    mount(
      'devpts',
      'dev/pts',
      'devpts',
      { MS_NOSUID, MS_NOEXEC },
      // The kernel has 4096 for all Machines together.
      'newinstance,ptmxmode=0666,mode=0620,gid=5,max=256',
      '/dev/pts',
    ),
    mount('shm', 'dev/shm', 'tmpfs', { MS_NOSUID, MS_NODEV }, 'mode=1777,size=64m', '/dev/shm'),
    mount('mqueue', 'dev/mqueue', 'mqueue', { MS_NOSUID, MS_NODEV, MS_NOEXEC }, null, '/dev/mqueue'),
  ];
}

function mount(
  source: Value,
  target: string,
  type: Value,
  set: Record<string, number>,
  data: Value,
  about: string,
): CallStep {
  return { call: 'mount', args: [source, target, type, flags(set), data], about };
}

/** mkdirat(2); a directory that is there already is fine. */
function directory(path: string): Step {
  return { call: 'mkdirat', args: [AT_FDCWD, path, 0o755], except: ['EEXIST'], about: path };
}
