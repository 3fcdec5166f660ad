/** System call numbers, by architecture (arch/x86/entry/syscalls/syscall_64.tbl; include/uapi/asm-generic/unistd.h). */

const x64 = {
  read: 0, write: 1, close: 3, poll: 7, lseek: 8, mmap: 9, rt_sigprocmask: 14, ioctl: 16, dup2: 33, pause: 34,
  getpid: 39, socket: 41, clone: 56, fork: 57, execve: 59, exit: 60, wait4: 61, kill: 62, fcntl: 72, fchdir: 81, chdir: 80,
  fchmod: 91, fchown: 93, umask: 95, getppid: 110, setsid: 112, setgroups: 116, setresuid: 117, setresgid: 119,
  capset: 126, rt_sigtimedwait: 128, pivot_root: 155, prctl: 157, chroot: 161, mount: 165,
  umount2: 166, sethostname: 170, exit_group: 231, openat: 257, mkdirat: 258, mknodat: 259, fchownat: 260, unlinkat: 263,
  symlinkat: 266, linkat: 265, fchmodat: 268, ppoll: 271, unshare: 272, pipe2: 293, dup3: 292, prlimit64: 302, setns: 308,
  seccomp: 317, memfd_create: 319, execveat: 322, pidfd_send_signal: 424, open_tree: 428, move_mount: 429, pidfd_open: 434,
  clone3: 435, close_range: 436, openat2: 437, mount_setattr: 442,
} as const;

export type SyscallName = keyof typeof x64;

/** Calls that arm64 does not have (`fork`, `pause`, `poll`, `dup2`) are left out: a plan uses their newer forms. */
const arm64: Partial<Record<SyscallName, number>> = {
  dup3: 24, fcntl: 25, ioctl: 29, mknodat: 33, mkdirat: 34, unlinkat: 35, symlinkat: 36, linkat: 37, umount2: 39, mount: 40,
  pivot_root: 41, chdir: 49, fchdir: 50, chroot: 51, fchmod: 52, fchmodat: 53, fchownat: 54, fchown: 55, openat: 56,
  close: 57, pipe2: 59, lseek: 62, read: 63, write: 64, ppoll: 73, capset: 91, exit: 93, exit_group: 94, unshare: 97,
  kill: 129, rt_sigprocmask: 135, rt_sigtimedwait: 137, setresuid: 147, setresgid: 149, setsid: 157,
  setgroups: 159, sethostname: 161, umask: 166, prctl: 167, getpid: 172, getppid: 173, socket: 198, clone: 220,
  execve: 221, mmap: 222, wait4: 260, prlimit64: 261, setns: 268, seccomp: 277, memfd_create: 279, execveat: 281,
  pidfd_send_signal: 424, open_tree: 428, move_mount: 429, pidfd_open: 434, clone3: 435, close_range: 436, openat2: 437,
  mount_setattr: 442,
};

/** The number of a system call on `architecture` (as `process.arch` names it). */
export function syscallNumber(name: SyscallName, architecture: string = process.arch): number {
  const table: Partial<Record<SyscallName, number>> | undefined = { x64, arm64 }[architecture];
  const number = table?.[name];
  if (number === undefined) throw new Error(`no number is known for the system call ${name} on ${architecture}`);
  return number;
}
