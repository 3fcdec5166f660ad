/** cgroup2 (cgroups(7), "Cgroups version 2"): the one hierarchy, from the root of the mounter's cgroup namespace on. */
import { SysError } from '../../abi/errno';
import type { Device } from '../../abi/files';
import { asCgroup } from '../../cgroup/cgroups';
import type { Cgroup } from '../../cgroup/node';
import type { SimKernel } from '../../kernel';
import type { Task } from '../../task/task';
import type { Dentry } from '../../vfs/dentry';
import { type FilesystemType, type FsUsage, SuperBlock } from '../../vfs/super-block';
import { demandAdministrator } from '../proc/visible';
import { CgroupDirectory } from './inodes';

const cgroup2Magic = 0x63677270;

export class CgroupSuperBlock extends SuperBlock {
  override readonly type = 'cgroup2';
  override readonly root: CgroupDirectory;
  readonly #directories = new WeakMap<Cgroup, CgroupDirectory>();

  constructor(
    readonly kernel: SimKernel,
    device: Device,
    top: Cgroup,
  ) {
    super(device, kernel.namespaces.initial.user);
    this.root = this.directory(top);
    // The kernel holds it itself: it stays when nobody has it mounted.
    this.users = 1;
    kernel.vfs.adoptSuper(this);
  }

  directory(node: Cgroup): CgroupDirectory {
    const known = this.#directories.get(node);
    if (known) return known;
    const made = new CgroupDirectory(this, node);
    this.#directories.set(node, made);
    return made;
  }

  /** From the root of the reader's cgroup namespace, `/..` for what lies above it. */
  override showRoot({ inode }: Dentry, reader: Task | null): string | null {
    return inode instanceof CgroupDirectory ? this.kernel.cgroups.pathOf(inode.node, reader?.ns.cgroup.root) : null;
  }

  override usage(): FsUsage {
    return { blockSize: 4096, blocks: 0, free: 0, files: 0, filesFree: 0, magic: cgroup2Magic };
  }
}

const options = [
  'nsdelegate',
  'favordynmods',
  'memory_localevents',
  'memory_recursiveprot',
  'memory_hugetlb_accounting',
  'pids_localevents',
];

export function cgroup2Filesystem(kernel: SimKernel): FilesystemType {
  /** One a root: each shows the tree from there on. All of them are the same device. */
  const known = new Map<Cgroup, CgroupSuperBlock>();
  let device: Device | null = null;
  return {
    name: 'cgroup2',
    userns: true,
    mount: (request) => {
      const { task, data } = request;
      demandAdministrator(request, task.ns.cgroup.owner);
      for (const option of data.split(','))
        if (option !== '' && !options.includes(option)) throw new SysError('EINVAL');
      const top = asCgroup(task.ns.cgroup.root);
      device ??= kernel.nextDevice();
      const sb = known.get(top) ?? new CgroupSuperBlock(kernel, device, top);
      known.set(top, sb);
      return sb;
    },
  };
}
