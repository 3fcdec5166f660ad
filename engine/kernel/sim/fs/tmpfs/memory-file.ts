/** Anonymous files in memory (memfd_create(2)): regular files of a tmpfs of the kernel's own, without a name in it. */
import { O_RDWR } from '../../abi/files';
import type { SimKernel } from '../../kernel';
import type { OpenFile } from '../../vfs/open-file';
import { ContentFile } from '../../vfs/open-file-kinds';
import { TmpfsFile } from './file';
import { TmpfsSuperBlock } from './super-block';

const supers = new WeakMap<SimKernel, TmpfsSuperBlock>();

export function newMemoryFile(kernel: SimKernel, name: string, owner: { uid: number; gid: number }): OpenFile {
  const inode = new TmpfsFile(superOf(kernel), { mode: 0o100777, ...owner });
  inode.nlink = 0;
  return new MemoryFile(inode, O_RDWR, name);
}

function superOf(kernel: SimKernel): TmpfsSuperBlock {
  const known = supers.get(kernel);
  if (known) return known;
  const { user } = kernel.namespaces.initial;
  const sb = new TmpfsSuperBlock(kernel, { major: 0, minor: 1 }, user, '', { uid: 0, gid: 0 });
  // The kernel's own.
  sb.users = 1;
  supers.set(kernel, sb);
  return sb;
}

class MemoryFile extends ContentFile {
  constructor(
    inode: TmpfsFile,
    flags: number,
    private readonly name: string,
  ) {
    super(inode, flags);
  }
  override label(): string {
    return `/memfd:${this.name} (deleted)`;
  }
}
