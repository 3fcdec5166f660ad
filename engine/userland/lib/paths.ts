/** Parts of path names, as basename(1) and dirname(1) cut them. Nothing here looks at files. */

/** The last component; slashes at the end do not count. `/` for the root, empty for an empty path. */
export function baseName(path: string): string {
  const trimmed = trimSlashes(path);
  if (trimmed === '/') return '/';
  return trimmed.slice(trimmed.lastIndexOf('/') + 1);
}

/** Everything before the last component: `.` when there is nothing. */
export function dirName(path: string): string {
  const trimmed = trimSlashes(path);
  const slash = trimmed.lastIndexOf('/');
  if (slash < 0) return '.';
  return trimSlashes(trimmed.slice(0, slash + 1));
}

/** Without slashes at the end, except for the root. */
export function trimSlashes(path: string): string {
  const trimmed = path.replace(/\/+$/, '');
  return trimmed === '' && path !== '' ? '/' : trimmed;
}

/** One slash between the two. */
export function joinPath(directory: string, name: string): string {
  if (directory === '') return name;
  return directory.endsWith('/') ? `${directory}${name}` : `${directory}/${name}`;
}
