/** Absolute paths inside a Machine. */

export function joinPath(directory: string, name: string): string {
  return directory === '/' ? `/${name}` : `${directory}/${name}`;
}

export function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/')) || '/';
}

export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Where a user's own files are; the setup of the Machines' root filesystem says so. */
export function homeOf(user: 'root' | 'learner'): string {
  return user === 'root' ? '/root' : `/home/${user}`;
}

/** What is wrong with a name for a new file, or null. */
export function nameProblem(name: string): string | null {
  if (name === '') return 'Give it a name.';
  if (name === '.' || name === '..') return 'That name is taken by the directory itself.';
  if (name.includes('/')) return 'A name holds no slash; make the directory first.';
  if (new TextEncoder().encode(name).byteLength > 255) return 'A name has at most 255 bytes.';
  return null;
}
