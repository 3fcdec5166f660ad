/** From a place to its path (Linux d_path): as /proc shows it, and as getcwd(2) answers. */
import type { Path } from './path';

/** The path, and whether it leads to `root` at all. */
function textOf(path: Path, root: Path): { text: string; reached: boolean } {
  let { mount, dentry } = path;
  const parts: string[] = [];
  let reached = false;
  for (;;) {
    if (mount === root.mount && dentry === root.dentry) {
      reached = true;
      break;
    }
    if (dentry !== mount.root && dentry.parent) {
      parts.push(dentry.name);
      dentry = dentry.parent;
      continue;
    }
    if (!mount.parent || !mount.mountpoint) break;
    dentry = mount.mountpoint;
    mount = mount.parent;
  }
  return { text: `/${parts.reverse().join('/')}`, reached };
}

/** ` (deleted)` behind what was removed. */
export function pathText(path: Path, root: Path): string {
  const { mount, dentry } = path;
  // Pipes, sockets and namespaces: a name of their own, and no place.
  if (dentry.parent === null && dentry.name !== '' && mount.parent === null) return dentry.name;
  const { text } = textOf(path, root);
  return dentry.unlinked ? `${text} (deleted)` : text;
}

export function cwdText(path: Path, root: Path): string {
  const { text, reached } = textOf(path, root);
  return reached ? text : `(unreachable)${text}`;
}

/** Null when it does not lie below `root`. */
export function pathBelow(path: Path, root: Path): string | null {
  const { text, reached } = textOf(path, root);
  return reached ? text : null;
}
