/** Calls on mounts and roots (mount(2), open_tree(2), move_mount(2), mount_setattr(2), pivot_root(2) ...). */
import { SysError } from '../../abi/errno';
import type { Handler, PlanCall } from '../plan-call';

/** struct mount_attr: attr_set, attr_clr, propagation, userns_fd. */
const sizeofMountAttr = 32;
const AT_SYMLINK_NOFOLLOW = 0x100;
const AT_NO_AUTOMOUNT = 0x800;
const AT_EMPTY_PATH = 0x1000;
const AT_RECURSIVE = 0x8000;
const OPEN_TREE_CLONE = 1;
const OPEN_TREE_CLOEXEC = 0o2000000;
const MOVE_MOUNT_F_SYMLINKS = 1;
const MOVE_MOUNT_F_EMPTY_PATH = 4;
const MOVE_MOUNT_T_SYMLINKS = 0x10;
const MOVE_MOUNT_T_EMPTY_PATH = 0x40;

export const mountCalls = {
  mount: (call) =>
    call.sys.mount(call.textOrNull(0), call.text(1), call.textOrNull(2), call.unsigned(3), call.textOrNull(4) ?? ''),
  umount2: (call) => call.sys.umount(call.text(0), call.int(1)),
  pivot_root: (call) => call.sys.pivotRoot(call.text(0), call.text(1)),
  chroot: (call) => call.sys.chroot(call.text(0)),
  open_tree: openTree,
  move_mount: moveMount,
  mount_setattr: mountSetattr,
} satisfies Record<string, Handler>;

function openTree(call: PlanCall): number {
  const flags = call.unsigned(2);
  const known =
    OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT | AT_EMPTY_PATH | AT_RECURSIVE;
  const clone = (flags & OPEN_TREE_CLONE) !== 0;
  const recursive = (flags & AT_RECURSIVE) !== 0;
  if ((flags & ~known) !== 0 || (recursive && !clone)) throw new SysError('EINVAL');
  return call.sys.openTree(call.text(1), {
    ...from(call, flags),
    clone,
    recursive,
    closeOnExec: (flags & OPEN_TREE_CLOEXEC) !== 0,
  });
}

function moveMount(call: PlanCall): void {
  const flags = call.unsigned(4);
  const known = MOVE_MOUNT_F_SYMLINKS | MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_SYMLINKS | MOVE_MOUNT_T_EMPTY_PATH;
  if ((flags & ~known) !== 0) throw new SysError('EINVAL');
  call.sys.moveMount(
    call.text(1),
    {
      ...call.directory(0),
      noFollow: (flags & MOVE_MOUNT_F_SYMLINKS) === 0,
      emptyPath: (flags & MOVE_MOUNT_F_EMPTY_PATH) !== 0,
    },
    call.text(3),
    {
      ...call.directory(2),
      noFollow: (flags & MOVE_MOUNT_T_SYMLINKS) === 0,
      emptyPath: (flags & MOVE_MOUNT_T_EMPTY_PATH) !== 0,
    },
  );
}

function mountSetattr(call: PlanCall): void {
  const flags = call.unsigned(2);
  if ((flags & ~(AT_EMPTY_PATH | AT_RECURSIVE | AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT)) !== 0) {
    throw new SysError('EINVAL');
  }
  const size = call.size(4);
  if (size < sizeofMountAttr) throw new SysError('EINVAL');
  const at = call.size(3);
  if (
    call.memory
      .bytes(at, size)
      .subarray(sizeofMountAttr)
      .some((byte) => byte !== 0)
  )
    throw new SysError('E2BIG');
  const [set = 0, clear = 0, propagation = 0, userns = 0] = [0, 8, 16, 24].map((offset) =>
    Number(call.memory.unsigned(at + offset)),
  );
  const recursive = (flags & AT_RECURSIVE) !== 0;
  call.sys.mountSetattr(call.text(1), from(call, flags), recursive, { set, clear, propagation, userns });
}

function from(call: PlanCall, flags: number) {
  return {
    ...call.directory(0),
    noFollow: (flags & AT_SYMLINK_NOFOLLOW) !== 0,
    emptyPath: (flags & AT_EMPTY_PATH) !== 0,
  };
}
