/** The memory devices (null(4), full(4), random(4)). */
import { SysError } from '../../abi/errno';
import { SEEK_SET } from '../../abi/files';
import type { SimKernel } from '../../kernel';
import type { Blocking } from '../../sched/blocking';
import type { Inode } from '../../vfs/inode';
import { OpenFile } from '../../vfs/open-file';
import { zeroBytes } from '../tmpfs/blocks';

const major = 1;
const nothing = new Uint8Array();

interface Behaviour {
  read(count: number): Uint8Array;
  /** How many bytes it takes. */
  write(data: Uint8Array): number;
}

class MemoryFile extends OpenFile {
  constructor(
    inode: Inode,
    flags: number,
    private readonly behaviour: Behaviour,
  ) {
    super(inode, flags);
  }

  // biome-ignore lint/correctness/useYield: nothing here waits.
  override *read(count: number): Blocking<Uint8Array> {
    return this.behaviour.read(count);
  }
  // biome-ignore lint/correctness/useYield: nothing here waits.
  override *write(data: Uint8Array): Blocking<number> {
    return this.behaviour.write(data);
  }
  override pread(count: number): Uint8Array {
    return this.behaviour.read(count);
  }
  override pwrite(data: Uint8Array): number {
    return this.behaviour.write(data);
  }
  override seek(offset: number, whence: number): number {
    this.position = whence === SEEK_SET ? offset : 0;
    return this.position;
  }
}

export function registerMemoryDevices(kernel: SimKernel): void {
  const takesAll = (data: Uint8Array) => data.length;
  const refuses = () => {
    throw new SysError('ENOSPC');
  };
  const random: Behaviour = { read: (count) => kernel.random.bytes(count), write: takesAll };
  const devices: ReadonlyArray<[minor: number, behaviour: Behaviour]> = [
    [3, { read: () => nothing, write: takesAll }],
    [5, { read: zeroBytes, write: takesAll }],
    [7, { read: zeroBytes, write: refuses }],
    [8, random],
    [9, random],
  ];
  for (const [minor, behaviour] of devices) {
    kernel.vfs.registerDevice(major, minor, (inode, flags) => new MemoryFile(inode, flags, behaviour));
  }
}
