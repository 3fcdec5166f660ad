/** The outer ends of a program's standard streams: to it they are pipes; outside they are plain bytes that never wait. */
import { O_RDONLY, O_WRONLY, POLLIN, POLLOUT, S_IFIFO } from '../abi';
import { concat } from '../bytes';
import type { SimKernel } from '../kernel';
import type { Blocking } from '../sched/blocking';
import { Inode } from '../vfs/inode';
import { OpenFile } from '../vfs/open-file';
import type { SuperBlock } from '../vfs/super-block';

class StreamInode extends Inode {
  readonly ino: number;
  mode = S_IFIFO | 0o600;
  uid = 0;
  gid = 0;
  /** Opened again, as /dev/stdout for example, it is the very same stream. */
  stream: OpenFile | null = null;
  constructor(kernel: SimKernel, sb: SuperBlock) {
    super(sb);
    this.ino = kernel.nextInode();
  }
  override reopen(): OpenFile | null {
    return this.stream;
  }
}

/** Standard input: the given bytes, then the end. */
export class GivenInput extends OpenFile {
  #rest: Uint8Array;

  constructor(kernel: SimKernel, sb: SuperBlock, bytes: Uint8Array) {
    const inode = new StreamInode(kernel, sb);
    super(inode, O_RDONLY);
    inode.stream = this;
    this.#rest = bytes;
  }

  // biome-ignore lint/correctness/useYield: the bytes are there.
  override *read(count: number): Blocking<Uint8Array> {
    const taken = this.#rest.subarray(0, count);
    this.#rest = this.#rest.subarray(count);
    return taken;
  }
  override poll(): number {
    return POLLIN;
  }
  override label(): string {
    return `pipe:[${this.inode?.ino ?? 0}]`;
  }
}

/** Standard output or error: kept up to a limit, and dropped beyond. */
export class CollectedOutput extends OpenFile {
  readonly #chunks: Uint8Array[] = [];
  #size = 0;
  truncated = false;

  constructor(
    kernel: SimKernel,
    sb: SuperBlock,
    private readonly maxBytes: number,
  ) {
    const inode = new StreamInode(kernel, sb);
    super(inode, O_WRONLY);
    inode.stream = this;
  }

  get bytes(): Uint8Array {
    return concat(this.#chunks);
  }

  // biome-ignore lint/correctness/useYield: there is always room.
  override *write(data: Uint8Array): Blocking<number> {
    const room = this.maxBytes - this.#size;
    if (data.length > room) this.truncated = true;
    if (room > 0) {
      this.#chunks.push(data.subarray(0, room));
      this.#size += Math.min(room, data.length);
    }
    return data.length;
  }
  override poll(): number {
    return POLLOUT;
  }
  override label(): string {
    return `pipe:[${this.inode?.ino ?? 0}]`;
  }
}
