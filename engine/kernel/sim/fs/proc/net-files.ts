/** /proc/PID/net: what the network tells of the namespace a process lives in. The files are registered by `net/`. */
import { SysError } from '../../abi/errno';
import { S_IFDIR } from '../../abi/files';
import type { NetNamespace } from '../../net/types';
import { toKernelId } from '../../ns/id-map';
import type { Task } from '../../task/task';
import type { DirectoryEntry, Inode } from '../../vfs/inode';
import { byLength, ChangingDirectory, entryOf, type Owner, ProcFile, type PseudoSuperBlock } from './node';

export interface NetFile {
  /** 0o444 mostly. */
  mode: number;
  read(ns: NetNamespace, reader: Task | null): string;
}

export class NetFiles {
  readonly #files = new Map<string, NetFile>();

  /** `path` below /proc/net: `dev`, `stat/nf_conntrack`. */
  register(path: string, file: NetFile): void {
    this.#files.set(path, file);
  }
  get(path: string): NetFile | undefined {
    return this.#files.get(path);
  }
  /** Names directly in a directory, `''` for the root. */
  names(directory: string): string[] {
    const start = directory === '' ? '' : `${directory}/`;
    const names = new Set<string>();
    for (const path of this.#files.keys())
      if (path.startsWith(start)) names.add(path.slice(start.length).split('/')[0] ?? '');
    return [...names].sort(byLength);
  }
}

export function netDirectory(proc: PseudoSuperBlock, ns: () => NetNamespace | null): Inode {
  return new NetDirectory(proc, ns, '');
}

class NetDirectory extends ChangingDirectory<string> {
  constructor(
    proc: PseudoSuperBlock,
    private readonly ns: () => NetNamespace | null,
    private readonly path: string,
  ) {
    super(proc, 0o555, () => rootOf(ns()));
  }

  override lookup(name: string): Inode | null {
    if (!this.ns()) return null;
    const { netFiles } = this.proc.kernel;
    const path = this.path === '' ? name : `${this.path}/${name}`;
    const file = netFiles.get(path);
    if (file) {
      const read = (reader: Task | null) => {
        const ns = this.ns();
        return ns ? file.read(ns, reader) : '';
      };
      return this.keep(name, () => new ProcFile(this.proc, file.mode, { read }, () => rootOf(this.ns())));
    }
    if (netFiles.names(path).length === 0) return null;
    return this.keep(name, () => new NetDirectory(this.proc, this.ns, path));
  }
  /** EINVAL: an ended process has left its namespace. */
  override readdir(): DirectoryEntry[] {
    if (!this.ns()) throw new SysError('EINVAL');
    return this.proc.kernel.netFiles.names(this.path).flatMap((name) => {
      const inode = this.lookup(name);
      return inode ? [entryOf(name, inode)] : [];
    });
  }
  protected override currentMode(): number {
    return S_IFDIR | 0o555;
  }
}

function rootOf(ns: NetNamespace | null): Owner {
  if (!ns?.owner) return { uid: 0, gid: 0 };
  return { uid: toKernelId(ns.owner, 'uid', 0) ?? 0, gid: toKernelId(ns.owner, 'gid', 0) ?? 0 };
}
