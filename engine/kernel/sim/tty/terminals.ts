/** All pseudo-terminals of a lab: making them, opening their ends, hanging them up (pty(7)). */
import type { Device } from '../abi/files';
import { SysError } from '../abi/errno';
import { DevptsSuperBlock } from '../fs/devpts/super-block';
import type { SimKernel } from '../kernel';
import type { Task } from '../task/task';
import type { Inode } from '../vfs/inode';
import type { OpenFile } from '../vfs/open-file';
import type { SuperBlock } from '../vfs/super-block';
import { HostMaster, type PtyMaster } from './host-master';
import { MasterFile } from './master-file';
import { Sessions } from './session';
import { Tty } from './tty';
import { TtyFile } from './tty-file';

export type { PtyMaster };

export class Terminals {
  readonly sessions: Sessions;

  constructor(private readonly kernel: SimKernel) {
    this.sessions = new Sessions(kernel);
  }

  /** The master side for somebody outside of the lab. ENOSPC when the instance has no number left. */
  createMaster(devpts: SuperBlock): PtyMaster {
    const sb = asDevpts(devpts);
    const tty = this.#create(sb, 0, 0);
    return new HostMaster(tty, () => this.#closeMaster(sb, tty));
  }

  /** Opens /dev/ptmx of an instance: a new pair, of which this is the master side. */
  openPty(devpts: SuperBlock, inode: Inode, flags: number, task: Task | null): OpenFile {
    const sb = asDevpts(devpts);
    const tty = this.#create(sb, task?.cred.fsuid ?? 0, task?.cred.fsgid ?? 0);
    return new MasterFile(tty, inode, flags, () => this.#closeMaster(sb, tty));
  }

  openSlave(tty: Tty, inode: Inode, flags: number, task: Task | null): OpenFile {
    if (tty.hungUp) throw new SysError('EIO');
    const file = new TtyFile(tty, inode, flags);
    if (task) this.sessions.opened(tty, task, flags);
    return file;
  }

  /** What a device node outside of devpts leads to: /dev/tty (5,0), /dev/ptmx (5,2). Null for any other device. */
  openDevice({ major, minor }: Device, inode: Inode, flags: number, task: Task | null): OpenFile | null {
    if (major === 5 && minor === 0) return this.#openControlling(inode, flags, task);
    if (major === 5 && minor === 2) return this.#openMultiplexer(inode, flags, task);
    return null;
  }

  /** The task ends: to be called before its children are given away. */
  exited(task: Task): void {
    if (task.tty !== null || task.session === task.pid) this.sessions.exited(task);
  }

  /** A node 5,2 outside of devpts stands for the instance that the opener sees. */
  #openMultiplexer(inode: Inode, flags: number, task: Task | null): OpenFile | null {
    if (!task) return null;
    const { sb } = this.kernel.vfs.resolve(task, '/dev/pts').mount;
    if (!(sb instanceof DevptsSuperBlock)) throw new SysError('ENODEV');
    return this.openPty(sb, inode, flags, task);
  }

  #openControlling(inode: Inode, flags: number, task: Task | null): OpenFile {
    const tty = task?.tty;
    if (!(tty instanceof Tty) || tty.hungUp) throw new SysError('ENXIO');
    return new TtyFile(tty, inode, flags);
  }

  #create(sb: DevptsSuperBlock, uid: number, gid: number): Tty {
    const index = sb.freeIndex();
    const tty = new Tty(this.kernel, index);
    sb.add(tty, uid, gid);
    return tty;
  }

  #closeMaster(sb: DevptsSuperBlock, tty: Tty): void {
    if (tty.hungUp) return;
    this.sessions.hangUp(tty);
    sb.remove(tty);
  }
}

function asDevpts(sb: SuperBlock): DevptsSuperBlock {
  if (!(sb instanceof DevptsSuperBlock)) throw new SysError('ENODEV');
  return sb;
}
