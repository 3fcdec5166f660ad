/** Flags of mount(2) with their names, and as the attributes that mount_setattr(2) knows. */
import * as abi from '../../kernel';

/** Flags by name, for a plan that a person can read. */
export type NamedFlags = Record<string, number>;

const mountFlags: NamedFlags = {
  MS_RDONLY: abi.MS_RDONLY,
  MS_NOSUID: abi.MS_NOSUID,
  MS_NODEV: abi.MS_NODEV,
  MS_NOEXEC: abi.MS_NOEXEC,
  MS_SYNCHRONOUS: abi.MS_SYNCHRONOUS,
  MS_REMOUNT: abi.MS_REMOUNT,
  MS_MANDLOCK: abi.MS_MANDLOCK,
  MS_DIRSYNC: abi.MS_DIRSYNC,
  MS_NOSYMFOLLOW: abi.MS_NOSYMFOLLOW,
  MS_NOATIME: abi.MS_NOATIME,
  MS_NODIRATIME: abi.MS_NODIRATIME,
  MS_BIND: abi.MS_BIND,
  MS_REC: abi.MS_REC,
  MS_SILENT: abi.MS_SILENT,
  MS_POSIXACL: abi.MS_POSIXACL,
  MS_UNBINDABLE: abi.MS_UNBINDABLE,
  MS_PRIVATE: abi.MS_PRIVATE,
  MS_SLAVE: abi.MS_SLAVE,
  MS_SHARED: abi.MS_SHARED,
  MS_RELATIME: abi.MS_RELATIME,
  MS_I_VERSION: abi.MS_I_VERSION,
  MS_STRICTATIME: abi.MS_STRICTATIME,
  MS_LAZYTIME: abi.MS_LAZYTIME,
};

const attributes: NamedFlags = {
  MOUNT_ATTR_RDONLY: abi.MOUNT_ATTR_RDONLY,
  MOUNT_ATTR_NOSUID: abi.MOUNT_ATTR_NOSUID,
  MOUNT_ATTR_NODEV: abi.MOUNT_ATTR_NODEV,
  MOUNT_ATTR_NOEXEC: abi.MOUNT_ATTR_NOEXEC,
  MOUNT_ATTR_NOATIME: abi.MOUNT_ATTR_NOATIME,
  MOUNT_ATTR_STRICTATIME: abi.MOUNT_ATTR_STRICTATIME,
  MOUNT_ATTR__ATIME: abi.MOUNT_ATTR__ATIME,
  MOUNT_ATTR_NODIRATIME: abi.MOUNT_ATTR_NODIRATIME,
  MOUNT_ATTR_NOSYMFOLLOW: abi.MOUNT_ATTR_NOSYMFOLLOW,
};

const sameThing = [
  [abi.MS_RDONLY, abi.MOUNT_ATTR_RDONLY],
  [abi.MS_NOSUID, abi.MOUNT_ATTR_NOSUID],
  [abi.MS_NODEV, abi.MOUNT_ATTR_NODEV],
  [abi.MS_NOEXEC, abi.MOUNT_ATTR_NOEXEC],
  [abi.MS_NOATIME, abi.MOUNT_ATTR_NOATIME],
  [abi.MS_STRICTATIME, abi.MOUNT_ATTR_STRICTATIME],
  [abi.MS_NODIRATIME, abi.MOUNT_ATTR_NODIRATIME],
  [abi.MS_NOSYMFOLLOW, abi.MOUNT_ATTR_NOSYMFOLLOW],
] as const;
const accessTimes = abi.MS_NOATIME | abi.MS_STRICTATIME | abi.MS_RELATIME;

export function namedMountFlags(flags: number): NamedFlags {
  return pick(mountFlags, flags);
}

/** Names of attributes; those of the field of access times stand for one value of it. */
export function namedAttributes(value: number): NamedFlags {
  const field = value & abi.MOUNT_ATTR__ATIME;
  const { MOUNT_ATTR__ATIME, ...others } = attributes;
  return field === abi.MOUNT_ATTR__ATIME
    ? { ...pick(others, value & ~field), MOUNT_ATTR__ATIME: field }
    : pick(others, value);
}

function pick(names: NamedFlags, value: number): NamedFlags {
  return Object.fromEntries(Object.entries(names).filter(([, flag]) => (value & flag) !== 0));
}

/** Flags that are to be on and off, as attributes. The kernel wants its field of access times cleared to set one. */
export function attributesOf(on: number, off: number): { set: number; clear: number } {
  const convert = (flags: number) => sameThing.reduce((sum, [flag, bit]) => sum | (flags & flag ? bit : 0), 0);
  const field = (on | off) & accessTimes ? abi.MOUNT_ATTR__ATIME : 0;
  return { set: convert(on), clear: (convert(off) & ~abi.MOUNT_ATTR__ATIME) | field };
}
