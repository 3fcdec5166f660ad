/**
 * Idmapped bind mounts (OCI runtime-spec 1.2, config.md, "Linux mount options": `idmap`, `ridmap`; mount_setattr(2)).
 *
 * The kernel takes a mapping as a user namespace, and from nobody but who is privileged over the filesystem. So the
 * first process of a birth, while it still is in the runtime's namespaces, lends a child one, maps its ids from outside
 * (the child shares the table of descriptors, where its directory of /proc is), and puts the mapping on a copy of the
 * source. The container's process inherits that copy, and mounts it.
 */
import { flags, MS_BIND, MS_REC, ref, type Step } from '../../kernel';
import { type Config, type IdMapping, type Mount, readMountOptions } from '../config';
import * as k from './constants';
import { namespaceOf } from './namespaces';
import { cloneTree, closeAll, prctl, setAttributes } from './steps';

const MOUNT_ATTR_IDMAP = 0x100000;
const CLONE_FILES = 0x400;
const WUNTRACED = 2;
const SIGSTOP = 19;

/** Where parent and child both find the child's directory of /proc. */
const childDirectory = 101;

export function isIdmapped(mount: Mount): boolean {
  return readMountOptions(mount).idmap !== 'none' || (mount.uidMappings ?? []).length > 0;
}

/** The name of the copy with the mapping on it, of the mount at that place in `mounts`. */
export function idmappedTree(index: number): string {
  return `idmapped ${index}`;
}

/** `sourceOf`: as an absolute path of the runtime's. */
export function idmappedTrees(config: Config, sourceOf: (mount: Mount) => string): Step[] {
  return (config.mounts ?? []).flatMap((mount, index) =>
    isIdmapped(mount) && readMountOptions(mount).flags & MS_BIND
      ? oneTree(mount, sourceOf(mount), idmappedTree(index), config)
      : [],
  );
}

function oneTree(mount: Mount, source: string, tree: string, { linux }: Config): Step[] {
  const { flags: mountFlags, idmap } = readMountOptions(mount);
  const own = (mount.uidMappings ?? []).length > 0;
  const { uidMappings = [], gidMappings = [] } = (own ? mount : linux) ?? {};
  const joined = own ? undefined : namespaceOf(linux, 'user')?.path;
  const attributes = { set: { MOUNT_ATTR_IDMAP }, userNamespace: ref('mapping') };
  return [
    ...(joined === undefined ? newMapping(uidMappings, gidMappings) : [open(k.AT_FDCWD, joined, 'mapping')]),
    cloneTree(k.AT_FDCWD, source, tree, (mountFlags & MS_REC) !== 0, source),
    setAttributes(tree, attributes, idmap === 'tree', `mapping of ${source}`),
    ...closeAll('mapping'),
  ];
}

/** Leaves a user namespace with these mappings as `mapping`. */
function newMapping(uidMappings: readonly IdMapping[], gidMappings: readonly IdMapping[]): Step[] {
  return [
    {
      fork: {
        call: 'clone',
        args: [flags({ CLONE_FILES, SIGCHLD: k.SIGCHLD }), 0, 0, 0, 0],
        as: 'mapper',
        about: 'a user namespace for a mapping',
      },
      child: [
        { call: 'openat', args: [k.AT_FDCWD, '/proc/self', flags({ O_PATH: k.O_PATH }), 0], as: 'self' },
        { call: 'dup3', args: [ref('self'), childDirectory, flags({ O_CLOEXEC: k.O_CLOEXEC })] },
        ...closeAll('self'),
        { call: 'unshare', args: [flags({ CLONE_NEWUSER: k.CLONE_NEWUSER })], about: 'a user namespace' },
        // Whatever becomes of its parent, it is not to stay.
        prctl({ PR_SET_PDEATHSIG: k.PR_SET_PDEATHSIG }, k.SIGKILL),
        { call: 'getpid', as: 'me' },
        { call: 'kill', args: [ref('me'), { names: 'SIGSTOP', value: SIGSTOP }] },
        { exit: 1 },
      ],
    },
    { call: 'wait4', args: [ref('mapper'), null, flags({ WUNTRACED }), null], about: 'the user namespace' },
    ...map('gid_map', gidMappings),
    ...map('uid_map', uidMappings),
    open(childDirectory, 'ns/user', 'mapping'),
    { call: 'close', args: [childDirectory] },
    { call: 'kill', args: [ref('mapper'), { names: 'SIGKILL', value: k.SIGKILL }] },
    { call: 'wait4', args: [ref('mapper'), null, 0, null] },
  ];
}

function map(file: string, mappings: readonly IdMapping[]): Step[] {
  const lines = mappings.map(({ containerID, hostID, size }) => `${containerID} ${hostID} ${size}\n`);
  const bytes = new TextEncoder().encode(lines.join(''));
  return [
    {
      call: 'openat',
      args: [childDirectory, file, flags({ O_WRONLY: k.O_WRONLY, O_CLOEXEC: k.O_CLOEXEC }), 0],
      as: 'file',
      about: file,
    },
    { call: 'write', args: [ref('file'), bytes, bytes.length], about: `${lines.join('').trim()} to ${file}` },
    ...closeAll('file'),
  ];
}

function open(at: number, path: string, as: string): Step {
  return {
    call: 'openat',
    args: [at, path, flags({ O_RDONLY: k.O_RDONLY, O_CLOEXEC: k.O_CLOEXEC }), 0],
    as,
    about: path,
  };
}
