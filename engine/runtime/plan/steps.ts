/** Steps that several parts of a container's plan are made of. */
import { type CallStep, flags, ref, type Step, type Value } from '../../kernel';
import {
  AT_EMPTY_PATH,
  AT_RECURSIVE,
  MOVE_MOUNT_F_EMPTY_PATH,
  MOVE_MOUNT_T_EMPTY_PATH,
  OPEN_TREE_CLONE,
} from './constants';

/** Where a descriptor is found as a path: mount(2) takes no descriptors. */
const mountPlace = { fd: 100, path: '/proc/self/fd/100' } as const;

export function prctl(option: Record<string, number>, value: Value, more: Value = 0): CallStep {
  return { call: 'prctl', args: [flags(option), value, more, 0, 0] };
}

/** Mounts a filesystem on what the descriptor `target` stands for. */
export function mountOn(
  target: string,
  mount: { source: Value; type: string; flags: Record<string, number>; data: Value },
  about: string,
  except?: readonly string[],
): Step[] {
  return [
    { call: 'dup3', args: [ref(target), mountPlace.fd, 0] },
    {
      call: 'mount',
      args: [mount.source, mountPlace.path, mount.type, flags(mount.flags), mount.data],
      as: 'mounted',
      about,
      ...(except && { except }),
    },
    { call: 'close', args: [mountPlace.fd] },
  ];
}

/** Takes a copy of a mount, or of the tree of mounts, at a path of the runtime's or (path ``) a descriptor, as `as`. */
export function cloneTree(at: Value, path: string, as: string, recursive: boolean, about: string): CallStep {
  const set = { OPEN_TREE_CLONE, ...(recursive && { AT_RECURSIVE }), ...(path === '' && { AT_EMPTY_PATH }) };
  return { call: 'open_tree', args: [at, path, flags({ ...set, O_CLOEXEC: 0o2000000 })], as, about };
}

/** Mounts the tree behind one descriptor on what another stands for. */
export function placeTree(tree: string, target: string, about: string): CallStep {
  return {
    call: 'move_mount',
    args: [ref(tree), '', ref(target), '', flags({ MOVE_MOUNT_F_EMPTY_PATH, MOVE_MOUNT_T_EMPTY_PATH })],
    about,
  };
}

export interface Attributes {
  set?: Record<string, number>;
  clear?: Record<string, number>;
  propagation?: Record<string, number>;
  /** Its mapping, for MOUNT_ATTR_IDMAP. */
  userNamespace?: Value;
}

/** mount_setattr(2) on the mount that a descriptor stands for. */
export function setAttributes(mount: string, attributes: Attributes, recursive: boolean, about: string): CallStep {
  const { set = {}, clear = {}, propagation = {}, userNamespace = 0 } = attributes;
  return {
    call: 'mount_setattr',
    args: [
      ref(mount),
      '',
      flags({ AT_EMPTY_PATH, ...(recursive && { AT_RECURSIVE }) }),
      // struct mount_attr: what to set, what to clear, propagation, user namespace.
      { words: [flags(set), flags(clear), flags(propagation), userNamespace] },
      32,
    ],
    about,
  };
}

export function closeAll(...names: string[]): Step[] {
  return names.map((name) => ({ call: 'close', args: [ref(name)] }));
}

const SOL_SOCKET = 1;
const SCM_RIGHTS = 1;
const MSG_NOSIGNAL = 0x4000;

/** Sends `text`, and with it the descriptor `sent`, through a connection (unix(7)). Both are numbers, known beforehand. */
export function sendDescriptor(connection: number, sent: number, text: string, about: string): CallStep {
  const vector = { words: [text, text.length] };
  const control = { words: [20, BigInt(SOL_SOCKET) | (BigInt(SCM_RIGHTS) << 32n), sent] };
  // struct msghdr: no address; one vector; one control message of 24 bytes; no flags.
  const message = { words: [0, 0, vector, 1, control, 24, 0] };
  return { call: 'sendmsg', args: [connection, message, flags({ MSG_NOSIGNAL })], about };
}

/** 32-bit numbers as a C array. */
export function int32Array(values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(values.length * 4);
  const view = new DataView(bytes.buffer);
  for (const [index, value] of values.entries()) view.setUint32(index * 4, value, true);
  return bytes;
}
