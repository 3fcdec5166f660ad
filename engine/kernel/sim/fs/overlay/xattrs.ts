/** The extended attributes an overlay keeps its own marks in, and how it hides them from whoever looks through it. */
import { SysError } from '../../abi/errno';
import { encode } from '../../bytes';
import type { Inode } from '../../vfs/inode';

const yes = encode('y');

export type MarkName = 'opaque' | 'redirect' | 'origin' | 'impure' | 'uuid' | 'whiteout' | 'nlink';

export class Marks {
  readonly #prefix: string;

  constructor(
    /** `userxattr`: marks in `user.overlay.*`, which anybody may write. */
    readonly isUser: boolean,
    /** The upper filesystem takes no marks from whoever mounted this. */
    public unusable: boolean,
  ) {
    this.#prefix = isUser ? 'user.overlay.' : 'trusted.overlay.';
  }

  get(inode: Inode, mark: MarkName): Uint8Array | null {
    try {
      return inode.getxattr(this.#prefix + mark);
    } catch (error) {
      if (error instanceof SysError) return null;
      throw error;
    }
  }
  set(inode: Inode, mark: MarkName, value: Uint8Array): boolean {
    if (this.unusable) return false;
    inode.setxattr(this.#prefix + mark, value, 0);
    return true;
  }
  remove(inode: Inode, mark: MarkName): void {
    if (this.get(inode, mark)) inode.removexattr(this.#prefix + mark);
  }

  /** `y`: nothing below shows through. `x`: files in it may be marked as whiteouts. */
  opaqueness(inode: Inode): 'y' | 'x' | null {
    const [byte] = this.get(inode, 'opaque') ?? [];
    return byte === 0x79 ? 'y' : byte === 0x78 ? 'x' : null;
  }
  /** False where it could not be noted down. */
  makeOpaque(inode: Inode): boolean {
    return this.set(inode, 'opaque', yes);
  }
  makeImpure(inode: Inode): void {
    if (!this.get(inode, 'impure')) this.set(inode, 'impure', yes);
  }

  /** What an attribute's name is in the layers: the overlay's own are put out of the way. */
  inLayer(name: string): string {
    return name.startsWith(this.#prefix) ? `${this.#prefix}overlay.${name.slice(this.#prefix.length)}` : name;
  }
  /** The names of a layer as they are seen from above. */
  fromLayer(names: readonly string[]): string[] {
    const escaped = `${this.#prefix}overlay.`;
    return names.flatMap((name) => {
      if (name.startsWith(escaped)) return [this.#prefix + name.slice(escaped.length)];
      return name.startsWith(this.#prefix) ? [] : [name];
    });
  }
  isOwn(name: string): boolean {
    return name.startsWith(this.#prefix);
  }
}
