/**
 * The directories in which a layer's files are to be: found through symbolic links, as the image's own processes would, made where
 * they are missing. A link that climbs above the root of the layer is refused, although nothing could be written outside.
 */
import type { Tree } from '../../kernel';
import { ImageError } from '../error';
import { join } from './names';
import { type Found, isOverlayXattr, type Layers } from './overlay-marks';

/** As of a path in the kernel (path_resolution(7)). */
const maxLinks = 40;

export class Parents {
  /** Asked directory to the real one. */
  readonly #known = new Map<string, string>();

  constructor(
    private readonly tree: Tree,
    /** What the layer lies on, when that is not in the tree itself. */
    private readonly below: Layers | null,
    /** Hears of each directory that is gone through, with the time it is to have. */
    private readonly onEntered: (path: string, mtimeNs: bigint) => void,
  ) {}

  /** The real path of a directory; it exists then. Errors: `invalid-layer` about `subject`. */
  real(directory: string, subject: string): string {
    if (directory === '') return '';
    const known = this.#known.get(directory);
    if (known !== undefined) return known;
    const real = this.#walk(directory, subject);
    this.#known.set(directory, real);
    return real;
  }

  /** After something was removed, or is no directory any more. */
  forget(): void {
    this.#known.clear();
  }

  #walk(directory: string, subject: string): string {
    const waiting = directory.split('/').reverse();
    let at = '';
    let links = 0;
    for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
      if (name === '' || name === '.') continue;
      if (name === '..') {
        if (at === '')
          throw new ImageError('invalid-layer', subject, 'a symbolic link on its way leads out of the layer');
        at = at.slice(0, Math.max(0, at.lastIndexOf('/')));
        continue;
      }
      const next = join(at, name);
      const target = this.#enter(next, links > 0, subject);
      if (target === null) {
        at = next;
        continue;
      }
      if (++links > maxLinks)
        throw new ImageError('invalid-layer', subject, 'there are too many symbolic links on its way');
      if (target.startsWith('/')) at = '';
      waiting.push(...target.split('/').reverse());
    }
    return at;
  }

  /** Sees that there is a directory at `path`; the target when there is a symbolic link. */
  #enter(path: string, isBehindLink: boolean, subject: string): string | null {
    const own = this.tree.find(path);
    if (own?.kind === 'directory') {
      this.onEntered(path, own.mtimeNs);
      return null;
    }
    if (own?.kind === 'symlink') return this.tree.readlink(path);
    if (own) throw new ImageError('invalid-layer', subject, `${path} on its way is no directory`);
    const lower = this.below?.find(path) ?? null;
    if (lower?.stat.kind === 'symlink') return lower.tree.readlink(lower.path);
    if (lower && lower.stat.kind !== 'directory')
      throw new ImageError('invalid-layer', subject, `${path} on its way is no directory`);
    if (!lower && isBehindLink)
      throw new ImageError(
        'invalid-layer',
        subject,
        `a symbolic link on its way leads to ${path}, which does not exist`,
      );
    this.#make(path, lower);
    return null;
  }

  #make(path: string, lower: Found | null): void {
    // What the layer says nothing of has the time 0: a layer gives the same tree each time.
    const { mode, uid, gid, mtimeNs } = lower?.stat ?? { mode: 0o755, uid: 0, gid: 0, mtimeNs: 0n };
    this.tree.makeDirectory(path, { mode, uid, gid, mtimeNs });
    if (lower)
      for (const [name, value] of lower.tree.xattrs(lower.path))
        if (!isOverlayXattr(name)) this.tree.setXattr(path, name, value);
    this.onEntered(path, mtimeNs);
  }
}
