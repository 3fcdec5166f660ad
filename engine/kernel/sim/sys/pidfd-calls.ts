/** Processes as files (pidfd_open(2), pidfd_send_signal(2)). */
import { SysError } from '../abi/errno';
import { O_NONBLOCK, O_RDWR } from '../abi/files';
import type { Signal } from '../abi/signals';
import { kill } from '../task/kill';
import { PidFile } from '../task/pid-file';
import { deliverToCaller } from '../task/signal-delivery';
import { ProcessSyscalls } from './process-calls';
import type { Fd, Pid } from './types';

export abstract class PidfdSyscalls extends ProcessSyscalls {
  pidfdOpen(pid: Pid, flags: number): Fd {
    this.enter();
    if ((flags & ~O_NONBLOCK) !== 0 || pid <= 0) throw new SysError('EINVAL');
    const process = this.kernel.tasks.inNamespace(this.task.ns.pid, pid);
    if (!process) throw new SysError('ESRCH');
    const file = new PidFile(this.kernel.vfs.anonymous.event, O_RDWR | flags, process);
    return this.kernel.vfs.install(this.task, file, { closeOnExec: true });
  }

  pidfdSendSignal(fd: Fd, signal: Signal): void {
    this.enter();
    const { process } = this.pidFile(fd);
    const number = this.kernel.tasks.numberIn(process, this.task.ns.pid);
    if (process.state === 'dead') throw new SysError('ESRCH');
    // A process of a namespace that is not the caller's or below it.
    if (number === null) throw new SysError('EINVAL');
    kill(this.kernel, this.self, number, signal);
    deliverToCaller(this.kernel, this.self);
  }

  /** EBADF. */
  protected pidFile(fd: Fd): PidFile {
    const file = this.kernel.vfs.getFile(this.task, fd);
    if (!(file instanceof PidFile)) throw new SysError('EBADF');
    return file;
  }
}
