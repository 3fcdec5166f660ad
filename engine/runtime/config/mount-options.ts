/**
 * What the words in a mount's `options` mean (OCI runtime-spec 1.2, config.md, "Linux mount options"; mount(8),
 * "Filesystem-independent mount options"; mount_setattr(2)).
 */
import * as abi from '../../kernel';
import type { Mount } from './schema/mount';

/** Attributes for the mount and all below it, as mount_setattr(2) with AT_RECURSIVE takes them. */
export interface RecursiveAttributes {
  set: number;
  clear: number;
}

export interface MountOptions {
  /** MS_... for mount(2). MS_BIND and MS_REC among them for a bind mount; never a kind of propagation. */
  flags: number;
  /** MS_... that a word asks to be off, whatever the source of a bind mount has (`rw`, `exec`, `suid` ...). */
  clear: number;
  /** One of MS_SHARED, MS_SLAVE, MS_PRIVATE, MS_UNBINDABLE each, perhaps with MS_REC: to be applied in this order. */
  propagation: number[];
  recursive: RecursiveAttributes;
  /** The filesystem's own options, with commas between. */
  data: string;
  /** What lies below the tmpfs is to be copied onto it. */
  copiesUp: boolean;
  /** Whether the mount is idmapped, and whether those below it are. */
  idmap: 'none' | 'mount' | 'tree';
}

type Change = readonly [set: number, clear: number];

const words = new Map<string, Change>([
  ['defaults', [0, 0]],
  ['bind', [abi.MS_BIND, 0]],
  ['rbind', [abi.MS_BIND | abi.MS_REC, 0]],
  ['remount', [abi.MS_REMOUNT, 0]],
  ['atime', [0, abi.MS_NOATIME]],
  ['norelatime', [0, abi.MS_RELATIME]],
  ['relatime', [abi.MS_RELATIME, 0]],
  ['nostrictatime', [0, abi.MS_STRICTATIME]],
  ['strictatime', [abi.MS_STRICTATIME, 0]],
  ...pair('ro', 'rw', abi.MS_RDONLY),
  ...pair('nosuid', 'suid', abi.MS_NOSUID),
  ...pair('nodev', 'dev', abi.MS_NODEV),
  ...pair('noexec', 'exec', abi.MS_NOEXEC),
  ...pair('sync', 'async', abi.MS_SYNCHRONOUS),
  ...pair('mand', 'nomand', abi.MS_MANDLOCK),
  ['dirsync', [abi.MS_DIRSYNC, 0]],
  ...pair('nosymfollow', 'symfollow', abi.MS_NOSYMFOLLOW),
  ['noatime', [abi.MS_NOATIME, 0]],
  ...pair('nodiratime', 'diratime', abi.MS_NODIRATIME),
  ...pair('silent', 'loud', abi.MS_SILENT),
  ...pair('acl', 'noacl', abi.MS_POSIXACL),
  ...pair('iversion', 'noiversion', abi.MS_I_VERSION),
  ...pair('lazytime', 'nolazytime', abi.MS_LAZYTIME),
]);

const propagations = new Map([
  ['shared', abi.MS_SHARED],
  ['slave', abi.MS_SLAVE],
  ['private', abi.MS_PRIVATE],
  ['unbindable', abi.MS_UNBINDABLE],
  ['rshared', abi.MS_SHARED | abi.MS_REC],
  ['rslave', abi.MS_SLAVE | abi.MS_REC],
  ['rprivate', abi.MS_PRIVATE | abi.MS_REC],
  ['runbindable', abi.MS_UNBINDABLE | abi.MS_REC],
]);

/** The kernel's default is what the words that only take an access time away leave: relatime. */
const recursive = new Map<string, Change>([
  ...pair('rro', 'rrw', abi.MOUNT_ATTR_RDONLY),
  ...pair('rnosuid', 'rsuid', abi.MOUNT_ATTR_NOSUID),
  ...pair('rnodev', 'rdev', abi.MOUNT_ATTR_NODEV),
  ...pair('rnoexec', 'rexec', abi.MOUNT_ATTR_NOEXEC),
  ...pair('rnodiratime', 'rdiratime', abi.MOUNT_ATTR_NODIRATIME),
  ...pair('rnosymfollow', 'rsymfollow', abi.MOUNT_ATTR_NOSYMFOLLOW),
  ['rnoatime', [abi.MOUNT_ATTR_NOATIME, 0]],
  ['rstrictatime', [abi.MOUNT_ATTR_STRICTATIME, 0]],
  ['rrelatime', [abi.MOUNT_ATTR_RELATIME, abi.MOUNT_ATTR__ATIME]],
  ['ratime', [0, abi.MOUNT_ATTR__ATIME]],
  ['rnorelatime', [0, abi.MOUNT_ATTR__ATIME]],
  ['rnostrictatime', [0, abi.MOUNT_ATTR__ATIME]],
]);

const others = ['tmpcopyup', 'idmap', 'ridmap'];

/** Words for fstab and those who read it (mount(8)); the kernel never sees them. */
const forOthers = /^(|auto|noauto|nofail|nouser|_netdev|comment=.*|[xX]-.*)$/;

/** Every word that is not a filesystem's own, sorted: `mountOptions` of the features document. */
export const mountOptionWords = [...words.keys(), ...propagations.keys(), ...recursive.keys(), ...others].sort();

/** Later words win over earlier ones. A mount of the type `bind` is a bind mount, whatever its options say. */
export function readMountOptions({ type, options = [] }: Pick<Mount, 'type' | 'options'>): MountOptions {
  const read: MountOptions = {
    flags: type === 'bind' ? abi.MS_BIND : 0,
    clear: 0,
    propagation: [],
    recursive: { set: 0, clear: 0 },
    data: '',
    copiesUp: false,
    idmap: 'none',
  };
  const data = options.filter((word) => !take(read, word) && !forOthers.test(word));
  return { ...read, data: data.join(',') };
}

/** Whether the word is one of those above. */
function take(read: MountOptions, word: string): boolean {
  const change = words.get(word);
  const attribute = recursive.get(word);
  const propagation = propagations.get(word);
  if (change) {
    read.flags = (read.flags & ~change[1]) | change[0];
    read.clear = (read.clear & ~change[0]) | change[1];
  } else if (attribute) read.recursive = withAttribute(read.recursive, attribute);
  else if (propagation !== undefined) read.propagation.push(propagation);
  else if (word === 'tmpcopyup') read.copiesUp = true;
  else if (word === 'idmap') read.idmap = 'mount';
  else if (word === 'ridmap') read.idmap = 'tree';
  else return false;
  return true;
}

/** The kernel sets an access time only where the whole field is cleared in the same call. */
function withAttribute(before: RecursiveAttributes, [set, clear]: Change): RecursiveAttributes {
  const field = (set | clear) & abi.MOUNT_ATTR__ATIME ? abi.MOUNT_ATTR__ATIME : 0;
  return { set: (before.set & ~(clear | field)) | set, clear: (before.clear & ~set) | clear | field };
}

function pair(on: string, off: string, flag: number): [string, Change][] {
  return [
    [on, [flag, 0]],
    [off, [0, flag]],
  ];
}
