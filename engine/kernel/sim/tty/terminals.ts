/** All pseudo-terminals of a lab: making them, opening their ends, hanging them up (pty(7)). */
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
  /** Pairs there are (kernel.pty.nr). */
  count = 0;

  constructor(private readonly kernel: SimKernel) {
    this.sessions = new Sessions(kernel);
    kernel.vfs.registerDevice(5, 0, (inode, flags, task) => this.#openControlling(inode, flags, task));
    kernel.vfs.registerDevice(5, 2, (inode, flags, task) => this.#openMultiplexer(inode, flags, task));
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
    this.count++;
    return tty;
  }

  #closeMaster(sb: DevptsSuperBlock, tty: Tty): void {
    if (tty.hungUp) return;
    this.sessions.hangUp(tty);
    sb.remove(tty);
    this.count--;
  }
}

function asDevpts(sb: SuperBlock): DevptsSuperBlock {
  if (!(sb instanceof DevptsSuperBlock)) throw new SysError('ENODEV');
  return sb;
}
