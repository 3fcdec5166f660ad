/** The options of a mount in config.json, sorted into what the kernel's calls take (mount(8); runtime spec, "Linux mount options"). */
import * as k from './constants';

export interface MountOptions {
  /** MS_ flags by name for mount(2) of a filesystem. */
  flags: Record<string, number>;
  /** Attributes by name for mount_setattr(2): of this mount, and of all below it (`rro` ...). */
  set: Record<string, number>;
  clear: Record<string, number>;
  recursiveSet: Record<string, number>;
  recursiveClear: Record<string, number>;
  /** Propagation by name, in the order given. */
  propagation: Array<{ flag: Record<string, number>; recursive: boolean }>;
  bind: 'no' | 'bind' | 'rbind';
  /** Copies what lies beneath into a new tmpfs. */
  copyUp: boolean;
  idmap: 'no' | 'idmap' | 'ridmap';
  /** What is left, for the filesystem itself. */
  data: string[];
}

/** Flags of mount(2) that are no attributes of a mount but of the filesystem behind it. */
const filesystemFlags: Record<string, [name: string, flag: number, on: boolean]> = {
  sync: ['MS_SYNCHRONOUS', k.MS_SYNCHRONOUS, true],
  async: ['MS_SYNCHRONOUS', k.MS_SYNCHRONOUS, false],
  dirsync: ['MS_DIRSYNC', k.MS_DIRSYNC, true],
  mand: ['MS_MANDLOCK', k.MS_MANDLOCK, true],
  nomand: ['MS_MANDLOCK', k.MS_MANDLOCK, false],
  silent: ['MS_SILENT', k.MS_SILENT, true],
  loud: ['MS_SILENT', k.MS_SILENT, false],
  iversion: ['MS_I_VERSION', k.MS_I_VERSION, true],
  noiversion: ['MS_I_VERSION', k.MS_I_VERSION, false],
  lazytime: ['MS_LAZYTIME', k.MS_LAZYTIME, true],
  nolazytime: ['MS_LAZYTIME', k.MS_LAZYTIME, false],
  remount: ['MS_REMOUNT', k.MS_REMOUNT, true],
};

interface Attribute {
  attribute: [name: string, value: number];
  flag: [name: string, value: number];
  on: boolean;
  /** One of the values of the field of access times. */
  atime?: true;
}

const attribute = (name: string, value: number, flag: string, bit: number, on: boolean): Attribute => ({
  attribute: [`MOUNT_ATTR_${name}`, value],
  flag: [flag, bit],
  on,
});

const rdonly = (on: boolean) => attribute('RDONLY', k.MOUNT_ATTR_RDONLY, 'MS_RDONLY', k.MS_RDONLY, on);
const nosuid = (on: boolean) => attribute('NOSUID', k.MOUNT_ATTR_NOSUID, 'MS_NOSUID', k.MS_NOSUID, on);
const nodev = (on: boolean) => attribute('NODEV', k.MOUNT_ATTR_NODEV, 'MS_NODEV', k.MS_NODEV, on);
const noexec = (on: boolean) => attribute('NOEXEC', k.MOUNT_ATTR_NOEXEC, 'MS_NOEXEC', k.MS_NOEXEC, on);
const nosymfollow = (on: boolean) =>
  attribute('NOSYMFOLLOW', k.MOUNT_ATTR_NOSYMFOLLOW, 'MS_NOSYMFOLLOW', k.MS_NOSYMFOLLOW, on);
const nodiratime = (on: boolean) =>
  attribute('NODIRATIME', k.MOUNT_ATTR_NODIRATIME, 'MS_NODIRATIME', k.MS_NODIRATIME, on);
const noatime = (on: boolean): Attribute => ({
  ...attribute('NOATIME', k.MOUNT_ATTR_NOATIME, 'MS_NOATIME', k.MS_NOATIME, on),
  atime: true,
});
const strictatime = (on: boolean): Attribute => ({
  ...attribute('STRICTATIME', k.MOUNT_ATTR_STRICTATIME, 'MS_STRICTATIME', k.MS_STRICTATIME, on),
  atime: true,
});
const relatime = (on: boolean): Attribute => ({
  ...attribute('RELATIME', 0, 'MS_RELATIME', k.MS_RELATIME, on),
  atime: true,
});

/** Each may be preceded by `r`: then it holds for everything below, too. */
const attributes: Record<string, Attribute> = {
  ro: rdonly(true),
  rw: rdonly(false),
  suid: nosuid(false),
  nosuid: nosuid(true),
  dev: nodev(false),
  nodev: nodev(true),
  exec: noexec(false),
  noexec: noexec(true),
  atime: noatime(false),
  noatime: noatime(true),
  diratime: nodiratime(false),
  nodiratime: nodiratime(true),
  relatime: relatime(true),
  norelatime: relatime(false),
  strictatime: strictatime(true),
  nostrictatime: strictatime(false),
  symfollow: nosymfollow(false),
  nosymfollow: nosymfollow(true),
};

const propagations: Record<string, Record<string, number>> = {
  private: { MS_PRIVATE: k.MS_PRIVATE },
  shared: { MS_SHARED: k.MS_SHARED },
  slave: { MS_SLAVE: k.MS_SLAVE },
  unbindable: { MS_UNBINDABLE: k.MS_UNBINDABLE },
};

export function parseMountOptions(options: readonly string[]): MountOptions {
  const parsed: MountOptions = {
    flags: {},
    set: {},
    clear: {},
    recursiveSet: {},
    recursiveClear: {},
    propagation: [],
    bind: 'no',
    copyUp: false,
    idmap: 'no',
    data: [],
  };
  for (const option of options) addOption(parsed, option);
  return parsed;
}

function addOption(parsed: MountOptions, option: string): void {
  const plain = attributes[option];
  const recursive = option.startsWith('r') ? option.slice(1) : '';
  if (plain) {
    switchFlag(parsed.flags, plain.flag, plain.on);
    addAttribute(parsed.set, parsed.clear, plain);
  } else if (filesystemFlags[option]) {
    const [name, flag, on] = filesystemFlags[option];
    switchFlag(parsed.flags, [name, flag], on);
  } else if (propagations[option]) parsed.propagation.push({ flag: propagations[option], recursive: false });
  else if (propagations[recursive]) parsed.propagation.push({ flag: propagations[recursive], recursive: true });
  else if (attributes[recursive]) addAttribute(parsed.recursiveSet, parsed.recursiveClear, attributes[recursive]);
  else if (option === 'bind' || option === 'rbind') parsed.bind = option;
  else if (option === 'idmap' || option === 'ridmap') parsed.idmap = option;
  else if (option === 'tmpcopyup') parsed.copyUp = true;
  else if (option !== 'defaults' && option !== '') parsed.data.push(option);
}

function switchFlag(flags: Record<string, number>, [name, value]: [string, number], on: boolean): void {
  if (on) flags[name] = value;
  else delete flags[name];
}

function addAttribute(set: Record<string, number>, clear: Record<string, number>, option: Attribute): void {
  const [name, value] = option.attribute;
  if (option.atime) {
    // The kernel takes a new value of this field only together with clearing all of it (mount_setattr(2)).
    for (const other of ['MOUNT_ATTR_NOATIME', 'MOUNT_ATTR_STRICTATIME', 'MOUNT_ATTR_RELATIME']) delete set[other];
    clear.MOUNT_ATTR__ATIME = k.MOUNT_ATTR__ATIME;
  }
  if (option.on) {
    set[name] = value;
    if (!option.atime) delete clear[name];
  } else {
    delete set[name];
    if (!option.atime) clear[name] = value;
  }
}
