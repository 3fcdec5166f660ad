/** devpts (kernel: Documentation/filesystems/devpts.rst): the names of pseudo-terminals. Each mount is an instance. */
import { SysError } from '../../abi/errno';
import type { SimKernel } from '../../kernel';
import type { Tty } from '../../tty/tty';
import {
  type FilesystemType,
  type FsUsage,
  type MountRequest,
  type RemountContext,
  SuperBlock,
} from '../../vfs/super-block';
import { DevptsRoot } from './inodes';
import { type DevptsOptions, parseDevptsOptions } from './options';

const devptsMagic = 0x1cd1;
/** NR_UNIX98_PTY_MAX */
export const ptyMax = 1 << 20;

export class DevptsSuperBlock extends SuperBlock {
  override readonly type = 'devpts';
  override readonly root: DevptsRoot;
  mountOptions: DevptsOptions;

  constructor(
    readonly kernel: SimKernel,
    { device, task, data }: MountRequest,
  ) {
    super(device, task.cred.user);
    this.mountOptions = parseDevptsOptions(data, task.cred);
    this.root = new DevptsRoot(this);
  }

  freeIndex(): number {
    let index = 0;
    while (this.root.terminal(index)) index++;
    if (index >= this.mountOptions.max) throw new SysError('ENOSPC');
    return index;
  }

  /** `uid` and `gid` own it unless the mount's options say otherwise. */
  add(tty: Tty, uid: number, gid: number): void {
    this.root.add(tty, this.mountOptions.uid ?? uid, this.mountOptions.gid ?? gid, this.mountOptions.mode);
  }
  remove(tty: Tty): void {
    this.root.delete(tty);
  }

  override options(): string[] {
    const { uid, gid, mode, ptmxmode, max } = this.mountOptions;
    const octal = (bits: number) => bits.toString(8).padStart(3, '0');
    return [
      ...(uid === null ? [] : [`uid=${uid}`]),
      ...(gid === null ? [] : [`gid=${gid}`]),
      `mode=${octal(mode)}`,
      `ptmxmode=${octal(ptmxmode)}`,
      ...(max < ptyMax ? [`max=${max}`] : []),
    ];
  }
  override remount(data: string, context?: RemountContext): void {
    this.mountOptions = parseDevptsOptions(data, context?.task.cred ?? null);
    this.root.ptmxModeChanged();
  }
  override usage(): FsUsage {
    return { blockSize: 4096, blocks: 0, free: 0, files: 0, filesFree: 0, magic: devptsMagic };
  }
}

export function devptsFilesystem(kernel: SimKernel): FilesystemType {
  return { name: 'devpts', userns: true, mount: (request) => new DevptsSuperBlock(kernel, request) };
}
