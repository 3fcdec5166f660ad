/** How sessions get and lose their controlling terminal (tty(4), tty_ioctl(4), setsid(2)). */

import { SysError } from '../abi/errno';
import { O_ACCMODE, O_NOCTTY, O_WRONLY } from '../abi/files';
import { signalNumbers } from '../abi/signals';
import type { SimKernel } from '../kernel';
import { isCapable } from '../task/credentials';
import type { Task } from '../task/task';
import { Tty } from './tty';

export class Sessions {
  /** Foreground groups of terminals that were hung up, by session: signalled when its leader ends. */
  readonly #lostGroups = new Map<number, number>();

  constructor(private readonly kernel: SimKernel) {}

  /** A session leader without a terminal that opens one that has no session gets it as its own. */
  opened(tty: Tty, task: Task, flags: number): void {
    if ((flags & O_NOCTTY) !== 0 || !isLeader(task) || task.tty !== null || tty.session !== 0) return;
    if ((flags & O_ACCMODE) === O_WRONLY) return;
    this.#acquire(tty, task);
  }

  /** TIOCSCTTY. `steal`: root may take it from another session. */
  set(tty: Tty, task: Task, steal = false): void {
    if (isLeader(task) && tty.session === task.session) return;
    if (!isLeader(task) || task.tty !== null) throw new SysError('EPERM');
    if (tty.session !== 0) {
      if (!steal || !isCapable(task.cred, 'sys_admin', this.kernel.namespaces.initial.user))
        throw new SysError('EPERM');
      this.#forgetInSession(tty.session);
    }
    this.#acquire(tty, task);
  }

  /** TIOCNOTTY. */
  drop(tty: Tty, task: Task): void {
    if (task.tty !== tty) throw new SysError('ENOTTY');
    if (isLeader(task)) this.#disassociate(task, false);
    task.tty = null;
    this.kernel.touch('processes');
  }

  /** To be called when a task ends: a leader takes its session's terminal with it. Of others a zombie still tells it. */
  exited(task: Task): void {
    if (!isLeader(task)) return;
    this.#disassociate(task, true);
    task.tty = null;
  }

  /** The terminal is gone: its session's leader is told, and nobody has it any more. */
  hangUp(tty: Tty): void {
    const { session, foreground } = tty;
    tty.hangUp();
    if (session === 0) return;
    for (const task of [...this.kernel.tasks.all()]) {
      if (task.session !== session) continue;
      if (task.tty === tty) task.tty = null;
      if (!isLeader(task) || task.state === 'zombie') continue;
      if (foreground !== 0) this.#lostGroups.set(session, foreground);
      this.kernel.tasks.signal(task, signalNumbers.SIGHUP, null);
      this.kernel.tasks.signal(task, signalNumbers.SIGCONT, null);
    }
    this.kernel.touch('processes');
  }

  #acquire(tty: Tty, task: Task): void {
    tty.session = task.session;
    tty.foreground = task.group;
    task.tty = tty;
    this.kernel.touch('processes');
  }

  #disassociate(leader: Task, atExit: boolean): void {
    const { tty } = leader;
    const lost = this.#lostGroups.get(leader.session);
    this.#lostGroups.delete(leader.session);
    if (tty instanceof Tty) {
      const { foreground } = tty;
      tty.session = 0;
      tty.foreground = 0;
      if (foreground !== 0) {
        this.kernel.tasks.signalGroup(foreground, signalNumbers.SIGHUP);
        if (!atExit) this.kernel.tasks.signalGroup(foreground, signalNumbers.SIGCONT);
      }
      this.#forgetInSession(leader.session);
    } else if (atExit && lost !== undefined) {
      this.kernel.tasks.signalGroup(lost, signalNumbers.SIGHUP);
      this.kernel.tasks.signalGroup(lost, signalNumbers.SIGCONT);
    }
  }

  #forgetInSession(session: number): void {
    for (const task of this.kernel.tasks.all()) if (task.session === session) task.tty = null;
  }
}

function isLeader(task: Task): boolean {
  return task.session === task.pid;
}
