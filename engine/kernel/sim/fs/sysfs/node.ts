/** What sysfs is made of: directories in the kernel's order, attributes of a page, links. */
import { SysError } from '../../abi/errno';
import type { Task } from '../../task/task';
import type { DirectoryEntry, Inode } from '../../vfs/inode';
import { inKernfsOrder } from '../kernfs-order';
import { FixedDirectory, ProcFile, ProcLink, type PseudoSuperBlock } from '../proc/node';

/** An inode of another kind, made when it is first looked up. */
export class Made {
  constructor(readonly make: (sb: PseudoSuperBlock) => Inode) {}
}
/** A directory by its names; a text is an attribute. */
export type SysTree = { [name: string]: SysTree | string | Made };

class Attribute extends ProcFile {
  override get size(): number {
    return 4096;
  }
}

export function attribute(sb: PseudoSuperBlock, read: (reader: Task | null) => string, mode = 0o444): Inode {
  const write = () => {
    throw new SysError('EIO');
  };
  return new Attribute(sb, mode, { read: (reader) => `${read(reader)}\n`, write });
}

export function link(sb: PseudoSuperBlock, target: string): Inode {
  return new ProcLink(sb, () => target);
}

export class SysDirectory extends FixedDirectory {
  override readdir(): DirectoryEntry[] {
    const entries = new Map(super.readdir().map((entry) => [entry.name, entry]));
    return inKernfsOrder(entries.keys()).flatMap((name) => entries.get(name) ?? []);
  }
  override create(): Inode {
    throw new SysError('EACCES');
  }
  override mkdir(): Inode {
    throw new SysError('EPERM');
  }
}

export function directory(sb: PseudoSuperBlock, tree: SysTree, mode = 0o755): SysDirectory {
  const makers = Object.entries(tree).map(([name, what]): [string, () => Inode] => {
    if (typeof what === 'string') return [name, () => attribute(sb, () => what)];
    if (what instanceof Made) return [name, () => what.make(sb)];
    return [name, () => directory(sb, what)];
  });
  const made = new SysDirectory(sb, new Map(makers), mode);
  made.nlink = 2 + Object.values(tree).filter((what) => typeof what === 'object').length;
  return made;
}
