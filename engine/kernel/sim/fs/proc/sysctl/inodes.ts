/** /proc/sys as files. Capabilities do not help here: what counts is to be root, of the namespace where it is per namespace. */

import { SysError } from '../../../abi/errno';
import { S_IFREG } from '../../../abi/files';
import { toKernelId } from '../../../ns/id-map';
import type { UserNamespace } from '../../../ns/namespace';
import { type Credentials, isCapable } from '../../../task/credentials';
import { SimTask } from '../../../task/sim-task';
import type { Task } from '../../../task/task';
import type { DirectoryEntry, Inode } from '../../../vfs/inode';
import type { OpenFile } from '../../../vfs/open-file';
import { ChangingDirectory, entryOf, type Owner, ProcInode, type PseudoSuperBlock } from '../node';
import { TextFile } from '../text-file';
import type { SysctlEntry, SysctlNode } from './registry';

export class SysctlDirectory extends ChangingDirectory<string> {
  /** Directories that do not come and go. */
  readonly #always = new Map<string, Inode>();

  constructor(
    proc: PseudoSuperBlock,
    private readonly path: string,
  ) {
    super(proc, 0o555);
    this.nlink = 1;
  }

  override lookup(name: string, task: Task | null): Inode | null {
    const always = this.#always.get(name);
    if (always) return always;
    const viewer = task ?? this.#anyTask();
    if (!viewer) return null;
    const path = this.path === '' ? name : `${this.path}/${name}`;
    const node = this.proc.kernel.sysctl.find(path, viewer);
    if (!node) {
      this.forget(name);
      return null;
    }
    const inode = this.keep(name, () => make(this.proc, path, node));
    if (inode instanceof SettingInode) inode.foundBy = viewer;
    else if (node.kind === 'directory' && !node.isChanging) this.#always.set(name, inode);
    return inode;
  }
  override readdir(task: Task | null): DirectoryEntry[] {
    const viewer = task ?? this.#anyTask();
    const node = viewer && this.proc.kernel.sysctl.find(this.path, viewer);
    if (!viewer || node?.kind !== 'directory') return [];
    return node.names(viewer).flatMap((name) => {
      const inode = this.lookup(name, viewer);
      return inode ? [entryOf(name, inode)] : [];
    });
  }
  override setattr(): void {
    throw new SysError('EPERM');
  }
  override permission(mask: number, cred: Credentials): boolean {
    return permits(0o555, mask, cred, 0, 0);
  }

  #anyTask(): Task | null {
    for (const task of this.proc.kernel.tasks.all()) return task;
    return null;
  }
}

function make(proc: PseudoSuperBlock, path: string, node: SysctlNode): Inode {
  return node.kind === 'directory'
    ? new SysctlDirectory(proc, path)
    : new SettingInode(proc, path, node.entry, node.isNetwork);
}

class SettingInode extends ProcInode {
  /** Who looked it up last. */
  foundBy: Task | null = null;

  constructor(
    proc: PseudoSuperBlock,
    private readonly path: string,
    private readonly entry: SysctlEntry,
    private readonly isNetwork: boolean,
  ) {
    super(proc, S_IFREG | entry.mode, () => this.#owner());
    this.nlink = 1;
  }

  /** Whose namespaces are meant: who runs now, for a setting that is mounted is not looked up. */
  get #viewer(): Task | null {
    const running = this.proc.kernel.scheduler.current?.owner;
    return running instanceof SimTask ? running : this.foundBy;
  }

  override setattr({ mode, uid, gid }: { mode?: number; uid?: number; gid?: number }): void {
    if (mode !== undefined || uid !== undefined || gid !== undefined) throw new SysError('EPERM');
  }

  override permission(mask: number, cred: Credentials): boolean {
    const ns = this.#namespace();
    const mode = this.entry.mode;
    if (this.isNetwork && ns && isCapable(cred, 'net_admin', ns)) return ((mode >> 6) & mask) === mask;
    const { uid, gid } = this.#owner();
    return permits(mode, mask, cred, uid, gid);
  }

  override open(flags: number, task: Task | null): OpenFile {
    const { entry } = this;
    const of = (reader: Task | null) => {
      const viewer = reader ?? this.#viewer;
      if (!viewer) throw new SysError('ENOENT', this.path);
      return viewer;
    };
    const write = (text: string, writer: Task | null, { position }: { position: number }) => {
      if (!entry.write) throw new SysError('EPERM');
      // kernel.sysctl_writes_strict: what is written behind the beginning is not looked at.
      if (position === 0) entry.write(of(writer), text);
    };
    const read = (reader: Task | null) => {
      if (!entry.read) throw new SysError('EPERM');
      return `${entry.read(of(reader))}\n`;
    };
    return new TextFile(this, flags, { read, write }, task);
  }

  #namespace(): UserNamespace | null {
    const viewer = this.#viewer;
    return viewer && this.entry.owner ? this.entry.owner(viewer) : null;
  }
  #owner(): Owner {
    const ns = this.#namespace();
    if (!ns) return { uid: 0, gid: 0 };
    return { uid: toKernelId(ns, 'uid', 0) ?? 0, gid: toKernelId(ns, 'gid', 0) ?? 0 };
  }
}

function permits(mode: number, mask: number, cred: Credentials, uid: number, gid: number): boolean {
  const inGroup = cred.egid === gid || cred.groups.includes(gid);
  const bits = cred.euid === uid ? mode >> 6 : inGroup ? mode >> 3 : mode;
  return (bits & mask & 7) === (mask & 7);
}
