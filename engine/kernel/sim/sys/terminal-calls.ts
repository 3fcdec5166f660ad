/** System calls on terminals (tty_ioctl(4), termios(3), tcsetpgrp(3)). */
import { isSysError, SysError } from '../abi/errno';
import { O_CLOEXEC } from '../abi/files';
import { signalNumbers } from '../abi/signals';
import { DevptsSuperBlock } from '../fs/devpts/super-block';
import { checkForeground } from '../tty/job-control';
import { MasterFile } from '../tty/master-file';
import { copyTermios } from '../tty/termios';
import type { Tty } from '../tty/tty';
import { TtyFile } from '../tty/tty-file';
import type { Termios, Winsize } from '../tty/types';
import type { Inode } from '../vfs/inode';
import { lookup } from '../vfs/lookup';
import { openInode } from '../vfs/open';
import { NamespaceSyscalls } from './namespace-calls';
import type { TerminalCalls } from './sys';
import type { Fd, Pid } from './types';

export abstract class TerminalSyscalls extends NamespaceSyscalls implements TerminalCalls {
  isatty(fd: Fd): boolean {
    this.enter();
    // isatty(3): what is not open is no terminal either.
    const file = this.task.files.get(fd);
    return (file instanceof TtyFile && !file.tty.hungUp) || file instanceof MasterFile;
  }

  tcgetattr(fd: Fd): Termios {
    this.enter();
    return copyTermios(this.#alive(fd).termios);
  }

  tcsetattr(fd: Fd, termios: Termios, when: 'now' | 'drain' | 'flush' = 'now'): void {
    this.enter();
    const tty = this.#alive(fd);
    this.#mayChange(tty);
    // Output is never behind for long: there is nothing to wait for.
    if (when === 'flush') tty.flushInput();
    tty.setTermios(termios);
  }

  tcgetpgrp(fd: Fd): Pid {
    this.enter();
    const file = this.kernel.vfs.getFile(this.task, fd);
    const tty = this.#alive(fd);
    if (file instanceof TtyFile && this.task.tty !== tty) throw new SysError('ENOTTY');
    if (tty.foreground === 0) return 0;
    return this.#numberOf(tty.foreground);
  }

  tcsetpgrp(fd: Fd, group: Pid): void {
    this.enter();
    const { task } = this;
    const tty = this.#tty(fd);
    if (tty.hungUp) throw new SysError('ENOTTY');
    try {
      this.#mayChange(tty);
    } catch (error) {
      if (error instanceof SysError && error.errno === 'EIO') throw new SysError('ENOTTY');
      throw error;
    }
    if (group < 0) throw new SysError('EINVAL');
    if (task.tty !== tty || tty.session !== task.session) throw new SysError('ENOTTY');
    const [found, member] = this.#findGroup(group);
    if (!member) throw new SysError(found ? 'EPERM' : 'ESRCH');
    tty.foreground = member.group;
    this.kernel.touch('processes');
  }

  getWinsize(fd: Fd): Winsize {
    this.enter();
    return { ...this.#alive(fd).winsize };
  }

  setWinsize(fd: Fd, size: Winsize): void {
    this.enter();
    this.#alive(fd).resize(size);
  }

  setControllingTerminal(fd: Fd): void {
    this.enter();
    this.kernel.terminals.sessions.set(this.#alive(fd), this.task);
  }

  dropControllingTerminal(fd: Fd): void {
    this.enter();
    this.kernel.terminals.sessions.drop(this.#alive(fd), this.task);
  }

  ttyname(fd: Fd): string {
    this.enter();
    this.#alive(fd);
    const { vfs } = this.kernel;
    const { path, inode } = vfs.getFile(this.task, fd);
    const name = path ? vfs.pathText(path, this.task.fs.root) : '';
    // Brought along from another mount namespace, it may have no name here (ttyname(3)).
    if (!name.startsWith('/') || this.#inodeAt(name) !== inode) throw new SysError('ENODEV');
    return name;
  }

  ptsNumber(fd: Fd): number {
    this.enter();
    const file = this.kernel.vfs.getFile(this.task, fd);
    if (!(file instanceof MasterFile)) throw new SysError('ENOTTY');
    return file.tty.index;
  }

  /** TIOCGPTPEER: the other side of a master, whatever it is called here. ENOTTY. */
  openPeer(fd: Fd, flags: number): Fd {
    this.enter();
    const { vfs } = this.kernel;
    const file = vfs.getFile(this.task, fd);
    if (!(file instanceof MasterFile) || !file.path) throw new SysError('ENOTTY');
    const own = file.path.mount;
    const mount = own.sb instanceof DevptsSuperBlock ? own : vfs.resolve(this.task, '/dev/pts').mount;
    const dentry = lookup(mount.root, String(file.tty.index), this.task);
    if (!dentry) throw new SysError('EIO');
    const peer = openInode(this.task, { mount, dentry }, flags, false);
    return vfs.install(this.task, peer, { closeOnExec: (flags & O_CLOEXEC) !== 0 });
  }

  #inodeAt(path: string): Inode | null {
    try {
      return this.kernel.vfs.resolve(this.task, path).dentry.inode;
    } catch (error) {
      if (isSysError(error)) return null;
      throw error;
    }
  }

  #tty(fd: Fd): Tty {
    const file = this.kernel.vfs.getFile(this.task, fd);
    if (file instanceof TtyFile || file instanceof MasterFile) return file.tty;
    throw new SysError('ENOTTY');
  }

  #alive(fd: Fd): Tty {
    const tty = this.#tty(fd);
    if (tty.hungUp) throw new SysError('EIO');
    return tty;
  }

  /** A background process that would change its terminal is stopped; it tries again when it goes on. */
  #mayChange(tty: Tty): void {
    if (checkForeground(tty, this.task, signalNumbers.SIGTTOU) === 'signalled') throw new SysError('EINTR');
  }

  #numberOf(leader: number): Pid {
    const task = this.kernel.tasks.find(leader);
    if (task) return this.kernel.tasks.numberIn(task, this.task.ns.pid) ?? 0;
    return 0;
  }

  /** Whether there is such a group, and a member of it in the caller's session. */
  #findGroup(group: Pid): [found: boolean, member: { group: number } | null] {
    const leader = this.kernel.tasks.inNamespace(this.task.ns.pid, group);
    const number = leader?.pid ?? (this.task.ns.pid.parent === null ? group : 0);
    let found = false;
    for (const member of this.kernel.tasks.all()) {
      if (member.group !== number || number === 0) continue;
      found = true;
      if (member.session === this.task.session) return [true, member];
    }
    return [found, null];
  }
}
