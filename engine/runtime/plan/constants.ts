/** Constants of the kernel's interface that plans of containers use, under their C names (uapi headers). */
export {
  AT_FDCWD,
  AT_SYMLINK_NOFOLLOW,
  CLONE_NEWCGROUP,
  CLONE_NEWIPC,
  CLONE_NEWNET,
  CLONE_NEWNS,
  CLONE_NEWPID,
  CLONE_NEWTIME,
  CLONE_NEWUSER,
  CLONE_NEWUTS,
  CLONE_PARENT,
  O_CLOEXEC,
  O_CREAT,
  O_EXCL,
  O_NOCTTY,
  O_PATH,
  O_RDONLY,
  O_RDWR,
  O_WRONLY,
} from '../../kernel';

export const AT_EACCESS = 0x200;
export const AT_EMPTY_PATH = 0x1000;
export const AT_RECURSIVE = 0x8000;

export const RESOLVE_IN_ROOT = 0x10;

export const SIGCHLD = 17;
export const SIGKILL = 9;

export const OPEN_TREE_CLONE = 1;
export const MOVE_MOUNT_F_EMPTY_PATH = 0x4;
export const MOVE_MOUNT_T_EMPTY_PATH = 0x40;

export const CLOSE_RANGE_CLOEXEC = 4;
export const lastDescriptor = 0xffffffff;

export const PR_SET_PDEATHSIG = 1;
export const PR_SET_DUMPABLE = 4;
export const PR_SET_KEEPCAPS = 8;
export const PR_SET_NAME = 15;
export const PR_CAPBSET_DROP = 24;
export const PR_SET_NO_NEW_PRIVS = 38;
export const PR_CAP_AMBIENT = 47;
export const PR_CAP_AMBIENT_RAISE = 2;
export const PR_CAP_AMBIENT_CLEAR_ALL = 4;

/** Descriptors that every plan starts with, and those that plans of containers inherit. */
export const descriptor = { report: 4, control: 5, state: 6, console: 7 } as const;
